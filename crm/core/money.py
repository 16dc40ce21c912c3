"""Money: whole fen inside (BIGINT), 万元 with thousands separators on paper; 1 万元 = 1,000,000 fen."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

FEN_PER_WAN = 1_000_000
MAX_FEN = 10_000_000 * FEN_PER_WAN
"""A thousand 亿元: no single project of a county-level city is larger, so more is a slip of the unit."""
PLAIN = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
"""What a person writes as a number: no exponent, no underscore, never more digits than Decimal keeps exactly."""


def wan_to_fen(wan: Decimal) -> int:
    """Turn 万元 into whole fen; raises ValueError when that would lose less than a fen."""
    fen = wan * FEN_PER_WAN
    if fen != fen.to_integral_value():
        msg = "finer than one fen"
        raise ValueError(msg)
    return int(fen)


def plain_decimal(text: str) -> Decimal:
    """Read a number as people type it (full width and thousands separators too); raises ValueError when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if not PLAIN.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


def parse_wan(text: str) -> int:
    """Read a plain number of 万元 ("12,000.5") into fen; raises ValueError when it is not one."""
    return wan_to_fen(plain_decimal(text))


def show_wan(fen: int | None, unknown: str = "—") -> str:
    """Show fen as 万元 with thousands separators and no idle zeros; unknown is a dash, zero is 0."""
    if fen is None:
        return unknown
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_WAN)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{sign}{whole:,}.{decimals}" if decimals else f"{sign}{whole:,}"


def plain_wan(fen: int | None) -> str:
    """Show fen as a plain 万元 number for an input field; unknown is empty."""
    return "" if fen is None else show_wan(fen).replace(",", "")


def show_hundredths(value: int | None, unknown: str = "—") -> str:
    """Show hundredths (mu of land, per cent) as a decimal with thousands separators."""
    if value is None:
        return unknown
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    decimals = f"{rest:02d}".rstrip("0")
    return f"{sign}{whole:,}.{decimals}" if decimals else f"{sign}{whole:,}"
