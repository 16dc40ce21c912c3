"""Columns that hold two things at once, and stages told by check marks in several columns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from crm.core.errors import Text, say
from crm.intake.rules_cells import COMPANY_END, LINE_BREAK, Cell, one_line, shown
from crm.intake.rules_phones import read_phones
from crm.intake.rules_stages import is_stage_word, read_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.intake.rules_cells import RawRow
    from crm.intake.rules_headers import Column
    from crm.intake.rules_layout import Layout

NAME_CONTENT = re.compile(r"项目名称[及和与、/(（].*内容")
UNIT_PERSON = re.compile(r"(责任|牵头|服务|包联|跟踪)?单位.{0,2}[及和与、/(（].{0,3}(责任|联系|负责|经办)人")
NAME_END = re.compile(r"^(?P<name>[^\n:：;；。]{2,60})\s*[\n:：;；。]\s*(?P<rest>\S.*)$", re.DOTALL)
UNIT_NAME = re.compile(r"^(?P<unit>\S{3,30}?)(?:[\s、,，/:：(（]+)(?P<owner>[^\s()（）]{2,20})[)）]?$")
COMPANY_PERSON = re.compile(
    r"^(?P<company>.*?(?:公司|集团|合作社|协会|研究院|[)）]))[\s、,，/:：(（]+(?P<person>[^\s()（）]{1,12})[)）]?$",
    re.DOTALL,
)
COMPANY_PROFILE = re.compile(r"(?:企业|公司|投资[方商]|主体)(?:名称)?[及和与、/(（](?:企业|公司)?(?:简介|概况|介绍)")
COMPANY_FRONT = re.compile(r"^(?P<company>[^\n，,：:；;。]{2,40})(?:[\n，,：:；;。]|$)")
TICKS = frozenset(["√", "✓", "✔", "☑", "对", "是", "y", "yes", "v", "●", "★", "■", "1", "o", "○"])
CROSSES = frozenset(["×", "✗", "✘", "☒", "否", "n", "no", "x", "□", "/", "-", "—", "0", ""])
ASKS = re.compile(r"^(?:是否|有无|有否)已?")
ORDER = ("lead", "qualified", "negotiating", "signed", "started", "producing", "at_capacity")
SHORT_MARK = 3


class Split(NamedTuple):
    """What a cell came to: values by field code, and what a person should look at."""

    values: dict[str, Any]
    doubt: tuple[str, Text] | None = None


def combined_fields(column: Column) -> str:
    """Tell which two fields a column holds at once: "name", "owner" or "investor", or nothing."""
    heading = unicodedata.normalize("NFKC", re.sub(r"\s+", "", column.label))
    if column.code == "name" and NAME_CONTENT.search(heading):
        return "name"
    if column.code in {"owner", "responsible_unit"} and UNIT_PERSON.search(heading):
        return "owner"
    if column.code == "investor_profile" and COMPANY_PROFILE.search(heading):
        return "profile"
    return "investor" if column.code == "investor" else ""


def split_cell(kind: str, words: str) -> Split | None:
    """Take apart a cell that holds two things; None when it holds one."""
    if kind == "name":
        return _name_content(words)
    if kind == "owner":
        return _unit_person(words)
    if kind == "profile":
        return _company_profile(words)
    return _company_person(words) if any(sign.isdigit() for sign in words) else None


def _name_content(words: str) -> Split | None:
    found = NAME_END.match(words.strip())
    if found is None:
        return None
    text = say("Name and content stand in one cell: “%(name)s” was taken as the name", name=found["name"].strip())
    return Split({"name": found["name"].strip(), "content": found["rest"].strip()}, ("name.split", text))


def _company_profile(words: str) -> Split:
    """Take the company from the front of a text about it: up to the first stop, as long as a name."""
    found = COMPANY_FRONT.match(words.strip())
    if found is None:
        return Split({"investor_profile": words.strip()})
    company = found["company"].strip()
    text = say("Company and profile stand in one cell: “%(name)s” was taken as the company", name=company)
    return Split({"investor": company, "investor_profile": words.strip()}, ("investor.split", text))


def _unit_person(words: str) -> Split:
    found = UNIT_NAME.match(words.strip())
    if found is None:
        text = say("Unit and person were not told apart: “%(value)s” was taken as the unit", value=one_line(words))
        return Split({"responsible_unit": one_line(words)}, ("owner.split", text))
    return Split({"responsible_unit": found["unit"], "owner": found["owner"]})


def _company_person(words: str) -> Split | None:
    phones = read_phones(LINE_BREAK.sub("；", words))
    if not phones.numbers or phones.unread:
        return None
    bare = re.sub(r"[+(（]?\d[\d\-－—()（） ]{5,}\d", " ", words).strip(" ，,、/：:；;()（）\n")
    found = COMPANY_PERSON.match(bare)
    values: dict[str, Any] = {"phones": list(phones.numbers), "phone": phones.first}
    if found:
        values |= {"investor": found["company"].strip(), "contact": found["person"]}
    elif COMPANY_END.search(bare):
        values["investor"] = one_line(bare)
    else:
        return None
    return Split(values)


def tick_columns(layout: Layout, rows: Sequence[RawRow]) -> Layout:
    """Make columns whose headings are stages and whose cells are check marks tell the stage."""
    columns = list(layout.columns)
    for place, column in enumerate(columns):
        stage = ASKS.sub("", one_line(column.label))
        if not column.label or not is_stage_word(stage) or column.code == "stage":
            continue
        marks = [_mark(row.cells[place]) for row in rows if place < len(row.cells) and shown(row.cells[place])]
        if any(mark in TICKS for mark in marks) and all(mark in TICKS or mark in CROSSES for mark in marks):
            columns[place] = replace(column, code="tick", kind="tick", label=column.label)
    if all(column.code != "tick" for column in columns):
        return layout
    return replace(layout, columns=tuple(columns))


def _mark(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", shown(cell)).strip().lower()


def ticked_stage(column: Column, cell: Cell, before: str) -> str:
    """Return the stage word that counts after a check mark: the one that is furthest on."""
    if _mark(cell) not in TICKS:
        return before
    word = ASKS.sub("", one_line(column.label))
    return word if not before or _rank(word) >= _rank(before) else before


def _rank(word: str) -> int:
    code = read_stage(word).stage_code
    return ORDER.index(code) if code in ORDER else -1
