"""Units of money as headings and cells name them: 亿元, 万美元, 10k CNY."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from crm.leads.rules_names import plain

CURRENCIES = {
    "USD": r"美元|美金|USD|US\$|\$",
    "HKD": r"港元|港币|港幣|HKD|HK\$",
    "EUR": r"欧元|歐元|EUR|€",
    "JPY": r"日元|日圆|日圓|JPY",
    "GBP": r"英镑|英鎊|GBP|£",
    "TWD": r"新台币|新台幣|TWD|NT\$",
    "KRW": r"韩元|韓元|KRW",
    "SGD": r"新加坡元|新元|SGD",
    "AUD": r"澳元|AUD",
    "CNY": r"人民币|人民幣|CNY|RMB|¥|元",
}
CURRENCY = re.compile("|".join(f"(?P<{code}>{words})" for code, words in CURRENCIES.items()), re.IGNORECASE)
SCALES = {
    "": Decimal("0.0001"),
    "百": Decimal("0.01"),
    "千": Decimal("0.1"),
    "万": Decimal(1),
    "十万": Decimal(10),
    "百万": Decimal(100),
    "千万": Decimal(1000),
    "亿": Decimal(10000),
    "十亿": Decimal(100000),
    "百亿": Decimal(1000000),
    "千亿": Decimal(10000000),
    "万亿": Decimal(100000000),
}
ENGLISH = {
    "万元": "10k 10kcny 10krmb 10kyuan cny10k rmb10k 10,000yuan 10000yuan 10,000cny 10000cny",
    "百万元": "millioncny cnymillion rmbmillion millionrmb millionyuan",
    "亿元": "100millionyuan 100millioncny cny100million rmb100million",
    "元": "yuan",
    "百万美元": "millionusd usdmillion us$million millionus$",
    "万美元": "10kusd usd10k 10,000usd",
}
SAME_AS = {word: unit for unit, words in ENGLISH.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a bare number in a column counts: a currency (none said is CNY) and how many 万 one of it is."""

    scale: Decimal
    currency: str = "CNY"


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit | None:
    """Read a unit of money ("亿元", "万美元", "10k CNY"), or None when it is none or two at once."""
    folded = plain(text).replace(" ", "").lower()
    folded = folded.removeprefix("单位").strip(":()[]/")
    folded = SAME_AS.get(folded, folded)
    found = CURRENCY.search(folded)
    bare = CURRENCY.sub("", folded)
    if bare not in SCALES or (not bare and not found):
        return None
    return Unit(SCALES[bare], (found.lastgroup if found else None) or "CNY")
