"""What a matter must say, who may own it, and when it is late."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.core.workdays import all_known, later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CATEGORIES: Mapping[str, Text] = {
    "decision": say("Decision of a meeting"),
    "request": say("Request of an enterprise"),
    "complaint": say("Complaint"),
    "talent": say("Need of a talent"),
}
STATES: Mapping[str, Text] = {"open": say("open"), "answered": say("answered"), "closed": say("closed")}
RATINGS: Mapping[str, Text] = {
    "solved": say("solved"), "partly": say("partly solved"), "unsolved": say("not solved"), "unasked": say("not asked"),
}  # fmt: skip
STEPS: Mapping[str, Text] = {
    "raised": say("raised it"),
    "progress": say("told the progress"),
    "deadline": say("moved the deadline"),
    "owner": say("handed it on"),
    "answered": say("answered"),
    "closed": say("closed it"),
    "reopened": say("opened it again"),
}


@lru_cache
def book() -> Rulebook:
    """Load kinds and days and refuse a broken file."""
    found = beside(__file__, "services.toml")
    check_book(found)
    return found


def check_book(found: Rulebook) -> None:
    """Refuse a file that lacks a category, has no days for it, or uses one code in two categories."""
    kinds, days = found.tables.get("kinds", {}), found.tables.get("days", {})
    if set(kinds) != set(CATEGORIES) or set(days) != set(CATEGORIES):
        message = f"{found.name}: kinds and days are wanted for {', '.join(CATEGORIES)}"
        raise BrokenRules(message)
    codes = [code for category in kinds.values() for code in category]
    twice = {code for code in codes if codes.count(code) > 1}
    wrong = [category for category, count in days.items() if not isinstance(count, int) or count < 1]
    if twice or wrong:
        message = f"{found.name}: codes used twice: {sorted(twice)}; days below 1: {wrong}"
        raise BrokenRules(message)


def kinds(category: str) -> Mapping[str, str]:
    """Return the kinds of a category: code to message id."""
    table: Mapping[str, str] = book().tables["kinds"][category]
    return table


def usual_due(category: str, raised_on: date) -> date:
    """Return by when an answer is due when nobody says otherwise."""
    return later(raised_on, int(book().tables["days"][category]))


def due_warnings(category: str, raised_on: date | None, due_on: date | None) -> list[Finding]:
    """Return what is said of a deadline that nobody gave and that runs into days whose holidays nobody knows yet."""
    if raised_on is None or due_on is not None:
        return []
    usual = usual_due(category, raised_on)
    if all_known(raised_on, usual):
        return []
    text = say("The holidays of %(year)s are not known yet, so the deadline %(day)s is an estimate; move it once they "
               "are.", year=usual.year, day=usual)  # fmt: skip
    return [Finding("calendar.estimate", text, "due_on")]


def remind_days() -> int:
    """Return how many days before the deadline the light turns yellow."""
    return int(book().tables["remind_days"])


@dataclass(frozen=True)
class Raised:
    """A matter as somebody enters it."""

    category: str
    kind: str
    title: str
    source: str
    owner_unit_id: int | None
    about_unit_id: int | None
    raised_on: date | None
    due_on: date | None


def raised_findings(said: Raised, today: date) -> list[Finding]:
    """Return everything that is wrong with a matter that somebody enters."""
    found = []
    if said.category not in CATEGORIES or said.kind not in kinds(said.category):
        found.append(Finding("matter.kind", say("Choose one of the offered values."), "kind"))
    if not said.title.strip():
        found.append(Finding("matter.title", say("Say in one line what is asked for."), "title"))
    if said.category in ("decision", "request", "complaint") and not said.source.strip():
        text = say("Name the meeting.") if said.category == "decision" else say("Name the enterprise.")
        found.append(Finding("matter.source", text, "source"))
    if said.category == "complaint" and said.about_unit_id is None:
        found.append(Finding("matter.about", say("Say which unit the complaint is about."), "about_unit_id"))
    found += owner_findings(said.category, said.owner_unit_id, said.about_unit_id)
    if said.raised_on is None or said.raised_on > today:
        text = say("Give the day on which it was raised, today at the latest.")
        found.append(Finding("matter.raised", text, "raised_on"))
    elif said.due_on is not None and said.due_on < said.raised_on:
        found.append(Finding("matter.due", say("The deadline lies before the day on which it was raised."), "due_on"))
    return found


def owner_findings(category: str, owner_unit_id: int | None, about_unit_id: int | None) -> list[Finding]:
    """Return what is wrong with who is to answer: nobody, or the unit complained of."""
    if owner_unit_id is None:
        return [Finding("matter.owner", say("Say which unit answers."), "owner_unit_id")]
    if category == "complaint" and owner_unit_id == about_unit_id:
        text = say("A complaint is answered by another unit than the one complained of.")
        return [Finding("matter.self", text, "owner_unit_id")]
    return []


def deadline_findings(new: date | None, old: date, reason: str, today: date) -> list[Finding]:
    """Return what is wrong with a new deadline."""
    found = []
    if new is None or new == old:
        found.append(Finding("matter.due", say("Give the new deadline."), "due_on"))
    elif new < today:
        found.append(Finding("matter.due", say("The day %(day)s has passed already.", day=new), "due_on"))
    if not reason.strip():
        found.append(Finding("reason.missing", say("Give a reason."), "reason"))
    return found
