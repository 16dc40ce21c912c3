"""The parts of a fit lexicon: trades, rules, raw materials, contexts, and the whole, ready to be matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from datetime import date

    from crm.scoring.rules_match import Tree

THEMES = ("T1", "T2", "T3", "T4", "T5")
CLUSTERS = ("C1", "C2", "C3", "C4", "C5", "C6")
PARKS = ("P1", "P2", "P3")
BELONGS = 0.6
"""A trade belongs to a code from this share on."""


@dataclass(frozen=True)
class Trade:
    """One trade: which codes and park it belongs to, and which lesser trades it takes in."""

    id: str
    label: str
    themes: Mapping[str, float]
    clusters: Mapping[str, float]
    park: str
    absorbs: frozenset[str]
    absorbs_small: frozenset[str]
    outranks: frozenset[str]
    beside: frozenset[str]
    park_wins: bool
    basis: str

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code that the trade belongs to."""
        shares = (*self.themes.items(), *self.clusters.items())
        return tuple(code for code, share in shares if share >= BELONGS)


@dataclass(frozen=True)
class Rule:
    """What a phrase says: a trade (and perhaps a second one) with a weight, and where in the chain it stands."""

    id: str
    trade: str
    weight: float
    link: str
    basis: str
    also: tuple[str, float] | None = None


@dataclass(frozen=True)
class Stuff:
    """A raw material: which signal beside it turns it into which trade."""

    id: str
    becomes: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Context:
    """How the words before and after a phrase change its weight."""

    id: str
    label: str
    factor: float
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    unless_before: re.Pattern[str] | None
    spares: frozenset[str]
    only: frozenset[str]
    shift: tuple[str, float] | None
    field: str = ""


@dataclass(frozen=True)
class Sizes:
    """How stated sizes count: which trades are uses of buildings, which are of open land (their size says little).

    A part that is some times as large as each other one is the main one; the factors weigh it and the rest.
    """

    trades: frozenset[str]
    open_land: frozenset[str]
    times: float
    main: float
    minor: float
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Lexicon:
    """One version of the fit rules, ready to be matched."""

    version: str
    in_force_from: date
    basis: str
    settings: Mapping[str, float]
    trades: Mapping[str, Trade]
    phrases: Tree
    materials: Tree
    contexts: tuple[Context, ...]
    hints: tuple[re.Pattern[str], re.Pattern[str]]
    masks: tuple[re.Pattern[str], ...]
    industries: Mapping[str, str]
    sizes: Sizes
    text: str = field(repr=False, default="")
    _apt: dict[tuple[str, str], tuple[Context, ...]] = field(repr=False, compare=False, default_factory=dict)

    def apt(self, trade: str, part: str) -> tuple[Context, ...]:
        """Return the contexts that can change a phrase of one trade in one field; worked out once."""
        found = self._apt.get((trade, part))
        if found is None:
            found = self._apt[trade, part] = tuple(
                context
                for context in self.contexts
                if trade not in context.spares
                and (not context.only or trade in context.only)
                and (not context.field or context.field == part)
            )
        return found
