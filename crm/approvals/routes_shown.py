"""How a case is put into words for a page: where it stands, with whom, how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.approvals.rules import OPEN, STATES, light, used
from crm.core.clock import today
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render

if TYPE_CHECKING:
    from crm.approvals.queries import Case

LIGHTS = {"red": say("late"), "yellow": say("due soon"), "green": say("in time")}


def told(case: Case, address: str = "") -> dict[str, Any]:
    """Return what a page says of a case."""
    day = today()
    lamp = light(case.state, case.due_on, day)
    return {
        "case": case,
        "state": render(STATES[case.state]),
        "open": case.state in OPEN,
        "light": lamp,
        "light_label": render(LIGHTS[lamp]) if lamp in LIGHTS else "",
        "sentence": sentence(case),
        "url": address or url_for("approvals.case", case_id=case.id),
    }


def sentence(case: Case) -> str:
    """Say in one sentence where a case stands."""
    day = today()
    if case.state == "planned":
        return _("Waits for the papers of the enterprise; then %(unit)s promises %(days)s working days.",
                 unit=case.unit_name, days=case.promised_days)  # fmt: skip
    if case.state == "stopped":
        since = next(stop.from_on for stop in case.stops if stop.to_on is None)
        return _("The clock stands still since %(day)s: %(reason)s", day=since, reason=case.stop_reason)
    if case.state == "running" and case.due_on and case.accepted_on:
        gone = used(case.accepted_on, day, case.stops)
        about = _("about %(day)s, since that year's holidays are not known", day=case.due_on) if case.estimated else (
            case.due_on.isoformat())  # fmt: skip
        if day > case.due_on:
            late = used(case.due_on, day, case.stops)
            return _("%(unit)s is late by %(late)s working days (promised by %(about)s).", unit=case.unit_name,
                     late=late, about=about)  # fmt: skip
        return _("With %(unit)s: working day %(gone)s of %(days)s, promised by %(about)s.", unit=case.unit_name,
                 gone=gone, days=case.promised_days, about=about)  # fmt: skip
    if case.state == "dropped":
        return case.note
    return _("%(used)s of %(days)s working days used; %(document)s", used=case.used_days, days=case.promised_days,
             document=case.document)  # fmt: skip
