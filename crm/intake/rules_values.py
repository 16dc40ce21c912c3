"""One data row of a ledger into values by field code, with every finding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.intake.rules_cells import (
    LINE_BREAK,
    BrokenCell,
    Cell,
    FormulaCell,
    RawRow,
    Remark,
    column_letters,
    listed,
    one_line,
    shown,
)
from crm.intake.rules_checks import Table, check_row, sheet_stage
from crm.intake.rules_choices import EMPTY, NO_CHOICES, Choices
from crm.intake.rules_combined import combined_fields, split_cell, ticked_stage
from crm.intake.rules_dates import date_text, day_doubt, read_date
from crm.intake.rules_headers import reading_order
from crm.intake.rules_layout import doubled_columns
from crm.intake.rules_measures import measure_text, read_count, read_land
from crm.intake.rules_money import Money, doubt, money_text, read_money, wan_number
from crm.intake.rules_phones import read_phones
from crm.intake.rules_stages import is_stage_word, read_stage, stage_text
from crm.intake.rules_uscc import read_uscc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from crm.intake.rules_facts import LedgerFacts
    from crm.intake.rules_headers import Column
    from crm.intake.rules_layout import Layout, MergeIndex
    from crm.intake.rules_units import Unit

DASHES = frozenset(["/", "\\", "-", "--", "—", "——", "－", "／", "*", "?"])
WIDEST_FILLED = 3
FILLED_DOWN = frozenset({"text", "long", "stage", "date", "phone", "uscc"})
LISTED = frozenset({"investor", "responsible_unit", "owner", "leader", "recommender", "cadre"})
PAID = frozenset({"paid_in", "paid_in_year"})


class RowReader:
    """Reads the data rows below one heading; keeps the merged cells that still reach down."""

    def __init__(
        self,
        layout: Layout,
        facts: LedgerFacts,
        merges: MergeIndex,
        *,
        date1904: bool = False,
        ragged: bool = False,
        today: date | None = None,
        choices: Choices = NO_CHOICES,
        sheet: str = "",
    ) -> None:
        """Prepare one step per column."""
        self.layout, self.facts, self.merges = layout, facts, merges
        self.date1904, self.today, self.choices = date1904, today, choices
        self.steps: list[tuple[int, Column, Callable[[Column, Cell], None]]] = [
            (column.index - 1, column, self._step(column)) for column in reading_order(layout.columns)
        ]
        self.units = {column.index: self._unit(column) for column in layout.columns if column.kind == "money"}
        named = ((column.index, one_line(column.label)) for column in layout.columns)
        self.labels = {index: label or column_letters(index) for index, label in named}
        self.reaching: dict[int, tuple[int, Cell]] = {}
        self.values: dict[str, Any] = {}
        self.errors: list[Remark] = []
        self.warnings: list[Remark] = []
        self.ticked: tuple[Column, str] | None = None
        self.stage_in_progress = next((column for column in layout.columns if column.code == "progress"), None)
        if layout.place("stage") >= 0:
            self.stage_in_progress = None
        self.table = Table(layout, self.labels, ragged, tuple(doubled_columns(layout)), sheet_stage(sheet))

    def _unit(self, column: Column) -> Unit | None:
        """Find the unit of a column of amounts: settled by a person, in its heading, in the unit row."""
        chosen = self.choices.units.get(one_line(column.label))
        return chosen or column.unit or self.facts.units.get(column.code) or self.facts.units.get("")

    def _step(self, column: Column) -> Callable[[Column, Cell], None]:
        """Choose how a column is read."""
        if not column.code:
            return self._extra
        if column.code == "contact_phone":
            return self._contact
        if combined_fields(column):
            return self._combined
        steps = {
            "tick": self._tick,
            "money": self._money,
            "date": self._date,
            "land": self._land,
            "number": self._count,
            "stage": self._stage,
            "phone": self._phone,
            "uscc": self._uscc,
            "long": self._long,
        }
        return steps.get(column.kind, self._contact if column.code == "contact" else self._text)

    def note_merges(self, row: RawRow) -> None:
        """Remember the cells of this row that are merged downwards."""
        for merge in self.merges.starting(row.number):
            place = merge.left - 1
            if merge.bottom > merge.top and merge.right - merge.left < WIDEST_FILLED and place < len(row.cells):
                self.reaching[place] = (merge.bottom, row.cells[place])

    def merged(self, number: int, place: int) -> Cell:
        """Give the value that a merged cell above lends to this place, or None."""
        bottom, value = self.reaching.get(place, (0, None))
        return value if bottom >= number else None

    def _begin(self) -> None:
        self.values, self.errors, self.warnings, self.ticked = dict(EMPTY), [], [], None

    def read(self, row: RawRow) -> tuple[dict[str, Any], list[Remark], list[Remark]]:
        """Read one data row: values, errors, warnings."""
        self._begin()
        cells, count = row.cells, len(row.cells)
        for place, column, step in self.steps:
            cell = cells[place] if place < count else None
            if (cell is None or cell == "") and self.reaching:
                cell = self._lent(row.number, place, column)
            if cell is not None:
                step(column, cell)
        if count > len(self.steps):
            self._beyond(cells)
        if self.ticked and not self.values["stage"]:
            self._stage(*self.ticked)
        if self.stage_in_progress and is_stage_word(self.values.get("progress", "")):
            self._stage(self.stage_in_progress, self.values["progress"])
        errors, warnings = check_row(self.table, cells, self.values)
        self.errors += errors
        self.warnings += warnings
        return self.values, self.errors, self.warnings

    def _lent(self, number: int, place: int, column: Column) -> Cell:
        """Take a merged value where one value serves several rows; amounts are never repeated."""
        value = self.merged(number, place)
        if value is None or column.kind in FILLED_DOWN:
            return value
        if column.kind == "money":
            self._warn(
                "money.merged",
                column,
                shown(value),
                say("The amount is merged over several rows and was read once"),
            )
        return None

    def _text(self, column: Column, cell: Cell) -> None:
        """Keep a text of one line as typed, a wrapped one joined."""
        words = self._words(column, cell)
        text = listed(words) if column.code in LISTED else one_line(words)
        if text and text not in DASHES:
            self.values[column.code] = text

    def _long(self, column: Column, cell: Cell) -> None:
        """Keep a text of several lines as typed."""
        text = self._words(column, cell)
        if text and text not in DASHES:
            self.values[column.code] = text

    def _words(self, column: Column, cell: Cell) -> str:
        """Give a cell's words; a broken or never computed cell has none."""
        if isinstance(cell, BrokenCell | FormulaCell):
            message = say("The cell shows no value: open the file in Excel, save it and send it again")
            self._warn("cell.no_value", column, cell[0], message)
            return ""
        return shown(cell)

    def _combined(self, column: Column, cell: Cell) -> None:
        """Take apart a cell that holds two things at once."""
        found = split_cell(combined_fields(column), self._words(column, cell))
        if found is None:
            self._text(column, cell)
            return
        known = self.values.get("phones") or []
        self.values |= {code: value for code, value in found.values.items() if not self.values.get(code)}
        self.values |= {"phones": [*known, *found.values["phones"]]} if known and "phones" in found.values else {}
        if found.doubt:
            self._warn(found.doubt[0], column, one_line(shown(cell)), found.doubt[1])

    def _tick(self, column: Column, cell: Cell) -> None:
        """Remember the furthest stage that is ticked."""
        before = self.ticked[1] if self.ticked else ""
        word = ticked_stage(column, cell, before)
        if word != before:
            self.ticked = column, word

    def _extra(self, column: Column, cell: Cell) -> None:
        """Keep a column that fills no field under its own heading."""
        if text := shown(cell):
            label = self.labels[column.index]
            extra: dict[str, str] = self.values.setdefault("extra", {})
            extra[label if label not in extra else f"{label} {column_letters(column.index)}"] = text

    def _money(self, column: Column, cell: Cell) -> None:
        """Read an amount."""
        code = column.code
        if self.values.get(f"{code}_wan") is not None or (
            self.values.get("foreign_amount_wan") and code == "investment"
        ):
            self._extra(column, cell)
            return
        money = read_money(cell, self.units[column.index])
        typed = one_line(shown(cell))
        if money.problem:
            self._err(money.problem, column, typed, money_text(money.problem, typed))
            return
        if money.low == 0 and money.worded and code not in PAID:
            money = Money(warning="money.undecided", worded=True)
        if warning := doubt(money, investment=code == "investment"):
            self._warn(warning, column, typed, money_text(warning, typed))
        if money.worded:
            self.values[f"{code}_text"] = typed
        if money.low is not None:
            self._amount(code, money)

    def _amount(self, code: str, money: Money) -> None:
        """Write an amount under its field; a foreign one stays foreign."""
        low, high = wan_number(money.low), wan_number(money.high)
        if money.currency == "CNY":
            self.values[f"{code}_wan"] = low
            if code == "investment":
                self.values["currency"] = "CNY"
            if high is not None:
                self.values[f"{code}_max_wan"] = high
            return
        head = "" if code == "investment" else f"{code}_"
        self.values[f"{head}currency"] = money.currency
        self.values["foreign_amount_wan" if not head else f"{code}_foreign_wan"] = low
        if high is not None:
            self.values["foreign_amount_max_wan" if not head else f"{code}_foreign_max_wan"] = high

    def _date(self, column: Column, cell: Cell) -> None:
        """Read a date."""
        day = read_date(cell, date1904=self.date1904)
        typed = one_line(shown(cell))
        if day.problem:
            self._err(day.problem, column, typed, date_text(day.problem, typed))
            return
        if warning := day_doubt(day, self.today):
            self._warn(warning, column, typed, date_text(warning, typed))
            self.values[f"{column.code}_text"] = typed
        if day.iso is not None:
            signing = column.code == "signed_on"
            self.values["date_iso" if signing else column.code] = day.iso
            self.values["date_precision" if signing else f"{column.code}_precision"] = day.precision

    def _land(self, column: Column, cell: Cell) -> None:
        """Read an area."""
        area, readable = read_land(cell, column.land_unit or self.facts.land_unit)
        self._measure(column, cell, wan_number(area), "land.unreadable", readable=readable)

    def _count(self, column: Column, cell: Cell) -> None:
        """Read a head count."""
        count, readable = read_count(cell)
        self._measure(column, cell, count, f"{column.code}.unreadable", readable=readable)

    def _measure(self, column: Column, cell: Cell, value: float | None, code: str, *, readable: bool) -> None:
        """Write a measure, or keep its words and warn."""
        typed = one_line(shown(cell))
        if not readable:
            self._warn(code, column, typed, measure_text(code, typed))
            self.values[f"{column.code}_text"] = typed
        elif value is not None:
            self.values[column.code] = value

    def _stage(self, column: Column, cell: Cell) -> None:
        """Keep a stage as typed, with the codes that it means."""
        text = one_line(self._words(column, cell))
        if not text or text in DASHES:
            return
        self.values["stage"] = text
        if text in self.choices.stages:
            self.values["stage_code"], self.values["status_code"] = self.choices.stages[text]
            return
        progress = read_stage(text)
        self.values["stage_code"], self.values["status_code"] = progress.stage_code, progress.status_code
        if progress.warning:
            self._warn(progress.warning, column, text, stage_text(progress.warning, text))

    def _phone(self, column: Column, cell: Cell) -> None:
        """Read telephone numbers; the words beside them are the contact when nobody else is."""
        typed = one_line(shown(cell))
        if typed in DASHES:
            return
        phones = read_phones(LINE_BREAK.sub("；", shown(cell)))
        if phones.unread:
            phones = read_phones(typed)
        if phones.unread:
            message = say("“%(value)s” holds a telephone number that cannot be read", value=typed)
            self._warn("phone.unreadable", column, typed, message)
            self.values["phone_text"] = typed
        self._add_phones(phones.first, phones.numbers)
        if phones.numbers and phones.words and not phones.unread and not self.values["contact"]:
            self.values["contact"] = phones.words

    def _contact(self, column: Column, cell: Cell) -> None:
        """Read a contact, and the telephone number that may stand beside the name."""
        words = self._words(column, cell)
        text = listed(words)
        if not text or text in DASHES:
            return
        phones = read_phones(LINE_BREAK.sub("；", words)) if any(sign.isdigit() for sign in text) else None
        if phones and phones.numbers:
            self._add_phones(phones.first, phones.numbers)
            text = phones.words
        if text:
            self.values["contact"] = text

    def _add_phones(self, first: str, numbers: tuple[str, ...]) -> None:
        """Keep telephone numbers; the first mobile of the row counts."""
        if numbers:
            known: list[str] = self.values.setdefault("phones", [])
            known.extend(number for number in numbers if number not in known)
            self.values["phone"] = self.values["phone"] or first

    def _uscc(self, column: Column, cell: Cell) -> None:
        """Read a credit code."""
        typed = one_line(shown(cell))
        found = read_uscc(typed)
        if found.code:
            self.values[column.code] = found.code
        if found.problem and found.text:
            self._err(found.problem, column, typed, found.text)
        elif found.warning and found.text:
            self._warn(found.warning, column, typed, found.text)

    def _beyond(self, cells: list[Cell]) -> None:
        """Keep what stands right of the headings of a workbook."""
        for place in range(len(self.steps), len(cells)):
            if not self.table.ragged and (text := shown(cells[place])):
                self.values.setdefault("extra", {})[column_letters(place + 1)] = text

    def _err(self, code: str, column: Column, value: str, text: Text) -> None:
        """Note an error at a column."""
        self.errors.append(Remark(code, text, self.labels[column.index], value))

    def _warn(self, code: str, column: Column, value: str, text: Text) -> None:
        """Note a warning at a column."""
        self.warnings.append(Remark(code, text, self.labels[column.index], value))
