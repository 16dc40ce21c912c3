"""How a fair-competition review ends: conclusions, who may review, what a conclusion has to bring (domain.md §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CONCLUSIONS = {
    "allowed": say("may be issued"),
    "changed": say("may be issued after changes"),
    "refused": say("not to be issued"),
    "exception": say("an exception applies"),
}
CONCLUSION_TONES = {"allowed": "good", "changed": "warn", "refused": "bad", "exception": "act"}
ALIASES = {"amend": "changed", "pass": "allowed"}
"""How scorecard and tariff have kept the same conclusions; one set of words for all of them."""
GROUNDS = {
    "security": say("State security and development interests (art. 12 no. 1)"),
    "science": say("Progress of science and technology, own innovation (art. 12 no. 2)"),
    "public": say("Energy saving, environment, disaster relief and other public interests (art. 12 no. 3)"),
    "law": say("Another case that a law or administrative regulation names (art. 12 no. 4)"),
}
"""The cases in which the Regulation lets an exception stand, if nothing milder serves and its end is fixed."""


def plain(code: str) -> str:
    """Return a conclusion's code as the register has it, however its room keeps it."""
    return ALIASES.get(code, code)


def who_findings(*, reviewer: int | None, unit: int | None, authors: set[int | None],
                 units: set[int | None]) -> list[Finding]:  # fmt: skip
    """Return what keeps somebody from reviewing: the own proposal, or one of the own unit."""
    if reviewer is None:
        return [Finding("review.person", say("Only a person who signed in concludes a review."))]
    if reviewer in authors:
        return [Finding("review.own", say("You proposed or worded this; somebody else reviews it."))]
    if unit is not None and unit in units:
        return [Finding("review.own_unit", say("Your unit proposed this; a reviewer of another unit concludes it."))]
    return []


def number_findings(document_no: str, name: str = "document_no") -> list[Finding]:
    """Return the finding of a conclusion without its document's number: support items and rules of the city alike."""
    if document_no.strip():
        return []
    return [Finding("review.document", say("Give the document's number or name."), name)]


def document_findings(document_no: str, *, has_file: bool) -> list[Finding]:
    """Return what a conclusion lacks of its document: the number, the paper itself."""
    found = number_findings(document_no)
    if not has_file:
        text = say("Bring the signed document of the opinion (PDF, JPEG or PNG); no conclusion stands without it.")
        found.append(Finding("review.file", text, "file"))
    return found


def conclusion_findings(values: Mapping[str, Any], *, today: date) -> list[Finding]:
    """Return what is wrong with the words of a conclusion, its day, and the term of an exception."""
    conclusion, found = values.get("conclusion"), []
    if conclusion not in CONCLUSIONS:
        found.append(Finding("review.conclusion", say("Choose a conclusion."), "conclusion"))
    if not (values.get("opinion") or "").strip():
        text = say("Write the opinion: what was looked at, and why it ends so.")
        found.append(Finding("review.opinion", text, "opinion"))
    day = values.get("concluded_on")
    if day is None or day > today:
        text = say("Give the day of the conclusion, today or earlier.")
        found.append(Finding("review.day", text, "concluded_on"))
    if conclusion == "changed" and not (values.get("asked_change") or "").strip():
        found.append(Finding("review.change", say("Say what has to be changed in the text."), "asked_change"))
    return found + (exception_findings(values, today=today) if conclusion == "exception" else [])


def exception_findings(values: Mapping[str, Any], *, today: date) -> list[Finding]:
    """Return what an exception lacks: its case, why nothing milder serves, its last day, what ends it."""
    found = []
    if values.get("ground") not in GROUNDS:
        text = say("Choose the case of article 12 that the exception rests on.")
        found.append(Finding("review.ground", text, "ground"))
    if not (values.get("no_milder") or "").strip():
        text = say("Say why nothing that touches competition less would serve.")
        found.append(Finding("review.no_milder", text, "no_milder"))
    until = values.get("exception_until")
    if until is None:
        text = say("An exception has a last day; give it.")
        found.append(Finding("review.term", text, "exception_until"))
    elif until < today:
        text = say("The exception would be over already; give a later day.")
        found.append(Finding("review.term", text, "exception_until"))
    if not (values.get("end_conditions") or "").strip():
        text = say("Say what ends the exception before its last day.")
        found.append(Finding("review.end_conditions", text, "end_conditions"))
    return found


def sending_findings(*, first_opinion: str, heard: int, unheard_reason: str) -> list[Finding]:
    """Return what the drafting unit still owes before the reviewer begins (arts. 14 and 16)."""
    found = []
    if not first_opinion.strip():
        text = say("Write the drafting unit's own first opinion.")
        found.append(Finding("review.first_opinion", text, "first_opinion"))
    if not heard and not unheard_reason.strip():
        text = say("Record whom you heard, or say why nobody could be heard.")
        found.append(Finding("review.heard", text, "unheard_reason"))
    return found
