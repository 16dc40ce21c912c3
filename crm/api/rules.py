"""Rules of the interface: names of fields outside, versions as ETags, languages, keys, and the limits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.rulebook import Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Iterable

ETAG = re.compile(r'"v(\d{1,18})"', re.ASCII)
KEY = re.compile(r"[\x21-\x7e]{8,255}")
"""An idempotency key: printable ASCII, long enough not to be hit by chance."""
OUTSIDE = (("_fen", "_wan"), ("_cents", "_wan"), ("_cmu", "_mu"), ("_bps", "_percent"))
"""Inside stands the stored unit, outside the one that is typed: 万元, mu, per cent."""


@lru_cache
def limits() -> Rulebook:
    """Load the limits of the interface."""
    return beside(__file__, "limits.toml")


def limit(name: str) -> int:
    """Return one limit."""
    return int(limits().tables[name])


def outside(name: str) -> str:
    """Return the name under which a form's field is known outside."""
    for inner, outer in OUTSIDE:
        if name.endswith(inner):
            return name.removesuffix(inner) + outer
    return name


def etag(version: int) -> str:
    """Return a version as an ETag."""
    return f'"v{version}"'


def versions_of(header: str) -> set[int] | None:
    """Read If-Match or If-None-Match: the versions named, or None for `*`."""
    if header.strip() == "*":
        return None
    return {int(found) for found in ETAG.findall(header)}


def is_key(text: str) -> bool:
    """Tell whether a text may serve as an idempotency key."""
    return KEY.fullmatch(text) is not None


def language(header: str, offered: Iterable[str]) -> str | None:
    """Choose a locale by an Accept-Language header; None when it asks for nothing we speak."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, asked = part.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", asked) if asked else None
        wishes.append((-float(quality[1]) if quality else -1.0, place, name.strip().lower().partition("-")[0]))
    by_language = {locale.lower().partition("_")[0]: locale for locale in offered}
    for wish, _place, name in sorted(wishes):
        if wish < 0 and name in by_language:
            return by_language[name]
    return None


def seconds_left(second: int) -> int:
    """Return how long the present minute still lasts."""
    return max(1, 60 - second)
