"""Rules of the city under review (domain.md §8): which there are, when a version counts, what keeps it from force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules
from crm.support.rules import RULE, Standing, cleared, waits_for
from crm.support.rules_measures import book
from crm.support.rules_review import CONCLUSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

RULE_NAMES = {
    "scorecard": say("Acceptance scorecard"),
    "tariff": say("Tariff of points"),
    "landing": say("Definition of landed"),
    "lexicon": say("Fit lexicon"),
}
REQUIRED, OFFERED = "required", "offered"
DRAFTED = ("scorecard", "lexicon")
"""Kinds that are drafted here and put into force from a day; the others begin by the day in their head."""


@lru_cache
def modes() -> dict[str, str]:
    """Return for each kind whether its review is required or only offered; a broken table is refused."""
    told = {kind: mode for kind, mode in book().tables["city_rules"].items() if kind != "basis"}
    if set(told) != set(RULE_NAMES) or not set(told.values()) <= {REQUIRED, OFFERED}:
        message = f"support.toml: city_rules: {', '.join(sorted(set(told) ^ set(RULE_NAMES)))}"
        raise BrokenRules(message)
    return told


def rule_name(kind: str, version: str) -> str:
    """Return the name under which a version of a rule is kept among the items."""
    return f"{kind} {version}"


@dataclass(frozen=True)
class RuleItem:
    """One version of a rule among the items under review, with the conclusion that stands."""

    kind: str
    version: str
    fingerprint: str
    standing: Standing
    document_no: str
    concluded_on: date | None
    recorded_on: date | None
    """The day on which the conclusion (or the confirmation of the changed text) was entered."""
    short: bool
    """A conclusion from before the register: no paper of it is kept here."""

    @property
    def early(self) -> bool:
        """Tell whether it comes from before the register: in force without the whole review, which may follow."""
        return self.short or (self.standing.state == "in_force" and self.standing.cleared_edition is None)

    @property
    def over(self) -> bool:
        """Tell whether it was withdrawn."""
        return self.standing.state == "ended"

    @property
    def lets_out(self) -> bool:
        """Tell whether the conclusion lets this very text out, its term aside."""
        one = self.standing
        return one.state not in ("stopped", "ended") and one.cleared_edition == one.edition

    def counts_on(self, day: date) -> bool:
        """Tell whether the version counts on a day: put into force or let out by its review, within its term."""
        until = self.standing.cleared_until
        return (self.standing.state == "in_force" or self.lets_out) and (until is None or day <= until)


def counting(rows: Iterable[RuleItem], version: str, day: date) -> bool:
    """Tell whether the review of a version lets it count on a day."""
    return any(row.version == version and row.counts_on(day) for row in rows)


def force_findings(kind: str, row: RuleItem | None, fingerprint: str, on: date) -> list[Finding]:
    """Return what keeps a text from coming into force on a day: the one verdict behind every door."""
    if row is None:
        if modes()[kind] == OFFERED:
            return []
        text = say("This text has not been handed in for its fair-competition review; no version of it comes into "
                   "force without a conclusion that lets it.")  # fmt: skip
        return [Finding("rules.not_reviewed", text)]
    link = f"/support/{row.standing.id}"
    if row.fingerprint != fingerprint:
        text = say("The text was changed after it was handed in for review; hand it in again.")
        return [Finding("rules.review_other", text, None, link)]
    if row.standing.state == "stopped":
        text = say("The fair-competition review of this text says: %(conclusion)s. Change the text first.",
                   conclusion=CONCLUSIONS[row.standing.conclusion])  # fmt: skip
        return [Finding("rules.review_stops", text, None, link)]
    if not cleared(row.standing, on):
        text = say("The fair-competition review of this text is open: %(why)s.", why=waits_for(row.standing, on))
        return [Finding("rules.review_open", text, None, link)]
    return []


def rule_end_findings(subject: str, state: str) -> list[Finding]:
    """Return why a rule's item is not ended: what its review let out may count already, on days that are past, too."""
    if subject != RULE or state not in ("in_force", "reviewed"):
        return []
    text = say("A reviewed rule is not withdrawn here: a draft is dropped where it is written, and what counts is "
               "replaced by its next version.")  # fmt: skip
    return [Finding("rules.counts", text)]


def kind_label(rule_version: str) -> Text | None:
    """Return the name of a rule's kind, for lists."""
    return RULE_NAMES.get(rule_version.partition(" ")[0])
