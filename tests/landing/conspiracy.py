"""Everybody tries everything on one lead, while a book kept apart from the product notes who may not have verified."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.core.actor import Actor

NAMES = ("zhang", "li", "chen", "wang", "zhou", "gu", "sun", "luo", "ma", "cli")
WHO = some.sampled_from(("zhang", "chen", "wang") * 3 + NAMES)
"""Those who could do it honestly act more often, so that the machine does land now and then."""
LEADERS = some.sampled_from(("chen",) * 9 + NAMES)
VERIFIERS = some.sampled_from(("wang", "zhou", "gu", "sun", "ma") * 3 + NAMES)
ADMINS = some.sampled_from(("ma",) * 9 + NAMES)
LEG = some.sampled_from(sorted(story.DOCUMENTS))
MOVES = some.sampled_from(("qualified", "signed", "started", "negotiating"))
CHANGES = some.sampled_from(
    ({"address": "新址"}, {"tax_office": ""}, {"accounting": False}, {"accounting": True}, {"uscc": ""})
)
UNITS = some.sampled_from(("wang", "gu", "li", "zhou"))


class Conspiracy(RuleBasedStateMachine):
    """Everybody tries everything on one lead; what landed must have been proved by other eyes."""

    landings = 0
    """How often a lead landed in this process: a machine that never lands would prove nothing."""

    def __init__(self) -> None:
        super().__init__()
        from crm.core.db import database

        self.whole = database.atomic()
        self.savepoint = self.whole.__enter__()
        self.cast = story.assemble()
        self.lead_id = 0
        self.landings_here = 0
        self.stood: list[Any] = []
        self.told = (0, 0)
        self.verified: dict[int, tuple[int, int | None, bool]] = {}
        """What each verification was: by whom, of which unit, and whether that one had given himself the role."""
        self.in_charge = {self.cast.zhang.person_id}
        self.units = {self.cast.zhang.unit_id}
        self.credited: set[int | None] = set()

    @initialize(proved=some.sampled_from((True, True, True, False)))
    def begin(self, proved: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Start at the open gate or far from it."""
        self.lead_id = story.ready(self.cast) if proved else story.lead(self.cast, stage="negotiating")
        self.look()
        for row in self.papers().values():
            self.verified[row.id] = (self.cast.wang.person_id or 0, self.cast.wang.unit_id, False)

    def teardown(self) -> None:
        """Let the leader try once more, then leave the database as it was."""
        try:
            if self.lead_id:
                self.recognised_by("chen")
        finally:
            self.savepoint.rollback()
            self.whole.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], Any]) -> bool:
        """Do something; a refusal leaves the tables of the trade as they were, and one entry."""
        try:
            deed()
        except Refusal:
            assert self.business() == self.stood
            assert self.entries() == (self.told[0] + 1, self.told[1] + 1), "a refusal leaves exactly one entry"
            self.told = self.entries()
            return False
        self.look()
        return True

    def look(self) -> None:
        """Note how the tables and the trail stand, so that what a refusal leaves can be compared."""
        self.stood, self.told = self.business(), self.entries()

    @staticmethod
    def entries() -> tuple[int, int]:
        """Return how many deeds stand on the trail, and how many of them were refused."""
        from peewee import Case, fn

        from crm.audit.models import AuditEntry

        refused = fn.SUM(Case(None, [(AuditEntry.outcome == "refused", 1)], 0))
        whole, shut = AuditEntry.select(fn.COUNT(AuditEntry.id), refused).tuples().get()
        return int(whole), int(shut or 0)

    @staticmethod
    def business() -> list[Any]:
        """Return the tables that a deed of this story could touch."""
        from crm.capital.models import Contract
        from crm.landing.models import Entity, Evidence, Recognition, RecognitionEvent
        from crm.leads.models import Claim, Lead

        tables: tuple[Any, ...] = (Lead, Claim, Contract, Entity, Evidence, Recognition, RecognitionEvent)
        return [list(table.select().order_by(table.id).tuples()) for table in tables]

    def actor(self, name: str) -> Actor:
        """Return somebody with the roles and the unit of this moment."""
        from crm.accounts.queries import actor_of, people

        known: Actor = getattr(self.cast, name)
        if known.person_id is None:
            return known
        return actor_of(people(person_id=known.person_id)[0], posted=known.posted)

    def papers(self) -> dict[str, Any]:
        """Return the newest paper of each leg that has one."""
        from crm.landing.queries import current_legs

        return {leg: row for leg, row in current_legs(self.lead_id).items() if row}

    @rule(name=WHO, values=some.none() | CHANGES)
    def tell_entity(self, name: str, values: dict[str, Any] | None) -> None:
        from crm.landing.operations import save_entity

        self.attempt(lambda: save_entity(self.lead_id, values or story.entity(), by=self.actor(name), at=AT))

    @rule(name=WHO, leg=LEG)
    def hand_in(self, name: str, leg: str) -> None:
        self.attempt(lambda: story.submitted(self.lead_id, leg, self.actor(name)))

    @rule(name=VERIFIERS, leg=LEG, refuse=some.booleans())
    def judge(self, name: str, leg: str, refuse: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        from crm.landing.operations import reject_leg

        row, by = self.papers().get(leg), self.actor(name)
        if row and refuse:
            self.attempt(lambda: reject_leg(row.id, reason="不清", by=by, at=AT))
        elif row:
            self.verify(row.id, by)

    def verify(self, item: int, by: Actor) -> None:
        """Verify, and note in the book apart what somebody was at that moment."""
        from crm.landing.operations import verify_leg
        from crm.landing.queries_eyes import self_granted

        if self.attempt(lambda: verify_leg(item, by=by, at=AT)):
            self.verified[item] = (by.person_id or 0, by.unit_id, self_granted(by))

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

    @rule(name=VERIFIERS)
    def verify_all(self, name: str) -> None:
        """Somebody does the work on whatever waits."""
        by = self.actor(name)
        for row in self.papers().values():
            self.verify(row.id, by)

    @rule(brings=some.sampled_from(("zhang", "wang", "sun", "chen")), judges=VERIFIERS)
    def try_to_land(self, brings: str, judges: str) -> None:
        """One brings every paper anew, one judges them all, and the leader is asked: the shortest way in, if any."""
        from crm.landing.operations_gate import revoke

        self.attempt(lambda: revoke(self.lead_id, reason="重来", by=self.cast.chen, at=AT))
        for leg in story.DOCUMENTS:
            self.hand_in(brings, leg)
        self.verify_all(judges)
        self.recognised_by("chen")

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

    @rule(name=ADMINS, whom=some.sampled_from(("ma", "sun", "zhang", "chen")), role=some.sampled_from(("verifier", "manager")))
    def grant(self, name: str, whom: str, role: str) -> None:
        """Give a role to somebody, or to oneself."""
        from crm.accounts.operations import set_roles

        by, to = self.actor(name), self.actor(whom)
        self.attempt(lambda: set_roles(to.person_id or 0, tuple({*to.roles, role}), by=by, at=AT))

    @rule(name=some.sampled_from(("wang", "zhou", "gu")), to=UNITS)
    def move_person(self, name: str, to: str) -> None:
        """The administrator puts a verifier into another unit."""
        from crm.accounts.models import Person
        from crm.accounts.operations import edit_person

        row: Any = Person.get(Person.login == name)
        unit = self.actor(to).unit_id
        self.attempt(lambda: edit_person(row.id, name=row.name, unit_id=unit, title="", phone="", active=True,
                                         by=self.actor("ma"), at=AT))  # fmt: skip

    @rule(name=LEADERS, owner=UNITS)
    def hand_over(self, name: str, owner: str) -> None:
        """The lead gets another officer and unit."""
        from crm.leads.models import Lead
        from crm.leads.operations import edit_lead

        taker, row = self.actor(owner), Lead.get_by_id(self.lead_id)
        values = {"owner_id": taker.person_id, "unit_id": taker.unit_id}
        if self.attempt(lambda: edit_lead(self.lead_id, values, base={}, version=row.version, by=self.actor(name),
                                          at=AT)):  # fmt: skip
            self.in_charge.add(taker.person_id)
            self.units.add(taker.unit_id)

    @rule(name=LEADERS)
    def share(self, name: str) -> None:
        from crm.leads.operations_facts import share_credit

        who = self.actor("sun").person_id or 0
        if self.attempt(lambda: share_credit(self.lead_id, [(who, 10_000)], reason="引荐", by=self.actor(name), at=AT)):
            self.credited.add(who)

    @rule(name=LEADERS, what=some.sampled_from(("suspend", "lift", "doubt", "confirmed")))
    def afterwards(self, name: str, what: str) -> None:
        from crm.landing.operations_after import lift, recheck, suspend

        by = self.actor(name)
        if what in ("suspend", "lift"):
            verb = suspend if what == "suspend" else lift
            self.attempt(lambda: verb(self.lead_id, reason="核查", by=by, at=AT))
        else:
            self.attempt(lambda: recheck(self.lead_id, what, reason="看过", by=by, at=AT))

    @precondition(lambda self: self.landings_here)
    @rule()
    def years_pass(self) -> None:
        """The papers run out, and the night marks them."""
        from crm.landing.operations_after import expire_legs

        expire_legs(at=AT + timedelta(days=900))
        self.look()

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
        type(self).landings += 1
        self.landings_here += 1
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
        """What the recognition rests on, by the book apart: three legs, each verified by somebody with no part in it."""
        from crm.capital.queries import formal_contract

        papers = self.papers()
        assert set(papers) == set(story.DOCUMENTS)
        for row in papers.values():
            assert row.state_on(DAY) == "verified"
            who, unit, self_made = self.verified[row.id]
            assert row.decided_by_id == who != row.submitted_by_id
            assert not self_made, "nobody verifies with a role of his own giving"
            assert who not in self.in_charge, "nor whoever is or was in charge"
            assert unit not in self.units, "nor anybody of a unit that is or was in charge"
            assert who not in self.credited, "nor whoever shares the credit"
        assert formal_contract(self.lead_id) is not None

    @invariant()
    def landed_means_recognised(self) -> None:
        """The lead's own columns never say more than the recognition that stands."""
        from crm.landing.queries import recognition_of
        from crm.leads.models import Lead

        if not self.lead_id:
            return
        row: Any = Lead.get_by_id(self.lead_id)
        stands = recognition_of(self.lead_id)
        on: date | None = stands.recognised_on if stands else None
        assert row.recognised_on == on
        assert row.landed_on == (None if stands and stands.suspended_on else on)
