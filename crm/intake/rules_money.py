"""Amounts as ledgers write them (3.5亿, 约2000万元, 2-3亿, 1.2亿美元): exact, never guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from crm.core.errors import Text, say
from crm.core.money import MAX_FEN, wan_to_fen
from crm.core.numerals import chinese_number
from crm.intake.rules_cells import (
    BrokenCell,
    Cell,
    DateCell,
    FormulaCell,
    UnitCell,
    number_text,
    shown,
)
from crm.intake.rules_units import CURRENCY, SCALES, Unit

UNKNOWN = frozenset(
    [
        "",
        "/",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "_",
        "*",
        "无",
        "暂无",
        "空",
        "不详",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
    ],
)
UNDECIDED = re.compile(
    r"^(待定|未定|待议|面议|另议|待确定|暂未确定|待商定|待测算|待核|待核实|待明确|未明确|暂定|洽谈中|测算中|不确定|未知|tbd|tbc|待)$",
)
NOTHING_YET = re.compile(r"^(未到位|尚未到位|暂未到位|还未到位|未到账|尚未到账|无到位资金|未投入|零)$")
FILLERS = re.compile(
    r"^(?:(?:计划|预计|拟|初步|估算|项目|协议|合同|总?投资额?|投入|合计|共计|总计|共|计|约为|约合|折合|相当于|约|大约|大概|近|将近|接近|超过|超|逾|不低于|不少于"
    r"|不超过|至少|达到?|为|是|金额|资金)(?:[:：]?))+",
)
TAILS = re.compile(r"(?:左右|上下|以上|以内|以下|之间|不等|及以上|余|多|许|\+|＋|。|，|;|；)+$")
NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?"
SCALE = r"(?:[十百千]?万亿?|[十百千]?亿|百万|千万|百|千)?"
AMOUNT = re.compile(rf"^(?P<number>{NUMBER})(?:余|多)?(?P<scale>{SCALE})(?:余|多)?$", re.IGNORECASE)
COMPOUND = re.compile(rf"^({NUMBER})亿(?:余|多)?({NUMBER})(千|百)?万?$", re.IGNORECASE)
RANGE = re.compile(r"^(?P<low>.*?\d.*?)(?:--|[-~—–－～〜至到]+)(?P<high>.*\d.*)$")
ENGLISH_SCALES = (
    (re.compile(r"(?<=\d)\s*wan\b", re.IGNORECASE), "万"),
    (re.compile(r"(?<=\d)\s*(?:million|mln|mn)\b", re.IGNORECASE), "百万"),
    (re.compile(r"(?<=\d)\s*(?:billion|bln|bn)\b", re.IGNORECASE), "十亿"),
    (re.compile(r"(?<=\d)\s*thousand\b", re.IGNORECASE), "千"),
)
ABOVE = re.compile(r"^(?:>=?|≥|不低于|不少于)")
COMMAS = re.compile(r"(?<=\d)[,，'](?=\d{3}(?!\d))")
BRACKETED = re.compile(r"[(\[【（][^()\[\]【】（）]*[)\]】）]")
LABELLED = re.compile(
    rf"(?:总投资额?|投资总额|总额|总计|合计|共计)[^\d;；。]{{0,8}}?(?P<amount>{NUMBER}[余多]?{SCALE}[^\d,，。;；]{{0,6}})",
)
LONGEST_FIGURE = 100
"""Longer texts are sentences: only an amount that they name as the total is looked for."""
LARGEST = Decimal(10) ** 12
"""In 万: what is larger is no amount of money, and its fen would not fit into a BIGINT."""
SMALLEST_INVESTMENT = 1000 * 100
"""A thousand yuan in fen: an investment below it is a slip of the unit."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 万 of its currency, both ends of a range, and what is wrong with it."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str = "CNY"
    problem: str = ""
    warning: str = ""
    worded: bool = False


