"""How a kept verdict is told: its phrases marked in the text, each with its rule, its weight, for or against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crm.scoring.rules_lexicon import Lexicon

FIELDS = ("name", "content", "products")
STRENGTH = {"for": 2, "aside": 1, "against": 0}


@dataclass(frozen=True)
class Told:
    """One reason in words: the phrase, where it stands, what it says, by which rule, how much, which way."""

    phrase: str
    field: str
    start: int
    end: int
    trade: str
    rule: str
    context: str
    weight: int
    side: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A piece of a text: plain (no side), or a phrase with its side and what it says."""

    text: str
    side: str = ""
    says: str = ""


def told(result: Mapping[str, Any], lexicon: Lexicon) -> list[Told]:
    """Return a kept verdict's reasons, strongest first; a trade or context that the lexicon lost shows its code."""
    decided = {*result["themes"], *result["clusters"]}
    contexts = {context.id: context.label for context in lexicon.contexts} | dict(lexicon.sizes.labels)
    found = []
    for reason in result["reasons"]:
        supports, opposes = tuple(reason["supports"]), tuple(reason["opposes"])
        trade = lexicon.trades.get(reason["trade"])
        damped = reason["weight"] == 0 or bool(opposes)
        side = "against" if damped else "for" if decided & set(supports) else "aside"
        found.append(
            Told(
                reason["phrase"], reason["field"], reason["start"], reason["end"],
                trade.label if trade else reason["trade"], reason["rule"],
                contexts.get(reason["context"], reason["context"]), reason["weight"], side, supports or opposes,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-STRENGTH[one.side], -one.weight, one.start))


def parts(text: str, field: str, reasons: Iterable[Told]) -> list[Part]:
    """Cut a text into parts, its phrases marked; where phrases overlap, the one that weighs most keeps the place."""
    taken: list[Told] = []
    for one in sorted(reasons, key=lambda one: (-STRENGTH[one.side], -one.weight)):
        inside = one.field == field and 0 <= one.start < one.end <= len(text)
        if inside and not any(one.start < other.end and other.start < one.end for other in taken):
            taken.append(one)
    found, at = [], 0
    for one in sorted(taken, key=lambda one: one.start):
        if one.start > at:
            found.append(Part(text[at : one.start]))
        found.append(Part(text[one.start : one.end], one.side, one.trade))
        at = one.end
    return [*found, Part(text[at:])] if at < len(text) else found


def differs(machine: Sequence[str], person: Sequence[str]) -> bool:
    """Tell whether a person decided another set than the rules did, whatever the order."""
    return set(machine) != set(person)
