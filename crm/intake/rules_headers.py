"""Headings of a ledger's columns, recognised by synonyms in one row or several (table: headers.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.rulebook import Rulebook, beside
from crm.intake.rules_units import Unit, read_unit
from crm.leads.rules_names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
UNIT_TAIL = re.compile(
    r"[:/,、 ]?((?:十|百|千)?(?:万|亿)?(?:元|美元|美金|港元|欧元|人民币)|(?:十|百|千)?万|亿"
    r"|亩|公顷|平方米|平方公里|㎡|m2)$",
)
YEAR_HEAD = re.compile(
    r"^(?:截[至止])?(?:(?:19|20)\d{2}|\d{2}(?=年))年?(?:度|\d{1,2}-\d{1,2}月|\d{1,2}月底?)?(?=\D)",
)
LAND_UNITS = {"亩": 100, "mu": 100, "公顷": 1500, "平方米": None, "㎡": None, "m2": None, "平方公里": 150_000}
GROUP_TAIL = re.compile(r"(?:基本)?(?:情况|信息)$|联系(?:方式)?$")
SECOND_TONGUE = re.compile(r"[a-z][a-z .,/&'-]*")
LONGEST_HEADING = 60
YEARLY = re.compile(r"计划|完成|安排|预计|目标")
MONTHLY = re.compile(
    r"^(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:-\d{1,2})?月份?$|^[一二三四]季度$|^q[1-4]$|^[上下]半年$",
)


@dataclass(frozen=True)
class HeaderTable:
    """The table of headings in a shape that answers fast."""

    words: Mapping[str, str]
    ranks: Mapping[str, int]
    contains: tuple[tuple[re.Pattern[str], str], ...]
    kinds: Mapping[str, str]
    groups: frozenset[str]
    vague: frozenset[str]
    ours: re.Pattern[str]
    planned: re.Pattern[str]


@dataclass(frozen=True)
class Heading:
    """A heading taken apart: bare words, the unit it names, whether it speaks of one year."""

    bare: str
    unit: Unit | None = None
    land_unit: str = ""
    of_year: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a table: its place (from 1), heading as written, the field it fills, its unit."""

    index: int
    label: str
    code: str = ""
    kind: str = "text"
    unit: Unit | None = None
    land_unit: str = ""
    path: tuple[str, ...] = field(default=())
    rank: int = 0


def compile_headers(rules: Rulebook) -> HeaderTable:
    """Turn the rule table into look-ups."""
    fields = rules.tables["field"]
    words = {squeeze(word): entry["code"] for entry in fields for word in entry["words"]}
    contains = tuple((re.compile(text), entry["code"]) for entry in fields for text in entry.get("contains", ()))
    joined = rules.tables["joined"]
    ranks = {squeeze(word): rank for entry in fields for rank, word in enumerate(entry["words"])}
    return HeaderTable(
        words,
        ranks,
        contains,
        {entry["code"]: entry["kind"] for entry in fields},
        frozenset(rules.tables["groups"]["words"]),
        frozenset(joined["vague"]),
        re.compile(joined["ours"]),
        re.compile(joined["planned"]),
    )


@lru_cache
def header_table() -> HeaderTable:
    """Load the table that stands beside this module."""
    return compile_headers(beside(__file__, "headers.toml"))


def squeeze(text: str) -> str:
    """Fold a heading: widths, case and traditional characters, no blanks in Chinese, no stars or final colons."""
    folded = fold(text).strip(" *:\n\t　")
    if folded.isascii():
        return re.sub(r"[\s_]+", " ", folded).strip()
    return re.sub(r"[\s*]+", "", folded)


@lru_cache(maxsize=2048)
def take_apart(label: str) -> Heading:
    """Split a heading into its words and the unit in it."""
    text = squeeze(label)
    unit, land = None, ""
    for inner in BRACKETED.findall(text):
        unit = unit or read_unit(inner)
        land = land or (inner.removeprefix("单位:") if inner.removeprefix("单位:") in LAND_UNITS else "")
    whole = text
    bare = BRACKETED.sub("", text).strip(" :")
    tail = UNIT_TAIL.search(bare)
    if tail and len(bare) > len(tail[0]):
        unit = unit or read_unit(tail[1])
        land = land or (tail[1] if tail[1] in LAND_UNITS else "")
        bare = bare[: tail.start()]
    without_year = YEAR_HEAD.sub("", bare)
    of_year = without_year != bare and not bare.startswith("截")
    if whole in header_table().words and not unit and not land:
        without_year = whole
    elif without_year not in header_table().words:
        one_tongue = SECOND_TONGUE.sub("", without_year).strip(" :、,/-")
        without_year = one_tongue if one_tongue in header_table().words else without_year
    return Heading(without_year.strip(" :、,"), unit, land, of_year)


