"""How the parts of a lead's page are shown: assessment, capital, credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.cadres.queries import postings
from crm.capital.queries import contracts_of, paid_in_of
from crm.capital.rules import CONTRACT_KINDS, COUNTED_KINDS, PAID_IN_KINDS
from crm.core.clock import shanghai_date, shanghai_time
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import ClaimRow, claims_of
from crm.leads.views import named
from crm.pipeline.routes_show_acceptance import acceptance_shown, vetoes_shown
from crm.pipeline.routes_show_claims import brought
from crm.profile.rules import dictionary, label
from crm.scoring.queries import fit_of, override_of

if TYPE_CHECKING:
    from crm.core.actor import Actor

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
    if decided:
        why = _(
            "%(name)s decided otherwise on %(day)s: %(reason)s. The rules say: %(why)s",
            name=decided.by_name,
            day=shanghai_date(decided.at),
            reason=decided.reason,
            why=why,
        )
    editor = may(by, "fit.override")
    return {
        "themes": _bars("themes", fit.result["scores"], themes),
        "clusters": _bars("clusters", fit.result["scores"], clusters),
        "park_label": render(label("parks", fit.result["park"])) if fit.result["park"] else None,
        "why": why,
        "text": marked(
            row["content"], [r for r in fit.result["reasons"] if r["field"] == "content" and r["weight"] > 0]
        ),
        "judged_text": judged,
        "stale_text": _("The rules have changed since; assess the project again.") if fit.stale else "",
        "again_url": url_for("scoring.again", lead_id=row["id"]) if may(by, "lead.edit") else None,
        "override_url": url_for("scoring.override", lead_id=row["id"]) if editor else None,
        "acceptance": acceptance_shown(row, by),
        "vetoes": vetoes_shown(row, by),
    }


def _bars(name: str, scores: dict[str, int], decided: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"label": render(label(name, code)), "value": scores.get(code), "decided": code in decided}
        for code in dictionary(name)
    ]


def marked(text: str, reasons: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Cut a text into parts, those that decided marked; overlapping phrases become one mark."""
    if not text or not reasons:
        return []
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in _merged([(reason["start"], reason["end"]) for reason in reasons], len(text)):
        if start > at:
            parts.append((text[at:start], False))
        parts.append((text[start:end], True))
        at = end
    if at < len(text):
        parts.append((text[at:], False))
    return parts


def _merged(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def capital(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Return the two series of money with their sums and the rate."""
    may_record = may(by, "capital.record")
    lead_id = row["id"]
    contracted, paid_in = row["contracted_fen"], row["paid_in_fen"]
    rate = f"{(paid_in or 0) * PERCENT / contracted:.1f} %" if contracted else None
    return {
        "contracts": [
            {
                "day": item.signed_on,
                "kind_label": render(CONTRACT_KINDS[item.kind]),
                "counts": item.kind in COUNTED_KINDS,
                "counterpart": item.counterpart,
                "amount_fen": item.amount_fen,
                "dates_text": _agreed(item),
                "note": item.note,
                "by": item.recorded_by,
                "voided_text": _voided(item),
                "void_url": url_for("capital.void_one_contract", lead_id=lead_id, entry_id=item.id)
                if may_record and item.standing
                else None,
            }
            for item in contracts_of(lead_id)
        ],
        "paid_in": [
            {
                "day": item.paid_on,
                "kind_label": render(PAID_IN_KINDS[item.kind]),
                "amount_fen": item.amount_fen,
                "voucher_no": item.voucher_no,
                "note": item.note,
                "by": item.recorded_by,
                "voided_text": _voided(item),
                "void_url": url_for("capital.void_one_paid_in", lead_id=lead_id, entry_id=item.id)
                if may_record and item.standing
                else None,
            }
            for item in paid_in_of(lead_id)
        ],
        "contracted_fen": contracted,
        "paid_in_fen": paid_in,
        "rate_text": rate,
        "contract_url": url_for("capital.contract", lead_id=lead_id) if may_record else None,
        "paid_in_url": url_for("capital.paid_in", lead_id=lead_id) if may_record else None,
    }


def _agreed(item: Any) -> str:
    parts = (
        (say("start %(day)s"), item.agreed_start_on),
        (say("completion %(day)s"), item.agreed_completion_on),
        (say("production %(day)s"), item.agreed_production_on),
    )
    return " · ".join(_(text.msgid, day=day) for text, day in parts if day)


def _voided(item: Any) -> str:
    if item.standing:
        return ""
    return _("Voided by %(name)s: %(reason)s", name=item.voided_by or "—", reason=item.void_reason or "—")


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
