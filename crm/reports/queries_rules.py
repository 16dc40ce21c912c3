"""Questions about the city's own rules: each kind's version in force and what its fair-competition review concluded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.clock import today
from crm.core.errors import Text, say
from crm.core.rulebook import load
from crm.core.words import DEFAULT, render, speaking
from crm.credit.queries import reviews, tariffs_or_shipped
from crm.credit.rules_tariff import in_force as tariff_in_force
from crm.landing import rules as landing_rules
from crm.landing.rules import EVIDENCE_KINDS, LEGS
from crm.scoring.queries_versions import in_force, reviews_of, version_text
from crm.scoring.rules_versions import KINDS
from crm.support.models import SupportItem, SupportReview
from crm.support.rules import RULE
from crm.support.rules_review import plain

if TYPE_CHECKING:
    from datetime import date

LANDING = Path(landing_rules.__file__).with_name("landing.toml")


@dataclass(frozen=True)
class CityRule:
    """One kind of rule of the city with its version in force and the last conclusion on it."""

    kind: str
    name: Text
    version: str
    since: date
    conclusion: str
    document: str
    item_id: int | None = None


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
    """Return scorecard, lexicon, tariff and the definition of landed with their reviews."""
    found = []
    for kind, name in KINDS.items():
        row = in_force(kind, today())
        latest = next(iter(reviews_of(kind, version_text(row))), None)
        found.append(CityRule(kind, name, row.version, row.in_force_from, plain(latest.conclusion) if latest else "",
                              latest.document_no if latest else ""))  # fmt: skip
    tariff = tariff_in_force(tariffs_or_shipped().values(), today())
    told = [row for row in reviews() if row.version == tariff.version] if tariff else []
    if tariff is not None:
        last = told[-1] if told else None
        found.append(CityRule("tariff", say("Tariff of points"), tariff.version, tariff.in_force_from,
                              plain(last.conclusion) if last else "", last.document if last else ""))  # fmt: skip
    return [*found, _landing()]


def _landing() -> CityRule:
    version, text = landing_text()
    query: Any = (
        SupportItem.select(SupportItem.id, SupportItem.condition, SupportItem.conclusion, SupportReview.document_no)
        .left_outer_join(SupportReview, on=((SupportReview.item == SupportItem.id) & SupportReview.voided_at.is_null()))
        .where((SupportItem.subject == RULE) & (SupportItem.rule_version == f"landing {version}"))
        .order_by(SupportItem.id.desc(), SupportReview.id.desc())
    )
    row = next((one for one in query.dicts() if one["condition"] == text.strip()), None)
    return CityRule("landing", say("Definition of landed"), version, load(str(LANDING)).in_force_from,
                    row["conclusion"] if row else "", (row["document_no"] or "") if row else "",
                    row["id"] if row else None)  # fmt: skip
