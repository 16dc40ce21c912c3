"""Clean-up of older agreements: which clauses are listed, and the states a clause goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Finding, say
from crm.support.rules_marks import clauses, find

if TYPE_CHECKING:
    from collections.abc import Iterable

STATES = {
    "open": say("to be looked at"),
    "working": say("being put right"),
    "stopped": say("no longer carried out"),
    "changed": say("changed by a new agreement"),
    "kept": say("kept, with its legal basis"),
    "harmless": say("no promise, nothing to do"),
}
TONES = {"open": "warn", "working": "act", "stopped": "good", "changed": "good", "kept": "line", "harmless": "line"}
CLOSED = ("stopped", "changed", "kept", "harmless")
MOST_CLAUSES = 2_000


@dataclass(frozen=True)
class Found:
    """One clause worth a look, by its place in the agreement, with the codes of what marked it."""

    position: int
    text: str
    marks: tuple[str, ...]


def worth_a_look(text: str) -> list[Found]:
    """Return the clauses of an agreement that a mark finds."""
    found = []
    for position, clause in enumerate(clauses(text), 1):
        codes = tuple(dict.fromkeys(hit.mark.code for hit in find(clause)))
        if codes:
            found.append(Found(position, clause, codes))
    return found[:MOST_CLAUSES]


def state_findings(now: str, to: str, note: str) -> list[Finding]:
    """Return what is wrong with a decision about a clause; each one says why."""
    found = []
    if to not in STATES or to == now:
        found.append(Finding("clause.state", say("Choose another state than the present one."), "state"))
    if not note.strip():
        text = say("Say by what: the document, the new agreement, the legal basis.")
        found.append(Finding("clause.note", text, "note"))
    return found


def packed(codes: Iterable[str]) -> str:
    """Put codes of marks into one field."""
    return ";".join(codes)[:255]
