"""What a person settles about an uploaded ledger before it is taken in: columns and words, cells, mode, password."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import refuse, say
from crm.files.operations import path_of, store
from crm.intake.models import Mapping, Sitting
from crm.intake.operations import Settled
from crm.intake.queries import sitting_of
from crm.intake.reader import opened_copy
from crm.intake.rules_choices import pack, unpack
from crm.intake.rules_edits import layout_mark, parse_key

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.files.queries import FileRow
    from crm.intake.rules_reading import Reading

MODES = ("add", "update", "both")
MOST_EDITS = 5_000
LONGEST_CELL = 20_000


def settled_for(file_id: int) -> Settled:
    """Return what is settled about a file, as the reading asks for it."""
    row = sitting_of(file_id)
    return Settled(unpack(row.choices) if row.choices is not None else None, row.edits, row.answers, row.mode)


def _keep(file_id: int, at: datetime, **values: Any) -> None:
    Sitting.insert(file_id=file_id, touched_at=at).on_conflict_ignore().execute()
    Sitting.update(touched_at=at, **values).where(Sitting.file_id == file_id).execute()


def choose(file: FileRow, choices: dict[str, Any], reading: Reading, *, by: Actor, at: datetime) -> None:
    """Settle columns, units, words and sheets of a file, and remember all but the sheets for its layout."""
    with deed("intake.map", by=by, at=at, kind="file", thing_id=file.id, label=file.original_name) as doing:
        require(by, "intake.import")
        kept = pack(choices)
        _keep(file.id, at, choices=json.dumps(kept, ensure_ascii=False))
        remembered = json.dumps({**kept, "sheets": []}, ensure_ascii=False)
        unit, layout = by.unit_id or 0, layout_mark(reading)
        Mapping.insert(unit_id=unit, layout=layout, at=at).on_conflict_ignore().execute()
        Mapping.update(choices=remembered, by_name=by.name, at=at).where(
            (Mapping.unit_id == unit) & (Mapping.layout == layout)
        ).execute()
        doing.change("mapping", None, layout[:12])


def set_mode(file_id: int, mode: str, *, by: Actor, at: datetime) -> None:
    """Settle whether rows only add, only update, or both."""
    require(by, "intake.import")
    if mode not in MODES:
        raise refuse("import.mode", say("Choose: add, update, or both."), "mode")
    _keep(file_id, at, mode=mode)


def mend_cells(file_id: int, cells: dict[str, str], *, by: Actor, at: datetime) -> None:
    """Keep cells that a person mended in the preview; the file itself stays as it is."""
    require(by, "intake.import")
    edits = dict(sitting_of(file_id).edits)
    for key, text in cells.items():
        parse_key(key)
        edits[key] = text.strip()[:LONGEST_CELL]
    if len(edits) > MOST_EDITS:
        told = say("More than %(limit)s cells are mended: mend the ledger itself.", limit=MOST_EDITS)
        raise refuse("import.edits", told)
    _keep(file_id, at, edits=json.dumps(edits, ensure_ascii=False))


def answer_conflicts(file_id: int, answers: dict[str, str], *, by: Actor, at: datetime) -> None:
    """Keep which side counts where our workbook and we ourselves changed the same fact."""
    require(by, "intake.import")
    kept = {**sitting_of(file_id).answers, **{key: side for key, side in answers.items() if side in ("ours", "theirs")}}
    if len(kept) > MOST_EDITS:
        told = say("More than %(limit)s cells are mended: mend the ledger itself.", limit=MOST_EDITS)
        raise refuse("import.edits", told)
    _keep(file_id, at, answers=json.dumps(kept))


def unlock(file: FileRow, password: str, *, by: Actor, at: datetime) -> int:
    """Open a protected workbook with its password and keep the open copy; the password is kept nowhere."""
    require(by, "intake.import")
    data = opened_copy(path_of(file.stored_name), name=file.original_name, password=password)
    name = PurePath(file.original_name)
    return store(data, name=f"{name.stem}{name.suffix}", purpose="ledger", by=by, at=at)
