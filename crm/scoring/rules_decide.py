"""Which trades a project is in: the main one, what it takes in, and what stands beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.scoring.rules_evidence import GROWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.scoring.rules_evidence import Evidence
    from crm.scoring.rules_trades import Lexicon

FULL = 100
NAMED = 38
OUTRANKS = 0.7
OUTRANKS_CODED = 0.85
OUTPUT = "cx.output"
EQUAL = 0.92
SMALL = 1.2


@dataclass(frozen=True)
class _Signs:
    """What the evidence says of the trades besides their weight.

    Grounded: the description or the industry code bears it out. Told: the description says so in a place that counts.
    Heads: the name ends on it. Together: the name puts it beside another. Made: a yearly output is stated.
    """

    grounded: frozenset[str]
    told: frozenset[str]
    heads: frozenset[str]
    together: frozenset[str]
    made: frozenset[str]


def _signs(evidence: Iterable[Evidence], rules: Lexicon) -> _Signs:
    """Read the signs off the evidence."""
    grounded = frozenset(item.trade for item in evidence if item.grounded or item.field == "industry_code")
    return _Signs(
        grounded,
        frozenset(item.trade for item in evidence if item.told),
        frozenset(item.trade for item in evidence if item.head),
        _named_together(evidence, grounded, rules),
        frozenset(item.trade for item in evidence if item.context == OUTPUT),
    )


def decide(evidence: list[Evidence], rules: Lexicon) -> tuple[dict[str, float], list[str]]:
    """Return the weight of each trade, and those that the project is in, the main one first."""
    totals, signs = _totals(evidence, rules), _signs(evidence, rules)
    return totals, _without_claims(_kept(totals, signs, rules), totals, signs, rules)


def _totals(evidence: Iterable[Evidence], rules: Lexicon) -> dict[str, float]:
    """Add up the evidence of each trade: its strongest phrase, a share of each further one and of its kin.

    Kin are trades with the same codes: a cold store beside a freight yard speaks for logistics.
    """
    values: dict[str, list[float]] = {}
    for item in evidence:
        values.setdefault(item.trade, []).append(item.value)
    own = {trade: max(found) + rules.settings["more"] * (sum(found) - max(found)) for trade, found in values.items()}
    family: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for trade, total in own.items():
        family[rules.trades[trade].codes or (trade,)] += total
    return {
        trade: min(float(FULL), total + rules.settings["kin"] * (family[rules.trades[trade].codes or (trade,)] - total))
        for trade, total in own.items()
    }


def _named_together(evidence: Iterable[Evidence], grounded: frozenset[str], rules: Lexicon) -> frozenset[str]:
    """Return the trades with codes of their own that the name puts side by side and the description bears out.

    Their kin with the same codes (food beside processing) stand with them: none of these takes in the other side.
    """
    heads = {item.trade for item in evidence if item.head and item.value >= NAMED and item.trade in grounded}
    codes = {trade: set(rules.trades[trade].codes) for trade in heads}
    paired = {
        trade
        for trade in heads
        if codes[trade] and any(codes[other] and not codes[other] & codes[trade] for other in heads)
    }
    known = [codes[trade] for trade in paired]
    return frozenset(trade for trade in rules.trades if set(rules.trades[trade].codes) in known)


def _kept(totals: Mapping[str, float], signs: _Signs, rules: Lexicon) -> list[str]:
    """Return the trades that the project is in, strongest first, without those a stronger one takes in.

    Of two that the name puts side by side neither takes in the other.
    """
    strongest = max(totals.values(), default=0.0)
    least = max(rules.settings["threshold"], rules.settings["ratio"] * strongest)
    near = sorted((trade for trade in totals if totals[trade] >= least), key=lambda trade: -totals[trade])
    beats = {
        (trade, other)
        for trade in near
        for other in near
        if not {trade, other} <= signs.together
        and not _named_against(trade, other, signs, rules)
        and _beats(trade, other, totals, signs, rules)
    }
    beaten = _beaten(near, beats)
    kept: list[str] = []
    for trade in near:
        taken_in = (trade in rules.trades[other].absorbs and not {trade, other} <= signs.together for other in kept)
        if trade not in beaten and not any(taken_in) and _stands_beside(trade, kept, signs, rules):
            kept.append(trade)
    return kept


def _beaten(near: list[str], beats: set[tuple[str, str]]) -> set[str]:
    """Return who is beaten by one that is not itself beaten; in a ring the strongest stands."""
    standing: set[str] = set()
    beaten: set[str] = set()
    while open_ones := [trade for trade in near if trade not in standing and trade not in beaten]:
        free = [one for one in open_ones if not any((other, one) in beats for other in open_ones)]
        for trade in free or open_ones[:1]:
            standing.add(trade)
            beaten |= {other for other in near if (trade, other) in beats and other not in standing}
    return beaten


def _stands_beside(trade: str, kept: list[str], signs: _Signs, rules: Lexicon) -> bool:
    """Tell whether a further trade counts besides the main one: most projects are one thing.

    It does where the two are kin by a code, where the name puts them side by side, and where the lexicon knows the
    pair as usual (vanadium and the batteries made of it). It does not where the name and the description agree on a
    stronger trade that belongs to no code (thermal clothes with rare earths are clothes).
    """
    mine = rules.trades[trade]
    if not kept or not mine.codes:
        return True
    main = next((other for other in kept if rules.trades[other].codes), kept[0])
    if {trade, main} <= signs.together or main in mine.beside or trade in rules.trades[main].beside:
        return True
    if not rules.trades[main].codes:
        named = signs.heads & signs.grounded
        return main not in named or trade in named
    return bool(set(mine.codes) & set(rules.trades[main].codes))


def _named_against(trade: str, other: str, signs: _Signs, rules: Lexicon) -> bool:
    """Tell whether the name says that a project is the other trade, so that a nearly equal one takes in nothing.

    A works goes before visits all the same where the description states what it makes in a year.
    """
    mine, theirs = rules.trades[trade], rules.trades[other]
    if trade in signs.heads:
        return False
    if other in mine.outranks:
        kin_named = theirs.codes and any(rules.trades[head].codes == theirs.codes for head in signs.heads)
        return bool(kin_named) and trade not in signs.made
    return other in signs.heads and other not in mine.absorbs_small


def _without_claims(
    kept: list[str], totals: Mapping[str, float], signs: _Signs, rules: Lexicon
) -> list[str]:
    """Leave out what only the name claims where the description tells of something else, at least as strongly.

    Of several that the name puts side by side each stays. Growing alone beats a works that only the name claims.
    """
    if sum(trade in signs.heads for trade in kept) > 1:
        return kept
    rivals = [trade for trade in kept if trade in signs.told and (rules.trades[trade].codes or trade in GROWN)]
    return [
        trade
        for trade in kept
        if trade in signs.told
        or not any(
            totals[other] >= totals[trade] and (other in GROWN or other not in rules.trades[trade].absorbs)
            for other in rivals
        )
    ]


def _beats(
    trade: str, other: str, totals: Mapping[str, float], signs: _Signs, rules: Lexicon
) -> bool:
    """Tell whether a trade takes in a nearly equal one: processing before growing, or a one-sided claim."""
    mine, theirs = rules.trades[trade], rules.trades[other]
    share = totals[trade] / totals[other]
    if other in mine.absorbs_small and share >= SMALL:
        return True
    if other in mine.outranks:
        least = OUTRANKS_CODED if theirs.codes else OUTRANKS
        return share >= least and (trade in signs.grounded or other not in signs.grounded)
    mutual = trade in theirs.absorbs or (trade in theirs.outranks and share * OUTRANKS_CODED <= 1)
    return other in mine.absorbs and not mutual and share >= EQUAL
