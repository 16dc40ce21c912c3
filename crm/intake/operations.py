"""Taking a ledger in: read, checked by the same form as a page, stored in one transaction; twice changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.db import database, is_sqlite
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.forms import findings_of, formdata
from crm.core.words import render
from crm.files.operations import path_of
from crm.intake.models import Import, ImportRow
from crm.intake.queries import import_entry, known_projects, settled_rows
from crm.intake.reader import read_file
from crm.intake.rules_cells import Remark
from crm.intake.rules_lead import Draft, draft, fingerprints
from crm.intake.rules_reading import Reading, read_ledger, remark_to_json
from crm.intake.rules_sheet import RowReading
from crm.leads.forms import LeadForm
from crm.leads.operations import create_lead
from crm.scoring.operations import assess_lead

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.files.queries import FileRow


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


def read(path: Path, *, name: str, by: Actor, at: datetime) -> Reading:
    """Read a ledger file against the database: every row told apart, checked, and nothing stored."""
    require(by, "intake.import")
    reading = read_ledger(read_file(path, name=name), file=name, known=known_projects(), today=shanghai_date(at))
    settled = settled_rows()
    desk = Desk(by)
    for row, mark in marked(reading):
        if row.action != "refuse" and settled.get(mark):
            row.action, row.duplicate_of = "unchanged", None
        elif row.action == "create" and (findings := desk.ready(row.values)[2]):
            row.action = "refuse"
            row.errors += [Remark(item.code, item.text, item.field or "") for item in findings]
    return reading


def marked(reading: Reading) -> list[tuple[RowReading, str]]:
    """Return the data rows of a reading, each with its fingerprint."""
    rows = [row for row in reading.rows if row.kind == "data"]
    return list(zip(rows, fingerprints(row.values for row in rows), strict=True))


def stops(reading: Reading) -> bool:
    """Tell whether the file as a whole cannot be taken in; single rows that do not fit only stay out themselves."""
    return any(not remark.code.startswith("row.") for remark in reading.errors)


def read_stored(file: FileRow, *, by: Actor, at: datetime) -> Reading:
    """Read an uploaded ledger."""
    return read(path_of(file.stored_name), name=file.original_name, by=by, at=at)


def take_in(reading: Reading, *, file_id: int, sha256: str, by: Actor, at: datetime) -> int:
    """Store a reading: good rows become leads, duplicates and refused rows wait; all in one transaction."""
    with deed("intake.import", by=by, at=at, kind="import", label=reading.file) as doing:
        require(by, "intake.import")
        if not is_sqlite():
            # SQLite's transactions come one after the other; here a second import of the same file has to wait.
            database.execute_sql("LOCK TABLE import_row IN SHARE ROW EXCLUSIVE MODE")
        settled = settled_rows()
        made = Import.create(
            file_id=file_id, file_name=reading.file[:255], sha256=sha256, imported_by=by.person_id,
            imported_by_name=by.name, at=at, counts=json.dumps(reading.counts()),
        )  # fmt: skip
        doing.on("import", made.id, reading.file)
        desk = Desk(by)
        for row, mark in marked(reading):
            if mark in settled and row.action != "refuse":
                continue
            lead_id = _create(desk, row, by=by, at=at) if row.action == "create" else None
            _note(made.id, row, mark, lead_id)
        for name, number in reading.counts().items():
            doing.change(name, None, number)
        return int(made.id)


def _create(desk: Desk, row: RowReading, *, by: Actor, at: datetime) -> int:
    planned, facts, findings = desk.ready(row.values)
    if findings:
        raise Refusal(findings)
    lead_id = create_lead(
        facts, by=by.through("import" if by.door == "page" else by.door), at=at, despite_similar=True,
        stage=planned.stage, status=planned.status, since=planned.since, extra=planned.extra,
    )  # fmt: skip
    assess_lead(lead_id, by=by, at=at)
    return lead_id


def _note(import_id: int, row: RowReading, mark: str, lead_id: int | None) -> None:
    place = row.duplicate_of
    repeated = ""
    if place:
        repeated = place.known.number if place.known else f"{place.sheet}!{place.row}"
    findings = [remark_to_json(item, render) for item in (*row.errors, *row.warnings)]
    ImportRow.insert(
        intake=import_id, sheet=row.sheet, row=row.row, fingerprint=mark, action=row.action,
        values=json.dumps(row.values, ensure_ascii=False, default=str), duplicate_of=repeated, lead_id=lead_id,
        findings=json.dumps(findings, ensure_ascii=False),
    ).execute()  # fmt: skip


def settle_duplicate(row_id: int, verdict: str, *, by: Actor, at: datetime) -> int | None:
    """Decide a waiting row: `other` makes it a lead of its own, `same` leaves it out; the decision is kept."""
    with deed("intake.decide", by=by, at=at, kind="import_row", thing_id=row_id) as doing:
        require(by, "intake.import")
        # The no-op update takes the row lock on PostgreSQL, so that two decisions come one after the other.
        ImportRow.update(decision=ImportRow.decision).where(ImportRow.id == row_id).execute()
        row = ImportRow.get_or_none(ImportRow.id == row_id)
        if row is None or row.action != "duplicate" or import_entry(row.intake_id, by) is None:
            raise refuse("row.unknown", say("There is no such waiting row."), status=404)
        if row.decision:
            text = say("%(name)s has decided this row already.", name=row.decided_by_name)
            raise refuse("row.decided", text, status=409)
        if verdict not in ("same", "other"):
            raise refuse("row.verdict", say("Choose: the same project or another one."))
        doing.change("decision", None, verdict)
        lead_id = None
        if verdict == "other":
            reading = RowReading(row.sheet, row.row, "data", "create", json.loads(row.values))
            lead_id = _create(Desk(by), reading, by=by, at=at)
        ImportRow.update(decision=verdict, lead_id=lead_id, decided_by_name=by.name, decided_at=at).where(
            ImportRow.id == row_id
        ).execute()
        return lead_id
