"""Which part of a mixed project is the larger one, by the floor areas, money and shares that its description states."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crm.scoring.rules_evidence import Evidence
    from crm.scoring.rules_trades import Lexicon, Sizes

Part = frozenset[str]
"""One part of a project: the codes of its trade, or the trade itself where it has none."""

MAIN, MINOR = "size_main", "size_minor"
MOST_OF_IT, LITTLE_OF_IT = 0.5, 0.35
_JOINS = r"(?<=[\u4e00-\u9fff])(?:和|及|与|另有|另设|另建|加(?=[一二两三四五六七八九十\d]))"
_ITEMS = re.compile(r"[,。;、()!?\n，；]|" + _JOINS)
_CHUNKS = re.compile(r"[,。;()!?\n，；]")
_TIMES = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "": 1.0}
_NUMBER = r"(\d+(?:\.\d+)?)(亿|千万|百万|万|千)?(?:余|多)?"
_AREA = re.compile(_NUMBER + r"(?:平方米|平米|平方|㎡|m2)")
_TONNES = _NUMBER + r"(?:立方米|吨)"
_STORE = re.compile(_TONNES + r"级?[^,。;、，；]{0,4}(?:库|仓)|(?:库容|冷库|库)[^,。;、，；\d]{0,4}" + _TONNES)
_MONEY = re.compile(_NUMBER + r"元")
_BLOCKS = re.compile(r"(\d+|[一二两三四五六七八九十]{1,3})(?:余|多)?(?:栋|幢)")
_WHOLE = re.compile(r"总(?:建筑)?(?:面积|建面|体量|规模)|建筑(?:总)?面积|总投资|共计|合计")
_SAYS_ANY = re.compile(r"平方|栋|幢|平米|㎡|m2|元|占|成|半数|一半|三分之|百分之|%|大部分|大半|大头")
_DIGITS = {sign: place for place, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2, "半": 5}
_SHARE = (
    r"(?P<share>(?:\d+(?:\.\d+)?%)|(?:百分之[一二三四五六七八九]十)|(?:[一二两三四五六七八九]成半?)"
    r"|(?:三分之[一二])|(?:一半|半数|过半|大半|大部分|绝大部分|绝大多数|大头|小半|小部分|少部分))"
)
_TAKES = re.compile(r"占(?:了|到|全部|总)?[^,。;、，；\d]{0,6}?(?:约|近|超|逾|达)?" + _SHARE)
_GIVEN = re.compile(_SHARE + r"(?:以上|左右|多)?的?(?:建筑)?(?:面积|用地|体量|投资|楼面)?(?:是|为|作|做|建|用|系)")


def by_size(evidence: Iterable[Evidence], text: str, lexicon: Lexicon) -> list[Evidence]:
    """Weigh evidence by stated sizes: the part that takes up most counts more, what takes up little counts less."""
    items = list(evidence)
    if not lexicon.sizes.trades or not _SAYS_ANY.search(text) or len({item.trade for item in items}) < 2:  # noqa: PLR2004
        return items
    told = [item for item in items if item.field == "content" and item.value]
    main, minor = _ranked(told, text, lexicon)
    return [_weighed(item, main, minor, lexicon) for item in items] if main or minor else items


def part_of(trade: str, lexicon: Lexicon) -> Part:
    """Return the part of a project that a trade belongs to."""
    return frozenset(lexicon.trades[trade].codes) or frozenset({trade})


def _weighed(item: Evidence, main: Part | None, minor: set[Part], lexicon: Lexicon) -> Evidence:
    """Weigh one phrase: up in the main part, down in a minor one and in any other use of buildings."""
    part, sizes = part_of(item.trade, lexicon), lexicon.sizes
    if part == main:
        return replace(item, value=item.value * sizes.main, context=item.context or MAIN)
    if part in minor or (main and item.trade in sizes.trades):
        return replace(item, value=item.value * sizes.minor, context=item.context or MINOR)
    return item


def _ranked(told: list[Evidence], text: str, lexicon: Lexicon) -> tuple[Part | None, set[Part]]:
    """Return the part that is stated to be the larger one, if any, and those stated to be small."""
    shares = dict(_shares(told, text, lexicon))
    minor = {part for part, share in shares.items() if share <= LITTLE_OF_IT}
    most = [part for part, share in shares.items() if share >= MOST_OF_IT]
    if most:
        return most[0], minor - {most[0]}
    for pattern in (_AREA, _MONEY, _BLOCKS):
        stated, whole = _stated(told, text, pattern, lexicon)
        main = _largest(stated, whole, lexicon.sizes)
        if main:
            return main, minor
    return None, minor


def _largest(stated: Mapping[Part, float], whole: float, sizes: Sizes) -> Part | None:
    """Return the part that is some times as large as each other one, or most of the whole."""
    if not stated:
        return None
    first, *others = sorted(stated, key=lambda part: -stated[part])
    if others and all(stated[first] >= sizes.times * stated[other] for other in others):
        return first
    return first if whole and whole * MOST_OF_IT <= stated[first] <= whole else None


def _stated(
    told: list[Evidence], text: str, pattern: re.Pattern[str], lexicon: Lexicon
) -> tuple[dict[Part, float], float]:
    """Add up what is stated for each part, item by item; a store's tonnes stand for as many square metres."""
    stated: dict[Part, float] = defaultdict(float)
    whole = 0.0
    for start, end in _pieces(text, _ITEMS):
        item = text[start:end]
        found = pattern.search(item) or (_STORE.search(item) if pattern is _AREA else None)
        if found is None:
            continue
        amount = _amount(found)
        inside = [one for one in told if start <= one.start < end]
        trade = max(inside, key=lambda one: one.full).trade if inside else None
        if trade and trade not in lexicon.sizes.open_land:
            stated[part_of(trade, lexicon)] += amount
        elif trade is None and _WHOLE.search(item):
            whole = max(whole, amount)
    return stated, whole


