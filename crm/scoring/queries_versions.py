"""Questions about rule versions: what is in force on a day, the draft, all versions, how much is stale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from peewee import fn

from crm.leads.models import Lead
from crm.scoring.models import Assessment
from crm.scoring.models_versions import RuleDraft, RuleVersion
from crm.scoring.rules_versions import read_rules, shipped
from crm.support.queries_rules import rule_items
from crm.support.rules_city import REQUIRED, counting, modes

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.scoring.rules_lexicon import Lexicon
    from crm.scoring.rules_scorecard import Scorecard

TEXTS_KEPT = 16


@dataclass(frozen=True)
class VersionRow:
    """One version of a kind of rules; the one in the product's file has no id and nobody who put it into force."""

    id: int | None
    kind: str
    version: str
    based_on: str
    in_force_from: date
    reason: str
    by_name: str
    at: datetime | None
    text_hash: str

    @property
    def came_along(self) -> bool:
        """Tell whether the product brought it; nobody here drafted it."""
        return not self.based_on


@dataclass(frozen=True)
class DraftRow:
    """The draft of a kind of rules."""

    kind: str
    based_on: str
    text: str
    edition: int
    by_id: int | None
    by_name: str
    at: datetime
    updated_at: datetime


def versions(kind: str) -> list[VersionRow]:
    """Return all versions of a kind, the latest in force first; the one that came along is among them."""
    rows = [
        VersionRow(row.id, kind, row.version, row.based_on, row.in_force_from, row.reason, row.by_name, row.at,
                   row.text_hash)
        for row in RuleVersion.select(
            RuleVersion.id, RuleVersion.version, RuleVersion.based_on, RuleVersion.in_force_from, RuleVersion.reason,
            RuleVersion.by_name, RuleVersion.at, RuleVersion.text_hash,
        ).where(RuleVersion.kind == kind)
    ]  # fmt: skip
    first = shipped(kind)
    if all(row.version != first.version for row in rows):
        rows.append(VersionRow(None, kind, first.version, "", first.in_force_from, "", "", None, ""))
    return sorted(rows, key=_order, reverse=True)


def _order(row: VersionRow) -> tuple[date, int]:
    return row.in_force_from, row.id or 0


def in_force(kind: str, day: date) -> VersionRow:
    """Return the version in force on a day; before the first one, the one that came along."""
    rows = counted(kind, versions(kind), day)
    return next((row for row in rows if row.in_force_from <= day), rows[-1])


def counted(kind: str, rows: list[VersionRow], day: date) -> list[VersionRow]:
    """Return the versions that their review lets count on a day; the one that came along first stands anyway."""
    kept = any(row.id is not None and row.came_along for row in rows)
    first = [row.came_along and (row.id is not None or not kept) for row in rows]
    if all(first) or modes()[kind] != REQUIRED:
        return rows
    items = rule_items(kind)
    return [row for row, along in zip(rows, first, strict=True) if along or counting(items, row.version, day)]


def version_text(row: VersionRow) -> str:
    """Return a version's text."""
    if row.id is None:
        return shipped(row.kind).text
    return str(RuleVersion.select(RuleVersion.text).where(RuleVersion.id == row.id).scalar())


@lru_cache(maxsize=TEXTS_KEPT)
def _parsed(kind: str, text_hash: str) -> Lexicon | Scorecard:
    # By its hash, not its id: the same text is the same rules whichever database it stands in.
    text = RuleVersion.select(RuleVersion.text).where(
        (RuleVersion.kind == kind) & (RuleVersion.text_hash == text_hash)
    ).limit(1).scalar()  # fmt: skip
    return read_rules(kind, str(text))


def rules_of(row: VersionRow) -> Lexicon | Scorecard:
    """Return a version as rules, read once."""
    return shipped(row.kind) if row.id is None else _parsed(row.kind, row.text_hash)


def lexicon_in_force(day: date) -> Lexicon:
    """Return the fit lexicon in force on a day."""
    return cast("Lexicon", rules_of(in_force("lexicon", day)))


def scorecard_in_force(day: date) -> Scorecard:
    """Return the acceptance scorecard in force on a day."""
    return cast("Scorecard", rules_of(in_force("scorecard", day)))


def scorecard_named(version: str, day: date) -> Scorecard:
    """Return a scorecard by its version's name; one that is not there any more is read by the one in force."""
    found = next((row for row in versions("scorecard") if row.version == version), None)
    return cast("Scorecard", rules_of(found)) if found else scorecard_in_force(day)


def draft_of(kind: str) -> DraftRow | None:
    """Return the draft of a kind, if somebody works on one."""
    row = RuleDraft.get_or_none(RuleDraft.kind == kind)
    if row is None:
        return None
    return DraftRow(kind, row.based_on, row.text, row.edition, row.by_id, row.by_name, row.at, row.updated_at)


def stale_leads(version: str) -> int:
    """Count the leads whose current assessment was made by another version."""
    query = Assessment.select(fn.COUNT(Assessment.id)).where(Assessment.current & (Assessment.version != version))
    return int(query.scalar() or 0)


def all_leads() -> int:
    """Count all leads."""
    return int(Lead.select(fn.COUNT(Lead.id)).scalar() or 0)
