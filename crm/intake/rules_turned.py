"""Forms and tables that lie on their side: labels beside their values instead of above them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crm.core.errors import say
from crm.intake.rules_cells import Cell, RawRow, RawSheet, Remark, shown
from crm.intake.rules_headers import code_of, is_exact_heading
from crm.intake.rules_stages import is_stage_word

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ROWS = 400
FEWEST_LABELS = 3
FEWEST_PROJECTS = 2


@dataclass
class _Form:
    """One form: the row its project's name stands in, and its labels with their values."""

    row: int
    first: int
    labels: list[str] = field(default_factory=list)
    values: list[Cell] = field(default_factory=list)

    def codes(self) -> set[str]:
        """Return the fields that its labels name."""
        return {code for label in self.labels if (code := code_of(label))}


def turned(sheet: RawSheet) -> RawSheet | None:
    """Return the table that a sheet of forms or a table on its side means, or None when it is neither."""
    rows = []
    for row in sheet.rows:
        rows.append(row)
        if len(rows) > MOST_ROWS:
            return None
    return _on_its_side(sheet, rows) or _forms(sheet, rows)


def other_rows(sheet: RawSheet, told: set[int]) -> list[tuple[int, str]]:
    """List the rows of the sheet as it is that no project was named after, with what they are."""
    return [
        (row.number, "header" if any(_is_label(cell) for cell in row.cells) else "note")
        for row in sheet.rows
        if row.number not in told and any(shown(cell) for cell in row.cells)
    ]


def _is_label(cell: Cell) -> bool:
    return type(cell) is str and is_exact_heading(cell.strip().rstrip("：:")) and bool(code_of(cell.rstrip("：: ")))


def _on_its_side(sheet: RawSheet, rows: list[RawRow]) -> RawSheet | None:
    """Recognise labels in one column and a project in each of several columns beside it."""
    for place in (0, 1):
        labelled = [row for row in rows if place < len(row.cells) and _is_label(row.cells[place])]
        codes = [code_of(str(row.cells[place])) for row in labelled]
        if "name" not in codes or len(set(codes)) < FEWEST_LABELS:
            continue
        names = labelled[codes.index("name")]
        across = [at for at in range(place + 1, len(names.cells)) if shown(names.cells[at])]
        beside = [_at(row, at) for row in labelled for at in range(place + 1, len(row.cells))]
        if len(across) < FEWEST_PROJECTS or any(map(_is_label, beside)):
            continue
        below = [row for row in rows if row.number >= labelled[0].number and shown(_at(row, place))]
        forms = []
        for at in across:
            values = [_at(row, at) for row in below]
            forms.append(_Form(names.number, below[0].number, [shown(_at(row, place)) for row in below], values))
        return _table(sheet, rows, forms)
    return None


def _at(row: RawRow, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else None


def _forms(sheet: RawSheet, rows: list[RawRow]) -> RawSheet | None:
    """Recognise pairs of a label and the value at its right; the project's name begins a new form."""
    forms: list[_Form] = []
    for row in rows:
        for label, value in _pairs(row.cells):
            code = code_of(label)
            if code == "name" or not forms:
                forms.append(_Form(row.number, row.number))
            if not (code == "name" and "name" in forms[-1].codes()):
                forms[-1].labels.append(label)
                forms[-1].values.append(value)
    if not forms or any("name" not in form.codes() or len(form.codes()) < FEWEST_LABELS for form in forms):
        return None
    return _table(sheet, rows, forms)


def _pairs(cells: Iterable[Cell]) -> list[tuple[str, Cell]]:
    pairs: list[tuple[str, Cell]] = []
    waiting = ""
    for cell in cells:
        if not shown(cell):
            continue
        if waiting and (not _is_label(cell) or _is_stage_of(waiting, str(cell))):
            pairs.append((waiting, cell))
            waiting = ""
        elif _is_label(cell):
            if waiting:
                pairs.append((waiting, None))
            waiting = str(cell).strip().rstrip("：:")
        else:
            waiting = ""
    return [*pairs, (waiting, None)] if waiting else pairs


def _is_stage_of(label: str, word: str) -> bool:
    return code_of(label) in {"stage", "progress"} and is_stage_word(word)


def _table(sheet: RawSheet, rows: list[RawRow], forms: list[_Form]) -> RawSheet:
    labels = list(dict.fromkeys(label for form in forms for label in form.labels))
    made = [row for row in rows if row.number < forms[0].first]
    for number, form in enumerate(forms):
        known = dict(zip(reversed(form.labels), reversed(form.values), strict=True))
        if number == 0:
            made.append(RawRow(form.row - 1, list(labels)))
        made.append(RawRow(form.row, [known.get(label) for label in labels]))
    remark = Remark(
        "sheet.turned", say("The labels stand beside their values: each form was read as one project"), sheet=sheet.name
    )
    return replace(sheet, rows=made, merges=(), ragged=False, remarks=(*sheet.remarks, remark))
