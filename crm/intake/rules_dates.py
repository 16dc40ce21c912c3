"""Days as ledgers write them (2024.3.5, 2024年3月, 45376): as precise as written, never filled up."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from crm.core.errors import Text, say
from crm.core.numerals import plain_digits
from crm.intake.rules_cells import BrokenCell, Cell, DateCell, FormulaCell, UnitCell
from crm.intake.rules_money import UNKNOWN

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
SERIALS = range(20_000, 80_000)
"""Serial numbers from 1954 to 2119; smaller or larger numbers are no date that a ledger means."""
YEARS = range(1900, 2101)
LONGEST_DATE = 60
OLDEST_YEAR = 1990
NOT_YET = re.compile(
    r"^(待定|未定|未签约?|尚未签约|未签订|未开工|未投产|未注册|未入统|未知|不详|暂无|待签约?|洽谈中|在谈|正在洽谈|待开工|待投产|待入库|tbd|tbc|否|无)$",
)
PLANNED = re.compile(r"预计|计划|拟|力争|争取|预期|目标|前完成|前后|之前")
NEAR = re.compile(r"[去今明前本上当]年|年内|[上本下]个?月|近期|最近|近日|年底前|月底前|[上本下]周|^年[初底末]$")
SUFFIX = re.compile(r"(签约|签订|签署|开工|投产|注册|入统|入库|洽谈|接洽|竣工|正式|已|于|在)")
Y, M, D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
NOTED = re.compile(r"^(?P<day>\d[^()]*)\([^()]*\)$")
"""A date with a remark in brackets behind it."""
SEP = r"[.\-/、,。·_年]"
FULL = re.compile(rf"^{Y}{SEP}{M}(?:[.\-/、,。·_]|月){D}[日号]?(?:[t ]?\d{{1,2}}[:时].*)?$")
MONTHLY = re.compile(rf"^{Y}{SEP}{M}月?(?:份)?(?P<part>[上中下]旬|底|初|末)?$")
PART = r"(?P<part>底|初|末|中|年底|年初|上半年|下半年|第?[一二三四1-4]季度|[春夏秋冬]季?天?|q[1-4])"
YEARLY = re.compile(rf"^{Y}年?度?{PART}?$")
COMPACT = re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})?$")
SHORT_YEAR = re.compile(rf"^['’]?(?P<y>\d{{2}})(?:年|[.\-/]){M}(?:月|[.\-/]){D}?[日号]?$")
NO_YEAR = re.compile(rf"^{M}(?:月|[.\-/]){D}?[日号]?$")
WESTERN = re.compile(r"^(?P<a>\d{1,2})[./\-](?P<b>\d{1,2})[./\-](?P<y>\d{4})$")
MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAMED = re.compile(
    r"^(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?[ \-]+)?"
    r"(?P<name>[a-z]{3})[a-z]*\.?[ \-,]+(?:(?P<e>\d{1,2}),? +)?(?P<y>\d{4})$",
)
PROBLEMS = {
    "date.unreadable": say("“%(value)s” cannot be read as a date"),
    "date.impossible": say("There is no such day as “%(value)s”"),
    "date.ambiguous": say("“%(value)s” can be read as two different dates"),
    "date.several": say("“%(value)s” names several dates: say which one counts"),
    "date.no_value": say(
        "The formula “%(value)s” has no stored result: open the file in Excel, save it and send it again",
    ),
    "date.year_missing": say("“%(value)s” has no year and is kept as unknown"),
    "date.planned": say("“%(value)s” is a plan and not an event: it is kept as unknown"),
    "date.relative": say("“%(value)s” depends on the day it was written and is kept as unknown"),
    "date.noted": say("“%(value)s” was read without what its brackets say"),
    "date.vague": say("“%(value)s” is kept only as precisely as it can be"),
    "date.short_year": say("“%(value)s” has a year of two digits"),
    "date.future": say("“%(value)s” lies in the future"),
    "date.old": say("“%(value)s” lies before 1990"),
}
FULL_LENGTH, MONTH_LENGTH = 10, 7


@dataclass(frozen=True, slots=True)
class Day:
    """A date as precise as it was written ("2024", "2024-03", "2024-03-05") and what is wrong with it."""

    iso: str | None = None
    precision: str | None = None
    problem: str = ""
    warning: str = ""


NO_DAY = Day()


def date_text(code: str, value: str) -> Text:
    """Say what is wrong with a date."""
    return Text(PROBLEMS[code].msgid, {"value": value})


def read_date(cell: Cell, *, date1904: bool = False) -> Day:
    """Read one cell of a column of dates."""
    if cell is None:
        return NO_DAY
    if isinstance(cell, str):
        return _from_text(cell, date1904)
    if isinstance(cell, DateCell):
        return _from_iso(cell)
    if isinstance(cell, bool | UnitCell | BrokenCell):
        return Day(problem="date.unreadable")
    if isinstance(cell, FormulaCell):
        return Day(problem="date.no_value")
    return _from_number(cell, date1904)


def _from_iso(cell: DateCell) -> Day:
    """Take over a date cell with the precision that its format shows."""
    if not 1900 <= int(cell.iso[:4]) <= 2100:  # noqa: PLR2004 - the years of YEARS
        return Day(problem="date.unreadable")
    length = {"year": 4, "month": 7}.get(cell.precision, 10)
    return Day(cell.iso[:length], cell.precision)


def _from_number(number: float, date1904: bool) -> Day:  # noqa: FBT001 - one fact of the file, passed down
    """Read a number: 20240305, 202403, 2024, a serial, or 2024.3 typed as a decimal."""
    if number == int(number):
        whole = int(number)
        if whole in YEARS:
            return Day(f"{whole:04d}", "year")
        if whole in SERIALS:
            return serial_day(whole, date1904=date1904)
        found = COMPACT.match(str(whole))
        return _made(found["y"], found["m"], found["d"]) if found else Day(problem="date.unreadable")
    if int(number) in SERIALS:
        return serial_day(int(number), date1904=date1904)
    year, _, month = f"{number:.10g}".partition(".")
    if int(number) in YEARS and month == "1":
        return Day(problem="date.ambiguous")
    if int(number) in YEARS and len(month) <= 2:  # noqa: PLR2004 - months have two digits
        return _made(year, month, None)
    return Day(problem="date.unreadable")


def serial_day(serial: int, *, date1904: bool = False) -> Day:
    """Turn a serial number of a sheet into its day."""
    return Day(((EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=serial)).isoformat(), "day")


def _made(year: str, month: str | None, day: str | None) -> Day:
    """Build a day from its parts, or say that there is none."""
    if int(year) not in YEARS:
        return Day(problem="date.impossible")
    if month is None:
        return Day(year, "year")
    if not 1 <= int(month) <= 12:  # noqa: PLR2004 - months of a year
        return Day(problem="date.impossible")
    if day is None:
        return Day(f"{year}-{int(month):02d}", "month")
    try:
        return Day(date(int(year), int(month), int(day)).isoformat(), "day")
    except ValueError:
        return Day(problem="date.impossible")


@lru_cache(maxsize=8192)
def _from_text(text: str, date1904: bool) -> Day:  # noqa: FBT001 - one fact of the file, passed down
    """Read a text cell: unknown words first, then plans, then the ways of writing a date."""
    if len(text) > LONGEST_DATE:
        return Day(problem="date.unreadable")
    folded = unicodedata.normalize("NFKC", text).strip().lower().lstrip("'")
    bare = re.sub(r"\s*([.\-/年月日号])\s*", r"\1", folded)
    if bare in UNKNOWN or NOT_YET.match(bare):
        return NO_DAY
    if PLANNED.search(bare):
        return Day(warning="date.planned")
    if NEAR.search(bare):
        return Day(warning="date.relative")
    if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{6}|\d{8}", bare):
        return _from_number(float(bare), date1904)
    found = _written(bare)
    if found.problem != "date.unreadable" or not (noted := NOTED.match(bare)):
        return found
    found = _written(noted["day"])
    return found if found.problem or found.warning else Day(found.iso, found.precision, warning="date.noted")


def _written(bare: str) -> Day:
    """Try every way of writing a date, the common ones first."""
    chinese = plain_digits(bare)
    for candidate in dict.fromkeys(
        [bare, SUFFIX.sub("", bare).strip(" ()"), chinese, SUFFIX.sub("", chinese).strip(" ()")],
    ):
        candidate = candidate.rstrip(".。、,;；")  # noqa: PLW2901 - a stray stop behind the date
        found = _year_first(candidate) or _other_order(candidate)
        if found:
            return found
    if len(re.findall(r"\d{4}[.\-/年]", bare)) > 1 or re.search(
        r"\d[月日号]?[~—–至到]\d|[-~]\d{1,2}月|[月日]-\d", bare
    ):
        return Day(problem="date.several")
    return Day(problem="date.unreadable")


def _year_first(text: str) -> Day | None:
    """Read year, month and day in this order, as precisely as they are written."""
    if found := FULL.match(text):
        return _made(found["y"], found["m"], found["d"])
    if found := MONTHLY.match(text):
        return _vague(_made(found["y"], found["m"], None), found["part"])
    if found := COMPACT.match(text):
        return _made(found["y"], found["m"], found["d"])
    if found := YEARLY.match(text):
        return _vague(_made(found["y"], None, None), found["part"])
    if found := SHORT_YEAR.match(text):
        made = _made(f"20{found['y']}", found["m"], found["d"])
        return made if made.problem else Day(made.iso, made.precision, warning="date.short_year")
    return None


def _other_order(text: str) -> Day | None:
    """Read dates that begin with the day or the month, and those without a year."""
    if NO_YEAR.match(text):
        return Day(warning="date.year_missing")
    if found := WESTERN.match(text):
        first, second = int(found["a"]), int(found["b"])
        if first <= 12 and second <= 12 and first != second:  # noqa: PLR2004 - months of a year
            return Day(problem="date.ambiguous")
        day, month = (first, second) if first > 12 else (second, first)  # noqa: PLR2004 - months of a year
        return _made(found["y"], str(month), str(day))
    found = NAMED.match(text)
    if found and found["name"] in MONTH_NAMES:
        return _made(found["y"], str(MONTH_NAMES.index(found["name"]) + 1), found["d"] or found["e"])
    return None


def _vague(day: Day, part: str | None) -> Day:
    """Mark a date that says more than its precision can hold ("2024年底")."""
    return Day(day.iso, day.precision, warning="date.vague") if part and not day.problem else day


def day_doubt(day: Day, today: date | None) -> str:
    """Name the warning that a readable date deserves, or nothing."""
    if day.warning or day.iso is None:
        return day.warning
    if int(day.iso[:4]) < OLDEST_YEAR:
        return "date.old"
    if today is not None and day.iso > today.isoformat()[: len(day.iso)]:
        return "date.future"
    return ""