def _amount(found: re.Match[str]) -> float:
    """Return the number of a match with its ten thousands, if it has any."""
    number, *times = (group for group in found.groups() if group)
    return _count(number) * _TIMES["".join(times)]


def _count(number: str) -> float:
    """Read a number in digits, or in Chinese numerals below a hundred."""
    if not number.isascii():
        tens, _, ones = number.rpartition("十")
        return (10 * _DIGITS.get(tens, 1) if "十" in number else 0) + _DIGITS.get(ones, 0)
    return float(number)


def _shares(told: list[Evidence], text: str, lexicon: Lexicon) -> Iterator[tuple[Part, float]]:
    """Yield each part whose share of the whole is stated: flats take up eight tenths; seven tenths are for sale."""
    for start, end in _pieces(text, _CHUNKS):
        chunk = text[start:end]
        for pattern, before in ((_TAKES, True), (_GIVEN, False)):
            found = pattern.search(chunk)
            if found is None:
                continue
            span = (start, start + found.start()) if before else (start + found.end(), end)
            share = _share(found["share"])
            for one in told:
                if span[0] <= one.start < span[1]:
                    yield part_of(one.trade, lexicon), share


def _share(words: str) -> float:
    """Read a share: 35%, eight tenths, half, most."""
    if words.endswith("%"):
        return float(words[:-1]) / 100
    if "成" in words or words.startswith("百分之"):
        return _DIGITS[words.removeprefix("百分之")[0]] / 10 + (0.05 if "半" in words else 0)
    if words.startswith("三分之"):
        return _DIGITS[words[-1]] / 3
    return 0.2 if words.startswith(("小", "少")) else 0.6


def _pieces(text: str, marks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between marks stand."""
    start = 0
    for mark in marks.finditer(text):
        yield start, mark.start()
        start = mark.end()
    yield start, len(text)
