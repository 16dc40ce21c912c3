"""What is done to matters: raise, tell progress, move the deadline, hand on, answer, close, open again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import render
from crm.leads.queries import lead_row
from crm.services.models import Matter, MatterStep
from crm.services.queries import matter_reached
from crm.services.rules import (
    CATEGORIES,
    RATINGS,
    STATES,
    Raised,
    deadline_findings,
    owner_findings,
    raised_findings,
    usual_due,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor
    from crm.services.queries import MatterRow


def raise_matter(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter a need, request, complaint or decision with who answers by when; an empty deadline is the usual one."""
    with deed("matter.raise", by=by, at=at, kind="matter") as doing:
        require(by, "matter.record")
        said = Raised(
            str(values.get("category") or ""), str(values.get("kind") or ""), values.get("title") or "",
            values.get("source") or "", values.get("owner_unit_id"), values.get("about_unit_id"),
            values.get("raised_on"), values.get("due_on"),
        )  # fmt: skip
        if said.category not in CATEGORIES:
            raise refuse("matter.category", say("Choose one of the offered values."), "category")
        findings = raised_findings(said, shanghai_date(at))
        findings += _unit_findings(said)
        lead_id = values.get("lead_id")
        if lead_id is not None and lead_row(lead_id, by) is None:
            text = say("There is no such lead, or it is not yours to open.")
            findings.append(Finding("lead.unknown", text, "lead_number"))
        if findings or said.raised_on is None:
            raise Refusal(findings)
        row: Any = Matter.create(
            category=said.category, kind=said.kind, title=said.title.strip(), detail=values.get("detail") or "",
            source=said.source.strip(), lead=lead_id, about_unit=said.about_unit_id, owner_unit=said.owner_unit_id,
            raised_on=said.raised_on, due_on=said.due_on or usual_due(said.category, said.raised_on),
            recorded_by=by.person_id, recorded_unit=by.unit_id, recorded_at=at, changed_at=at,
        )  # fmt: skip
        doing.on("matter", row.id, row.title)
        doing.change("matter.category", None, said.category)
        doing.change("matter.due_on", None, row.due_on)
        _step(row.id, "raised", by, at, new=str(row.due_on))
        return int(row.id)


def _unit_findings(said: Raised) -> list[Finding]:
    wanted = {"owner_unit_id": said.owner_unit_id, "about_unit_id": said.about_unit_id}
    asked = [key for key in wanted.values() if key is not None]
    known = {row.id for row in Unit.select(Unit.id).where(Unit.id.in_(asked))}
    text = say("There is no such unit.")
    return [Finding("unit.unknown", text, name) for name, key in wanted.items() if key is not None and key not in known]


def _step(matter_id: int, kind: str, by: Actor, at: datetime, *, text: str = "", old: str = "", new: str = "") -> None:
    MatterStep.create(
        matter=matter_id, kind=kind, text=text, old=old, new=new, by=by.person_id, by_name=by.name, at=at
    )


def _opened(matter_id: int, by: Actor, doing: Deed, permission: str, states: Sequence[str]) -> MatterRow:
    """Lock and return a matter for a deed, or refuse when it is not in reach or stands elsewhere."""
    require(by, permission)
    Matter.update(changed_at=Matter.changed_at).where(Matter.id == matter_id).execute()
    row = matter_reached(matter_id, by, permission)
    if row is None:
        raise refuse("matter.unknown", say("There is no such matter, or it is not yours."), status=404)
    doing.on("matter", matter_id, row.title)
    if row.state not in states:
        text = say("“%(name)s” has moved on meanwhile; look at it again.", name=row.title)
        raise refuse("matter.moved", text, status=409)
    return row


def _text_findings(text: str, sentence: Any, field: str) -> list[Finding]:
    return [] if text.strip() else [Finding(f"{field}.missing", sentence, field)]


