"""Questions about the city's own rules: each kind's version in force and what its fair-competition review concluded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crm.core.clock import today
from crm.core.errors import Text, say
from crm.core.rulebook import load
from crm.core.words import DEFAULT, render, speaking
from crm.credit.queries import every_tariff
from crm.credit.rules_tariff import in_force as tariff_in_force
from crm.landing import rules as landing_rules
from crm.landing.rules import EVIDENCE_KINDS, LEGS
from crm.scoring.queries_versions import counted, draft_of, in_force, versions
from crm.scoring.rules_versions import version_in
from crm.support.queries_rules import rule_item
from crm.support.rules import cleared, waits_for
from crm.support.rules_city import RULE_NAMES

if TYPE_CHECKING:
    from datetime import date

LANDING = Path(landing_rules.__file__).with_name("landing.toml")


@dataclass(frozen=True)
class CityRule:
    """One version of a rule of the city: how it stands, and what its review concluded."""

    kind: str
    name: Text
    version: str
    since: date | None
    stands: str
    """in_force, to_come (let out, its day lies ahead), waits (for its review) or draft."""
    conclusion: str
    document: str
    item_id: int | None
    waits: Text | None
    to_hand_in: bool


def landing_text() -> tuple[str, str]:
    """Return the version of the definition of landed and what it says, in words from its own rules."""
    book = load(str(LANDING))
    with speaking(DEFAULT):  # the same text whoever hands it in, so that it is handed in once
        lines = [render(text) for text in _definition(int(book.tables["recheck"]["months"]))]
    return book.version, "\n".join(lines)


def _definition(months: int) -> list[Text]:
    return [
        say("Landed is a recognition for internal statistics only; it is no condition for policy, approval, land or "
            "funds."),
        say("A project may be recognised once it is signed: a formal contract stands, three facts are each proved and "
            "verified by somebody else, and one local entity stands behind them."),
        *(say("%(leg)s: proved by %(kinds)s.", leg=name, kinds=list(EVIDENCE_KINDS[leg].values()))
          for leg, name in LEGS.items()),
        say("Where a company is registered is recorded as it is; it is never scored, demanded or rewarded."),
        say("A recognition is looked at again after %(months)s months; a lawful move away ends it from that day, and "
            "past counts stand.", months=months),
    ]  # fmt: skip


def city_rules() -> list[CityRule]:
    """Return scorecard, tariff, definition of landed and lexicon: the versions in force and those that wait."""
    version, _text = landing_text()
    since = load(str(LANDING)).in_force_from
    return [
        *_drafted("scorecard"), *tariff_versions(), _row("landing", version, since, "in_force"), *_drafted("lexicon"),
    ]  # fmt: skip


def _row(kind: str, version: str, since: date | None, stands: str) -> CityRule:
    item = rule_item(kind, version)
    one = item.standing if item else None
    waits = one is not None and one.state in ("proposed", "reviewed") and not cleared(one, today())
    return CityRule(
        kind, RULE_NAMES[kind], version, since, stands, one.conclusion if one else "", item.document_no if item else "",
        one.id if one else None, waits_for(one, today()) if one and waits else None, item is None or item.early,
    )  # fmt: skip


def _drafted(kind: str) -> list[CityRule]:
    """Return the version in force of a kind that is drafted here, those to come, and the draft."""
    day, rows = today(), versions(kind)
    standing, counts = in_force(kind, day), counted(kind, rows, day)
    found = [_row(kind, standing.version, standing.in_force_from, "in_force")]
    found += [
        _row(kind, row.version, row.in_force_from, "to_come" if row in counts else "waits")
        for row in rows
        if row.version != standing.version and (row not in counts or row.in_force_from > day)
    ]
    draft = draft_of(kind)
    return [*found, _row(kind, version_in(draft.text), None, "draft")] if draft else found


def tariff_versions() -> list[CityRule]:
    """Return the tariff in force and every version that waits for its review or its day."""
    known, day = every_tariff(), today()
    now = tariff_in_force(known.values(), day)
    found = [_row("tariff", now.version, now.in_force_from, "in_force")] if now else []
    for one in known.values():
        if now is None or one.version != now.version:
            ended = one.counts_until is not None and one.counts_until < day
            if one.counts_from is None or ended:
                waits = now is None or one.in_force_from >= now.in_force_from
                found += [_row("tariff", one.version, one.in_force_from, "waits")] if waits else []
            elif max(one.in_force_from, one.counts_from) > day:
                found.append(_row("tariff", one.version, one.in_force_from, "to_come"))
    return found
