"""What the bureau says once for all projects: procedures, closed operation, powers handed down, the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.approvals.models import FAR, ApprovalCase, CalendarDay, ClosedPark, HandedPower, Procedure
from crm.approvals.queries import case_of, catalogue, closed_parks, forget_calendar, with_stops
from crm.approvals.rules import Step, due_on, step_findings
from crm.audit.operations import deed
from crm.core.errors import Finding, Refusal, refuse, say
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from typing import Any

    from crm.core.actor import Actor

PERMISSION = "approval.manage"
FACTS = ("name", "unit_before", "unit_after", "promised_days", "position", "basis", "active")


def set_procedure(step: Step, *, by: Actor, at: datetime) -> None:
    """Enter or change a procedure of the catalogue; cases that run keep what was promised to them."""
    with deed("approval.procedure", by=by, at=at, kind="procedure", label=step.name) as doing:
        require(by, PERMISSION)
        findings = step_findings(step)
        if findings:
            raise Refusal(findings)
        known = next((one for one in catalogue(all_of_them=True) if one.code == step.code), None)
        for fact in FACTS:
            doing.change(f"procedure.{fact}", getattr(known, fact) if known else None, getattr(step, fact))
        values = {fact: getattr(step, fact) for fact in FACTS}
        Procedure.insert(code=step.code, changed_by=by.person_id, changed_at=at, **values).on_conflict(
            conflict_target=[Procedure.code], update={**values, "changed_by": by.person_id, "changed_at": at}
        ).execute()


def close_park(park: str, closed_on: date | None, basis: str, *, by: Actor, at: datetime) -> None:
    """Say since when a park operates closed (or that it does not), on what basis; listed cases stay where they are."""
    with deed("approval.closed_park", by=by, at=at, kind="park", label=park) as doing:
        require(by, PERMISSION)
        findings = []
        if park not in dictionary("parks"):
            findings.append(Finding("park.unknown", say("Choose a park."), "park"))
        if not basis.strip():
            findings.append(Finding("basis.missing", say("Name the document that this rests on."), "basis"))
        if findings:
            raise Refusal(findings)
        known = closed_parks().get(park)
        doing.change("park.closed_on", known.closed_on if known else None, closed_on)
        doing.change("park.basis", known.basis if known else None, basis.strip())
        ClosedPark.create(park=park, closed_on=closed_on, basis=basis.strip(), recorded_by=by.person_id, recorded_at=at)


def hand_down(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Record a power handed down to a park with the paper it rests on."""
    with deed("approval.hand_down", by=by, at=at, kind="power", label=str(values.get("name") or "")) as doing:
        require(by, PERMISSION)
        findings = []
        if values.get("park") not in dictionary("parks"):
            findings.append(Finding("park.unknown", say("Choose a park."), "park"))
        findings += [
            Finding(f"power.{name}", say("Fill in this field."), name)
            for name in ("name", "from_unit", "basis")
            if not str(values.get(name) or "").strip()
        ]
        if values.get("handed_on") is None:
            findings.append(Finding("power.day", say("Say on which day."), "handed_on"))
        if findings:
            raise Refusal(findings)
        names = ("park", "name", "procedure_code", "from_unit", "basis", "seal", "handed_on", "note")
        kept = {name: values[name] for name in names if values.get(name) is not None}
        row: Any = HandedPower.create(**kept, recorded_by=by.person_id, recorded_at=at)
        for name, value in kept.items():
            doing.change(f"power.{name}", None, value or None)
        return int(row.id)


def take_back(power_id: int, day: date | None, *, by: Actor, at: datetime) -> None:
    """End a power that was handed down, from a day on; it stays on the list."""
    with deed("approval.take_back", by=by, at=at, kind="power", thing_id=power_id) as doing:
        require(by, PERMISSION)
        row: Any = HandedPower.get_or_none(HandedPower.id == power_id)
        if row is None:
            raise refuse("power.unknown", say("There is no such power."), status=404)
        doing.on("power", power_id, row.name)
        if row.ended_on is not None:
            raise refuse("power.ended", say("This power has ended already."), status=409)
        if day is None or day < row.handed_on:
            raise refuse("power.day", say("Give a day from %(day)s on.", day=row.handed_on), "day")
        HandedPower.update(ended_on=day).where(HandedPower.id == power_id).execute()
        doing.change("power.ended_on", None, day)


def set_day(day: date | None, works: bool | None, note: str, *, by: Actor, at: datetime) -> int:  # noqa: FBT001
    """Say that a day is worked or off (None: what the official arrangement says); open cases are counted anew.

    Returns how many open cases got another last day.
    """
    with deed("approval.calendar", by=by, at=at, kind="calendar", label=str(day or "")) as doing:
        require(by, PERMISSION)
        findings = [] if day else [Finding("calendar.day", say("Say which day."), "day")]
        if works is not None and not note.strip():
            findings.append(Finding("calendar.note", say("Say why, like the name of the holiday."), "note"))
        if findings or day is None:
            raise Refusal(findings)
        known: Any = CalendarDay.get_or_none(CalendarDay.day == day)
        doing.change("calendar.works", known.works if known else None, works)
        CalendarDay.delete().where(CalendarDay.day == day).execute()
        if works is not None:
            CalendarDay.create(day=day, works=works, note=note.strip()[:255], changed_by=by.person_id, changed_at=at)
        forget_calendar()
        moved = _count_anew()
        doing.change("calendar.moved", None, moved or None)
    return moved


def _count_anew() -> int:
    moved = 0
    query = ApprovalCase.select().where(ApprovalCase.state == "running")
    for case in with_stops([case_of(row) for row in query.dicts()]):
        if case.accepted_on is None:
            continue
        due, estimated = due_on(case.accepted_on, case.promised_days, case.stops)
        if (due, estimated) != (case.due_on, case.estimated):
            ApprovalCase.update(due_on=due, sort_on=due or FAR, estimated=estimated).where(
                ApprovalCase.id == case.id
            ).execute()
            moved += due != case.due_on
    return moved
