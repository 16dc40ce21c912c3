"""Whose lead it is: protection of a first report, what a dispute may do next, and shares as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, say
from crm.core.money import show_hundredths
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.leads.rules import STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE_BPS = 10_000
ROLES = {"introducer": say("Introduced by"), "receiver": say("First negotiated by")}
CASE_KINDS = {"objection": say("Objection"), "same_company": say("Same company within hours")}
DECISIONS = {"upheld": say("The claim is upheld"), "rejected": say("The claim is turned down")}
MESSAGE_KINDS = {
    "chat": say("Chat message"),
    "sms": say("Text message"),
    "mail": say("E-mail"),
    "fax": say("Fax or letter"),
    "call": say("Phone call with a note"),
}
PROTECTION_WORDS = {
    "none": say("not protected yet: protection begins when the project is judged"),
    "protected": say("protected"),
    "lapsed": say("protection has lapsed: no dated contact for too long"),
}


@dataclass(frozen=True)
class ClaimRules:
    """The terms of protection and disputes as the bureau sets them."""

    version: str
    basis: str
    protect_days: int
    remind_days: tuple[int, ...]
    same_company_hours: int
    appeal_days: int
    decide_days: int


@lru_cache
def claim_rules() -> ClaimRules:
    """Load the terms and refuse a broken table."""
    return read_claim_rules(beside(__file__, "claims.toml"))


def read_claim_rules(book: Rulebook) -> ClaimRules:
    """Read the terms: whole days and hours above zero, reminders shorter than the protection."""
    found = {}
    for key in ("protect_days", "same_company_hours", "appeal_days", "decide_days"):
        value = book.tables.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            message = f"{book.name}: {key} must be a whole number above 0"
            raise BrokenRules(message)
        found[key] = value
    remind = book.tables.get("remind_days", [])
    if not all(isinstance(days, int) and 0 < days < found["protect_days"] for days in remind):
        message = f"{book.name}: remind_days must lie between 0 and protect_days"
        raise BrokenRules(message)
    return ClaimRules(book.version, book.basis, remind_days=tuple(sorted(remind, reverse=True)), **found)


@dataclass(frozen=True)
class Protection:
    """Whether a first report is protected on a day, until when, and for how long yet."""

    state: str
    until: date | None = None
    days_left: int | None = None

    def reminded(self, rules: ClaimRules) -> bool:
        """Tell whether a reminder is due: protected, and as few days left as the longest reminder says."""
        return self.state == "protected" and self.days_left is not None and bool(rules.remind_days) and (
            self.days_left <= max(rules.remind_days)
        )  # fmt: skip


def protection_on(day: date, stage: str, qualified_on: date | None, contact_days: Sequence[date],
                  rules: ClaimRules) -> Protection:  # fmt: skip
    """Return the protection of a lead on a day.

    It begins with the judgement (研判) and lasts as many days past it and past every later dated contact as the rules
    say; a gap longer than that ends it for good. A signed project needs none: it is beyond dispute by hints.
    """
    if qualified_on is None or qualified_on > day or STAGES.index(stage) < STAGES.index("qualified"):
        return Protection("none")
    span = timedelta(days=rules.protect_days)
    until = qualified_on + span
    if STAGES.index(stage) >= STAGES.index("signed"):
        return Protection("protected")
    for contact in sorted(contact for contact in contact_days if qualified_on <= contact <= day):
        if contact > until:
            break
        until = contact + span
    if day > until:
        return Protection("lapsed", until)
    return Protection("protected", until, (until - day).days)


def within_hours(one: datetime, other: datetime, hours: int) -> bool:
    """Tell whether two moments lie at most so many hours apart."""
    return abs(one - other) <= timedelta(hours=hours)


def share_findings(shares: Sequence[tuple[int, int]]) -> list[Finding]:
    """Return what is wrong with a division: it must name different people and sum to exactly 100 %."""
    found = []
    cadres = [cadre for cadre, _ in shares]
    if not shares:
        found.append(Finding("share.none", say("Choose at least one cadre."), "shares"))
    if len(set(cadres)) != len(cadres):
        found.append(Finding("share.twice", say("The same cadre stands there twice."), "shares"))
    if any(not 0 < bps <= WHOLE_BPS for _, bps in shares):
        found.append(Finding("share.range", say("Each share lies above 0 % and up to 100 %."), "shares"))
    total = sum(bps for _, bps in shares)
    if shares and total != WHOLE_BPS:
        text = say("The shares sum to %(total)s %%; they must sum to 100 %%.", total=show_hundredths(total))
        found.append(Finding("share.sum", text, "shares"))
    return found


@dataclass(frozen=True)
class CaseState:
    """What stands on a dispute, as far as its next step asks."""

    decided: bool
    decided_on: date | None
    appealed: bool
    closed: bool

    def step(self, day: date, rules: ClaimRules) -> str:
        """Return where the dispute is: open, decided (an appeal is possible), appealed, or final."""
        if self.closed:
            return "final"
        if self.appealed:
            return "appealed"
        if not self.decided or self.decided_on is None:
            return "open"
        return "decided" if day <= self.decided_on + timedelta(days=rules.appeal_days) else "final"


STEP_WORDS = {
    "open": say("Waits for the bureau's decision"),
    "decided": say("Decided; one appeal is possible"),
    "appealed": say("Appealed; waits for the last word"),
    "final": say("Final"),
}
