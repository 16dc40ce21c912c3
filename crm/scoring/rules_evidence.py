"""Gathering evidence: every phrase of a project's text that speaks for a trade, weighed in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm.scoring.rules_context import PLAIN, effect
from crm.scoring.rules_lexicon import Rule, Stuff
from crm.scoring.rules_size import by_size
from crm.scoring.rules_text import ProjectText, field, owner_words, segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.scoring.rules_context import Effect
    from crm.scoring.rules_lexicon import Lexicon
    from crm.scoring.rules_text import Field

NEAR = 34
HEAD_WEIGHT = 40
HEAD_FACTOR = 0.7
SHIFTS = 60
CLEAR = 50
HALF = 0.5
MOST = 400
GROWN = frozenset({"planting", "breeding"})
ONLY_A_NAME = re.compile(r"(?<!项目)(?:名为|虽名|名称取|名称叫|借[^，。；]{1,6}之名|以[^，。；]{1,8}名义)")
"""A description that says so tells that the project's name is not what is built."""


@dataclass(frozen=True)
class Evidence:
    """One phrase at its place: the trade it names, its weight there, and the context that changed it."""

    phrase: str
    field: str
    start: int
    end: int
    trade: str
    rule: str
    full: float
    value: float
    context: str = ""
    head: bool = False
    grounded: bool = False
    """The description says it too, not the name alone."""
    told: bool = False
    """It says so in a place that counts."""


@dataclass(frozen=True)
class _Hit:
    """A phrase found, before its place is weighed."""

    start: int
    end: int
    rule: str
    trade: str
    weight: float
    effect: Effect


def gather(project: ProjectText, lexicon: Lexicon) -> list[Evidence]:
    """Return all evidence of a project, the same phrase for the same trade counted once."""
    owners = owner_words(project.investor)
    name = field("name", project.name, lexicon.masks, owners)
    content = field("content", project.content, lexicon.masks)
    products = field("products", project.products, lexicon.masks)
    signals = (word for _, _, word in lexicon.materials.find(content.text) if isinstance(word, str))
    found = [item for part in (content, products) if part.text for item in _content(part, lexicon)]
    denied = {item.phrase for item in found if item.context and item.value == 0}
    if not ONLY_A_NAME.search(content.text):
        found += (item for item in _name(name, lexicon, frozenset(signals)) if item.phrase not in denied)
    best: dict[tuple[str, str], Evidence] = {}
    for item in found:
        key = (item.trade, item.phrase)
        known = best.get(key, item)
        stronger = item if item.value > known.value else known
        head, grounded = item.head or known.head, known.grounded or (item.field != "name" and item.value > 0)
        best[key] = replace(stronger, head=head, grounded=grounded, told=item.told or known.told)
    said = by_size(best.values(), content.text, lexicon)
    return [*said, *_coded(project.industry_code, lexicon, said)]


def _coded(code: str, lexicon: Lexicon, said: list[Evidence]) -> list[Evidence]:
    """Return what the declared GB/T 4754-2017 code says: the longest known beginning counts; clear words go before."""
    digits = code.strip().lstrip("ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst")
    for length in (4, 3, 2):
        trade = lexicon.industries.get(digits[:length]) if len(digits) >= length else None
        if trade:
            weight = lexicon.settings["industry_code"]
            place = ("industry_code", 0, len(digits))
            other = max((item.value for item in said if item.trade != trade), default=0.0)
            alone = other >= CLEAR and all(item.trade != trade for item in said)
            value = weight * HALF if alone else weight
            return [Evidence(digits, *place, trade, "GB/T 4754-2017", weight, value)]
    return []


def _hits(part: Field, lexicon: Lexicon, also: frozenset[str]) -> list[_Hit]:
    """Return what stands in one field: trades named outright, and raw materials with what they become."""
    text = part.text
    hits: list[_Hit] = []
    taken: list[tuple[int, int]] = []
    for start, end, rule in lexicon.phrases.find(text):
        taken.append((start, end))
        if isinstance(rule, Rule) and len(hits) < MOST:
            found = effect(lexicon, text, start, end, rule.trade, part.name)
            hits.append(_Hit(start, end, rule.id, rule.trade, rule.weight, found))
            if rule.also:
                hits.append(_Hit(start, end, rule.id, *rule.also, found))
            if found.shift and found.context and rule.weight >= SHIFTS:
                hits.append(_Hit(start, end + found.reach, found.context.id, *found.shift, PLAIN))
    materials = list(_materials(part, lexicon, taken, _elsewhere(hits, lexicon), also))
    return [*(hit for hit in hits if not _inside(hit, materials)), *materials]


