"""The card of an item's review: how it stands, who acts next, and by which address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date, today
from crm.core.due import LIGHT_TITLES, light_on
from crm.core.words import render
from crm.core.workdays import later
from crm.support.operations_review import may_review
from crm.support.queries import item
from crm.support.queries_list import reviews_of
from crm.support.rules_measures import days

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.support.queries import ItemRow


def review_card(row: ItemRow, by: Actor, *, editor: bool) -> dict[str, Any]:
    """Return what the card of the review offers to whoever looks: who acts next, and by which address."""
    reviewer = may(by, "support.review")
    against = may_review(row.id, by) if reviewer else []
    latest = next((one for one in reviews_of(row.id) if one.voided_at is None), None)
    lapsed = row.state == "reviewed" and not row.cleared
    with_reviewer = (row.state == "proposed" and row.sent_at is not None) or lapsed
    changed = row.state == "proposed" and row.conclusion == "changed"
    until = later(shanghai_date(row.sent_at), days("review", "days")) if row.sent_at and with_reviewer else None
    light = light_on(until, today(), days("review", "remind_days")) if until else ""
    return {
        "latest": latest, "until": until, "light": light, "light_label": render(LIGHT_TITLES[light]) if light else "",
        "against": [render(one.text) for one in against] if with_reviewer else [],
        "send_url": url_for("support.hand_in", item_id=row.id)
        if editor and row.state == "proposed" and row.sent_at is None and not changed else None,
        "hear_url": url_for("support.hearing", item_id=row.id)
        if may(by, "support.hear") and row.state == "proposed" and item(row.id, by, "support.hear") else None,
        "conclude_url": url_for("support.concluding", item_id=row.id)
        if reviewer and with_reviewer and not against else None,
        "confirm_url": url_for("support.confirming", item_id=row.id)
        if reviewer and changed and row.sent_at is not None and not against else None,
        "attach_url": url_for("lead.attach_support", item_id=row.id)
        if editor and row.subject == "support" and row.lead_id and row.state == "reviewed" and row.cleared else None,
    }  # fmt: skip
