"""What a project waits for by the clocks: an answer, a judgement, feedback, an update, its start, its plan, proof."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.capital.models import Contract
from crm.capital.queries import terms_of_all
from crm.core.clock import end_of_day, shanghai_date
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.core.workdays import earlier, later
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.queries import visible
from crm.leads.rules_clocks import clocks, months_before, plan_light, points_behind, start_light, statistics_light
from crm.pipeline.models import Milestone
from crm.statistics.queries_uncounted import noted_reason

if TYPE_CHECKING:

    from crm.core.actor import Actor
    from crm.core.due import Light
    from crm.core.errors import Text

WHO = fn.COALESCE(Person.name, Unit.name)
HEAD = (Lead.id, Lead.number, Lead.name, WHO.alias("who"))
ALIVE = Lead.status == "active"
RUNNING = ALIVE & ~Lead.opening
"""An opening entry starts no clock (domain.md §3)."""


def _leads(by: Actor, permission: str, *columns: Any) -> Any:
    return (
        Lead.select(*HEAD, *columns)
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(visible(by, permission))
        .limit(MOST)
    )


def _due(kind: str, row: tuple[Any, ...], sentence: Text, due_on: date, light: Light, endpoint: str = "lead.show",
         /, anchor: str = "", **args: object) -> Due:  # fmt: skip
    lead_id, number, name, who = row[:4]
    return Due(kind, "lead", lead_id, f"{number} {name}", sentence, due_on, light, endpoint,
               {"lead_id": lead_id, **args}, anchor, who or "")  # fmt: skip


def due_answers(by: Actor, today: date) -> list[Due]:
    """Return new leads that nobody has answered: no contact with the investor is on record."""
    days = clocks().answer_days
    answered = Contact.select(Contact.id).where((Contact.lead == Lead.id) & (Contact.kind != "feedback"))
    query = (
        _leads(by, "lead.contact", Lead.created_at)
        .where(RUNNING & (Lead.stage == "lead") & ~fn.EXISTS(answered))
        .order_by(Lead.created_at, Lead.id)
    )
    found = []
    for row in query.tuples():
        until = later(shanghai_date(row[4]), days)
        text = say("Answer the new lead: record the first contact by %(day)s.", day=until)
        found.append(_due("answer", row, text, until, light_on(until, today, days), anchor="contacts"))
    return found


def due_judgements(by: Actor, today: date) -> list[Due]:
    """Return leads that are answered and not judged yet."""
    days = clocks().judge_days
    query = (
        _leads(by, "stage.move", Lead.created_at)
        .where(RUNNING & (Lead.stage == "lead"))
        .order_by(Lead.created_at, Lead.id)
    )
    found = []
    for row in query.tuples():
        until = later(shanghai_date(row[4]), days)
        text = say("Judge the lead by %(day)s, or say why it is not pursued.", day=until)
        found.append(_due("judge", row, text, until, light_on(until, today, 1), "lead.advance", to="qualified"))
    return found


def due_feedback(by: Actor, today: date) -> list[Due]:
    """Return leads that a cadre or somebody else brought and whose bringer has heard nothing."""
    days = clocks().feed_back_days
    told = Contact.select(Contact.id).where((Contact.lead == Lead.id) & (Contact.kind == "feedback"))
    brought = Claim.select(Claim.id).where((Claim.lead == Lead.id) & Claim.ended_at.is_null())
    query = (
        _leads(by, "lead.contact", Lead.created_at, Lead.recommender)
        .where(
            RUNNING
            & Lead.stage.in_(("lead", "qualified"))
            & ((Lead.recommender != "") | fn.EXISTS(brought))
            & ~fn.EXISTS(told)
            & (Lead.created_at < end_of_day(earlier(today + timedelta(days=3), days)))
        )
        .order_by(Lead.created_at, Lead.id)
    )
    found = []
    for row in query.tuples():
        until = later(shanghai_date(row[4]), days)
        text = (
            say("Tell %(who)s what became of the project by %(day)s.", who=row[5], day=until)
            if row[5]
            else say("Tell the cadre who brought it what became of it by %(day)s.", day=until)
        )
        found.append(_due("feedback", row, text, until, light_on(until, today, 2), anchor="contacts"))
    return found


def due_updates(by: Actor, today: date) -> list[Due]:
    """Return projects without an update for as long as their stage allows, or nearly so."""
    remind = clocks().remind_days
    silent = None
    for stage, days in clocks().silence.items():
        since = today - timedelta(days=days - remind)
        term = (
            (Lead.stage == stage)
            & (Lead.updated_at < end_of_day(since))
            & (fn.COALESCE(Lead.last_contact_on, Lead.stage_since) <= since)
        )
        silent = term if silent is None else silent | term
    query = (
        _leads(by, "lead.contact", Lead.stage, Lead.stage_since, Lead.updated_at, Lead.last_contact_on)
        .where(ALIVE & silent)
        .order_by(Lead.updated_at, Lead.id)
    )
    found = []
    for row in query.tuples():
        sign = max(shanghai_date(row[6]), row[7] or row[5])
        until = sign + timedelta(days=clocks().silence[row[4]])
        text = say("No update since %(since)s; the next was due by %(day)s.", since=sign, day=until)
        if today < until:
            text = say("The next update is due by %(day)s; the last was on %(since)s.", since=sign, day=until)
        light: Light = "red" if today >= until else "yellow"
        found.append(_due("update", row, text, until, light, anchor="contacts"))
    return found


def due_proofs(by: Actor, today: date) -> list[Due]:
    """Return opening entries whose past stages wait for proof (补证); no clock runs for them."""
    del today
    query = (
        _leads(by, "lead.edit", Lead.stage_since, Lead.created_at)
        .where(ALIVE & Lead.opening & Lead.stage.in_(("negotiating", "signed", "started", "producing", "at_capacity")))
        .order_by(Lead.created_at, Lead.id)
    )
    text = say("Stands as the ledger says, unproved: hand in what its stages ask for.")
    return [
        _due("proof", row, text, shanghai_date(row[5]), "calm", anchor="proof-gaps") for row in query.tuples()
    ]


def _contracted(by: Actor, permission: str, stages: tuple[str, ...], *columns: Any) -> list[tuple[Any, ...]]:
    standing = Contract.select(Contract.id).where((Contract.lead == Lead.id) & Contract.voided_at.is_null())
    where = RUNNING & Lead.stage.in_(stages) & fn.EXISTS(standing)
    return list(_leads(by, permission, *columns).where(where).order_by(Lead.stage_since, Lead.id).limit(None).tuples())


def due_starts(by: Actor, today: date) -> list[Due]:
    """Return signed projects whose agreed start has passed."""
    rows = _contracted(by, "stage.move", ("signed",))
    agreed = terms_of_all([row[0] for row in rows])
    found = []
    for row in rows:
        day = agreed[row[0]].start_on if row[0] in agreed else None
        if day is not None and (light := start_light(day, today)) != "calm":
            text = say("The start was agreed for %(day)s and has not been recorded.", day=day)
            found.append(_due("start", row, text, day, light, "lead.advance", to="started"))
    return found[:MOST]


def due_plans(by: Actor, today: date) -> list[Due]:
    """Return projects whose money in place lags behind the yearly plan of their contract."""
    rows = _contracted(by, "capital.record", ("signed", "started", "producing"), Lead.paid_in_fen)
    agreed = terms_of_all([row[0] for row in rows])
    found = []
    for row in rows:
        plan = dict(agreed[row[0]].yearly_plan) if row[0] in agreed else {}
        points = points_behind(plan, row[4] or 0, today)
        if (light := plan_light(points)) != "calm":
            text = say("Money in place lags %(n)s points behind the investment plan.", n=points)
            found.append(_due("plan", row, text, today, light, anchor="capital"))
    return found[:MOST]


def due_statistics(by: Actor, today: date) -> list[Due]:
    """Return started projects of the size that counts, not in statistics (漏统) and without a noted reason."""
    limit = months_before(today, clocks().statistics_yellow_months)
    began = fn.MIN(LeadFact.happened_on)
    query = (
        _leads(by, "lead.edit", began.alias("began"))
        .join(LeadFact, on=((LeadFact.lead == Lead.id) & (LeadFact.fact == "stage") & (LeadFact.value == "started")))
        .where(
            RUNNING
            & Lead.stage.in_(("started", "producing", "at_capacity"))
            & Lead.statistics_on.is_null()
            & (Lead.investment_fen >= clocks().statistics_from_fen)
            & ~noted_reason(Lead.id)
        )
        .group_by(*HEAD[:3], Person.name, Unit.name)
        .having(began <= limit)
        .order_by(began, Lead.id)
    )
    found = []
    for row in query.tuples():
        day = row[4] if isinstance(row[4], date) else date.fromisoformat(row[4])
        text = say("Works began on %(day)s and no day of entering statistics is on record.", day=day)
        found.append(_due("statistics", row, text, day, statistics_light(day, today), "lead.edit", "place"))
    return found


def due_completions(by: Actor, today: date) -> list[Due]:
    """Return started projects whose agreed completion or production has passed without a dated proof."""
    rows = _contracted(by, "stage.move", ("started",))
    agreed = terms_of_all([row[0] for row in rows])
    proved = {
        (lead_id, kind)
        for lead_id, kind in Milestone.select(Milestone.lead, Milestone.kind).where(Milestone.voided_at.is_null())
        .tuples()
    }  # fmt: skip
    found = []
    for row in rows:
        said = agreed.get(row[0])
        for kind, day, text in (
            ("completion", said.completion_on if said else None,
             say("Completion was agreed for this day; no proof of it is on record.")),
            ("production_certificate", said.production_on if said else None,
             say("Production was agreed for this day; no proof of it is on record.")),
        ):  # fmt: skip
            if day is not None and day < today and (row[0], kind) not in proved:
                light = start_light(day, today)
                found.append(_due("agreed", row, text, day, light, "lead.milestone", kind=kind))
    return found[:MOST]


DUE = (
    Source("answer", say("Answer new leads"), "lead.contact", due_answers),
    Source("judge", say("Judge leads"), "stage.move", due_judgements),
    Source("feedback", say("Feedback to whoever brought it"), "lead.contact", due_feedback),
    Source("update", say("Updates"), "lead.contact", due_updates),
    Source("start", say("Agreed starts"), "stage.move", due_starts),
    Source("agreed", say("Agreed completion and production"), "stage.move", due_completions),
    Source("plan", say("Behind the investment plan"), "capital.record", due_plans),
    Source("statistics", say("Not in statistics"), "lead.edit", due_statistics),
    Source("proof", say("Proof of ledger entries"), "lead.edit", due_proofs),
)
