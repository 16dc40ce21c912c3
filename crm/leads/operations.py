"""What is done to a lead's facts: create and edit; nothing is deleted, reported facts keep their history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Unit
from crm.accounts.operations import pinyin_key
from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads import search
from crm.leads.models import Lead, LeadFact, NumberSequence
from crm.leads.operations_versions import note_versions
from crm.leads.queries import similar, visible
from crm.leads.rules import BY_NAME, FACTS, Conflict, merge
from crm.leads.rules_names import company_key, name_key

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.leads.queries import Similar

UNASSIGNED = ("unassigned", "未分配")


class EditConflict(Refusal):
    """Somebody else saved meanwhile and changed the same facts; carries all three sides."""

    def __init__(self, conflicts: list[Conflict], version: int) -> None:
        """Keep the conflicts and the version that stands now."""
        self.conflicts = conflicts
        self.version = version
        text = say("Somebody else changed this lead meanwhile.")
        super().__init__([Finding("edit.conflict", text, item.name) for item in conflicts], status=409)


def next_number(year: int) -> str:
    """Give the next number of a year; the row lock makes two writers wait for each other."""
    onwards = NumberSequence.update(last=NumberSequence.last + 1).where(NumberSequence.year == year)
    if not onwards.execute():
        # Of two who begin a year at once, one inserts and both then count on from the same row.
        NumberSequence.insert(year=year, last=0).on_conflict_ignore().execute()
        onwards.execute()
    last = NumberSequence.select(NumberSequence.last).where(NumberSequence.year == year).scalar()
    return f"LD-{year}-{last:04d}"


def note_fact(lead_id: int, fact: str, value: object, *, happened_on: date, by: Actor, at: datetime, reason: str = "",
              opening: bool = False) -> None:  # fmt: skip
    """Write one entry of a reported fact's history."""
    LeadFact.insert(
        lead=lead_id, fact=fact, value=None if value is None else str(value), happened_on=happened_on, recorded_at=at,
        by=by.person_id, by_name=by.name, reason=reason, opening=opening,
    ).execute()  # fmt: skip


def create_lead(values: dict[str, Any], *, by: Actor, at: datetime, client_key: str | None = None,
                despite_similar: bool = False, stage: str = "lead", status: str = "active",
                since: date | None = None, extra: dict[str, str] | None = None) -> int:  # fmt: skip
    """Create a lead and return its id; the same client key twice is one lead.

    `stage` and `status` other than the first ones make an opening entry (domain.md §3): intake's word, unproved.
    """
    with deed("lead.create", by=by, at=at, kind="lead", label=values.get("name", "")) as doing:
        require(by, "lead.create")
        values = _placed(values, by)
        # The number's row lock makes the same order sent twice wait, and then find what the first one made.
        number = next_number(shanghai_date(at).year)
        known = Lead.get_or_none(Lead.client_key == client_key) if client_key else None
        if known:
            doing.silent = True
            return int(known.id)
        if not despite_similar:
            _refuse_similar(values)
        opening = stage != "lead" or status != "active"
        day = since or shanghai_date(at)
        row = Lead.create(
            **values, **_derived(values), number=number, client_key=client_key or None,
            stage=stage, stage_since=day, status=status, status_since=day, opening=opening,
            extra=json.dumps(extra or {}, ensure_ascii=False), created_at=at, created_by=by.person_id, updated_at=at,
        )  # fmt: skip
        doing.on("lead", row.id, f"{row.number} {row.name}")
        for name, value in _known(values).items():
            doing.change(name, None, value)
            if BY_NAME[name].reported:
                note_fact(row.id, name, value, happened_on=shanghai_date(at), by=by, at=at)
        note_fact(row.id, "stage", stage, happened_on=day, by=by, at=at, opening=opening)
        note_fact(row.id, "status", status, happened_on=day, by=by, at=at, opening=opening)
        index(row.id)
        return int(row.id)