def _inside(hit: _Hit, materials: list[_Hit]) -> bool:
    """Tell whether a phrase is only a part of a longer raw material's name (herb in medicinal herb)."""
    return any(one.start <= hit.start and hit.end <= one.end and one.end - one.start > hit.end - hit.start
               for one in materials)  # fmt: skip


def _elsewhere(hits: list[_Hit], lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the places of phrases whose trade makes nothing of crops or herds: their words are no signal for these."""
    trades = lexicon.trades
    apart = (hit for hit in hits if hit.weight >= CLEAR and hit.trade not in GROWN)
    return [(hit.start, hit.end) for hit in apart if not trades[hit.trade].outranks & GROWN]


def _materials(
    part: Field, lexicon: Lexicon, taken: list[tuple[int, int]], elsewhere: list[tuple[int, int]], also: frozenset[str]
) -> Iterator[_Hit]:
    """Yield raw materials that a signal nearby (or in the description, for a name) turns into a trade."""
    found = list(lexicon.materials.find(part.text))
    if not any(isinstance(stuff, Stuff) for _, _, stuff in found):
        return
    signals = [(start, end, word) for start, end, word in found if isinstance(word, str)]
    signals = [
        item
        for item in signals
        if effect(lexicon, part.text, *item[:2], "").factor
        and not any(start <= item[0] and item[1] <= end for start, end in elsewhere)
    ]
    count = 0
    for start, end, stuff in found:
        if not isinstance(stuff, Stuff) or any(_clash((start, end), other) for other in taken):
            continue
        count += 1
        if count > MOST // 10:
            return
        near = {word for first, _, word in signals if -NEAR // 2 < first - end < NEAR} | also
        for signal, trade, weight in stuff.becomes:
            if signal in near:
                found_effect = effect(lexicon, part.text, start, end, trade, part.name)
                yield _Hit(start, end, stuff.id, trade, weight, found_effect)


def _clash(mine: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether a raw material overlaps a phrase that is not merely a part of it."""
    overlaps = mine[0] < other[1] and other[0] < mine[1]
    inside = mine[0] <= other[0] and other[1] <= mine[1] and mine != other
    return overlaps and not inside


def _content(part: Field, lexicon: Lexicon) -> Iterator[Evidence]:
    """Yield the evidence of a description; what stands first counts a little more."""
    settings = lexicon.settings
    for hit in _hits(part, lexicon, frozenset()):
        place = max(settings["later_floor"], settings["later"] ** part.clause(hit.start))
        yield _evidence(part, hit, settings["content"] * place)


def _name(part: Field, lexicon: Lexicon, also: frozenset[str]) -> Iterator[Evidence]:
    """Yield the evidence of a name: its last trade word says what it is, those before only qualify."""
    hits = _hits(part, lexicon, also)
    heads: set[int] = set()
    first = 0
    for last in segments(part.text):
        inside = [hit for hit in hits if first <= hit.start < last and hit.weight >= HEAD_WEIGHT]
        inside = [hit for hit in inside if hit.effect.factor >= HEAD_FACTOR]
        if inside:
            heads.add(max(hit.start for hit in inside))
        first = last
    for hit in hits:
        head = hit.start in heads
        yield _evidence(part, hit, lexicon.settings["name_head" if head else "name_before"], head=head)


def _evidence(part: Field, hit: _Hit, share: float, *, head: bool = False) -> Evidence:
    """Weigh one hit by its place and context."""
    value = hit.weight * share * hit.effect.factor
    context = hit.effect.context.id if hit.effect.context else ""
    phrase = part.text[hit.start : hit.end]
    place = (part.name, hit.start, hit.end)
    told = part.name != "name" and value >= HALF * hit.weight
    return Evidence(phrase, *place, hit.trade, hit.rule, hit.weight, value, context, head, told=told)
