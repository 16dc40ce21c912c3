"""Trying to reach landed by any sequence of operations, and by two people at the same moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("zhang", "li", "chen", "wang", "zhou", "gu", "sun", "luo", "ma", "cli")
WHO = some.sampled_from(("zhang", "chen", "wang") * 3 + NAMES)
LEADERS = some.sampled_from(("chen",) * 9 + NAMES)
"""Those who could do it honestly act more often, so that the machine does land now and then."""
LEG = some.sampled_from(sorted(story.DOCUMENTS))
MOVES = some.sampled_from(("qualified", "signed", "started", "negotiating"))
CHANGES = some.sampled_from(
    ({"address": "新址"}, {"tax_office": ""}, {"accounting": False}, {"accounting": True}, {"uscc": ""})
)


class Conspiracy(RuleBasedStateMachine):
    """Everybody tries everything on one lead; what landed must have been proved by other eyes."""

    def __init__(self) -> None:
        super().__init__()
        from crm.core.db import database

        self.whole = database.atomic()
        self.savepoint = self.whole.__enter__()
        self.cast = story.assemble()
        self.lead_id = 0

    @initialize(proved=some.booleans())
    def begin(self, proved: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Start at the open gate or far from it."""
        self.lead_id = story.ready(self.cast) if proved else story.lead(self.cast, stage="negotiating")

    def teardown(self) -> None:
        """Let the leader try once more, then leave the database as it was."""
        if self.lead_id:
            self.recognised_by("chen")
        self.savepoint.rollback()
        self.whole.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], Any]) -> bool:
        """Do something; a refusal leaves the tables of the trade as they were."""
        before, entries = self.business(), self.entries()
        try:
            deed()
        except Refusal:
            assert self.business() == before
            assert self.entries() == [*entries, "refused"], "a refusal leaves exactly one entry"
            return False
        return True

    @staticmethod
    def entries() -> list[str]:
        """Return how every deed on the trail ended."""
        from crm.audit.models import AuditEntry

        return [row.outcome for row in AuditEntry.select(AuditEntry.outcome).order_by(AuditEntry.id)]

    @staticmethod
    def business() -> list[Any]:
        """Return the tables that a deed of this story could touch."""
        from crm.capital.models import Contract
        from crm.landing.models import Entity, Evidence, Recognition
        from crm.leads.models import Lead

        tables: tuple[Any, ...] = (Lead, Contract, Entity, Evidence, Recognition)
        return [list(table.select().order_by(table.id).tuples()) for table in tables]

    def actor(self, name: str) -> Any:
        return getattr(self.cast, name)

    @rule(name=WHO, values=some.none() | CHANGES)
    def tell_entity(self, name: str, values: dict[str, Any] | None) -> None:
        from crm.landing.operations import save_entity

        self.attempt(lambda: save_entity(self.lead_id, values or story.entity(), by=self.actor(name), at=AT))

    @rule(name=WHO, leg=LEG)
    def hand_in(self, name: str, leg: str) -> None:
        self.attempt(lambda: story.submitted(self.lead_id, leg, self.actor(name)))

    @rule(name=WHO, leg=LEG, refuse=some.booleans())
    def judge(self, name: str, leg: str, refuse: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        from crm.landing.operations import reject_leg, verify_leg
        from crm.landing.queries import current_legs

        row, by = current_legs(self.lead_id)[leg], self.actor(name)
        if row and refuse:
            self.attempt(lambda: reject_leg(row.id, reason="不清", by=by, at=AT))
        elif row:
            self.attempt(lambda: verify_leg(row.id, by=by, at=AT))

    @rule(name=WHO)
    def prove_all(self, name: str) -> None:
        """Bring everything the gate asks for, if this one may."""
        from crm.capital.operations import record_contract
        from crm.landing.operations import save_entity

        by = self.actor(name)
        self.attempt(lambda: record_contract(self.lead_id, story.contract(), by=by, at=AT))
        self.attempt(lambda: save_entity(self.lead_id, story.entity(), by=by, at=AT))
        for leg in story.DOCUMENTS:
            self.attempt(lambda leg=leg: story.submitted(self.lead_id, leg, by))  # type: ignore[misc]

    @rule()
    def verify_all(self) -> None:
        """Wang does his work on whatever waits."""
        from crm.landing.operations import verify_leg
        from crm.landing.queries import current_legs

        for row in current_legs(self.lead_id).values():
            if row:
                self.attempt(lambda row=row: verify_leg(row.id, by=self.cast.wang, at=AT))  # type: ignore[misc]

    @rule(name=WHO, to=MOVES)
    def move(self, name: str, to: str) -> None:
        from crm.pipeline.operations import move
        from crm.scoring.operations_acceptance import decide_acceptance

        by = self.actor(name)
        self.attempt(lambda: decide_acceptance(self.lead_id, story.full_marks(), note="评定", by=by, at=AT))
        self.attempt(lambda: move(self.lead_id, to, happened_on=DAY, note="推进", by=by, at=AT))

    @rule(name=WHO)
    def void_contract(self, name: str) -> None:
        from crm.capital.operations import void_contract
        from crm.capital.queries import formal_contract

        made = formal_contract(self.lead_id)
        if made:
            self.attempt(lambda: void_contract(made.id, reason="录错", by=self.actor(name), at=AT))

    @rule(name=WHO)
    def grant_oneself(self, name: str) -> None:
        from crm.accounts.operations import set_roles

        by = self.actor(name)
        if by.person_id:
            self.attempt(lambda: set_roles(by.person_id, (*sorted(by.roles), "verifier"), by=by, at=AT))

    @rule(name=LEADERS)
    def recognise(self, name: str) -> None:
        self.recognised_by(name)

    def recognised_by(self, name: str) -> None:
        """Try to recognise; what landed is looked at closely."""
        from crm.pipeline import gate

        by = self.actor(name)
        if not self.attempt(lambda: gate.recognise(self.lead_id, by=by, at=AT)):
            return
        assert name == "chen"
        self.proved()

    @rule(name=WHO, lawful=some.booleans())
    def end(self, name: str, lawful: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        from crm.landing.operations_gate import end_recognition, revoke

        by = self.actor(name)
        if lawful:
            self.attempt(lambda: end_recognition(self.lead_id, ended_on=DAY, reason="迁出", by=by, at=AT))
        else:
            self.attempt(lambda: revoke(self.lead_id, reason="有误", by=by, at=AT))

    def proved(self) -> None:
        """What the recognition rests on: three legs, each verified by somebody of another office than zhang's."""
        from crm.capital.queries import formal_contract
        from crm.landing.models import Evidence

        verified = (Evidence.lead == self.lead_id) & (Evidence.state == "verified")
        rows: list[Any] = list(Evidence.select().where(verified))
        assert {row.leg for row in rows} == set(story.DOCUMENTS)
        strangers = {self.cast.wang.person_id, self.cast.zhou.person_id}
        assert all(row.decided_by_id in strangers - {row.submitted_by_id} for row in rows)
        assert formal_contract(self.lead_id) is not None

    @invariant()
    def landed_means_recognised(self) -> None:
        """The lead's own column never says more than the recognition that stands."""
        from crm.landing.queries import recognition_of
        from crm.leads.models import Lead

        row: Any = Lead.get_by_id(self.lead_id)
        stands = recognition_of(self.lead_id)
        assert row.landed_on == row.recognised_on == (stands.recognised_on if stands else None)


@pytest.mark.slow
def test_no_sequence_of_deeds_lands_a_project_unproved(db: Any) -> None:
    quiet = settings(
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Conspiracy, settings=quiet)


def _together(*deeds: Callable[[], Any]) -> list[str]:
    """Do several things at the same moment, each on a connection of its own, and say how each ended."""
    from crm.core.db import database

    start, ends = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with database.connection_context():
            start.wait()
            try:
                deed()
                ends[place] = "done"
            except Refusal as refusal:
                ends[place] = refusal.findings[0].code

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.mark.slow
def test_two_verifiers_and_two_leaders_at_the_same_moment(own_database: str) -> None:
    from crm.core.db import database
    from crm.landing.operations import verify_leg
    from crm.pipeline import gate

    with database.connection_context():
        cast = story.assemble()
        first = story.ready(cast)
        second = story.ready(cast, name="抢同一主体的项目")
        item = story.submitted(first, "taxed", cast.zhang)
    verified = _together(
        lambda: verify_leg(item, by=cast.wang, at=AT),
        lambda: verify_leg(item, by=cast.zhou, at=AT),
    )
    assert verified == ["done", "evidence.decided"]
    ends = _together(
        lambda: gate.recognise(first, by=cast.chen, at=AT),
        lambda: gate.recognise(second, by=cast.chen, at=AT),
    )
    assert ends in (["done", "gate.entity_used"], ["done", "gate.taken"])


@pytest.mark.slow
def test_a_contract_cannot_be_voided_while_the_gate_opens(own_database: str) -> None:
    from crm.capital.operations import void_contract
    from crm.capital.queries import formal_contract
    from crm.core.db import database
    from crm.pipeline import gate

    with database.connection_context():
        cast = story.assemble()
        lead_id = story.ready(cast)
        contract = formal_contract(lead_id)
        assert contract is not None
    ends = _together(
        lambda: gate.recognise(lead_id, by=cast.chen, at=AT),
        lambda: void_contract(contract.id, reason="录错", by=cast.zhang, at=AT),
    )
    assert ends in (["contract.landed", "done"], ["done", "gate.contract"])
