"""What is done to the register: an enterprise is entered and changed, with its history; totals; explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.models import Unit
from crm.accounts.operations import pinyin_key
from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.queries import lead_numbered, visible
from crm.leads.rules_names import fold
from crm.statistics.models import CityTotal, Enterprise, EnterpriseFact, Explanation
from crm.statistics.queries import reached
from crm.statistics.rules import INDICATORS, MONTHS, last_day, statistics_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

ENTER = "statistics.enter"
FACTS = ("name", "uscc", "park", "industry_code", "unit_id", "statistician", "statistician_phone", "lead_id",
         "entered_on", "left_on", "scale_on", "note")  # fmt: skip
WEIGHTY = ("park", "uscc", "left_on", "unit_id")
"""What is not changed without a reason once it is known."""
NEEDED = {
    "name": say("Name of the enterprise"), "park": say("Park"), "unit_id": say("Responsible unit"),
    "statistician": say("Named statistician"),
}  # fmt: skip


def add_enterprise(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter an enterprise of a park into the register; refuses one that stands there already."""
    with deed("enterprise.add", by=by, at=at, kind="enterprise", label=values.get("name") or "") as doing:
        require(by, ENTER)
        facts = _facts(values, by)
        _refuse_unsound(facts, by, None)
        row: Any = Enterprise.create(
            **_columns(facts), recorded_by=by.person_id, recorded_at=at, updated_at=at
        )
        doing.on("enterprise", row.id, facts["name"])
        since = facts["entered_on"] or shanghai_date(at)
        for name in FACTS:
            if facts[name] not in (None, ""):
                doing.change(name, None, facts[name])
                _note(row.id, name, facts[name], since, by, at, "")
        return int(row.id)


def edit_enterprise(enterprise_id: int, values: Mapping[str, Any], *, version: int, reason: str = "",
                    happened_on: date | None = None, by: Actor, at: datetime) -> None:  # fmt: skip
    """Change an enterprise's facts from a day on; what was changed meanwhile by somebody else is not overwritten."""
    with deed("enterprise.edit", by=by, at=at, kind="enterprise", thing_id=enterprise_id) as doing:
        known = opened(enterprise_id, by, doing)
        facts = _facts(values, by, known)
        changed = [name for name in FACTS if getattr(known, name) != (facts[name] or _empty(name))]
        if not changed:
            doing.silent = True
            return
        day = happened_on or shanghai_date(at)
        findings = _edit_findings(known, changed, version, reason, day, shanghai_date(at))
        if findings:
            raise Refusal(findings, 409 if known.version != version else 422)
        _refuse_unsound(facts, by, enterprise_id)
        Enterprise.update(**_columns(facts), version=Enterprise.version + 1, updated_at=at).where(
            Enterprise.id == enterprise_id
        ).execute()
        for name in changed:
            doing.change(name, getattr(known, name), facts[name])
            _note(enterprise_id, name, facts[name], day, by, at, reason)
        if reason.strip():
            doing.change("reason", None, reason.strip())


def opened(enterprise_id: int, by: Actor, doing: Deed, permission: str = ENTER) -> Any:
    """Lock and return an enterprise for a deed, or refuse."""
    require(by, permission)
    # The no-op update takes the row lock on PostgreSQL, so that versions are made one after another.
    Enterprise.update(version=Enterprise.version).where(Enterprise.id == enterprise_id).execute()
    row = Enterprise.get_or_none((Enterprise.id == enterprise_id) & reached(by, permission))
    if row is None:
        raise refuse("enterprise.unknown", say("There is no such enterprise, or it is not your unit's."), status=404)
    doing.on("enterprise", enterprise_id, row.name)
    return row


def _empty(name: str) -> object:
    return None if name in ("uscc", "lead_id", "entered_on", "left_on", "scale_on") else ""


