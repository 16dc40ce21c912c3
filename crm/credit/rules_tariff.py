"""The tariff: points, bands, caps, coefficients and deductions, read from data and refused when it is broken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.rulebook import BrokenRules, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FEN_PER_WAN = 1_000_000
MILLI = 1000
LONGEST_TAIL = 120
WHOLE_PER_CENT = 100
ITEMS = {
    "qualified": say("Valid leads"),
    "visit": say("Investors brought here"),
    "signed": say("Formal contracts"),
    "landed": say("Recognised as landed"),
    "started": say("Works started"),
    "paid_in": say("Paid-in capital"),
    "producing": say("In production"),
    "top500": say("Top-500 enterprises"),
}
DEDUCTIONS = {"report_missed": say("Monthly reports missed"), "false_report": say("Proven false report")}
LABELS: Mapping[str, Text] = {**ITEMS, **DEDUCTIONS}
ORDINARY = "ordinary"
COEFFICIENTS = {
    "primary_mining": say("primary mining"),
    "real_estate": say("real estate"),
    ORDINARY: say("ordinary project"),
}


@dataclass(frozen=True)
class Item:
    """One item of the tariff in thousandths of a point; amounts in fen."""

    code: str
    points: int
    cap: int | None
    basis: str = ""
    once: str = "project"
    bands: tuple[tuple[int, int], ...] = ()
    half_at_start: bool = False
    reversed_by: tuple[str, ...] = ()
    points_after_review: int | None = None
    first_fen: int = 0
    step_fen: int = 0
    step_points: int = 0

    def band(self, fen: int | None) -> int:
        """Return the points of an amount by its band; below the first band, or unknown, none."""
        return max((points for start, points in self.bands if fen is not None and fen >= start), default=0)

    def stepped(self, fen: int) -> int:
        """Return the points of a whole amount: so much for the first stretch, then so much for each full step."""
        if fen < self.first_fen:
            return 0
        return self.points + (fen - self.first_fen) // self.step_fen * self.step_points


@dataclass(frozen=True)
class Coefficient:
    """What some industries' points are multiplied by (in thousandths)."""

    code: str
    value: int
    industries: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tariff:
    """One version of the tariff."""

    version: str
    in_force_from: date
    basis: str
    items: Mapping[str, Item]
    deductions: Mapping[str, Item]
    coefficients: tuple[Coefficient, ...]
    tail_months: int
    excellent_bps: int
    appeal_days: int
    body: str
    reviewed_on: date | None = None
    """Since when this version's own review has passed (domain.md §8); None while it has not."""
    counts_from: date | None = date.min
    """From which day a later version may count: the day after its conclusion was entered; None before that.

    The first version a bureau works by stands from the day in its head, with its landing item at naught until reviewed.
    """
    counts_until: date | None = None
    """The last day of the exception by which it counts, if it does so by one."""

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the table as written."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def cap(self, code: str) -> int | None:
        """Return the cap of an item or of a deduction."""
        found = self.items.get(code) or self.deductions.get(code)
        return found.cap if found else None

    def coefficient(self, industry_code: str, cluster: str) -> Coefficient:
        """Return the coefficient of a project by its industry, or by its main cluster."""
        digits = industry_code.strip().upper()
        bare = digits.lstrip("ABCDEFGHIJKLMNOPQRST") or digits
        for one in self.coefficients:
            if cluster in one.clusters or any(
                (bare if sign[0].isdigit() else digits).startswith(sign) for sign in one.industries
            ):
                return one
        return Coefficient(ORDINARY, MILLI)


