"""Long imports as work: rows are laid down in batches, then published in batches; a killed worker's goes on."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.core.errors import Finding, Refusal, refuse, say
from crm.files.queries import stored_file
from crm.intake.operations import begin, marked, publish, read_stored, stage_rows, stops
from crm.intake.operations_batches import laid_rows, mark_state, state_of
from crm.intake.operations_sitting import settled_for
from crm.intake.operations_undo import undo_import
from crm.intake.queries import settled_rows
from crm.jobs.operations import submit
from crm.jobs.registry import Handler, Step, Work

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.files.queries import FileRow
    from crm.intake.rules_reading import Reading
    from crm.intake.rules_sheet import RowReading

LONG = 300
"""Rows from which an import is work of its own; a shorter one is one transaction."""
ROWS_LAID = 400
ROWS_PUBLISHED = 25
_readings: OrderedDict[int, tuple[Reading, list[tuple[RowReading, str]]]] = OrderedDict()


def order(file: FileRow, *, rows: int, by: Actor, at: datetime) -> int:
    """Order a long import and return its job; the same file ordered twice while it waits is one job."""
    title = say("Import %(file)s", file=file.original_name)
    return submit("intake.take", {"file_id": file.id, "rows": rows}, by=by, at=at, title=title, total=rows,
                  order_key=f"intake.take:{file.id}:{at:%Y%m%d%H%M}")  # fmt: skip


def _reading(work: Work) -> tuple[Reading, list[tuple[RowReading, str]]]:
    """Read the file, once for each worker; only the one that is being laid down stays in memory."""
    known = _readings.get(work.job_id)
    if known:
        return known
    file = stored_file(int(work.arguments["file_id"]))
    if file is None:
        raise refuse("file.unknown", say("There is no such uploaded ledger of yours."), status=404)
    reading = read_stored(file, by=work.by, at=work.at, settled=settled_for(file.id))
    if stops(reading):
        raise Refusal(Finding(remark.code, remark.text) for remark in reading.errors)
    _readings.clear()
    _readings[work.job_id] = (reading, marked(reading))
    return _readings[work.job_id]


def _prepare(work: Work) -> Any:
    cursor = work.cursor or {}
    if cursor.get("phase") == "publish":
        _readings.pop(work.job_id, None)
        return None
    return _reading(work)


def _store(work: Work, prepared: Any) -> Step:
    cursor = work.cursor or {}
    if cursor.get("phase") == "publish":
        return _publish(work, cursor)
    reading, rows = prepared
    if not cursor:
        file = stored_file(int(work.arguments["file_id"]))
        sha = file.sha256 if file else ""
        made = begin(reading, file_id=int(work.arguments["file_id"]), sha256=sha, by=work.by, at=work.at,
                     mode=settled_for(int(work.arguments["file_id"])).mode, state="running")  # fmt: skip
        return Step(cursor={"phase": "lay", "import": made, "next": 0}, total=len(rows))
    first = int(cursor["next"])
    batch = rows[first : first + ROWS_LAID]
    laid = laid_rows(cursor["import"])
    seen = {mark: state for mark, state in settled_rows().items() if mark not in laid}
    stage_rows(int(cursor["import"]), batch, seen)
    phase = "lay" if first + ROWS_LAID < len(rows) else "publish"
    counts = reading.counts()
    return Step(cursor={**cursor, "phase": phase, "next": first + len(batch)}, total=len(rows),
                errors=counts["refused"])  # fmt: skip


def _publish(work: Work, cursor: dict[str, Any]) -> Step:
    import_id = int(cursor["import"])
    count = publish(import_id, by=work.by, at=work.at, limit=ROWS_PUBLISHED)
    done = work.done + count
    link = f"/import/result/{import_id}"
    if count:
        return Step(cursor=cursor, done=done, total=work.total, errors=work.errors)
    with deed("intake.import", by=work.by, at=work.at, kind="import", thing_id=import_id) as doing:
        row = state_of(import_id)
        doing.on("import", import_id, row.file_name)
        doing.change("create", None, done)
        mark_state(import_id, "done")
    return Step(cursor=cursor, done=work.total or done, total=work.total, errors=work.errors, finished=True, link=link,
                result={"import": import_id, "created": done})  # fmt: skip


def _undo(work: Work) -> None:
    """Take back what a stopped import has published so far."""
    import_id = (work.cursor or {}).get("import")
    if import_id:
        mark_state(import_id, "stopped")
        undo_import(int(import_id), by=work.by, at=work.at)


HANDLERS = (
    Handler("intake.take", say("Take a ledger in"), _store, prepare=_prepare, undo=_undo, permission="intake.import"),
)
