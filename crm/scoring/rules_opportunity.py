"""Rules of the opportunity book: what a brief must not promise before a fair-competition review, and its states."""

from __future__ import annotations

import re

from crm.core.errors import say

STATES = {"open": say("open"), "answered": say("answered"), "closed": say("closed")}
PROMISES = re.compile(
    r"税收?(?:返还|奖励|减免|优惠|留存)|返税|退税|零地价|地价(?:优惠|返还)|土地出让金返还|(?:注册|迁入|落户)(?:奖励|补贴|本地)"
    r"|(?:奖补|补贴|补助|奖励)|优惠(?:电价|气价|水价)|承诺不(?:迁|搬)|专项扶持"
)
"""Words that only a reviewed support item may say (Regulation on Fair Competition Review, arts. 8 to 10)."""


def promises(*texts: str) -> list[str]:
    """Return the words of texts that promise what a fair-competition review has to look at first."""
    return list(dict.fromkeys(hit.group() for text in texts for hit in PROMISES.finditer(text)))
