"""Credit codes in a ledger's cells: read by the one rule (crm/core/uscc.py), told in the words of a ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core import uscc as core
from crm.core.errors import Text, say
from crm.core.uscc import normalise
from crm.intake.rules_money import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTENED = re.compile(r"^\d(\.\d+)?E\+\d+$")
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


@lru_cache(maxsize=4096)
def read_uscc(text: str) -> CreditCode:
    """Read a credit code; a bad one is an error, an odd division or kind only a warning."""
    code = normalise(text)
    if code.lower() in UNKNOWN or NOT_YET.match(code):
        return CreditCode()
    if SHORTENED.match(code) or (code.isdigit() and len(code) == core.LENGTH and code.endswith("000") and "." in text):
        return _bad("uscc.shortened", text, {})
    found = core.read_uscc(text)
    if found.problem:
        return _bad(found.problem, text, found.params)
    if found.warning:
        params = {"value": code, **found.params}
        return CreditCode(code, warning=found.warning, text=Text(MESSAGES[found.warning].msgid, params))
    return CreditCode(code)


def _bad(problem: str, value: str, params: Mapping[str, object]) -> CreditCode:
    """Say what is wrong with a credit code, in the ledger's own words."""
    likely = params.get("likely", "")
    near = bool(likely) and problem == "uscc.check_digit"
    message = MESSAGES[f"{problem}_near" if near else problem]
    said = {"value": value, "count": params.get("n"), "sign": params.get("sign")}
    said["instead"] = likely if near else params.get("instead", "")
    return CreditCode(
        "", problem, text=Text(message.msgid, {name: one for name, one in said.items() if one is not None})
    )
