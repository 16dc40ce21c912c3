"""What a number format makes of a number: a date (how much of one), a figure with a unit, or a figure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

BUILT_IN_DATES = {
    14: "day",
    15: "day",
    16: "day",
    17: "month",
    22: "day",
    27: "month",
    36: "month",
    50: "month",
    52: "month",
    57: "month",
}
BUILT_IN_DATES |= dict.fromkeys([28, 29, 30, 31, 51, 53, 54, 58], "day")
QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
BRACKETS = re.compile(r"\[[^\]]*\]")
UNITS = re.compile(r"^(?:亿|万)?(?:元|美元)$|^(?:亿|万)$")
LARGEST_SERIAL = 2_958_465
LEAP_BUG = 60


@lru_cache(maxsize=512)
def meaning(number_format: str) -> str:
    """Tell what a format shows: "day", "month", "year", "unit:万元", or "" for a figure."""
    section = number_format.split(";", maxsplit=1)[0]
    literals = "".join(found[0] or found[1] for found in QUOTED.findall(section))
    bare = BRACKETS.sub("", QUOTED.sub(lambda found: found[1] or "", section))
    letters = BRACKETS.sub("", QUOTED.sub("", section)).lower()
    if letters.strip() in {"general", "@", ""} and not literals:
        return ""
    if re.search(r"[0#?]", letters):
        unit = literals.strip() or re.sub(r"[0-9#?,.\s%!]", "", bare)
        scaled = re.search(r"[0#?],+(?![0#?])", letters) or "!." in section
        return f"unit:{unit}" if UNITS.match(unit) and not scaled else ""
    if "d" in letters or "日" in bare:
        return "day"
    if "y" in letters and "m" in letters:
        return "month"
    if "y" in letters:
        return "year"
    return ""


def date_of(serial: float, *, date1904: bool) -> str | None:
    """Turn a serial number into an ISO date (with its time when there is one), or None when it is none."""
    if not 0 < serial <= LARGEST_SERIAL:
        return None
    if date1904:
        moment = datetime(1904, 1, 1) + timedelta(days=serial)  # noqa: DTZ001 - a calendar day, no instant
    else:
        start = datetime(1899, 12, 30) if serial >= LEAP_BUG else datetime(1899, 12, 31)  # noqa: DTZ001
        moment = start + timedelta(days=serial)
    return moment.date().isoformat()