def milli(value: object, where: str) -> int:
    """Read points, written as text ("0.5") or as a whole number, into thousandths; floats are refused."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        message = f'{where}: write points as text, like "0.5"'
        raise BrokenRules(message)
    try:
        thousandths = Decimal(value) * MILLI
    except ArithmeticError as error:
        message = f"{where}: “{value}” is no number"
        raise BrokenRules(message) from error
    if not thousandths.is_finite() or thousandths != thousandths.to_integral_value() or thousandths < 0:
        message = f"{where}: “{value}” is negative or finer than a thousandth"
        raise BrokenRules(message)
    return int(thousandths)


def read_tariff(text: str, name: str = "tariff.toml") -> Tariff:
    """Read a tariff and refuse a broken one with the key that is wrong."""
    book = parse(text, name)
    tables = book.tables
    unknown = {*tables.get("items", {})} ^ {*ITEMS} | {*tables.get("deductions", {})} ^ {*DEDUCTIONS}
    if unknown:
        message = f"{name}: missing or unknown items: {', '.join(sorted(unknown))}"
        raise BrokenRules(message)
    if tables.get("period") != "year":
        message = f'{name}: period must be "year"'
        raise BrokenRules(message)
    share = milli(tables.get("excellent_share"), f"{name}: excellent_share")
    return Tariff(
        version=book.version, in_force_from=book.in_force_from, basis=book.basis,
        items={code: _item(code, table, name) for code, table in tables["items"].items()},
        deductions={code: _item(code, table, name) for code, table in tables["deductions"].items()},
        coefficients=tuple(_coefficients(tables.get("coefficients", ()), name)),
        tail_months=_whole(tables, "tail_months", name, LONGEST_TAIL), excellent_bps=share // 10,
        appeal_days=_whole(tables, "appeal_days", name, WHOLE_PER_CENT), body=text,
    )  # fmt: skip


def _whole(table: Mapping[str, Any], key: str, where: str, most: int) -> int:
    value = table.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        message = f"{where}: {key} must be a whole number from 0 to {most}"
        raise BrokenRules(message)
    return value


def _item(code: str, table: Mapping[str, Any], name: str) -> Item:
    where = f"{name}: {code}"
    known = {"points", "cap", "basis", "once", "bands", "half_at_start", "reversed_by", "points_after_review",
             "not_before", "first_wan", "step_wan", "step_points"}  # fmt: skip
    unknown = {*table} - known
    if unknown or not (table.get("bands") or "points" in table):
        message = f"{where}: {', '.join(sorted(unknown)) or 'points'}"
        raise BrokenRules(message)
    bands = tuple(
        (_whole(band, "from_wan", where, 10**8) * FEN_PER_WAN, milli(band.get("points"), where))
        for band in table.get("bands", ())
    )
    after = table.get("points_after_review")
    step_wan = _whole(table, "step_wan", where, 10**8) if "step_wan" in table else 0
    if "first_wan" in table and not step_wan:
        message = f"{where}: step_wan"
        raise BrokenRules(message)
    return Item(
        code, milli(table.get("points", 0), where), milli(table["cap"], where) if "cap" in table else None,
        basis=str(table.get("basis", "")), once=str(table.get("once", "project")), bands=tuple(sorted(bands)),
        half_at_start=table.get("half_at_start") is True, reversed_by=tuple(table.get("reversed_by", ())),
        points_after_review=None if after is None else milli(after, where),
        first_fen=_whole(table, "first_wan", where, 10**8) * FEN_PER_WAN if "first_wan" in table else 0,
        step_fen=step_wan * FEN_PER_WAN, step_points=milli(table.get("step_points", 0), where),
    )  # fmt: skip


def _coefficients(tables: Iterable[Mapping[str, Any]], name: str) -> Iterable[Coefficient]:
    for table in tables:
        code = str(table.get("code", ""))
        if code not in COEFFICIENTS:
            message = f"{name}: coefficients: {code}"
            raise BrokenRules(message)
        value = milli(table.get("value"), f"{name}: {code}")
        yield Coefficient(code, value, tuple(table.get("industries", ())), tuple(table.get("clusters", ())))


@lru_cache
def shipped() -> Tariff:
    """Return the tariff that stands beside this module, which the bureau edits."""
    file = Path(__file__).resolve().with_name("tariff.toml")
    return read_tariff(file.read_text(encoding="utf-8"), "credit/tariff.toml")


def in_force(tariffs: Iterable[Tariff], day: date) -> Tariff | None:
    """Return the version in force on a day; none before the first. A later one counts only when its review lets it."""
    begun = [
        tariff for tariff in tariffs
        if tariff.in_force_from <= day and tariff.counts_from is not None and tariff.counts_from <= day
        and (tariff.counts_until is None or day <= tariff.counts_until)
    ]
    return max(begun, key=lambda tariff: (tariff.in_force_from, tariff.version), default=None)