def _facts(values: Mapping[str, Any], by: Actor, known: Any = None) -> dict[str, Any]:
    """Return the facts as the table keeps them; a project's number becomes its id."""
    facts = {name: values.get(name) for name in FACTS}
    for name in ("name", "industry_code", "statistician", "statistician_phone", "note", "park"):
        facts[name] = (facts[name] or "").strip()
    facts["uscc"] = facts["uscc"] or None
    facts["unit_id"] = int(facts["unit_id"]) if facts["unit_id"] else by.unit_id
    number = (values.get("lead_number") or "").strip()
    if number:
        kept = known is not None and known.lead_id is not None and known.lead.number == number.upper()
        facts["lead_id"] = known.lead_id if kept else lead_numbered(number, by)
        if facts["lead_id"] is None:
            text = say("There is no project %(number)s that you may see.", number=number)
            raise refuse("enterprise.lead", text, "lead_number")
    return facts


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name.removesuffix("_id"): facts[name] for name in FACTS}
    return {**columns, "name_key": fold(facts["name"])[:255], "pinyin": pinyin_key(facts["name"])}


def _refuse_unsound(facts: Mapping[str, Any], by: Actor, but: int | None) -> None:
    found = [
        Finding(f"{name}.missing", say("%(what)s is missing.", what=label), name)
        for name, label in NEEDED.items()
        if not facts[name]
    ]
    if scope(by, ENTER) == "unit" and facts["unit_id"] != by.unit_id:
        found.append(Finding("unit.other", say("You can only enter enterprises of your own unit."), "unit_id"))
    if facts["left_on"] and facts["entered_on"] and facts["left_on"] < facts["entered_on"]:
        found.append(Finding("left.before", say("It cannot have left before it came."), "left_on"))
    same = (Enterprise.name_key == fold(facts["name"])[:255]) & Enterprise.left_on.is_null()
    if facts["uscc"]:
        same |= Enterprise.uscc == facts["uscc"]
    query: Any = Enterprise.select(Enterprise.name, Enterprise.uscc, Unit.name).join(Unit).where(same)
    if but is not None:
        query = query.where(Enterprise.id != but)
    for name, uscc, unit in query.limit(3).tuples():
        by_code = bool(facts["uscc"]) and uscc == facts["uscc"]
        text = say("%(name)s stands in the register already (%(unit)s keeps it).", name=name, unit=unit)
        found.append(Finding("enterprise.exists", text, "uscc" if by_code else "name"))
    if found:
        raise Refusal(found)


def _edit_findings(known: Any, changed: list[str], version: int, reason: str, day: date,
                   today: date) -> list[Finding]:  # fmt: skip
    found = []
    if known.version != version:
        text = say("Somebody else has changed this enterprise meanwhile: look at it anew, then change it.")
        found.append(Finding("enterprise.conflict", text))
    if day > today:
        found.append(Finding("date.future", say("This day has not come yet."), "happened_on"))
    told = [name for name in changed if name in WEIGHTY and getattr(known, name) not in (None, "")]
    if told and not reason.strip():
        text = say("Park, unit, credit code or the day it left change: say why.")
        found.append(Finding("reason.missing", text, "reason"))
    return found


def _note(enterprise_id: int, fact: str, value: object, day: date, by: Actor, at: datetime, reason: str) -> None:
    EnterpriseFact.insert(
        enterprise=enterprise_id, fact=fact, value=None if value in (None, "") else str(value), happened_on=day,
        recorded_at=at, by=by.person_id, by_name=by.name, reason=reason.strip()[:255],
    ).execute()  # fmt: skip


# --- totals of the city, explanations


