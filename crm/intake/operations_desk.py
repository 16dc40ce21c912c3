"""The desk at which rows are checked: the same form as a page, the actor's reach, and what an update would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.accounts.rules import scope
from crm.core.errors import Finding, say
from crm.core.forms import findings_of, formdata
from crm.intake.rules_cells import Remark
from crm.intake.rules_lead import Draft, draft
from crm.leads.forms import LeadForm
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.leads.rules import BY_NAME, STAGE_LABELS
from crm.pipeline.operations import edit_assessed

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.intake.rules_duplicates import Known
    from crm.intake.rules_sheet import RowReading

NEVER_UPDATED = frozenset({"name", "unit_id", "owner_id", "currency"})


class Desk:
    """What rows are checked against: units, people, and how far the actor reaches; asked once for a file."""

    def __init__(self, by: Actor) -> None:
        """Ask for units and people."""
        self.by = by
        self.reach = scope(by, "intake.import")
        self.units = {unit.name: unit.id for unit in units()}
        self.people = {(person.name, person.unit_id): person.id for person in people(active_only=True)}

    def ready(self, values: dict[str, Any]) -> tuple[Draft, dict[str, Any], list[Finding]]:
        """Return a row's draft, the lead's facts, and every finding of the form and of the actor's reach."""
        made = draft(values)
        unit_id = self.units.get(made.unit_name)
        findings: list[Finding] = []
        if self.reach == "unit":
            if unit_id not in (None, self.by.unit_id):
                text = say(
                    "“%(unit)s” is not your unit: only its own officers or a leader bring its projects in.",
                    unit=made.unit_name,
                )
                findings.append(Finding("unit.other", text, "responsible_unit"))
            unit_id = self.by.unit_id
        form = LeadForm(formdata(made.form))
        form.offer([(key, name) for name, key in self.units.items()], [])
        if not form.validate():
            findings += [item for item in findings_of(form) if item.field not in ("unit_id", "owner_id")]
        facts = form.values()
        facts["unit_id"] = unit_id
        facts["owner_id"] = self.people.get((made.owner_name, unit_id))
        return made, facts, findings


class Updates:
    """Decides which known projects a row may change, and changes them."""

    def __init__(self, by: Actor, mode: str) -> None:
        """Remember who asks."""
        self.by, self.mode = by, mode
        self._mine: set[int] | None = None

    def decide(self, row: RowReading, known: Known, exact: bool) -> str:  # noqa: FBT001 - the reading calls it so
        """Take a row of the same name and investor as an update where the actor may edit; else it waits."""
        del row
        if self._mine is None:
            query = Lead.select(Lead.id).where(visible(self.by, "lead.edit")).tuples()
            self._mine = {lead_id for (lead_id,) in query}
        return "update" if exact and known.id in self._mine else "duplicate"

    def weigh(self, row: RowReading, desk: Desk) -> None:
        """Tell whether an update changes anything; a stage moves by its gate only."""
        if row.target is None:
            return
        lead = Lead.get_by_id(row.target.id)
        planned, facts, _ = desk.ready(row.values)
        if not _changes(lead, facts):
            row.action = "unchanged"
        if row.values.get("stage_code") and planned.stage != lead.stage:
            text = say(
                "The ledger says “%(theirs)s”, the project stands at “%(ours)s”: move it on its page, by its gate",
                theirs=row.values["stage"], ours=STAGE_LABELS[lead.stage],
            )  # fmt: skip
            row.warnings.append(Remark("stage.not_moved", text, "", row.values["stage"]))

    def apply(
        self, lead_id: int, values: dict[str, Any], desk: Desk, *, by: Actor, at: datetime
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Write what a row changes; returns what it was and what it is."""
        lead = Lead.get_by_id(lead_id)
        changes = _changes(lead, desk.ready(values)[1])
        before = {name: getattr(lead, name) for name in changes}
        if changes:
            edit_assessed(lead_id, changes, base=before, version=lead.version, by=by, at=at)
        return before, changes


def _changes(lead: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that a row says and that differ; what it leaves empty changes nothing."""
    found = {}
    for name, value in facts.items():
        if name in NEVER_UPDATED or name not in BY_NAME or value in (None, ""):
            continue
        if name == "source" and value == "other":
            continue
        if getattr(lead, name) != value:
            found[name] = value
    return found


def version_of(lead_id: int) -> int:
    """Return the version at which a lead stands."""
    return int(Lead.select(Lead.version).where(Lead.id == lead_id).scalar())
