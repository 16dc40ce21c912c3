"""Areas and head counts as ledgers write them: 约200亩, 3.5公顷, 120人."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from crm.core.errors import Text, say
from crm.intake.rules_cells import Cell, shown
from crm.intake.rules_money import COMMAS, UNDECIDED, UNKNOWN

MU = {"": Decimal(1), "亩": Decimal(1), "mu": Decimal(1), "公顷": Decimal(15), "平方公里": Decimal(1500)}
MU |= {unit: Decimal(3) / 2000 for unit in ("平方米", "平米", "㎡", "m2", "平方")}
AREA = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)(?:余|多)?(?P<myriad>万)?(?P<unit>亩|公顷|平方公里|平方米|平米|平方|㎡|m2|mu)?",
)
COUNT = re.compile(r"^\D{0,6}?(?P<number>\d+)(?:余|多)?(?P<myriad>万)?(?:余|多)?[人个名]?(?:以上|左右)?$")
RANGE = re.compile(r"\d\s*(?:[-~—–至到]|--)\s*\d")
LARGEST = 10**9
"""More is neither an area nor a number of people."""
MESSAGES = {
    "land.unreadable": say("“%(value)s” cannot be read as an area and is kept as text"),
    "jobs.unreadable": say("“%(value)s” cannot be read as a number of people and is kept as text"),
}


def measure_text(code: str, value: str) -> Text:
    """Say what is wrong with an area or a head count."""
    return Text(MESSAGES[code].msgid, {"value": value})


def read_land(cell: Cell, unit: str) -> tuple[Decimal | None, bool]:
    """Read an area into mu with two decimals, and whether it could be read; `unit` is the heading's."""
    return _land(shown(cell), unit)


@lru_cache(maxsize=4096)
def _land(text: str, unit: str) -> tuple[Decimal | None, bool]:
    """Read the words of an area."""
    folded = COMMAS.sub("", unicodedata.normalize("NFKC", text)).replace(" ", "").lower()
    if folded in UNKNOWN or UNDECIDED.match(folded):
        return None, True
    found = AREA.findall(folded)
    if len(found) != 1 or RANGE.search(folded) or folded.startswith("-"):
        return None, False
    number, myriad, own = found[0]
    if Decimal(number) >= LARGEST:
        return None, False
    mu = Decimal(number) * (10_000 if myriad else 1) * MU[own or unit]
    return mu.quantize(Decimal("0.01")), True


def read_count(cell: Cell) -> tuple[int | None, bool]:
    """Read a number of people, and whether it could be read."""
    text = unicodedata.normalize("NFKC", shown(cell)).replace(",", "").replace(" ", "")
    if text.lower() in UNKNOWN or UNDECIDED.match(text):
        return None, True
    found = COUNT.match(text)
    if not found or RANGE.search(text) or "-" in text or int(found["number"]) >= LARGEST:
        return None, False
    return int(found["number"]) * (10_000 if found["myriad"] else 1), True
