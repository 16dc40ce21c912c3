"""What a support item is, which kinds and states it knows, and when it may stand in a signed contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

KINDS = {
    "talent": say("Talent"),
    "approval": say("Approvals"),
    "fiscal": say("Fiscal and tax matters"),
    "land": say("Land use"),
    "funds": say("Funds"),
    "finance": say("Financing"),
}
"""The six kinds of the speech (domain.md §8)."""
SUPPORT, KEY_LIST, RULE = "support", "key_list", "rule"
SUBJECTS = {
    SUPPORT: say("Support item"),
    KEY_LIST: say("List of key-support enterprises"),
    RULE: say("Rule of the city"),
}
STATES = {
    "proposed": say("proposed, not reviewed"),
    "reviewed": say("reviewed, may be issued"),
    "stopped": say("not to be issued"),
    "agreed": say("agreed in a contract"),
    "in_force": say("in force"),
    "fulfilled": say("fulfilled"),
    "ended": say("ended or withdrawn"),
}
TONES = {"proposed": "warn", "reviewed": "good", "stopped": "bad", "agreed": "act", "in_force": "act",
         "fulfilled": "good", "ended": "line"}  # fmt: skip
EDITABLE = ("proposed", "reviewed", "stopped")
"""The text of an agreed item is what the contract says; whoever wants another proposes a new item."""
BEFORE_SIGNING = ("proposed", "reviewed")
TEXTS = ("title", "legal_basis", "beneficiary", "condition", "kind", "measure", "amount_fen", "starts_on", "ends_on")
"""What a review is about: a change of any of it makes a new edition and voids the review."""


@dataclass(frozen=True)
class Standing:
    """What decides whether an item may be carried: its state, its text's edition and what a review cleared."""

    id: int
    subject: str
    title: str
    state: str
    edition: int
    conclusion: str
    cleared_edition: int | None
    cleared_until: date | None
    sent_at: datetime | None = None


def cleared(item: Standing, on: date) -> bool:
    """Tell whether a standing review lets this very edition out on a day; an exception only within its term."""
    if item.state == "stopped" or item.cleared_edition != item.edition:
        return False
    return item.cleared_until is None or on <= item.cleared_until


def is_open(item: Standing, on: date) -> bool:
    """Tell whether an item still waits for its review (or its exception has lapsed) while nothing is signed."""
    return item.state in BEFORE_SIGNING and not cleared(item, on)


def waits_for(item: Standing, on: date) -> Any:
    """Say in words what an open item waits for."""
    if item.cleared_edition == item.edition and item.cleared_until is not None and on > item.cleared_until:
        return say("its exception ended on %(day)s", day=item.cleared_until)
    if item.conclusion == "changed":
        return say("the reviewer asked for another wording") if item.sent_at is None else say(
            "the changed text waits to be confirmed"
        )
    if item.sent_at is None:
        return say("not yet handed to the reviewer")
    return say("with the reviewer")


def text_findings(values: Mapping[str, Any], *, subject: str = SUPPORT, measures: Mapping[str, str]) -> list[Finding]:
    """Return everything that is wrong with the text of an item, whatever door it came by."""
    found = []
    if subject == SUPPORT and values.get("kind") not in KINDS:
        found.append(Finding("support.kind", say("Choose one of the six kinds."), "kind"))
    measure = values.get("measure") or ""
    if measure and measures.get(measure) != values.get("kind"):
        text = say("This form of support belongs to another kind.")
        found.append(Finding("support.measure", text, "measure"))
    for name, text in (
        ("title", say("Say in a few words what is promised.")),
        ("legal_basis", say("Name the law, decree or document that allows it; without a basis nothing is promised.")),
        ("beneficiary", say("Say who may receive it, by a rule that others can meet too.")),
        ("condition", say("Write the clause word for word, as the contract is to carry it.")),
    ):
        if not str(values.get(name) or "").strip():
            found.append(Finding(f"support.{name}", text, name))
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        found.append(Finding("support.term", say("The term ends before it begins."), "ends_on"))
    return found