def record_total(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Record a total of the city up to a month with its source; a correction keeps the old one and needs a reason."""
    label = f"{values.get('year')}-{values.get('through')} {values.get('indicator')}"
    with deed("city_total.record", by=by, at=at, kind="city_total", label=label) as doing:
        require(by, "statistics.city")
        year, through, indicator = values["year"], values["through"], values["indicator"]
        found = []
        if not 2000 <= year <= shanghai_date(at).year:  # noqa: PLR2004 - nothing older is compared
            found.append(Finding("year.far", say("This year lies too far away."), "year"))
        elif not 1 <= through <= MONTHS or last_day(f"{year}-{through:02d}") > shanghai_date(at):
            found.append(Finding("month.future", say("This month is not over yet."), "through"))
        if indicator not in INDICATORS:
            found.append(Finding("indicator.unknown", say("Choose one of the offered values."), "indicator"))
        if not (values.get("source") or "").strip():
            found.append(Finding("source.missing", say("Name where the figures come from."), "source"))
        place = (CityTotal.year == year) & (CityTotal.indicator == indicator) & (CityTotal.through == through)
        known = CityTotal.get_or_none(place & CityTotal.superseded_at.is_null())
        facts = {"amount_fen": values["amount_fen"], "source": (values.get("source") or "").strip(),
                 "note": (values.get("note") or "").strip()}  # fmt: skip
        if known and all(getattr(known, name) == value for name, value in facts.items()):
            doing.silent = True
            return int(known.id)
        if known and known.amount_fen != facts["amount_fen"] and not (values.get("reason") or "").strip():
            found.append(Finding("reason.missing", say("This total is known already: say why it changes."), "reason"))
        if found:
            raise Refusal(found)
        if known:
            CityTotal.update(superseded_at=at).where(CityTotal.id == known.id).execute()
        row: Any = CityTotal.create(
            year=year, through=through, indicator=indicator, **facts, reason=(values.get("reason") or "").strip(),
            recorded_by=by.person_id, recorded_by_name=by.name, recorded_at=at,
        )  # fmt: skip
        doing.on("city_total", row.id, label)
        doing.change("amount_fen", known.amount_fen if known else None, facts["amount_fen"])
        doing.change("source", known.source if known else None, facts["source"])
        return int(row.id)


def explain(kind: str, *, text: str, about: str, month: str = "", enterprise_id: int | None = None,
            lead_id: int | None = None, by: Actor, at: datetime) -> int:  # fmt: skip
    """Answer what figures ask of an enterprise or a project; the answer stays, a later one counts."""
    with deed("statistics.explain", by=by, at=at, kind="enterprise", thing_id=enterprise_id) as doing:
        require(by, "statistics.explain")
        if enterprise_id is not None:
            opened(enterprise_id, by, doing, "statistics.explain")
        else:
            _lead_in_reach(lead_id, by, doing)
        known = {pair.code for pair in statistics_rules().pairs} | set(KINDS)
        if kind not in known:
            raise refuse("question.unknown", say("Nothing is asked of this kind."), "kind", 404)
        if not text.strip():
            raise refuse("explanation.missing", say("Say in a sentence how it comes."), "text")
        row: Any = Explanation.create(
            kind=kind, enterprise=enterprise_id, lead=lead_id, month=month, about=about[:255], text=text.strip(),
            by=by.person_id, by_name=by.name, at=at,
        )  # fmt: skip
        doing.change("explanation", None, text.strip()[:255])
        doing.change("month", None, month or None)
        return int(row.id)


KINDS = {
    "return": say("Missing return"),
    "uncounted": say("Project not in statistics"),
    "unscaled": say("Enterprise above size not in statistics"),
    "paid_quiet": say("Money without activity"),
    "active_unpaid": say("Activity without money"),
}
"""What else can be asked and explained, beside the pairs of figures."""


def _lead_in_reach(lead_id: int | None, by: Actor, doing: Deed) -> None:
    row = Lead.get_or_none((Lead.id == lead_id) & visible(by, "statistics.explain"))
    if row is None:
        raise refuse("lead.unknown", say("There is no such project, or it is not yours to see."), status=404)
    doing.on("lead", row.id, f"{row.number} {row.name}")
