"""The unified social credit code 统一社会信用代码 (GB 32100): brought into shape, slips pointed at."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc as standard

from crm.core.errors import Finding, Text, say

LENGTH = 18
ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
LIKELY = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
"""Letters that no credit code has, and what was most likely meant."""
HOME_DIVISIONS = ("513401", "513400")
"""Xichang and Liangshan; where a code was first issued, which a company that moved keeps (domain.md §4)."""
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad'’‘`´\-]")


@dataclass(frozen=True)
class CreditCode:
    """A code in shape with everything found about it; a warning never refuses."""

    code: str
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """Tell whether nothing but warnings was found."""
        return all(finding.warning for finding in self.findings)


def normalise(text: str) -> str:
    """Fold widths and case; drop blanks, invisible characters, hyphens and apostrophes."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def _fits(code: str) -> bool:
    whole = len(code) == LENGTH and set(code) <= ALPHABET
    return whole and standard.calc_check_digit(code[:-1]) == code[-1]


def _bad(code: str, problem: str, text: Text) -> CreditCode:
    return CreditCode(code, (Finding(problem, text, "uscc", "entity#uscc"),))


def read_uscc(text: str) -> CreditCode:
    """Read a credit code: one finding says what is wrong, an odd division only warns."""
    code = normalise(text)
    if len(code) != LENGTH:
        return _bad(code, "uscc.length", say("A credit code has 18 characters; this has %(n)s.", n=len(code)))
    strange = [sign for sign in code if sign not in ALPHABET]
    if strange:
        likely = "".join(LIKELY.get(sign, sign) for sign in code)
        sign = strange[0]
        if _fits(likely):
            said = say("A credit code never contains %(sign)s. Is it %(likely)s?", sign=sign, likely=likely)
        elif sign in LIKELY:
            said = say("A credit code never contains %(sign)s: is it %(likely)s?", sign=sign, likely=LIKELY[sign])
        else:
            said = say("A credit code never contains %(sign)s.", sign=sign)
        return _bad(code, "uscc.character", said)
    if not _fits(code):
        return _bad(code, "uscc.check_digit", say("The check character does not fit: compare with the licence."))
    if code[2:8] not in HOME_DIVISIONS:
        odd = say("The code was first issued elsewhere (%(division)s): look at registrar and address.",
                  division=code[2:8])  # fmt: skip
        return CreditCode(code, (Finding("uscc.division", odd, "uscc", warning=True),))
    return CreditCode(code)
