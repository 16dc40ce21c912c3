"""A sheet of monthly figures against the register: every row judged by the form of the page, nothing stored yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Refusal, say
from crm.core.forms import findings_of, formdata
from crm.core.uscc import normalise
from crm.core.words import LANGUAGES, render, speaking
from crm.leads.rules_names import fold
from crm.statistics.forms import ReturnForm
from crm.statistics.models import Enterprise
from crm.statistics.operations_returns import SheetRow, judge_row, standing_returns, take_sheet
from crm.statistics.queries import reached
from crm.statistics.rules import statistics_rules
from crm.statistics.rules_sheet import FIGURES, Wrong, finding, typed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.statistics.rules_sheet import Sheet, SheetLine


@dataclass
class Judged:
    """One row of a sheet: what it would do, or everything that is wrong with it."""

    row: int
    name: str
    month: str
    verdict: str
    texts: Mapping[str, str]
    enterprise_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(frozen=True)
class SheetReading:
    """A sheet judged: its rows, and what is wrong with it as a whole."""

    file: str
    rows: tuple[Judged, ...]
    wrong: tuple[Wrong, ...]

    @property
    def all_wrong(self) -> list[Wrong]:
        """Return everything that is wrong, the sheet first, then row by row."""
        return [*self.wrong, *(one for row in self.rows for one in row.wrong)]

    @property
    def good(self) -> list[Judged]:
        """Return the rows with figures of which nothing is wrong."""
        return [row for row in self.rows if row.verdict not in ("blank", "wrong")]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each verdict."""
        told = Counter(row.verdict for row in self.rows)
        return {name: told[name] for name in ("new", "completed", "corrected", "unchanged", "blank", "wrong")}


def judge(sheet: Sheet | None, *, file: str, by: Actor, at: datetime) -> SheetReading:
    """Judge every row of a sheet: told apart, checked by the page's own form, compared with what stands."""
    if sheet is None:
        text = say("No header was found: a row with the enterprise and at least one figure, as in the template.")
        return SheetReading(file, (), (Wrong(None, "", "", "sheet.no_header", text),))
    known = _Known(by)
    rows = [known.row(line, sheet) for line in sheet.lines]
    _twice(rows, sheet)
    standing = standing_returns(
        (row.enterprise_id, row.month) for row in rows if row.enterprise_id and row.verdict == "new"
    )
    for row in rows:
        if row.verdict == "new" and row.enterprise_id:
            place = (row.enterprise_id, row.month)
            item = SheetRow(row.enterprise_id, row.month, row.values)
            verdict, found = judge_row(item, known.by_id[row.enterprise_id], standing.get(place), shanghai_date(at))
            row.verdict = "wrong" if found else verdict
            row.wrong += [
                Wrong(row.row, _header(sheet, one.field or ""), "", one.code, one.text) for one in found
            ]
    wrong = list(sheet.wrong)
    if not wrong and not any(row.verdict != "blank" for row in rows):
        wrong.append(Wrong(None, "", "", "sheet.empty", say("No row of the sheet has any figure.")))
    return SheetReading(file, tuple(rows), tuple(wrong))


def take(reading: SheetReading, *, by: Actor, at: datetime) -> dict[str, int]:
    """Take a judged sheet in as a whole; a single bad cell keeps everything out."""
    with deed("return.sheet", by=by, at=at, kind="monthly_sheet", label=reading.file, several=True):
        if reading.all_wrong:
            raise Refusal([finding(one) for one in reading.all_wrong])
        rows = [SheetRow(row.enterprise_id or 0, row.month, row.values) for row in reading.good]
        return take_sheet(rows, label=reading.file, by=by, at=at)


