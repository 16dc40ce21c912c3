"""The landing gate as the lead's page tells it: who must act next, by when, and the one click that does it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date, today
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.core.workdays import later
from crm.landing.queries import EvidenceRow, current_legs
from crm.landing.queries_due import JUDGE_DAYS
from crm.landing.rules import LEGS, OFFICER, RECOGNISED_FROM
from crm.landing.rules_times import times
from crm.leads.rules import STAGES
from crm.pipeline.routes_opened import place

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor
    from crm.core.errors import Finding
    from crm.landing.rules import GateVerdict, LegVerdict
    from crm.pipeline.routes_show_after import Recognitions

VERBS = {
    "entity": say("Enter it"),
    "contract": say("Enter the contract"),
    "evidence": say("Hand in evidence"),
    "#leg": say("Look at it"),
    "status": say("Change the status"),
    "#progress": say("Look at the stage"),
    "desk": say("Judge it"),
}


def checklist(row: dict[str, Any], judged: GateVerdict, by: Actor, *, may_submit: bool) -> list[dict[str, Any]]:
    """Return the gate as a checklist: the three legs, then everything else that is missing; who must act, by when."""
    newest = current_legs(row["id"])
    lines = [
        {
            "done": leg.gap is None,
            "label": render(LEGS[leg.leg]),
            "text": render(leg.gap.text) if leg.gap else _("%(leg)s: verified.", leg=render(LEGS[leg.leg])),
            "who": render(leg.who) if leg.who else "",
            **_pace(leg, newest[leg.leg]),
            **_leg_closing(row["id"], leg, newest[leg.leg], by, may_submit=may_submit),
        }
        for leg in judged.legs
    ]
    officer = render(OFFICER)
    lines += [
        {
            "done": False, "label": "", "text": render(gap.text), "who": officer, "pace": "",
            "late": False, **_closing(row["id"], gap, may_act=may_submit),
        }
        for gap in judged.gaps
    ]  # fmt: skip
    return lines


def _pace(leg: LegVerdict, newest: EvidenceRow | None) -> dict[str, Any]:
    """Say for how long a leg has waited for somebody, and by when that one should have acted."""
    since = _since(leg, newest)
    if since is None:
        return {"pace": "", "late": False}
    until, day = later(since, JUDGE_DAYS), today()
    words = _("waiting for %(n)s days, due by %(day)s", n=(day - since).days, day=until)
    return {"pace": words, "late": until < day}


def _since(leg: LegVerdict, newest: EvidenceRow | None) -> date | None:
    if newest is None or leg.gap is None:
        return None
    moments = {
        "submitted": newest.submitted_at, "unscanned": newest.submitted_at, "rejected": newest.decided_at,
        "void": newest.voided_at,
    }  # fmt: skip
    moment = moments.get(leg.state)
    if moment is not None:
        return shanghai_date(moment)
    return newest.valid_until if leg.state == "expired" else None


def _leg_closing(lead_id: int, leg: LegVerdict, newest: EvidenceRow | None, by: Actor, *,
                 may_submit: bool) -> dict[str, Any]:  # fmt: skip
    """Return the one click for a leg: a verifier goes to the desk, who hands in to the form, others may look."""
    if leg.state == "submitted" and newest and may(by, "landing.verify"):
        return {"url": url_for("landing.desk", item=newest.id), "verb": render(VERBS["desk"])}
    return _closing(lead_id, leg.gap, may_act=may_submit or leg.state == "submitted")


def _closing(lead_id: int, gap: Finding | None, *, may_act: bool) -> dict[str, Any]:
    """Return the link that closes a gap, for those who may follow it, and what it is called."""
    link = gap.link if gap else None
    if not link or not may_act:
        return {"url": None, "verb": ""}
    name = link.partition("#")[0] or f"#{link.partition('#')[2]}"
    verb = VERBS.get(name) or VERBS.get(name.partition("-")[0]) or say("Go there")
    url = url_for("lead.status", lead_id=lead_id) if name == "status" else place(lead_id, link)
    return {"url": url, "verb": render(verb)}


def card(row: dict[str, Any], judged: GateVerdict, shown: dict[str, Any],
         known: Recognitions) -> dict[str, Any] | None:  # fmt: skip
    """Return what the rail says of landing; nothing before signing while nothing is handed in."""
    if judged.state == "landed":
        return _landed_card(judged, shown, known)
    early = STAGES.index(row["stage"]) < STAGES.index(RECOGNISED_FROM)
    if early and all(leg.state == "missing" for leg in judged.legs):
        return None
    lines = [line for line in shown["checklist"] if not line["done"]]
    own = next((line for line in lines if line["url"] and not _only_look(line["url"])), None)
    acts = []
    if shown["recognise_url"]:
        acts = [{"url": shown["recognise_url"], "label": _("Recognise as landed"), "icon": "certificate"}]
    elif own:
        label = f"{own['verb']}{_(': ')}{own['label']}" if own["label"] else own["verb"]
        acts = [{"url": own["url"], "label": label, "icon": "arrow-right"}]
    return {
        "title": _("Landing: %(n)s of 3 legs verified", n=judged.verified),
        "needs": bool(acts),
        "lines": [
            {"text": line["text"], "who": line["who"], "pace": line["pace"], "late": line["late"]} for line in lines[:4]
        ],
        "said": shown["sentence"] if judged.state == "ready" else "",
        "more": max(0, len(lines) - 4),
        "acts": [{**act, "tone": "primary"} for act in acts],
    }


def _only_look(url: str) -> bool:
    """Tell whether a link leads to a place on this page, where nothing is done."""
    return "#leg-" in url or url.endswith("#progress")


def _landed_card(judged: GateVerdict, shown: dict[str, Any], known: Recognitions) -> dict[str, Any]:
    standing = known.standing
    due = standing.recheck_due if standing and not standing.suspended_on else None
    lines, acts = [], []
    if due:
        late = due < today()
        overdue, coming = say("The yearly re-check is overdue since %(day)s."), say("To be re-checked by %(day)s.")
        words = render(say((overdue if late else coming).msgid, day=due))
        lines.append({"text": words, "who": "", "pace": "", "late": late})
        if shown["recheck_url"] and due <= today() + timedelta(days=times().recheck_remind_days):
            acts.append({"url": shown["recheck_url"], "label": _("Re-check"), "icon": "refresh", "tone": "primary"})
    if shown["end_url"] and (known.doubted or shown["lift_url"]):
        acts.append({"url": "#landing", "label": _("Decide about it"), "icon": "scale", "tone": "primary"})
    show = {"url": shown["certificate_url"], "label": _("Certificate"), "icon": "certificate"}
    return {
        "title": _("Landed since %(day)s", day=judged.landed_on),
        "needs": bool(acts),
        "lines": lines,
        "said": shown["sentence"],
        "more": 0,
        "acts": [*acts, {**show, "tone": "plain" if acts else "primary"}],
    }
