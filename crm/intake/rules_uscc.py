"""The unified social credit code 统一社会信用代码 (GB 32100): brought into shape, its check digit tried."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stdnum.cn import uscc as stdnum_uscc

from crm.core.errors import Text, say
from crm.intake.rules_money import UNKNOWN

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEVER = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
HOME_DIVISIONS = ("513401", "513400")
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad'’‘`´\-]")
SHORTENED = re.compile(r"^\d(\.\d+)?E\+\d+$")
DIVISION = re.compile(r"^\d{6}$")
NOT_YET = re.compile(r"^(待定|未注册|办理中|正在办理|待注册|待办|暂无|尚未注册|注册中|未办理|无)$")
MESSAGES = {
    "uscc.length": say("“%(value)s” has %(count)s characters; a credit code has 18"),
    "uscc.letter": say("“%(value)s” contains %(sign)s, which no credit code has: is it %(instead)s?"),
    "uscc.character": say("“%(value)s” contains %(sign)s, which no credit code has"),
    "uscc.check_digit": say("The check character of “%(value)s” does not fit: compare it with the licence"),
    "uscc.check_digit_near": say("The check character of “%(value)s” does not fit; %(instead)s would"),
    "uscc.shortened": say(
        "“%(value)s” was shortened by Excel: format the column as text and type the code again",
    ),
    "uscc.division": say(
        "“%(value)s” was first issued elsewhere (%(division)s): look at the registered address",
    ),
    "uscc.kind": say("“%(value)s” does not belong to an enterprise"),
}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A credit code in shape, the code of what is wrong, the code of a warning, and their words."""

    code: str = ""
    problem: str = ""
    warning: str = ""
    text: Text | None = None


def normalise(text: str) -> str:
    """Fold widths and case, drop blanks, invisible characters, hyphens and apostrophes."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_digit(code: str) -> str:
    """Compute the check character of the first seventeen characters."""
    return stdnum_uscc.calc_check_digit(code[: LENGTH - 1])


def is_valid(text: str) -> bool:
    """Tell whether a text is a credit code with a right check character."""
    code = normalise(text)
    return len(code) == LENGTH and not set(code) - set(ALPHABET) and check_digit(code) == code[-1]


@lru_cache(maxsize=4096)
def read_uscc(text: str) -> CreditCode:
    """Read a credit code; a bad one is an error, an odd division or kind only a warning."""
    code = normalise(text)
    if code.lower() in UNKNOWN or NOT_YET.match(code):
        return CreditCode()
    if SHORTENED.match(code) or (code.isdigit() and len(code) == LENGTH and code.endswith("000") and "." in text):
        return _bad("uscc.shortened", text)
    if len(code) != LENGTH:
        return _bad("uscc.length", text, count=len(code))
    wrong = next((sign for sign in code if sign not in ALPHABET), "")
    if wrong in NEVER:
        return _bad("uscc.letter", text, sign=wrong, instead=NEVER[wrong])
    if wrong:
        return _bad("uscc.character", text, sign=wrong)
    if check_digit(code) != code[-1]:
        near = _near(code)
        return _bad("uscc.check_digit", text, near=near) if near else _bad("uscc.check_digit", text)
    return _odd(code)


def _bad(problem: str, value: str, *, near: str = "", **params: object) -> CreditCode:
    """Say what is wrong with a credit code."""
    message = MESSAGES[f"{problem}_near" if near else problem]
    return CreditCode("", problem, text=Text(message.msgid, {"value": value, "instead": near, **params}))


def _near(code: str) -> str:
    """Find the one code that swapping two neighbours makes right; nothing when there are several."""
    swapped = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(2, LENGTH - 2)} - {code}
    fitting = [other for other in swapped if check_digit(other) == other[-1]]
    return fitting[0] if len(fitting) == 1 else ""


def _odd(code: str) -> CreditCode:
    """Warn about a code that was issued elsewhere or to no enterprise."""
    if not code.startswith(("91", "92", "93")) and not code[0].isalpha():
        return CreditCode(code, warning="uscc.kind", text=Text(MESSAGES["uscc.kind"].msgid, {"value": code}))
    if code[2:8] not in HOME_DIVISIONS:
        params = {"value": code, "division": code[2:8]}
        return CreditCode(code, warning="uscc.division", text=Text(MESSAGES["uscc.division"].msgid, params))
    return CreditCode(code)
