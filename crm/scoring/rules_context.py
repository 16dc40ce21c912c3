"""How the words around a phrase change it: negated, a customer's trade, an input, an accessory, a cargo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.scoring.rules_lexicon import Context, Lexicon

REACH = 28
_MARKS = "，。；、,;）) "
_BREAK = re.compile(r"[。；;，,:：!！?？\n()（）]")
_STOP = re.compile(r"[。；;:：!！?？\n(（]")


@dataclass(frozen=True)
class Effect:
    """What the context does to one phrase: a factor, the context that weighed most, a trade it shifts to.

    The words that shift it reach some letters beyond the phrase.
    """

    factor: float = 1.0
    context: Context | None = None
    shift: tuple[str, float] | None = None
    reach: int = 0


PLAIN = Effect()


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before and after a place, within its clause and reach."""
    before = text[max(0, start - REACH) : start]
    cut = [match.end() for match in _BREAK.finditer(before)]
    after = _STOP.split(text[end : end + REACH], maxsplit=1)[0]
    return before[cut[-1] :] if cut else before, after


def effect(lexicon: Lexicon, text: str, start: int, end: int, trade: str, field: str = "content") -> Effect:
    """Weigh one phrase by its context: the strongest damping times the strongest boost."""
    before, after = around(text, start, end)
    ahead, behind = lexicon.hints
    if not ahead.search(before) and not behind.search(after):
        return PLAIN
    lowest: Context | None = None
    highest: Context | None = None
    for context in lexicon.apt(trade, field):
        if not _holds(context, before, after):
            continue
        if context.factor < 1 and (lowest is None or context.factor < lowest.factor):
            lowest = context
        elif context.factor > 1 and (highest is None or context.factor > highest.factor):
            highest = context
    chosen = lowest or highest
    if chosen is None:
        return PLAIN
    factor = (lowest.factor if lowest else 1.0) * (highest.factor if highest else 1.0)
    return Effect(factor, chosen, chosen.shift, _reach(chosen, after) if chosen.shift else 0)


def _reach(context: Context, after: str) -> int:
    """Return how many letters behind the phrase the context's own words take."""
    found = context.after.search(after) if context.after else None
    return len(found.group().rstrip(_MARKS)) if found and not found.start() else 0


def _holds(context: Context, before: str, after: str) -> bool:
    """Tell whether both sides that a context names are there."""
    if context.after and not context.after.search(after):
        return False
    if context.before and not context.before.search(before):
        return False
    return not (context.unless_before and context.unless_before.search(before))