def code_of(label: str) -> str:
    """Find the field that one heading names, or nothing."""
    if len(label) > LONGEST_HEADING:
        return ""
    heading = take_apart(label)
    table = header_table()
    if not heading.bare or table.planned.search(heading.bare):
        return ""
    code = table.words.get(heading.bare, "")
    if not code:
        code = next((found for pattern, found in table.contains if pattern.search(heading.bare)), "")
    if heading.of_year and code == "investment" and YEARLY.search(heading.bare):
        return ""
    return "paid_in_year" if code == "paid_in" and heading.of_year else code


def is_heading_word(text: str) -> bool:
    """Tell whether a text is a heading of the table or the name of a group of columns."""
    if len(text) > LONGEST_HEADING:
        return False
    heading = take_apart(text)
    table = header_table()
    return heading.bare in table.words or heading.bare in table.groups or bool(code_of(text))


def is_exact_heading(text: str) -> bool:
    """Tell whether a text is a heading word for word (once its unit and year are taken off)."""
    if len(text) > LONGEST_HEADING:
        return False
    bare = take_apart(text).bare
    return bare in header_table().words or bare in header_table().groups


def read_path(path: tuple[str, ...]) -> tuple[str, Heading]:
    """Find the field of a heading that stands on several rows, the lowest one last."""
    parts = [part for part in path if part]
    table = header_table()
    lowest = parts[-1]
    heading = take_apart(lowest)
    above = take_apart(parts[-2]).bare if len(parts) > 1 else ""
    unit = heading.unit or next(
        (take_apart(part).unit for part in reversed(parts) if take_apart(part).unit),
        None,
    )
    land = heading.land_unit or next(
        (take_apart(part).land_unit for part in parts if take_apart(part).land_unit),
        "",
    )
    code = _joined(above, heading.bare, table) if above and heading.bare in table.vague else ""
    code = code or code_of(lowest)
    if not code and (unit_only := read_unit(lowest)) and above:
        unit, code = unit_only, code_of(parts[-2])
    if not code and above and not is_group(above):
        code = code_of(above + heading.bare)
    return code, replace(heading, unit=unit, land_unit=land)


def _joined(above: str, vague: str, table: HeaderTable) -> str:
    """Read a vague heading together with the one above it."""
    if table.ours.search(above):
        if vague in {"联系人", "负责人", "姓名", "责任人"}:
            return "owner"
        if vague in {"电话", "手机", "联系电话", "联系方式"}:
            return "owner_phone"
        if vague in {"单位", "名称", "单位名称"}:
            return "responsible_unit"
    above = GROUP_TAIL.sub("", above)
    money = {"人民币", "美元", "外币", "金额", "合计", "小计", "总额", "总计"}
    return code_of(above) if vague in money else code_of(above + vague)


def is_group(text: str) -> bool:
    """Tell whether a heading only groups the columns below it."""
    return take_apart(text).bare in header_table().groups


def reading_order(columns: Iterable[Column]) -> list[Column]:
    """Return columns as they are read: of several amounts of one field the best heading comes first."""
    placed = list(columns)
    amounts = sorted((one for one in placed if one.kind == "money"), key=lambda one: one.rank)
    return [
        amounts.pop(next(at for at, other in enumerate(amounts) if other.code == one.code))
        if one.kind == "money"
        else one
        for one in placed
    ]


def make_columns(paths: Iterable[tuple[int, tuple[str, ...]]]) -> list[Column]:
    """Recognise the columns of a table by their headings alone."""
    table = header_table()
    columns = []
    for index, path in paths:
        parts = tuple(part for part in path if part)
        if not parts:
            columns.append(Column(index, ""))
            continue
        code, heading = read_path(parts)
        if len(parts) > 1 and MONTHLY.match(heading.bare):
            columns.append(Column(index, " ".join(parts[-2:]), "", path=parts))
            continue
        kind = table.kinds.get(code, "text")
        if code == "paid_in" and any(take_apart(part).of_year for part in parts):
            code = "paid_in_year"
        rank = table.ranks.get(heading.bare, len(table.ranks))
        columns.append(Column(index, parts[-1], code, kind, heading.unit, heading.land_unit, parts, rank))
    return columns
