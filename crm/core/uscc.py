"""The unified social credit code 统一社会信用代码 (GB 32100): in shape, slips pointed at, one reading for all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from stdnum.cn import uscc as standard

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEVER = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
"""Letters that no credit code has, and what was most likely meant."""
HOME_DIVISIONS = ("513401", "513400")
"""Xichang and Liangshan; where a code was first issued, which a company that moved keeps (domain.md §4)."""
ENTERPRISES = ("91", "92", "93")
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad'’‘`´\-]")


@dataclass(frozen=True)
class Reading:
    """A code in shape; at most one problem (refuses) or one warning (never refuses), with what its sentence needs."""

    code: str
    problem: str = ""
    warning: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Tell whether nothing but a warning was found."""
        return not self.problem

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was found as sentences that lead to the field of the local entity."""
        name = self.problem or self.warning
        if not name:
            return ()
        found = MESSAGES[f"{name}_near" if self.params.get("likely") and f"{name}_near" in MESSAGES else name]
        text = say(found.msgid, **self.params)
        return (Finding(name, text, "uscc", "entity#uscc", warning=not self.problem),)


MESSAGES = {
    "uscc.length": say("A credit code has 18 characters; this has %(n)s."),
    "uscc.letter": say("A credit code never contains %(sign)s: is it %(instead)s?"),
    "uscc.letter_near": say("A credit code never contains %(sign)s. Is it %(likely)s?"),
    "uscc.character": say("A credit code never contains %(sign)s."),
    "uscc.check_digit": say("The check character does not fit: compare with the licence."),
    "uscc.check_digit_near": say("The check character does not fit; %(likely)s would. Compare with the licence."),
    "uscc.division": say("The code was first issued elsewhere (%(division)s): look at registrar and address."),
    "uscc.kind": say("The code does not belong to an enterprise (it begins with %(start)s): compare with the licence."),
}


def normalise(text: str) -> str:
    """Fold widths and case; drop blanks, invisible characters, hyphens and apostrophes."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_digit(code: str) -> str:
    """Compute the check character of the first seventeen characters."""
    return str(standard.calc_check_digit(code[: LENGTH - 1]))


def is_valid(text: str) -> bool:
    """Tell whether a text is a credit code with a right check character."""
    return _fits(normalise(text))


def _fits(code: str) -> bool:
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and check_digit(code) == code[-1]


@lru_cache(maxsize=4096)
def read_uscc(text: str) -> Reading:
    """Read a credit code: what is wrong refuses, an odd division or kind of organisation only warns."""
    code = normalise(text)
    if len(code) != LENGTH:
        return Reading(code, "uscc.length", params={"n": len(code)})
    wrong = next((sign for sign in code if sign not in ALPHABET), "")
    if wrong in NEVER:
        likely = "".join(NEVER.get(sign, sign) for sign in code)
        more = {"likely": likely} if _fits(likely) else {}
        return Reading(code, "uscc.letter", params={"sign": wrong, "instead": NEVER[wrong], **more})
    if wrong:
        return Reading(code, "uscc.character", params={"sign": wrong})
    if not _fits(code):
        near = swapped(code)
        return Reading(code, "uscc.check_digit", params={"likely": near} if near else {})
    if not code.startswith(ENTERPRISES) and not code[0].isalpha():
        return Reading(code, warning="uscc.kind", params={"start": code[:2]})
    if code[2:8] not in HOME_DIVISIONS:
        return Reading(code, warning="uscc.division", params={"division": code[2:8]})
    return Reading(code)


def swapped(code: str) -> str:
    """Find the one code that swapping two neighbours makes right; nothing when there are several or none."""
    others = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(2, LENGTH - 2)} - {code}
    fitting = [other for other in others if _fits(other)]
    return fitting[0] if len(fitting) == 1 else ""
