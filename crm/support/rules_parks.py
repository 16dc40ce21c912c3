"""At most three key-support enterprises a park, and as a rule three leading industries (domain.md §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, say
from crm.core.uscc import normalise
from crm.support.rules_measures import days

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

PARTS = re.compile(r"\s*[|｜]\s*")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Enterprise:
    """One enterprise of a list: its name, credit code and by which criterion it stands there."""

    name: str
    uscc: str = ""
    reason: str = ""


def read_enterprises(text: str) -> tuple[Enterprise, ...]:
    """Read enterprises typed one a line as name | credit code | criterion; ValueError when a line has more parts."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = PARTS.split(line.strip())
        if len(parts) > 3 or not parts[0] or len(parts[0]) > LONGEST_NAME:  # noqa: PLR2004 - name, code, criterion
            raise ValueError(line)
        name, uscc, reason = (*parts, "", "")[:3]
        found.append(Enterprise(name, normalise(uscc)[:18], reason[:255]))
    return tuple(found)


def show_enterprises(enterprises: Sequence[Enterprise]) -> str:
    """Show enterprises as they are typed."""
    return "\n".join(" | ".join(part for part in (one.name, one.uscc, one.reason) if part) for one in enterprises)


def list_findings(values: Mapping[str, Any], *, parks: Collection[str], bad_codes: Sequence[str] = ()) -> list[Finding]:
    """Return everything that is wrong with a list of key-support enterprises."""
    found, most = [], days("parks", "key_enterprises")
    enterprises: Sequence[Enterprise] = values.get("enterprises") or ()
    if values.get("park") not in parks:
        found.append(Finding("list.park", say("Choose the park."), "park"))
    if not (values.get("criteria") or "").strip():
        text = say("Write the criteria as they are open to everybody; no list takes effect without them.")
        found.append(Finding("list.criteria", text, "criteria"))
    if not (values.get("legal_basis") or "").strip():
        found.append(Finding("list.basis", say("Name the document that allows such a list."), "legal_basis"))
    if not enterprises:
        found.append(Finding("list.empty", say("Name at least one enterprise."), "enterprises"))
    if len(enterprises) > most:
        text = say("At most %(most)s key-support enterprises a park; this names %(n)s.", most=most, n=len(enterprises))
        found.append(Finding("list.many", text, "enterprises"))
    names = [one.name for one in enterprises]
    if len(set(names)) < len(names):
        found.append(Finding("list.twice", say("An enterprise stands there twice."), "enterprises"))
    for name in bad_codes:
        text = say("The credit code of %(name)s cannot be right; compare with the licence.", name=name)
        found.append(Finding("list.uscc", text, "enterprises"))
    return found


def list_texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the review of a list looks at: the criteria as its text, the names as those who benefit."""
    return {
        "title": values["title"], "legal_basis": values["legal_basis"], "condition": values["criteria"],
        "beneficiary": show_enterprises(values["enterprises"]), "starts_on": values.get("starts_on"),
        "ends_on": values.get("ends_on"),
    }  # fmt: skip


def industries_findings(park: str, industries: Sequence[str], reason: str, *,
                        parks: Collection[str]) -> tuple[list[Finding], list[Finding]]:  # fmt: skip
    """Return what refuses the leading industries of a park, and what only warns (a fourth with its reason)."""
    found: list[Finding] = []
    warnings: list[Finding] = []
    most = days("parks", "leading_industries")
    if park not in parks:
        found.append(Finding("park.unknown", say("Choose the park."), "park"))
    if not industries:
        found.append(Finding("park.no_industry", say("Name at least one leading industry."), "industries"))
    if len(set(industries)) < len(industries):
        found.append(Finding("park.twice", say("An industry stands there twice."), "industries"))
    if len(industries) > most:
        text = say("As a rule a park has at most %(most)s leading industries; this names %(n)s.", most=most,
                   n=len(industries))  # fmt: skip
        warnings.append(Finding("park.fourth", text, "industries", warning=True))
        if not reason.strip():
            text = say("Say why this park needs more than %(most)s.", most=most)
            found.append(Finding("park.fourth_reason", text, "reason"))
    return found, warnings
