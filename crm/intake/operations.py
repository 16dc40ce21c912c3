"""Taking a ledger in: read, checked by the same form as a page, stored in one transaction; twice changes nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.db import database, is_sqlite
from crm.core.errors import Refusal, refuse, say
from crm.core.words import render
from crm.files.operations import path_of
from crm.intake.models import Import, ImportRow
from crm.intake.operations_desk import Desk, Updates, version_of
from crm.intake.operations_roundtrip import Returns, apply_plan, plan_of
from crm.intake.queries import import_entry, known_projects, remembered_choices, settled_rows
from crm.intake.reader import read_file
from crm.intake.rules_cells import Remark
from crm.intake.rules_choices import NO_CHOICES, Choices, unpack
from crm.intake.rules_edits import layout_mark, mend
from crm.intake.rules_lead import fingerprint, fingerprints
from crm.intake.rules_reading import Reading, read_ledger, remark_to_json
from crm.leads.operations import create_lead
from crm.scoring.operations import assess_lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.files.queries import FileRow
    from crm.intake.rules_sheet import RowReading


@dataclass(frozen=True)
class Settled:
    """What is settled about a file before it is read: choices (None looks for remembered ones), cells, mode."""

    choices: Choices | None = None
    edits: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    """For a workbook of ours: "id:fact" changed on both sides → ours or theirs."""
    mode: str = "add"
    password: str | None = None


AS_IT_IS = Settled()


def read(path: Path, *, name: str, by: Actor, at: datetime, settled: Settled = AS_IT_IS) -> Reading:
    """Read a ledger file against the database: every row told apart, checked, and nothing stored."""
    require(by, "intake.import")
    sheets = mend(read_file(path, name=name, password=settled.password), settled.edits)
    desk = Desk(by)
    known = known_projects()
    updates = Updates(by, settled.mode) if settled.mode in ("update", "both") else None
    decide = updates.decide if updates else None

    def once(choices: Choices) -> Reading:
        return read_ledger(
            sheets, file=name, known=known, today=shanghai_date(at), choices=choices, decide=decide
        )

    reading = once(settled.choices or NO_CHOICES)
    if settled.choices is None and (remembered := remembered_choices(layout_mark(reading), by)):
        reading = once(unpack(remembered))
    Returns(reading, settled.answers, desk, at=at).compare()
    seen = settled_rows()
    for row, mark in marked(reading):
        if row.values.get("lead_id"):
            continue
        if row.action != "refuse" and seen.get(mark):
            row.action, row.duplicate_of = "unchanged", None
        elif row.action in ("create", "update") and (findings := desk.ready(row.values)[2]):
            row.action = "refuse"
            row.errors += [Remark(item.code, item.text, item.field or "") for item in findings]
        elif row.action == "update" and updates:
            updates.weigh(row, desk)
        elif row.action == "create" and settled.mode == "update":
            row.action = "skip"
    return reading


def marked(reading: Reading) -> list[tuple[RowReading, str]]:
    """Return the data rows of a reading, each with its fingerprint."""
    rows = [row for row in reading.rows if row.kind == "data"]
    return list(zip(rows, fingerprints(row.values for row in rows), strict=True))


def stops(reading: Reading) -> bool:
    """Tell whether the file as a whole cannot be taken in; single rows that do not fit only stay out themselves."""
    return any(not remark.code.startswith("row.") for remark in reading.errors)


def read_stored(file: FileRow, *, by: Actor, at: datetime, settled: Settled = AS_IT_IS) -> Reading:
    """Read an uploaded ledger."""
    return read(path_of(file.stored_name), name=file.original_name, by=by, at=at, settled=settled)


def take_in(reading: Reading, *, file_id: int, sha256: str, by: Actor, at: datetime, mode: str = "add") -> int:
    """Store a reading: good rows become leads, duplicates and refused rows wait; all in one transaction."""
    with deed("intake.import", by=by, at=at, kind="import", label=reading.file) as doing:
        require(by, "intake.import")
        made = begin(reading, file_id=file_id, sha256=sha256, by=by, at=at, mode=mode)
        doing.on("import", made, reading.file)
        seen = settled_rows()
        stage_rows(made, marked(reading), seen)
        while publish(made, by=by, at=at, limit=1000):
            continue
        for name, number in reading.counts().items():
            doing.change(name, None, number)
        return made


def begin(reading: Reading, *, file_id: int, sha256: str, by: Actor, at: datetime, mode: str,
          state: str = "done") -> int:  # fmt: skip
    """Enter an import; a second one of the same file waits until the first has said what it takes."""
    if not is_sqlite():
        # SQLite's transactions come one after the other; here a second import of the same file has to wait.
        database.execute_sql("LOCK TABLE import_row IN SHARE ROW EXCLUSIVE MODE")
    made = Import.create(
        file_id=file_id, file_name=reading.file[:255], sha256=sha256, imported_by=by.person_id, mode=mode, state=state,
        imported_by_name=by.name, at=at, counts=json.dumps(reading.counts()),
        content_hash=content_of(row for row, _ in marked(reading)),
    )  # fmt: skip
    return int(made.id)


def content_of(rows: Iterable[RowReading]) -> str:
    """Return the hash of what the rows say: the same file saved anew has the same."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.sheet}!{row.row}:{fingerprint(row.values)}\n".encode())
    return digest.hexdigest()