NOTHING = Money()
FEN = Decimal("0.000001")
"""One fen in 万元."""
PROBLEMS = {
    "money.unit_missing": say("“%(value)s” has no unit, and neither has its column: say 元, 万元 or 亿元"),
    "money.unreadable": say("“%(value)s” cannot be read as an amount"),
    "money.several": say("“%(value)s” names several amounts: say which one counts"),
    "money.negative": say("“%(value)s” is negative"),
    "money.range_reversed": say("“%(value)s” begins with the larger end"),
    "money.no_value": say(
        "The formula “%(value)s” has no stored result: open the file in Excel, save it and send it again",
    ),
    "money.rounded": say("“%(value)s” is finer than one fen and was rounded"),
    "money.undecided": say("“%(value)s” is kept as unknown"),
    "money.implausible": say("“%(value)s” is more than a thousand 亿元: check the unit"),
    "money.tiny": say("“%(value)s” is less than a thousand yuan: check the unit"),
    "money.zero": say("An investment of zero: is it unknown?"),
    "money.two_currencies": say("“%(value)s” names two currencies: the first one is kept"),
}


def money_text(code: str, value: str) -> Text:
    """Say what is wrong with an amount."""
    return Text(PROBLEMS[code].msgid, {"value": value})


def read_money(cell: Cell, unit: Unit | None) -> Money:
    """Read one cell of a column of amounts; `unit` is what header or unit row say, or None."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return _from_text(cell, unit)
    if isinstance(cell, bool | DateCell | BrokenCell):
        return Money(problem="money.unreadable")
    if isinstance(cell, FormulaCell):
        return Money(problem="money.no_value")
    if isinstance(cell, UnitCell):
        return _from_text(shown(cell), unit)
    return _from_number(cell, unit)


def _from_number(number: float, unit: Unit | None) -> Money:
    """Read a number cell: fifteen digits, as the sheet shows it."""
    if number == 0:
        return Money(Decimal(0), currency=unit.currency if unit else "CNY")
    if unit is None:
        return Money(problem="money.unit_missing")
    return _checked(Decimal(number_text(number)) * unit.scale, None, unit.currency, worded=False)


@lru_cache(maxsize=8192)
def _from_text(text: str, unit: Unit | None) -> Money:
    """Read a text cell: widths, commas, words around the figure, a range, one currency."""
    folded = (
        COMMAS.sub("", unicodedata.normalize("NFKC", text))
        .replace("億", "亿")
        .replace("萬", "万")
        .replace("个亿", "亿")
        .replace("个万", "万")
    )
    for word, sign in ENGLISH_SCALES:
        folded = word.sub(sign, folded)
    bare = ABOVE.sub("超", re.sub(r"\s+", "", folded).lstrip("'"))
    if bare.lower() in UNKNOWN:
        return NOTHING
    if UNDECIDED.match(bare.lower()):
        return Money(warning="money.undecided", worded=True)
    if NOTHING_YET.match(bare):
        return Money(Decimal(0), worded=True)
    outside = BRACKETED.sub("", bare)
    words = outside if re.search(r"[\d一二三四五六七八九十两]", outside) else bare.strip("()[]【】")
    if len(words) > LONGEST_FIGURE:
        labelled = LABELLED.search(words)
        words = labelled["amount"] if labelled else "…"
    two = "money.two_currencies" if len(_currencies(bare)) > 1 else ""
    found = _amount_or_range(words, unit)
    if found.problem == "money.unreadable" and (labelled := LABELLED.search(words)):
        found = _amount_or_range(labelled["amount"], unit)
    elif found.problem == "money.unreadable" and len(re.findall(rf"{NUMBER}{SCALE}", words)) > 1:
        found = Money(problem="money.several")
    plain = re.fullmatch(NUMBER, bare, re.IGNORECASE) is not None
    return Money(found.low, found.high, found.currency, found.problem, found.warning or two, worded=not plain)


def _currencies(text: str) -> set[str]:
    """List the currencies that a text names ("100亿日元" names one)."""
    return {found.lastgroup or "" for found in CURRENCY.finditer(text)}


def _amount_or_range(text: str, unit: Unit | None) -> Money:
    """Read "2亿" or "2-3亿"; a range without a unit at its low end takes the one of its high end."""
    text = FILLERS.sub("", text)
    if text[:1] in "-−" and AMOUNT.match(_strip_currency(text[1:])[0]):
        return Money(problem="money.negative")
    found = RANGE.match(text)
    if not found:
        return _amount(text, unit)
    high = _amount(found["high"], unit)
    tail = _strip_currency(TAILS.sub("", FILLERS.sub("", found["high"])))
    borrowed = (
        Unit(SCALES[scale[0]], tail[1] or "CNY")
        if (scale := re.findall(r"[百千万十亿]+$", tail[0])) and scale[0] in SCALES
        else unit
    )
    low = _amount(found["low"], borrowed)
    if low.problem or high.problem:
        return Money(problem=low.problem or high.problem)
    currency = high.currency if high.currency != "CNY" else low.currency
    if low.low is not None and high.low is not None and low.low > high.low:
        return Money(problem="money.range_reversed")
    return Money(low.low, high.low, currency, warning=low.warning or high.warning)


def _strip_currency(text: str) -> tuple[str, str]:
    """Take the currency out of an amount: what is left, and its code or nothing."""
    found = CURRENCY.search(text)
    return CURRENCY.sub("", text), (found.lastgroup or "") if found else ""


def _amount(text: str, unit: Unit | None) -> Money:
    """Read one amount, with its own unit or that of the column."""
    bare, currency = _strip_currency(TAILS.sub("", FILLERS.sub("", text)))
    bare = TAILS.sub("", FILLERS.sub("", bare))
    compound = COMPOUND.match(bare)
    if compound:
        extra = {"千": Decimal(1000), "百": Decimal(100)}.get(compound[3] or "", Decimal(1))
        if not compound[3] and not bare.endswith("万"):
            return Money(problem="money.unreadable")
        return _checked(
            Decimal(compound[1]) * 10000 + Decimal(compound[2]) * extra,
            None,
            currency or "CNY",
            worded=True,
        )
    found = AMOUNT.match(bare)
    if not found:
        return _chinese(bare, currency, unit)
    try:
        number = Decimal(found["number"])
    except InvalidOperation:
        return Money(problem="money.unreadable")
    if number >= LARGEST:
        return Money(problem="money.unreadable")
    if found["scale"] or currency:
        return _checked(
            number * SCALES[found["scale"]],
            None,
            currency or (unit.currency if unit else "CNY"),
            worded=True,
        )
    if unit is None:
        return Money(Decimal(0)) if number == 0 else Money(problem="money.unit_missing")
    return _checked(number * unit.scale, None, unit.currency, worded=False)


def _chinese(text: str, currency: str, unit: Unit | None) -> Money:
    """Read an amount written in Chinese numerals ("三千五百万")."""
    number = chinese_number(text.removesuffix("整").removesuffix("元"))
    if number is None:
        return Money(problem="money.unreadable")
    if re.search(r"[万亿]", text) or currency:
        return _checked(Decimal(number) / 10000, None, currency or "CNY", worded=True)
    if unit is None:
        return Money(problem="money.unit_missing")
    return _checked(number * unit.scale, None, unit.currency, worded=True)


def _checked(low: Decimal, high: Decimal | None, currency: str, *, worded: bool) -> Money:
    """Refuse what no amount can be: below zero or finer than a fen."""
    if low >= LARGEST:
        return Money(problem="money.unreadable")
    low = low.normalize()
    if low < 0:
        return Money(problem="money.negative")
    rounded = low.quantize(FEN)
    warning = "" if rounded == low else "money.rounded"
    return Money(rounded if warning else low, high, currency, warning=warning, worded=worded)


def doubt(money: Money, *, investment: bool) -> str:
    """Name the warning that a readable amount deserves, or nothing."""
    if money.warning or money.low is None or money.problem:
        return money.warning
    fen = wan_to_fen(money.high or money.low)
    if money.currency == "CNY" and fen > MAX_FEN:
        return "money.implausible"
    if investment and fen == 0:
        return "money.zero"
    if investment and money.currency == "CNY" and fen < SMALLEST_INVESTMENT:
        return "money.tiny"
    return ""


def wan_number(amount: Decimal | None) -> int | float | None:
    """Give an amount as the number that JSON carries: whole when it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