def _placed(values: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Fill in the unit and owner that a lead gets when none was chosen; refuse a unit out of the actor's reach."""
    unit_id = values.get("unit_id") or by.unit_id or _unassigned_unit()
    if scope(by, "lead.create") == "unit" and unit_id != by.unit_id:
        raise refuse("unit.other", say("You can only enter leads of your own unit."), "unit_id", 403)
    owner_id = values.get("owner_id")
    if owner_id is None and "officer" in by.roles:
        owner_id = by.person_id
    return {**values, "unit_id": unit_id, "owner_id": owner_id}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {fact.name: values[fact.name] for fact in FACTS if values.get(fact.name) not in (None, "")}


def _unassigned_unit() -> int:
    code, name = UNASSIGNED
    unit = Unit.get_or_none(Unit.code == code)
    if unit is None:
        unit = Unit.create(code=code, name=name, pinyin=pinyin_key(name), office="other")
    return int(unit.id)


def _refuse_similar(values: dict[str, Any]) -> None:
    found = similar(values.get("name", ""), values.get("investor") or "")
    if found:
        raise Refusal([_same_name(row) for row in found], status=409)


def _same_name(row: Similar) -> Finding:
    text = say(
        "%(number)s of %(unit)s has the same name or nearly so. Is this another project?",
        number=row.number, unit=row.unit_name,
    )  # fmt: skip
    return Finding("duplicate.name", text, "name")


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    """Return the comparing keys of those of name and investor that are given."""
    keys: dict[str, Any] = {}
    if "name" in values:
        keys["name_key"] = name_key(values["name"])[:255]
        keys["name_pinyin"] = pinyin_key(values["name"])
    if "investor" in values:
        keys["investor_key"] = company_key(values["investor"] or "")[:255]
    return keys


def index(lead_id: int) -> None:
    """Make a lead findable by its words."""
    row = Lead.get_by_id(lead_id)
    search.put(
        lead_id,
        [row.number, row.name, row.investor, row.name_pinyin.replace(" ", ""), row.site, row.products, row.industry,
         row.recommender, row.content],
    )  # fmt: skip


def edit_lead(lead_id: int, values: dict[str, Any], *, base: dict[str, Any], version: int, by: Actor,
              at: datetime) -> None:  # fmt: skip
    """Change a lead's facts; when another saved meanwhile, what does not collide merges and what does is refused.

    `base` is what the editor saw, `version` its version. Who was refused and has chosen between the sides saves again
    with the version that the refusal named, so that a third person's save in between is seen as well.
    """
    with deed("lead.edit", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "lead.edit")
        # The no-op update takes the row lock on PostgreSQL, so that two edits are merged one after the other.
        Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
        row = open_for(lead_id, by, "lead.edit")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        known = {name: value for name, value in values.items() if name in BY_NAME}
        theirs = {name: getattr(row, name) for name in known}
        merged, conflicts = merge(base if version != row.version else theirs, theirs, known)
        if conflicts:
            raise EditConflict(conflicts, row.version)
        changed = {name: value for name, value in merged.items() if value != theirs[name]}
        if "unit_id" in changed and scope(by, "lead.assign") != "all":
            raise refuse("unit.assign", say("Only a leader hands a lead to another unit."), "unit_id", 403)
        if not changed:
            doing.silent = True
            return
        apply_changes(lead_id, changed, by=by, at=at)
        for name, value in changed.items():
            doing.change(name, theirs[name], value)


def apply_changes(lead_id: int, changed: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Write changed facts to the current row and the reported ones to their history."""
    row = Lead.get_by_id(lead_id)
    Lead.update(**changed, **_derived(changed), version=Lead.version + 1, updated_at=at).where(
        Lead.id == lead_id
    ).execute()
    note_versions(lead_id, {name: getattr(row, name) for name in changed})
    for name, value in changed.items():
        if BY_NAME[name].reported:
            note_fact(lead_id, name, value, happened_on=shanghai_date(at), by=by, at=at)
    index(lead_id)


def open_for(lead_id: int, by: Actor, permission: str) -> Any:
    """Return the lead's row when the actor's permission reaches it; otherwise refuse as if it did not exist."""
    row = Lead.get_or_none((Lead.id == lead_id) & visible(by, permission))
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row
