"""The city's dictionaries as codes and message ids."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.core.rulebook import Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache
def city() -> Rulebook:
    """Load the city's dictionaries."""
    return beside(__file__, "city.toml")


def dictionary(name: str) -> Mapping[str, str]:
    """Return one dictionary (themes, clusters, parks, sources, build_natures): code to message id."""
    table: Mapping[str, str] = city().tables[name]
    return table


def label(name: str, code: str | None) -> Text:
    """Return the words of a code; a code that the dictionary no longer has shows as itself, none as a dash."""
    if not code:
        return say("—")
    return Text(dictionary(name).get(code, code))


def codes(packed: str | None) -> tuple[str, ...]:
    """Split a packed set of codes ("T1;T4", main one first)."""
    return tuple(code for code in (packed or "").split(";") if code)


def labels(name: str, packed: str | None) -> list[Text]:
    """Return the words of a packed set of codes."""
    return [label(name, code) for code in codes(packed)]