def stage_rows(import_id: int, rows: Sequence[tuple[RowReading, str]], seen: Mapping[str, bool]) -> None:
    """Lay rows down beside the ledger: nothing of them counts until they are published."""
    for row, mark in rows:
        if row.action == "unchanged" or (mark in seen and row.action != "refuse" and not row.changes):
            continue
        _note(import_id, row, mark)


def publish(import_id: int, *, by: Actor, at: datetime, limit: int) -> int:
    """Make leads of the next staged rows and apply the next updates; returns how many were done."""
    waiting = (ImportRow.intake == import_id) & ~ImportRow.settled & ImportRow.action.in_(("create", "update"))
    rows = list(ImportRow.select().where(waiting).order_by(ImportRow.id).limit(limit))
    desk = Desk(by)
    through = by.through("import" if by.door == "page" else by.door)
    for row in rows:
        values = json.loads(row.values)
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        plan = json.loads(row.after)
        if plan:
            _publish_plan(row, plan, by=through, at=at)
            continue
        if row.action == "create":
            lead_id = _create(desk, values, by=by, at=at)
        else:
            lead_id = row.lead_id
            before, after = Updates(by, "update").apply(lead_id, values, desk, by=through, at=at)
        ImportRow.update(
            lead_id=lead_id, settled=True, lead_version=version_of(lead_id), before=json.dumps(before, default=str),
            after=json.dumps(after, default=str),
        ).where(ImportRow.id == row.id).execute()  # fmt: skip
    return len(rows)


def _publish_plan(row: Any, plan: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Apply a row of our own workbook; what was refused meanwhile is told at the row and the rest stands."""
    before, after, refused = apply_plan(row.lead_id, plan, file=row.intake.file_name, by=by, at=at)
    told = [remark_to_json(Remark(item.code, item.text, item.field or ""), render) for item in refused]
    findings = [*json.loads(row.findings), *told]
    ImportRow.update(
        action=row.action if after else "refuse", settled=True, lead_version=version_of(row.lead_id),
        before=json.dumps(before, default=str), after=json.dumps(after, default=str),
        findings=json.dumps(findings, ensure_ascii=False),
    ).where(ImportRow.id == row.id).execute()  # fmt: skip


def _create(desk: Desk, values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    planned, facts, findings = desk.ready(values)
    if findings:
        raise Refusal(findings)
    lead_id = create_lead(
        facts, by=by.through("import" if by.door == "page" else by.door), at=at, despite_similar=True,
        stage=planned.stage, status=planned.status, since=planned.since, extra=planned.extra,
    )  # fmt: skip
    assess_lead(lead_id, by=by, at=at)
    return lead_id


def _note(import_id: int, row: RowReading, mark: str) -> None:
    place = row.duplicate_of
    repeated = ""
    if place:
        repeated = place.known.number if place.known else f"{place.sheet}!{place.row}"
    findings = [remark_to_json(item, render) for item in (*row.errors, *row.warnings)]
    after = json.dumps(plan_of(row), ensure_ascii=False, default=str) if row.changes else "{}"
    ImportRow.insert(
        intake=import_id, sheet=row.sheet, row=row.row, fingerprint=mark, action=row.action,
        values=json.dumps(row.values, ensure_ascii=False, default=str), duplicate_of=repeated,
        lead_id=row.target.id if row.target else None, after=after, findings=json.dumps(findings, ensure_ascii=False),
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
            lead_id = _create(Desk(by), json.loads(row.values), by=by, at=at)
        version = version_of(lead_id) if lead_id else None
        ImportRow.update(
            decision=verdict, lead_id=lead_id, lead_version=version, decided_by_name=by.name, decided_at=at
        ).where(ImportRow.id == row_id).execute()
        return lead_id
