"""Text that is safe in a cell: nothing that XML forbids, that a spreadsheet would run, nor too long."""

from __future__ import annotations

import re

CELL_LIMIT = 32_767
"""The most characters (UTF-16 units) that Excel keeps in one cell."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTERS = frozenset("=+-@\t\r\n＝＋－＠")
_ASTRAL = 2


def clean(text: str) -> str:
    """Remove the control characters that no XML file may hold."""
    return _FORBIDDEN.sub("", text)


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet might take this text for a formula once somebody edits the cell."""
    return text[:1] in _STARTERS and bool(text)


def units(text: str) -> int:
    """Count characters as Excel counts them, where a rare character takes two."""
    return len(text.encode("utf-16-le")) // _ASTRAL


def display_width(text: str) -> int:
    """Measure a line in half-width columns: two for a Chinese character, one for a Latin letter."""
    return len(text) if text.isascii() else len(text.encode("gb18030"))


def lines_needed(text: str, columns: float) -> int:
    """Count the lines that a text takes in a cell of so many half-width columns, on the safe side."""
    room = max(2, int(columns))
    if "\n" not in text and len(text) * 2 <= room:
        return 1
    # Latin words are not broken at the line's end, and their letters are wider than digits.
    spread = 1.15 if text.isascii() else 1.04
    if "\n" not in text:
        return max(1, -(-int(display_width(text) * spread) // room))
    return sum(max(1, -(-int(display_width(part) * spread) // room)) for part in text.split("\n"))


def clip(text: str, limit: int, mark: str) -> str:
    """Shorten a text to so many Excel characters, ending in a mark that says so; others stay."""
    if units(text) <= limit:
        return text
    kept = text[: limit - units(mark)]
    while units(kept) + units(mark) > limit:
        kept = kept[:-1]
    return kept + mark


def footer_text(text: str, limit: int = 60) -> str:
    """Make a text fit for a page footer, where an ampersand starts a code and room is scarce."""
    short = clip(clean(text).replace("\n", " "), limit, "…")
    return short.replace("&", "&&")


def sheet_name(text: str) -> str:
    """Make a text fit for a sheet's name: at most 31 characters, none of those that Excel forbids there."""
    return re.sub(r"[\[\]:*?/\\']", " ", clean(text)).strip()[:31] or "Sheet"
