"""The table of calls: each names its permission, its scope, the form that checks its body, and what it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Refusal, Text, refuse, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from crm.api.operations import Answer
    from crm.core.actor import Actor

INVALID = 400


@dataclass(frozen=True)
class Query:
    """One value that may stand behind the question mark."""

    name: str
    label: Text
    codes: Mapping[str, Any] | None = None
    number: tuple[int, int] | None = None
    longest: int = 200
    pattern: str = ""


@dataclass(frozen=True)
class Call:
    """What a call brings, read and checked: who, when, which thing, what was asked, the form's values."""

    by: Actor
    at: datetime
    ids: Mapping[str, Any]
    asked: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    form: Any = None
    match: str = ""
    """The header If-Match, empty without one."""
    file: tuple[str, bytes] | None = None
    locale: str = ""
    owner: str = ""
    scopes: tuple[str, ...] = ()
    expires_on: str = ""

    def number(self, name: str, default: int) -> int:
        """Return a number that was asked for."""
        return int(self.asked.get(name) or default)


@dataclass(frozen=True)
class Endpoint:
    """One call of the interface."""

    method: str
    path: str
    name: str
    permission: str
    scope: str
    summary: Text
    gives: str
    act: Callable[[Call], Answer]
    form: Callable[[], Any] | None = None
    """Makes the form with every choice that does not depend on who asks (for the description)."""
    read: Callable[[Call, Mapping[str, Any]], Any] | None = None
    """Makes the form for one call from its typed values; without it the form is made of them alone."""
    partial: bool = False
    """A body of some fields only; the others stay."""
    file: bool = False
    status: int = 200
    many: bool = False
    query: tuple[Query, ...] = ()
    match: bool = False
    """The header If-Match is asked for."""
    tagged: bool = False
    """The answer carries an ETag."""
    group: str = ""
    without: frozenset[str] = frozenset()
    """Fields of the form that only pages need."""


ENDPOINTS: list[Endpoint] = []
PAGING = (
    Query("limit", say("How many rows a page has"), number=(1, 200)),
    Query("cursor", say("Where the page begins (from `next` of the last one)"), longest=2000, pattern="[A-Za-z0-9_-]+"),
)


def endpoint(method: str, path: str, **facts: Any) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Enter a function into the table of calls."""

    def enter(act: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        ENDPOINTS.append(Endpoint(method=method, path=path, name=act.__name__, act=act, **facts))
        return act

    return enter


def check_query(asked: Mapping[str, list[str]], offered: tuple[Query, ...]) -> dict[str, str]:
    """Return what stands behind the question mark, or refuse what is unknown, given twice or unreadable."""
    known = {item.name: item for item in offered}
    findings = []
    for name, values in asked.items():
        item, text = known.get(name), values[-1]
        if item is None:
            findings.append(Finding("query.unknown", say("There is no filter %(name)s.", name=name[:60]), name[:60]))
        elif len(values) > 1:
            findings.append(Finding("query.twice", say("Give %(name)s once.", name=name), name))
        elif item.codes is not None and text not in item.codes:
            findings.append(Finding("query.code", say("Choose one of the offered values."), name))
        elif item.number and not _within(text, *item.number):
            low, high = item.number
            text_ = say("The number must lie between %(low)s and %(high)s.", low=low, high=high)
            findings.append(Finding("query.number", text_, name))
        elif len(text) > item.longest:
            message = say("At most %(limit)s characters; this has %(n)s.", limit=item.longest, n=len(text))
            findings.append(Finding("query.long", message, name))
        elif item.pattern and not re.fullmatch(item.pattern, text):
            findings.append(Finding("query.unreadable", say("This value cannot be read."), name))
    if findings:
        raise Refusal(findings, INVALID)
    return {name: values[-1] for name, values in asked.items()}


def _within(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high


def unknown_lead() -> Refusal:
    """Return the refusal of a lead that is not there, or not there for this person."""
    return refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)