class _Known:
    """The part of the register that the reader may enter figures for, and the words of the sources."""

    def __init__(self, by: Actor) -> None:
        """Read the register once."""
        rows = list(Enterprise.select().where(reached(by, "statistics.enter")))
        self.by_id: dict[int, Any] = {row.id: row for row in rows}
        self.by_code = {row.uscc: row for row in rows if row.uscc}
        self.by_name: dict[str, list[Any]] = {}
        for row in rows:
            self.by_name.setdefault(row.name_key, []).append(row)
        self.sources = _source_words()

    def row(self, line: SheetLine, sheet: Sheet) -> Judged:
        """Judge one row as far as it can be without what stands already."""
        texts = line.cells
        name = texts.get("name", "") or texts.get("uscc", "")
        if not line.filled and not any(code in line.broken for code in FIGURES):
            return Judged(line.row, name, texts.get("month", ""), "blank", texts)
        judged = Judged(line.row, name, texts.get("month", ""), "new", texts)
        judged.wrong += [
            Wrong(line.row, _header(sheet, code), sign, "cell.broken",
                  say("The cell shows no value but %(sign)s: type the figure itself.", sign=sign))
            for code, sign in line.broken.items()
        ]  # fmt: skip
        enterprise = self._enterprise(line, sheet, judged)
        self._figures(line, sheet, judged, enterprise)
        if judged.wrong:
            judged.verdict = "wrong"
        return judged

    def _enterprise(self, line: SheetLine, sheet: Sheet, judged: Judged) -> Any:
        code, name = normalise(line.cells.get("uscc", "")), line.cells.get("name", "")
        by_code = self.by_code.get(code) if code else None
        named = self.by_name.get(fold(name)[:255], []) if name else []
        here = [row for row in named if row.left_on is None] or named
        found = by_code or (here[0] if len(here) == 1 else None)
        if code and by_code is None and found is not None and found.uscc:
            text = say("The register knows this enterprise by another credit code (%(code)s).", code=found.uscc)
            judged.wrong.append(Wrong(line.row, _header(sheet, "uscc"), code, "uscc.other", text))
        elif by_code is not None and name and by_code.name_key != fold(name)[:255]:
            text = say("This credit code belongs to %(name)s in the register.", name=by_code.name)
            judged.wrong.append(Wrong(line.row, _header(sheet, "name"), name, "name.other", text))
        elif found is None:
            text = say("No enterprise of this name or code is in your part of the register: enter it there first.")
            judged.wrong.append(Wrong(line.row, _header(sheet, "name" if name else "uscc"), name or code,
                                      "enterprise.unknown", text))  # fmt: skip
        else:
            judged.enterprise_id, judged.name = found.id, found.name
        return found

    def _figures(self, line: SheetLine, sheet: Sheet, judged: Judged, enterprise: Any) -> None:
        cells, finer = typed(line, sheet.columns)
        for code in finer:
            text = say("This is finer than one fen: round it.")
            judged.wrong.append(Wrong(line.row, _header(sheet, code), line.cells[code], "money.fine", text))
            cells[code] = ""
        for code in [code for code in cells if code == "source" or code.startswith("source_")]:
            cells[code] = self.sources.get(fold(cells[code]), cells[code])
        if not cells.get("statistician"):
            # Of an unknown enterprise nobody knows the statistician either; one finding is enough.
            cells["statistician"] = enterprise.statistician if enterprise is not None else "—"
        form = ReturnForm(formdata({key: value for key, value in cells.items() if key not in ("uscc", "name", "park")}))
        if not form.validate():
            for found in findings_of(form):
                field = found.field or ""
                shown = line.cells.get(field, "")
                judged.wrong.append(Wrong(line.row, _header(sheet, field), shown, found.code, found.text))
            return
        judged.month, judged.values = form.month.data, form.values()


def _header(sheet: Sheet, code: str) -> str:
    written = sheet.header(code)
    if written or not code:
        return written
    label = getattr(ReturnForm, code, None)
    return render(label.args[0]) if label is not None and label.args else ""


def _source_words() -> dict[str, str]:
    found = {}
    for source in statistics_rules().sources.values():
        found[fold(source.code)] = source.code
        for language in LANGUAGES:
            with speaking(language):
                found[fold(render(source.label))] = source.code
    return found


def _twice(rows: list[Judged], sheet: Sheet) -> None:
    """Refuse the second row of one enterprise and month: which of them counts is not ours to guess."""
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        if row.enterprise_id is None or not row.values:
            continue
        first = seen.setdefault((row.enterprise_id, row.month), row.row)
        if first != row.row:
            text = say("The same enterprise and month stand in row %(row)s already.", row=first)
            row.wrong.append(Wrong(row.row, _header(sheet, "month"), row.month, "row.twice", text))
            row.verdict = "wrong"
