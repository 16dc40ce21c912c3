"""Our own workbook come back: what was changed in it, beside what had left (base) and what we have now (ours)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.intake.rules_phones import read_phones
from crm.leads.rules import FACTS, STAGE_LABELS, STATUS_LABELS, label_of, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crm.intake.rules_reading import Reading

MASKED = "****"
UNKNOWN = "?"
"""Stands for a base that is not on record."""
MONEY_FACTS = ("investment_fen", "investment_max_fen", "currency", "foreign_amount_cents")
COLUMN_OF = {
    **dict.fromkeys(MONEY_FACTS, "investment"),
    "contact_name": "contact", "contact_phone": "phone", "land_cmu": "land_mu", "unit_id": "responsible_unit",
    "owner_id": "owner", "fixed_assets_fen": "fixed_assets", "annual_output_fen": "annual_output",
    "annual_tax_fen": "annual_tax",
}  # fmt: skip
"""The ledger's field of each fact whose name differs from it."""
TAKE, CONFLICT, KEEP, GATE, SHUT, ELSEWHERE = "take", "conflict", "keep", "gate", "shut", "elsewhere"
VERDICTS = {
    TAKE: say("changed in the workbook: comes in"),
    CONFLICT: say("changed on both sides: choose"),
    KEEP: say("ours stays"),
    GATE: say("the stage moves through its gate"),
    SHUT: say("the gate is shut: the stage stays"),
    ELSEWHERE: say("not changed by a workbook"),
}


@dataclass(frozen=True)
class Difference:
    """One fact of a returned row that differs: as it left, as we have it, as it came back, and what becomes of it."""

    fact: str
    base: Any
    ours: Any
    theirs: Any
    verdict: str = TAKE
    label: Text | None = None
    words: tuple[str, str, str] | None = None
    """The three sides ready to show, where the values themselves are codes."""
    told: tuple[Text, ...] = ()
    """What a gate lacks, or why a figure is not taken."""

    def shown(self) -> tuple[str, str, str]:
        """Return base, ours and theirs as people read them."""
        if self.words:
            return self.words
        base = "—" if self.base is UNKNOWN else show(self.fact, self.base)
        return base, show(self.fact, self.ours), show(self.fact, self.theirs)

    def as_json(self, render: Callable[[Text], str]) -> dict[str, Any]:
        """Give the difference in the shape that `import --json` prints."""
        base, ours, theirs = self.shown()
        return {
            "fact": self.fact, "label": render(self.label or label_of(self.fact)), "base": base, "ours": ours,
            "theirs": theirs, "verdict": self.verdict, "verdict_text": render(VERDICTS[self.verdict]),
            "base_unknown": self.base is UNKNOWN, "told": [render(one) for one in self.told],
        }  # fmt: skip


def facts_in(codes: Iterable[str]) -> list[str]:
    """List the facts whose column still stands in the workbook; a removed column changes nothing."""
    present = set(codes)
    return [fact.name for fact in FACTS if COLUMN_OF.get(fact.name, fact.name) in present]


def unread(names: Iterable[str], values: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """List the facts whose cell says something that could not be read: they stay, an unread word clears nothing."""
    said = values.get("investment_wan") is not None or values.get("foreign_amount_wan") is not None
    found = []
    for name in names:
        code = COLUMN_OF.get(name, name)
        if code == "investment":
            lost = not said and bool(values.get("investment_text"))
        else:
            lost = facts[name] in (None, "") and bool(values.get(code) or values.get(f"{code}_text"))
        if lost:
            found.append(name)
    return found


def alike_value(name: str, one: Any, other: Any) -> bool:
    """Tell whether two values of a fact are the same to a reader: blanks at the ends and empty cells do not count."""
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, str) and isinstance(other, str):
        if name == "contact_phone":
            return _numbers(one) == _numbers(other)
        return " ".join(one.split()) == " ".join(other.split())
    return bool(one == other)


def _numbers(text: str) -> frozenset[str]:
    found = read_phones(text)
    return frozenset(found.numbers or (re.sub(r"\D", "", text),))


def differences(names: Iterable[str], ours: Mapping[str, Any], base: Mapping[str, Any] | None,
                theirs: Mapping[str, Any], answers: Mapping[str, str]) -> list[Difference]:  # fmt: skip
    """Compare three ways: what only the workbook changed comes in, what both changed differently is asked.

    `base` holds the facts that changed since the workbook left, as they were; None when that is not on record.
    """
    found = []
    for name in names:
        mine, sent = ours[name], theirs[name]
        if MASKED in str(sent or "") or alike_value(name, sent, mine):
            continue
        was = UNKNOWN if base is None else base.get(name, mine)
        if was is not UNKNOWN and alike_value(name, sent, was):
            continue
        verdict = TAKE if was is not UNKNOWN and alike_value(name, was, mine) else CONFLICT
        if verdict == CONFLICT and answers.get(name):
            verdict = TAKE if answers[name] == "theirs" else KEEP
        found.append(Difference(name, was, mine, sent, verdict))
    return found


def conflicts_in(reading: Reading) -> int:
    """Count the facts of a reading that both sides changed and nobody has decided."""
    return sum(one.verdict == CONFLICT for row in reading.rows for one in row.changes)


def stage_codes(render: Callable[[Text], str]) -> dict[str, str]:
    """Return the stages by their words, in the language in force and in English."""
    return {word: code for code, text in STAGE_LABELS.items() for word in (str(text), render(text))}


def status_codes(render: Callable[[Text], str]) -> dict[str, str]:
    """Return the statuses by their words, in the language in force and in English."""
    return {word: code for code, text in STATUS_LABELS.items() for word in (str(text), render(text))}
