"""What a lead's page says of its recognitions: what counts, when it is looked at again, and what happened, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import RecognitionRow, recognition_of, recognitions_of
from crm.landing.queries_after import events_of

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.landing.queries_after import EventRow

SENTENCES = {
    "confirmed": say("%(name)s re-checked it and confirmed it; to be looked at again by %(due)s."),
    "doubt": say("%(name)s re-checked it and had doubts: %(reason)s"),
    "suspended": say("%(name)s suspended it: %(reason)s From this day it does not count."),
    "lifted": say("%(name)s lifted the suspension: %(reason)s From this day it counts again."),
    "ended": say("%(name)s ended it lawfully: %(reason)s What was counted before this day stands."),
    "revoked": say("%(name)s revoked it: %(reason)s It never held; what rested on it is taken back by new entries."),
}


def after(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a lead's recognitions, the newest first, each with its facts and its story in plain sentences."""
    found = recognitions_of(row["id"])
    events = events_of(row["id"]) if found else []
    return [_shown(item, [event for event in events if event.recognition_id == item.id]) for item in found]


def doubted(lead_id: int) -> bool:
    """Tell whether the last word on the recognition that stands is a doubt."""
    standing = recognition_of(lead_id)
    said = [event for event in events_of(lead_id) if standing and event.recognition_id == standing.id]
    return bool(said) and said[-1].kind == "doubt"


def _shown(item: RecognitionRow, events: list[EventRow]) -> dict[str, Any]:
    late = item.standing and item.recheck_due is not None and item.recheck_due < today()
    return {
        "title": _("Recognised on %(day)s", day=item.recognised_on),
        "state": recognition_state(item),
        "tone": "good" if item.standing and not item.suspended_on else "warn" if item.standing else "line",
        "facts": [
            {"label": _("Counts with"), "value": counted_words(item)},
            {"label": _("Recognised by"), "value": item.recognised_by},
            {
                "label": _("To be re-checked by"),
                "value": (str(item.recheck_due) + (f" · {_('overdue')}" if late else "")) if item.standing else None,
            },
        ],
        "story": [{"when": str(item.recognised_on), "text": _("%(name)s recognised it.", name=item.recognised_by)}]
        + [{"when": str(event.happened_on), "text": _sentence(event)} for event in events],
        "certificate_url": url_for("landing.certificate", recognition_id=item.id),
    }


def recognition_state(item: RecognitionRow) -> str:
    """Say how a recognition stands."""
    if item.standing:
        return _("Suspended since %(day)s", day=item.suspended_on) if item.suspended_on else _("In force")
    if item.end_kind == "revoked":
        return _("Revoked on %(day)s", day=item.ended_on)
    return _("Ended on %(day)s", day=item.ended_on)


def counted_words(item: RecognitionRow) -> str | None:
    """Say with how much a recognition counts; of an expansion only the increment."""
    if item.counted_fen is None:
        return None
    amount = f"{show_wan(item.counted_fen)} {_('10k yuan')}"
    return _("%(amount)s (increment of an expansion)", amount=amount) if item.expansion else amount


def _sentence(event: EventRow) -> str:
    words = SENTENCES.get(event.kind, say("%(name)s"))
    reason = event.reason.rstrip("。.") + ("。" if event.reason else "")
    params = {"name": event.by_name, "reason": reason, "due": event.next_due or "—"}
    return render(say(words.msgid, **{key: value for key, value in params.items() if f"%({key})s" in words.msgid}))


def recognition_acts(row: dict[str, Any], by: Actor) -> dict[str, str | None]:
    """Return what this person may do with the recognition that stands."""
    standing = recognition_of(row["id"])
    leads, checks = may(by, "landing.recognise"), may(by, "landing.recheck")
    lead_id = row["id"]
    return {
        "certificate_url": url_for("landing.certificate", recognition_id=standing.id) if standing else None,
        "recheck_url": url_for("lead.recheck_page", lead_id=lead_id) if standing and checks else None,
        "suspend_url": url_for("lead.suspend_page", lead_id=lead_id)
        if standing and leads and not standing.suspended_on
        else None,
        "lift_url": url_for("lead.lift_page", lead_id=lead_id)
        if standing and leads and standing.suspended_on
        else None,
        "end_url": url_for("lead.end_page", lead_id=lead_id) if standing and leads else None,
    }
