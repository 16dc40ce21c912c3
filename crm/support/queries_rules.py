"""Questions about rules of the city under review: every version handed in, and what its review lets happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_date
from crm.core.prepared import Prepared
from crm.support.models import SupportItem, SupportReview
from crm.support.rules import RULE, Standing
from crm.support.rules_city import RuleItem, force_findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from crm.core.errors import Finding


def _reviewed() -> Any:
    return (
        SupportItem.select(
            SupportItem.rule_version, SupportItem.fingerprint, SupportItem.id, SupportItem.title, SupportItem.state,
            SupportItem.edition, SupportItem.conclusion, SupportItem.cleared_edition, SupportItem.cleared_until,
            SupportItem.sent_at, SupportReview.document_no, SupportReview.concluded_on, SupportReview.at,
            SupportReview.confirmed_at, SupportReview.file_id,
        )
        .left_outer_join(SupportReview, on=((SupportReview.item == SupportItem.id) & SupportReview.voided_at.is_null()))
        .where(SupportItem.subject == RULE)
        .order_by(SupportItem.id)
    )  # fmt: skip


_REVIEWED = Prepared(_reviewed)


def rule_items(kind: str = "") -> list[RuleItem]:
    """Return every version of a kind of rules (or of all) that was handed in, the latest last."""
    found = []
    for name, fingerprint, *facts in _REVIEWED.rows():
        item_id, title, state, edition, conclusion, cleared, until, sent, *review = facts
        own, _blank, version = name.partition(" ")
        if kind in ("", own):
            one = Standing(item_id, RULE, title, state, edition, conclusion, cleared, until, sent)
            found.append(_row(own, version, fingerprint, one, review))
    return found


def _row(kind: str, version: str, fingerprint: str, one: Standing, review: list[Any]) -> RuleItem:
    document_no, concluded_on, recorded, confirmed, file_id = review
    entered = confirmed or recorded
    return RuleItem(
        kind, version, fingerprint, one, document_no or "",
        shanghai_date(confirmed) if confirmed else concluded_on, shanghai_date(entered) if entered else None,
        file_id == 0,
    )  # fmt: skip


def rule_item(kind: str, version: str) -> RuleItem | None:
    """Return how a version stands under review: the last time it was handed in and not withdrawn."""
    rows = [row for row in rule_items(kind) if row.version == version and not row.over]
    return rows[-1] if rows else None


def against_force(kind: str, version: str, fingerprint: str, on: date) -> list[Finding]:
    """Return what keeps a version's text from coming into force on a day."""
    return force_findings(kind, rule_item(kind, version), fingerprint, on)


def kinds_among(item_ids: Iterable[int]) -> set[str]:
    """Return which kinds of rules some items are about."""
    query: Any = SupportItem.select(SupportItem.rule_version).where(
        SupportItem.id.in_(list(item_ids)) & (SupportItem.subject == RULE)
    )
    return {str(name).partition(" ")[0] for (name,) in query.tuples()}
