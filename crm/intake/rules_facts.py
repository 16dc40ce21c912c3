"""What the lines above a table say about all of it: units, year, who filled it in, up to which day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.intake.rules_dates import read_date
from crm.intake.rules_headers import LAND_UNITS, code_of, take_apart
from crm.intake.rules_units import Unit, read_unit
from crm.leads.rules_names import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_LINE = re.compile(
    r"(?<![填报责任编制表送主管承建设])(?:金额|计量|货币|数据)?单位\s*[:：]?\s*(?P<units>[^()（）]*)",
)
MONEY_UNIT = r"(?:[十百千]?[万亿]?(?:元|美元|美金|港元|欧元)(?:人民币)?|[十百千]?万|亿)"
PIECE = re.compile(
    rf"^(?P<what>.*?)(?:均)?(?:为|按|以|用|:|是)?\s*(?P<unit>{MONEY_UNIT}|亩|公顷|平方米|㎡|人|个)(?:计算?|为单位)?$",
)
REPORTER = re.compile(r"(?:填报|报送|编制|制表|填表)(?:单位|部门)\s*[:：]\s*(?P<unit>[^\s　，,；;（(]+)")
UPDATED = re.compile(
    r"(?:更新至|截至|截止|更新时间|填报时间|填报日期|数据截至|统计时间)\s*[:：]?\s*(?P<day>\d{4}\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]?\s*(?:\d{1,2}\s*日?)?)",
)
YEAR = re.compile(r"(20\d{2})\s*年")
LONGEST_UNIT_LINE = 80


@dataclass(frozen=True)
class LedgerFacts:
    """Facts of a sheet as a whole; `units` by field code, "" for every column of money without its own."""

    year: int | None = None
    reporter: str = ""
    updated: str | None = None
    units: Mapping[str, Unit] = field(default_factory=dict)
    land_unit: str = ""


def has_units(text: str) -> bool:
    """Tell whether a line says units ("单位：万元"); 填报单位 does not."""
    return bool(read_units(text)[0]) or bool(read_units(text)[1])


def read_units(text: str) -> tuple[dict[str, Unit], str]:
    """Read the units that a line says: by field code, and the unit of land."""
    units: dict[str, Unit] = {}
    land = ""
    folded = plain(text)
    for line in UNIT_LINE.finditer(folded):
        for piece in re.split(r"[,;、/]|\s{2,}|\n", line["units"][:LONGEST_UNIT_LINE]):
            found = PIECE.match(piece.strip())
            if not found:
                continue
            what, unit = found["what"].strip(), read_unit(found["unit"])
            if found["unit"] in LAND_UNITS:
                land = found["unit"]
            elif unit and not what:
                units.setdefault("", unit)
            elif unit and (code := code_of(what)):
                units[code] = unit
    return units, land


def gather_facts(lines: list[str]) -> LedgerFacts:
    """Read all lines above a table."""
    units: dict[str, Unit] = {}
    land, reporter, updated = "", "", None
    year: int | None = None
    for line in lines:
        found_units, found_land = read_units(line)
        units |= found_units
        land = land or found_land
        if match := REPORTER.search(line):
            reporter = reporter or match["unit"]
        if match := UPDATED.search(line):
            updated = updated or read_date(re.sub(r"\s", "", match["day"])).iso
        elif match := YEAR.search(line):
            year = year or int(match[1])
    if year is None and updated:
        year = int(updated[:4])
    return LedgerFacts(year, reporter, updated, units, land)


def heading_units(label: str) -> Unit | None:
    """Tell the unit that a heading names."""
    return take_apart(label).unit
