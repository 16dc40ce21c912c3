"""What a lead's page says of its recognitions: what counts, when it is looked at again, and what happened, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import RecognitionRow, recognitions_of
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


@dataclass(frozen=True)
class Recognitions:
    """A lead's recognitions, the newest first, with everything that happened to them; read once for the page."""

    found: list[RecognitionRow]
    events: list[EventRow]

    @property
    def standing(self) -> RecognitionRow | None:
        """Return the one that stands."""
        return next((item for item in self.found if item.standing), None)

    @property
    def doubted(self) -> bool:
        """Tell whether the last word on the one that stands is a doubt."""
        standing = self.standing
        said = [event for event in self.events if standing and event.recognition_id == standing.id]
        return bool(said) and said[-1].kind == "doubt"


def recognitions(lead_id: int) -> Recognitions:
    """Read a lead's recognitions."""
    found = recognitions_of(lead_id)
    return Recognitions(found, events_of(lead_id) if found else [])


def after(known: Recognitions) -> list[dict[str, Any]]:
    """Return each recognition with its facts and its story in plain sentences."""
    return [
        _shown(item, [event for event in known.events if event.recognition_id == item.id]) for item in known.found
    ]


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


def recognition_acts(lead_id: int, standing: RecognitionRow | None, by: Actor) -> dict[str, str | None]:
    """Return what this person may do with the recognition that stands."""
    leads, checks = may(by, "landing.recognise"), may(by, "landing.recheck")
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
