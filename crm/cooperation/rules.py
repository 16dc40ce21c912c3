"""What the cooperation is made of: six standards, kinds of works, what may be shared, and when figures do not fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WHOLE_BPS = 10_000
VERDICTS = {"met": say("met"), "partly": say("partly met"), "open": say("not yet met")}
WORKS_KINDS = {
    "road": say("Roads"), "centre": say("Service centre"), "water": say("Water and drainage"),
    "power": say("Power and gas"), "other": say("Other works"),
}  # fmt: skip
SHARED_ITEMS = {
    "tax": say("Tax kept locally"), "output": say("Output in statistics"), "land": say("Land quota"),
    "energy": say("Energy quota"), "other": say("Other matter"),
}  # fmt: skip


@dataclass(frozen=True)
class Standard:
    """One of the six standards."""

    code: str
    label: Text
    meaning: Text


@dataclass(frozen=True)
class Cooperation:
    """The checked table of the cooperation."""

    version: str
    basis: str
    source: str
    standards: Mapping[str, Standard]


@lru_cache
def cooperation() -> Cooperation:
    """Return the table in force; a broken one is refused by name."""
    return read_cooperation(beside(__file__, "cooperation.toml"))


def read_cooperation(book: Rulebook) -> Cooperation:
    """Read the table; refuses one without standards or whose standards lack their words."""
    tables: Any = book.tables
    try:
        standards = {
            code: Standard(code, Text(one["label"]), Text(one["meaning"])) for code, one in tables["standards"].items()
        }
        source = tables["partner"]["source"]
    except (KeyError, TypeError) as error:
        message = f"{book.name}: missing {error}"
        raise BrokenRules(message) from error
    if not standards or not isinstance(source, str):
        message = f"{book.name}: no standard or no source"
        raise BrokenRules(message)
    return Cooperation(book.version, book.basis, source, standards)


def works_findings(values: Mapping[str, Any]) -> list[Finding]:
    """Return what does not fit in a piece of infrastructure: shares that are more or less than the whole."""
    total, ours, theirs = values["total_fen"], values.get("ours_fen"), values.get("theirs_fen")
    found = []
    if not total:
        found.append(Finding("works.total", say("Say what the works cost in all."), "total_fen"))
    if ours is not None and theirs is not None and total and ours + theirs != total:
        found.append(Finding("works.shares", say("Both shares together must be the whole cost."), "theirs_fen"))
    for name, share in (("ours_fen", ours), ("theirs_fen", theirs)):
        if share is not None and total and share > total:
            found.append(Finding("works.share", say("A share cannot be more than the whole cost."), name))
    if (ours is not None or theirs is not None) and not values.get("basis"):
        found.append(Finding("works.basis", say("Name the paper that says who pays what."), "basis"))
    return found


def progress_findings(values: Mapping[str, Any], *, last_percent: int, last_on: date | None, today: date,
                      shares: tuple[int | None, int | None]) -> list[Finding]:  # fmt: skip
    """Return what does not fit in a report of progress: going back without a word, the future, too much paid."""
    found = []
    day, percent = values["happened_on"], values["percent"]
    if day > today:
        found.append(Finding("date.future", say("This day has not come yet."), "happened_on"))
    later = last_on is not None and day >= last_on
    if later and percent < last_percent and not values.get("note"):
        found.append(Finding("progress.back", say("The progress falls; say why."), "note"))
    for name, share in zip(("ours_paid_fen", "theirs_paid_fen"), shares, strict=True):
        paid = values.get(name)
        if paid is not None and share is not None and paid > share and not values.get("note"):
            found.append(Finding("progress.paid", say("More is paid than the share; say why."), name))
    return found


def agreement_findings(values: Mapping[str, Any], *, has_file: bool) -> list[Finding]:
    """Return what is missing in a sharing agreement: the whole, the period, the document itself."""
    found = []
    if values["ours_bps"] + values["theirs_bps"] != WHOLE_BPS:
        found.append(Finding("agreement.ratio", say("Both ratios together must be 100 %."), "theirs_bps"))
    if values.get("ends_on") and values["ends_on"] <= values["starts_on"]:
        found.append(Finding("agreement.period", say("The agreement must end after it begins."), "ends_on"))
    if not has_file:
        sentence = say("Hand in the agreement itself; a ratio is never assumed.")
        found.append(Finding("agreement.document", sentence, "file"))
    return found
