"""What is done to monthly figures: one month is entered, completed or corrected; a sheet of many comes in whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.statistics.models import Enterprise, MonthlyReturn
from crm.statistics.operations import ENTER, opened
from crm.statistics.rules import MEASURE, NAMES, last_day, owes, source_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from crm.core.actor import Actor

Verdict = Literal["new", "completed", "corrected", "unchanged"]


@dataclass(frozen=True)
class SheetRow:
    """One good row of a sheet: which enterprise, which month, what."""

    enterprise_id: int
    month: str
    values: Mapping[str, Any]


def save_return(enterprise_id: int, month: str, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Verdict:
    """Enter, complete or correct the figures of a month; the version before stays on record."""
    with deed("return.save", by=by, at=at, kind="enterprise", thing_id=enterprise_id) as doing:
        known = opened(enterprise_id, by, doing)
        doing.on("enterprise", enterprise_id, f"{known.name} {month}")
        standing = MonthlyReturn.get_or_none(
            (MonthlyReturn.enterprise == enterprise_id) & (MonthlyReturn.month == month)
            & MonthlyReturn.superseded_at.is_null()
        )  # fmt: skip
        findings = return_findings(
            month, values, entered_on=known.entered_on, left_on=known.left_on, today=shanghai_date(at)
        )
        verdict, changed = weigh(standing, values)
        findings += _reason_findings(verdict, changed, values)
        if findings:
            raise Refusal(findings)
        if verdict == "unchanged":
            doing.silent = True
            return verdict
        _write(enterprise_id, month, values, standing, by=by, at=at)
        for name in changed:
            doing.change(name, getattr(standing, name) if standing else None, values.get(name))
        doing.change("source", standing.source if standing else None, values["source"])
        if values.get("reason"):
            doing.change("reason", None, values["reason"])
        return verdict


def return_findings(month: str, values: Mapping[str, Any], *, entered_on: date | None, left_on: date | None,
                    today: date) -> list[Finding]:  # fmt: skip
    """Return what is wrong with the figures of a month, whoever brings them."""
    found = []
    if last_day(month) > today:
        found.append(Finding("month.future", say("This month is not over yet."), "month"))
    elif not owes(month, entered_on, left_on):
        text = say("The enterprise was not in the park at the end of that month; see its days in the register.")
        found.append(Finding("month.away", text, "month"))
    for code in (values["source"], *values.get("sources", {}).values()):
        found += source_findings(code)
    if all(values.get(name) is None for name in NAMES):
        found.append(Finding("return.empty", say("Give at least one figure; 0 where there was nothing."), NAMES[0]))
    if not (values.get("statistician") or "").strip():
        found.append(Finding("statistician.missing", say("Name the statistician who answers for it."), "statistician"))
    return found


def weigh(standing: Any, values: Mapping[str, Any]) -> tuple[Verdict, list[str]]:
    """Tell what figures are against the version that stands, and which of them differ."""
    if standing is None:
        return "new", [name for name in NAMES if values.get(name) is not None]
    changed = [name for name in NAMES if getattr(standing, name) != values.get(name)]
    sources = json.loads(standing.sources)
    same = (standing.source, sources, standing.statistician, standing.note) == (
        values["source"], values.get("sources") or {}, values["statistician"], values.get("note") or "",
    )  # fmt: skip
    if not changed and same:
        return "unchanged", []
    if any(getattr(standing, name) is not None for name in changed):
        return "corrected", changed
    return "completed", changed


def _reason_findings(verdict: Verdict, changed: Sequence[str], values: Mapping[str, Any]) -> list[Finding]:
    if verdict != "corrected" or (values.get("reason") or "").strip():
        return []
    text = say("%(what)s was known otherwise: say why it changes.", what=[MEASURE[name].label for name in changed])
    return [Finding("reason.missing", text, "reason")]


def _write(enterprise_id: int, month: str, values: Mapping[str, Any], standing: Any, *, by: Actor,
           at: datetime) -> None:  # fmt: skip
    if standing is not None:
        MonthlyReturn.update(superseded_at=at).where(MonthlyReturn.id == standing.id).execute()
    MonthlyReturn.insert(
        enterprise=enterprise_id, month=month, **{name: values.get(name) for name in NAMES}, source=values["source"],
        sources=json.dumps(values.get("sources") or {}, sort_keys=True), statistician=values["statistician"],
        note=values.get("note") or "", reason=(values.get("reason") or "").strip(), recorded_by=by.person_id,
        recorded_by_name=by.name, recorded_at=at, door=by.door,
    ).execute()  # fmt: skip


def standing_returns(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Any]:
    """Return the versions that stand for some enterprises and months, by both; one statement."""
    wanted = set(keys)
    months = sorted({month for _id, month in wanted})
    query = MonthlyReturn.select().where(MonthlyReturn.month.in_(months) & MonthlyReturn.superseded_at.is_null())
    return {(row.enterprise_id, row.month): row for row in query if (row.enterprise_id, row.month) in wanted}


def judge_row(row: SheetRow, known: Any, standing: Any, today: date) -> tuple[Verdict, list[Finding]]:
    """Tell what a row of a sheet would do, and everything that is wrong with it."""
    findings = return_findings(row.month, row.values, entered_on=known.entered_on, left_on=known.left_on, today=today)
    verdict, changed = weigh(standing, row.values)
    return verdict, findings + _reason_findings(verdict, changed, row.values)


def take_sheet(rows: Sequence[SheetRow], *, label: str, by: Actor, at: datetime) -> dict[str, int]:
    """Take a whole sheet in, or nothing of it; what stands already in the same figures is left alone."""
    with deed("return.sheet", by=by, at=at, kind="monthly_sheet", label=label) as doing:
        require(by, ENTER)
        if not rows:
            raise refuse("sheet.empty", say("No row of the sheet has any figure."))
        ids = sorted({row.enterprise_id for row in rows})
        # One after another for the same enterprises; the order keeps two sheets from waiting for each other.
        Enterprise.update(version=Enterprise.version).where(Enterprise.id.in_(ids)).execute()
        standing = standing_returns((row.enterprise_id, row.month) for row in rows)
        known = {row.id: row for row in Enterprise.select().where(Enterprise.id.in_(ids))}
        counts: dict[str, int] = {"new": 0, "completed": 0, "corrected": 0, "unchanged": 0}
        findings: list[Finding] = []
        for row in rows:
            if row.enterprise_id not in known or not _in_reach(known[row.enterprise_id], by):
                text = say("There is no such enterprise, or it is not your unit's.")
                raise refuse("enterprise.unknown", text, status=404)
            place = (row.enterprise_id, row.month)
            verdict, wrong = judge_row(row, known[row.enterprise_id], standing.get(place), shanghai_date(at))
            findings += wrong
            counts[verdict] += 1
            if not wrong and verdict != "unchanged":
                _write(row.enterprise_id, row.month, row.values, standing.get(place), by=by, at=at)
        if findings:
            raise Refusal(findings)
        doing.silent = counts["unchanged"] == len(rows)
        for name, number in counts.items():
            doing.change(name, None, number)
        return counts


def _in_reach(row: Any, by: Actor) -> bool:
    return scope(by, ENTER) == "all" or (scope(by, ENTER) == "unit" and row.unit_id == by.unit_id)
