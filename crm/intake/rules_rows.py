"""Tells rows apart as a person does: title, header, section, subtotal, total, note, blank or data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crm.intake.rules_cells import Cell, FormulaCell, RawRow, shown
from crm.intake.rules_facts import has_units
from crm.intake.rules_headers import header_table
from crm.leads.rules_names import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.intake.rules_layout import Layout, MergeIndex

SUBTOTAL = re.compile(r"^.{0,20}(小计|分计|sub-?total)([(:].*|共?\d+[个项家].*)?$")
TOTAL = re.compile(
    r"^(全市|全县|全区|全部|项目|资金|投资|全年|以上|各类)?"
    r"(总?合计|总计|共计|累计|总数|grandtotal|total|sum)(数|额)?([(:].*|共?\d+[个项家].*)?$",
)
PART_OF_IT = re.compile(r"^其中[:：、,，]?(\S|$)")
GROUP_TOTAL = re.compile(r"^.{1,20}(合计|总计|共计|汇总)([(:].*|共?\d+[个项家].*)?$")
NOTE = re.compile(
    r"^(注|备注|说明|附注|附件?|填表说明|填报说明|特别说明|数据来源|资料来源|统计口径|※|note|remarks?|ps)\s*(\d|[:：.、()（]|$)|^[※*▲]\S{6,}",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"^(填表人?|制表人?|填报人?|审核人?|复核人?|审批人?|报送人?|编制人?|单位负责人|分管领导|主要领导|负责人"
    r"|签发人?|经办人|联系人|联系电话|填表日期|制表日期|填报日期|填报时间|填报单位|报送单位"
    r"|单位[(（]?盖章[)）]?|日期|prepared by|checked by|approved by)(签字|签章|（签字）|\(签字\))?\s*[:：]",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．,，:：]"
    r"|^[(（][一二三四五六七八九十]{1,3}[)）]|^第[一二三四五六七八九十\d]+(部分|类|批次?|章)|^[ⅠⅡⅢⅣⅤ]+[、.．]",
)
SECTION_TAIL = re.compile(
    r"(类|类项目|板块|领域|片区|组|批次?)([(（].*[)）])?$|[(（]共?\d+\s*[个项家].*[)）]$",
)
NUMERAL = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.]?$")
SERIAL = re.compile(r"^[(（]?\d{1,6}(?:[-.]\d{1,4})?[)）.、]?$")
DETAILS = ("investor", "contact", "phone", "content", "uscc", "signed_on", "first_contact_on")
COUNTS = re.compile("[计計]")
EXAMPLE = re.compile(r"^[(（]?(示例|样例|例|example)[)）]?\s*[:：]?$", re.IGNORECASE)
STEMS = "甲乙丙丁戊己庚辛壬癸"
LEAST_NUMBERED = 3
SHORT_SECTION = 15
LONG_TEXT = 30
FEW = 2


def texts_of(row: RawRow) -> list[tuple[int, str]]:
    """List the cells that show something, with their places counted from zero."""
    return [(place, text) for place, cell in enumerate(row.cells) if cell is not None and (text := shown(cell))]


def is_serial(cell: Cell) -> bool:
    """Tell whether a cell is the number of a row."""
    if isinstance(cell, str):
        return SERIAL.match(cell.strip()) is not None
    return isinstance(cell, FormulaCell) or (isinstance(cell, int | float) and not isinstance(cell, bool))


def numbers_columns(row: RawRow) -> bool:
    """Tell whether a row below a heading only numbers its columns: 1, 2, 3 or (1), (2), (3) or 甲, 乙, 丙."""
    texts = [text.strip("()（）栏列") for _, text in texts_of(row)]
    if len(texts) < LEAST_NUMBERED:
        return False
    counted = [str(number) for number in range(1, len(texts) + 1)]
    return texts == counted or texts == list(STEMS[: len(texts)]) or [*STEMS[:1], *counted[:-1]] == texts


class RowTeller:
    """Tells the rows below one heading apart; remembers whether the total has been passed."""

    def __init__(self, layout: Layout, merges: MergeIndex, sample: Sequence[RawRow] = ()) -> None:
        """Prepare for a table; a sample of its rows tells whether projects are numbered."""
        self.layout = layout
        self.merges = merges
        self.serial = layout.place("serial")
        self.name = layout.place("name")
        if self.name < 0:
            self.name = layout.place("investor")
        self.details = [place for code in DETAILS if (place := layout.place(code)) >= 0 and place != self.name]
        self.width = len(layout.columns)
        self.past_total = False
        full = [row for row in sample if len(texts_of(row)) >= LEAST_NUMBERED]
        numbered = sum(1 for row in full if self._filled(row, self.serial) and is_serial(row.cells[self.serial]))
        self.all_numbered = numbered * 2 > len(full)
        self.repeated = layout.words | frozenset(header_table().words)

    def is_plain_data(self, cells: list[Cell]) -> bool:
        """Recognise the usual row at once: a serial number and a name that counts nothing up."""
        serial, name = self.serial, self.name
        if not 0 <= serial < len(cells) or not 0 <= name < len(cells):
            return False
        text = cells[name]
        number = cells[serial]
        numbered = number.isdigit() if isinstance(number, str) else type(number) is int
        return numbered and type(text) is str and not COUNTS.search(text) and len(text) > 1 and not text.isspace()

    def may_repeat_header(self, cells: list[Cell]) -> bool:
        """Tell quickly whether a row may be a heading again."""
        known = 0
        for cell in cells:
            if type(cell) is str and cell in self.repeated:
                known += 1
                if known >= FEW:
                    return True
        return False

    def kind(self, row: RawRow) -> str:
        """Tell what a row below the heading is."""
        texts = texts_of(row)
        if not texts:
            return "blank"
        kind = self._kind(row, texts)
        self.past_total = self.past_total or kind == "total"
        if kind == "data":
            self.past_total = False
        return kind

    def _kind(self, row: RawRow, texts: list[tuple[int, str]]) -> str:
        """Ask the questions in the order in which they decide."""
        numbered = self._filled(row, self.serial) and is_serial(row.cells[self.serial])
        first = texts[0][1]
        if not numbered:
            if total := self._total(row, texts):
                return total
            if (NOTE.match(first) and len(texts) <= FEW) or (EXAMPLE.match(first) and self.serial == texts[0][0]):
                return "note"
            if any(SIGNED.match(text) for _, text in texts):
                return "note"
            if len(texts) <= FEW and has_units(first):
                return "title"
            if self._is_section(row, texts):
                return "note" if self.past_total and not SECTION.match(first) else "section"
        return self._data_or_note(row, texts, numbered=numbered)

    def _filled(self, row: RawRow, place: int) -> bool:
        """Tell whether a place of a row shows something."""
        return 0 <= place < len(row.cells) and shown(row.cells[place]) != ""

    def _total(self, row: RawRow, texts: list[tuple[int, str]]) -> str:
        """Recognise sums by the words at their left end, when nothing tells of one project."""
        if any(self._worded(row, place) for place in self.details):
            return ""
        border = max(self.name, self.serial, FEW)
        for place, text in texts:
            if place > border:
                return ""
            label = re.sub(r"\s+", "", fold(text)).strip("、,.:")
            label = re.sub(r"^[(]?[一二三四五六七八九十]{1,3}[)]?[、.]", "", label)
            if SUBTOTAL.match(label):
                return "subtotal"
            if TOTAL.match(label):
                return "total"
            if GROUP_TOTAL.match(label) or PART_OF_IT.match(label):
                return "subtotal"
        return ""

    def _worded(self, row: RawRow, place: int) -> bool:
        """Tell whether a place holds words that belong to one project (counts and labels do not)."""
        if not self._filled(row, place) or type(row.cells[place]) is not str:
            return False
        text = shown(row.cells[place])
        return not re.fullmatch(r"[(（]?共?[\d.,%\s]*[个项家]?(?:项目)?[)）]?|[/\\—\-–]+|.{0,6}[合小总]\s*计", text)

    def _is_section(self, row: RawRow, texts: list[tuple[int, str]]) -> bool:
        """Recognise the title of a group of rows."""
        place, first = texts[0]
        words = [text for at, text in texts if type(row.cells[at]) is str]
        if any(self._worded(row, at) for at in self.details if at != place):
            return False
        if NUMERAL.match(first) and place == max(self.serial, 0):
            return True
        if SECTION.match(first):
            return len(words) <= FEW
        if len(texts) > 1:
            return len(words) == 1 and place == self.serial and not is_serial(row.cells[place])
        wide = self.merges.width_at(row.number, place + 1)
        if wide >= max(3, self.width // 2):
            return True
        alone = self.all_numbered and place == self.name and len(first) <= SHORT_SECTION
        return alone or (place == self.serial and self.serial != self.name) or SECTION_TAIL.search(first) is not None

    def _data_or_note(self, row: RawRow, texts: list[tuple[int, str]], *, numbered: bool) -> str:
        """Decide between a project and a remark at the end."""
        named = self._filled(row, self.name)
        if numbered and len(texts) == 1:
            return "blank"
        if len(texts) == 1 and not numbered and (self.past_total or not named):
            return "note"
        if (
            self.past_total
            and not numbered
            and len(texts) <= FEW
            and not any(self._worded(row, p) for p in self.details)
        ):
            return "note"
        if named and len(texts) == 1 and len(texts[0][1]) > LONG_TEXT * 2:
            return "note"
        return "data"