def tell_progress(matter_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Tell how far an open matter is."""
    with deed("matter.progress", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        _opened(matter_id, by, doing, "matter.answer", ("open",))
        findings = _text_findings(text, say("Say how far it is."), "text")
        if findings:
            raise Refusal(findings)
        _step(matter_id, "progress", by, at, text=text.strip())
        doing.change("matter.progress", None, text.strip()[:200])


def move_deadline(matter_id: int, due_on: date | None, reason: str, *, by: Actor, at: datetime) -> None:
    """Move an open matter's deadline with a reason; the old one stays on record."""
    with deed("matter.deadline", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        row = _opened(matter_id, by, doing, "matter.close", ("open",))
        findings = deadline_findings(due_on, row.due_on, reason, shanghai_date(at))
        if findings:
            raise Refusal(findings)
        Matter.update(due_on=due_on, changed_at=at).where(Matter.id == matter_id).execute()
        _step(matter_id, "deadline", by, at, text=reason.strip(), old=str(row.due_on), new=str(due_on))
        doing.change("matter.due_on", row.due_on, due_on)


def hand_on(matter_id: int, owner_unit_id: int | None, owner_id: int | None, reason: str, *, by: Actor,
            at: datetime) -> None:  # fmt: skip
    """Give an open matter to another unit or person, with a reason; never a complaint to the unit complained of."""
    with deed("matter.hand_on", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        row = _opened(matter_id, by, doing, "matter.answer", ("open",))
        findings = owner_findings(row.category, owner_unit_id, row.about_unit_id)
        unit = Unit.get_or_none(Unit.id == owner_unit_id) if owner_unit_id is not None else None
        if owner_unit_id is not None and unit is None:
            findings.append(Finding("unit.unknown", say("There is no such unit."), "owner_unit_id"))
        person = Person.get_or_none(Person.id == owner_id) if owner_id is not None else None
        if owner_id is not None and (person is None or person.unit_id != owner_unit_id or not person.active):
            findings.append(Finding("matter.person", say("This person is not of that unit."), "owner_id"))
        findings += _text_findings(reason, say("Give a reason."), "reason")
        if findings or unit is None:
            raise Refusal(findings)
        Matter.update(owner_unit=owner_unit_id, owner=owner_id, changed_at=at).where(Matter.id == matter_id).execute()
        new = unit.name + (f" {person.name}" if person else "")
        old = row.owner_unit + (f" {row.owner}" if row.owner else "")
        _step(matter_id, "owner", by, at, text=reason.strip(), old=old, new=new)
        doing.change("matter.owner", old, new)


def answer(matter_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Answer an open matter; nobody of the unit complained of does."""
    with deed("matter.answer", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        row = _opened(matter_id, by, doing, "matter.answer", ("open",))
        findings = _text_findings(text, say("Write the answer."), "answer")
        if row.category == "complaint" and by.unit_id == row.about_unit_id:
            sentence = say("A complaint is answered by another unit than the one complained of.")
            findings.append(Finding("matter.self", sentence, "answer"))
        elif scope(by, "matter.answer") != "all" and by.unit_id != row.owner_unit_id:
            sentence = say("%(unit)s answers this; hand it on if that is wrong.", unit=row.owner_unit)
            findings.append(Finding("matter.not_owner", sentence, "answer"))
        if findings:
            raise Refusal(findings)
        Matter.update(
            state="answered", answer=text.strip(), answered_on=shanghai_date(at), answered_by=by.person_id,
            changed_at=at,
        ).where(Matter.id == matter_id).execute()  # fmt: skip
        _step(matter_id, "answered", by, at, text=text.strip())
        doing.change("matter.state", render(STATES["open"]), render(STATES["answered"]))


def close(matter_id: int, rating: str, note: str, *, by: Actor, at: datetime) -> None:
    """Close an answered matter with what whoever raised it says of the answer; who answered does not close it."""
    with deed("matter.close", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        row = _opened(matter_id, by, doing, "matter.close", ("answered",))
        findings = []
        if rating not in RATINGS:
            findings.append(Finding("matter.rating", say("Choose one of the offered values."), "rating"))
        if row.answered_by_id == by.person_id:
            text = say("Who answered does not close it: ask a colleague to hear whoever raised it.")
            findings.append(Finding("matter.own_answer", text, "rating"))
        if findings:
            raise Refusal(findings)
        Matter.update(state="closed", rating=rating, closed_on=shanghai_date(at), changed_at=at).where(
            Matter.id == matter_id
        ).execute()
        _step(matter_id, "closed", by, at, text=note.strip(), new=rating)
        doing.change("matter.state", render(STATES["answered"]), render(STATES["closed"]))
        doing.change("matter.rating", None, render(RATINGS[rating]))


def reopen(matter_id: int, due_on: date | None, reason: str, *, by: Actor, at: datetime) -> None:
    """Open an answered or closed matter again, with a reason and a new deadline; the answer stays on record."""
    with deed("matter.reopen", by=by, at=at, kind="matter", thing_id=matter_id) as doing:
        row = _opened(matter_id, by, doing, "matter.close", ("answered", "closed"))
        today = shanghai_date(at)
        findings = _text_findings(reason, say("Give a reason."), "reason")
        if due_on is None or due_on < today:
            findings.append(Finding("matter.due", say("Give a deadline from today on."), "due_on"))
        if findings:
            raise Refusal(findings)
        Matter.update(
            state="open", answer="", answered_on=None, answered_by=None, closed_on=None, rating="", due_on=due_on,
            changed_at=at,
        ).where(Matter.id == matter_id).execute()  # fmt: skip
        _step(matter_id, "reopened", by, at, text=reason.strip(), old=str(row.due_on), new=str(due_on))
        doing.change("matter.state", render(STATES[row.state]), render(STATES["open"]))
        doing.change("matter.due_on", row.due_on, due_on)
