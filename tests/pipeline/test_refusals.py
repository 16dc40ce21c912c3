"""Every refused deed leaves the tables as they were and one entry, committed on its own, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from crm.audit.models import AuditEntry
from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from collections.abc import Callable

CONTACT = {"happened_on": DAY, "kind": "visit_here", "two_way": True, "text": "电话", "next_step": "", "next_on": None}
MONEY = {"paid_on": DAY, "amount_fen": 1_000_000, "kind": "cash", "outside_bps": 10_000, "voucher_no": "1"}


class Scene:
    """A lead at the gate with money, evidence and a recognition to come, and the ids of what hangs on it."""

    def __init__(self) -> None:
        """Enter the story."""
        from crm.capital.operations import record_paid_in
        from crm.capital.queries import contracts_of
        from crm.capital.rules import PAID_IN_KINDS
        from crm.landing.queries import current_legs
        from crm.pipeline.operations import record_milestone

        self.people = story.assemble()
        self.lead = story.ready(self.people)
        self.contract = contracts_of(self.lead)[0].id
        self.money = {**MONEY, "kind": next(iter(PAID_IN_KINDS))}
        self.paid = record_paid_in(self.lead, self.money, by=self.people.zhang, at=AT).id
        leg = current_legs(self.lead)["taxed"]
        assert leg is not None
        self.evidence, self.file = leg.id, leg.file_id
        self.milestone = record_milestone(
            self.lead, "completion", happened_on=DAY, document_no="1", note="", by=self.people.zhang, at=AT
        )


def deeds(scene: Scene, by: Any) -> dict[str, Callable[[], Any]]:
    """Return every deed on a lead, done by somebody who may not, with the action that the trail names."""
    from crm.capital import operations as capital
    from crm.capital import operations_checks as checks
    from crm.landing import operations as landing
    from crm.landing import operations_after as after
    from crm.landing import operations_gate as ending
    from crm.leads import operations as leads
    from crm.leads import operations_facts as facts
    from crm.pipeline import gate
    from crm.pipeline import operations as pipeline
    from crm.scoring import operations_acceptance as acceptance

    lead, who = scene.lead, {"by": by, "at": AT}
    said = {"reason": "x", **who}
    return {
        "lead.create": lambda: leads.create_lead(story.facts(scene.people, name="新"), **who),
        "lead.edit": lambda: leads.edit_lead(lead, {"name": "别名"}, base={}, version=1, **who),
        "lead.contact": lambda: facts.record_contact(lead, CONTACT, **who),
        "lead.share": lambda: facts.share_credit(lead, [(scene.people.sun.person_id or 0, 10_000)], **said),
        "stage.move": lambda: pipeline.move(lead, "started", happened_on=DAY, note="", **who),
        "status.change": lambda: pipeline.change_status(lead, "paused", lost_to="", happened_on=DAY, **said),
        "milestone.record": lambda: pipeline.record_milestone(
            lead, "completion", happened_on=DAY, document_no="1", note="", **who),
        "milestone.void": lambda: pipeline.void_milestone(scene.milestone, **said),
        "contract.record": lambda: capital.record_contract(lead, story.contract(note="补"), **who),
        "contract.void": lambda: capital.void_contract(scene.contract, **said),
        "paid_in.record": lambda: capital.record_paid_in(lead, scene.money, **who),
        "paid_in.void": lambda: capital.void_paid_in(scene.paid, **said),
        "paid_in.check": lambda: checks.check_paid_in(scene.paid, "confirmed", **said),
        "paid_in.voucher": lambda: checks.attach_voucher(scene.paid, 1, **who),
        "landing.entity": lambda: landing.save_entity(lead, story.entity(address="新址"), **who),
        "landing.submit": lambda: landing.submit_evidence(
            lead, "taxed", file_id=scene.file, kind=story.DOCUMENTS["taxed"], **who),
        "landing.verify": lambda: landing.verify_leg(scene.evidence, **who),
        "landing.reject": lambda: landing.reject_leg(scene.evidence, **said),
        "landing.recognise": lambda: gate.recognise(lead, **who),
        "landing.end": lambda: ending.end_recognition(lead, ended_on=DAY, **said),
        "landing.revoke": lambda: ending.revoke(lead, **said),
        "landing.recheck": lambda: after.recheck(lead, "stands", **said),
        "landing.suspend": lambda: after.suspend(lead, **said),
        "landing.lift": lambda: after.lift(lead, **said),
        "acceptance.decide": lambda: acceptance.decide_acceptance(lead, story.full_marks(), note="", **who),
    }  # fmt: skip


def refused(doing: Callable[[], Any]) -> Any:
    """Do something that is refused, and return the entries it left."""
    last = AuditEntry.select().order_by(AuditEntry.id.desc()).get().id
    before = story.business()
    with pytest.raises(Refusal):
        doing()
    assert story.business() == before
    (entry,) = AuditEntry.select().where(AuditEntry.id > last)
    return entry


@pytest.mark.parametrize("name", ["luo", "ma", "li", "liu"])
def test_whoever_may_not_leaves_one_entry_and_nothing_else(db: Any, name: str) -> None:
    scene = Scene()
    by = getattr(scene.people, name)
    for action, doing in deeds(scene, by).items():
        if action == "lead.create" and name == "li":
            continue
        entry = refused(doing)
        assert (entry.action, entry.outcome, entry.actor_id, entry.changes) == (action, "refused", by.person_id, "[]")
        assert json.loads(entry.findings), action


def test_a_refusal_is_committed_though_the_deed_is_rolled_back(own_database: str) -> None:
    from crm.audit.queries import broken_links
    from crm.core.db import database

    with database.connection_context():
        scene = Scene()
        entry = refused(deeds(scene, scene.people.luo)["stage.move"])
    with database.connection_context():
        assert AuditEntry.get_by_id(entry.id).outcome == "refused"
        assert broken_links() == []


def test_what_breaks_in_the_middle_leaves_neither_a_change_nor_an_entry(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.capital import operations as capital
    from crm.core.db import database

    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the disk is full")

    with database.connection_context():
        scene = Scene()
        before, entries = story.business(), AuditEntry.select().count()
        monkeypatch.setattr(capital, "record_value", broken)
        with pytest.raises(RuntimeError):
            capital.record_contract(scene.lead, story.contract(note="补"), by=scene.people.zhang, at=AT)
    with database.connection_context():
        assert story.business() == before
        assert AuditEntry.select().count() == entries
