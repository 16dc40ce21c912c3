"""How the parts of a lead's page are shown: assessment, credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.cadres.queries import postings
from crm.core.clock import shanghai_date, shanghai_time
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import ClaimRow, claims_of
from crm.leads.views import named
from crm.pipeline.routes_show_acceptance import acceptance_shown, vetoes_shown
from crm.pipeline.routes_show_claims import brought
from crm.profile.rules import dictionary, label
from crm.scoring.queries import fit_of, override_of
from crm.scoring.rules_lexicon import current as lexicon
from crm.scoring.rules_reasons import FIELDS, parts, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.core.actor import Actor
    from crm.scoring.queries import OverrideRow

PERCENT = 100


def assessment(row: dict[str, Any], by: Actor) -> dict[str, Any] | None:
    """Return the rules' opinion, what a person decided beside it, the acceptance score and the vetoes."""
    fit = fit_of(row["id"])
    if fit is None:
        return None
    decided = override_of(row["id"])
    themes = decided.themes if decided else tuple(fit.result["themes"])
    clusters = decided.clusters if decided else tuple(fit.result["clusters"])
    judged = _("By the rules of version %(version)s on %(day)s.", version=fit.version, day=shanghai_date(fit.at))
    why = named(render(fit.result["why"]))
    reasons = told(fit.result, lexicon())
    editor = may(by, "fit.override")
    return {
        "themes": _bars("themes", fit.result["scores"], themes),
        "clusters": _bars("clusters", fit.result["scores"], clusters),
        "park_label": render(label("parks", fit.result["park"])) if fit.result["park"] else None,
        "why": why,
        "texts": [(field, parts(row[field] or "", field, reasons)) for field in FIELDS if row[field]],
        "reasons": reasons,
        "names": {code: render(label(name, code)) for name in ("themes", "clusters") for code in dictionary(name)},
        "machine": _opinion(fit.result["themes"], fit.result["clusters"]),
        "person": _opinion(decided.themes, decided.clusters) if decided else None,
        "person_text": _person(decided) if decided else "",
        "judged_text": judged,
        "stale_text": _("The rules have changed since; assess the project again.") if fit.stale else "",
        "again_url": url_for("scoring.again", lead_id=row["id"]) if may(by, "lead.edit") else None,
        "override_url": url_for("scoring.override", lead_id=row["id"]) if editor else None,
        "acceptance": acceptance_shown(row, by),
        "vetoes": vetoes_shown(row, by),
    }


def _opinion(themes: Sequence[str], clusters: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (_("Themes"), "、".join(render(label("themes", code)) for code in themes) or _("none")),
        (_("Clusters"), "、".join(render(label("clusters", code)) for code in clusters) or _("none")),
    ]


def _person(decided: OverrideRow) -> str:
    return _(
        "%(name)s decided otherwise on %(day)s: %(reason)s",
        name=decided.by_name,
        day=shanghai_date(decided.at),
        reason=decided.reason,
    )


def _bars(name: str, scores: dict[str, int], decided: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"label": render(label(name, code)), "value": scores.get(code), "decided": code in decided}
        for code in dictionary(name)
    ]


def credit(row: dict[str, Any], by: Actor, cadres: list[tuple[int, str]]) -> dict[str, Any]:
    """Return who brought the lead, in shares, and the earlier divisions."""
    everything = claims_of(row["id"], ended_too=True)
    now_standing = [claim for claim in everything if claim.ended_at is None]
    sentence = _("No cadre has a share in this project.")
    if now_standing:
        first = min(now_standing, key=lambda claim: claim.reported_at)
        sentence = _(
            "First reported by %(name)s on %(when)s (server time).",
            name=first.cadre_name,
            when=shanghai_time(first.reported_at).strftime("%Y-%m-%d %H:%M"),
        )
    may_divide = may(by, "credit.share")
    return {
        "shares": [_share(claim) for claim in now_standing],
        "past": [
            {**_share(claim), "ended_text": _("until %(day)s", day=shanghai_date(claim.ended_at))}
            for claim in everything
            if claim.ended_at
        ],
        "divide_url": url_for("leads.shares", lead_id=row["id"]) if may_divide else None,
        "cadres": cadres if may_divide else [],
        "sentence": sentence,
        **brought(row, by),
    }


def _share(claim: ClaimRow) -> dict[str, Any]:
    day = shanghai_date(claim.reported_at)
    held = next((posting for posting in postings(cadre_id=claim.cadre_id) if posting.running(day)), None)
    return {
        "cadre": claim.cadre_name,
        "posting_text": f"{held.host_place} {held.host_unit}" if held else None,
        "percent_text": f"{claim.share_bps / PERCENT:g}",
        "reported_text": day.isoformat(),
        "reason": claim.reason,
    }
