"""Undoing an import as a whole: what it made is withdrawn, what it changed goes back, what was built on stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import refuse, say
from crm.intake.models import Import, ImportRow
from crm.intake.queries import import_entry
from crm.leads.models import Lead
from crm.leads.operations import edit_lead
from crm.leads.operations_merge import built_on, withdraw
from crm.leads.rules import BY_NAME

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

REASON = "撤销导入 {file}"


def undo_import(import_id: int, *, by: Actor, at: datetime) -> list[dict[str, Any]]:
    """Take an import back; returns what was kept because something was built on it since. Nothing is deleted."""
    with deed("intake.undo", by=by, at=at, kind="import", thing_id=import_id) as doing:
        require(by, "intake.import")
        # The no-op update takes the row lock on PostgreSQL: of two who undo at once the second finds it undone.
        Import.update(state=Import.state).where(Import.id == import_id).execute()
        entry = import_entry(import_id, by)
        if entry is None:
            raise refuse("import.unknown", say("There is no such import."), status=404)
        doing.on("import", import_id, entry.file_name)
        if entry.undone_at is not None:
            text = say("%(name)s has undone this import already.", name=entry.undone_by_name)
            raise refuse("import.undone", text, status=409)
        if entry.state == "running":
            raise refuse("import.running", say("This import is still running: stop it first."), status=409)
        kept: list[dict[str, Any]] = []
        query = (ImportRow.intake == import_id) & ImportRow.lead_id.is_null(False)
        for row in ImportRow.select().where(query).order_by(ImportRow.id):
            made = row.action == "create" or row.decision == "other"
            rest = (_take_back if made else _put_back)(row, entry.file_name, by=by, at=at)
            if rest:
                kept.append(rest)
        Import.update(undone_at=at, undone_by_name=by.name, kept=json.dumps(kept, ensure_ascii=False)).where(
            Import.id == import_id
        ).execute()
        doing.change("undone", None, entry.file_name)
        doing.change("kept", None, len(kept))
        return kept


def _take_back(row: Any, file: str, *, by: Actor, at: datetime) -> dict[str, Any] | None:
    lead = Lead.get_by_id(row.lead_id)
    if lead.status == "withdrawn":
        return None
    built = built_on(row.lead_id, since_version=row.lead_version)
    if built:
        return {"lead_id": row.lead_id, "number": lead.number, "name": lead.name, "built": built}
    withdraw(row.lead_id, reason=REASON.format(file=file)[:250], by=by, at=at)
    return None


def _put_back(row: Any, file: str, *, by: Actor, at: datetime) -> dict[str, Any] | None:
    """Put back what an update changed; a fact that somebody changed again since stays as it is."""
    del file
    lead = Lead.get_by_id(row.lead_id)
    before, after = json.loads(row.before), json.loads(row.after)
    facts = {name: value for name, value in before.items() if name in BY_NAME}
    same = {name: value for name, value in facts.items() if _plain(getattr(lead, name)) == after.get(name)}
    back = {name: _typed(name, value) for name, value in same.items()}
    if back:
        now = {name: getattr(lead, name) for name in back}
        edit_lead(row.lead_id, back, base=now, version=lead.version, by=by.through("import"), at=at)
    touched = sorted(set(before) - set(same))
    if not touched:
        return None
    return {"lead_id": row.lead_id, "number": lead.number, "name": lead.name, "built": touched}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (int, str, bool)) else str(value)


def _typed(name: str, value: Any) -> Any:
    field = getattr(Lead, name)
    return field.python_value(value)
