"""The rules by which a project can be vetoed, as data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Text
from crm.core.rulebook import BrokenRules, beside

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache
def veto_rules() -> Mapping[str, Text]:
    """Return the vetoes: code to the rule's text."""
    book = beside(__file__, "vetoes.toml")
    if not book.tables.get("vetoes"):
        message = f"{book.name}: no vetoes"
        raise BrokenRules(message)
    return {code: Text(text) for code, text in book.tables["vetoes"].items()}
