"""How one lead is shown: its head, its facts in groups, its history in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may, scope
from crm.core.clock import today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.rules import BY_NAME, CONTACT_KINDS, STAGE_LABELS, STAGES, STATUS_LABELS, per_mu, show
from crm.leads.views import alarm_sentence, light_of
from crm.profile.rules import label
from crm.profile.rules_industries import industry_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.core.actor import Actor
    from crm.leads.queries import ContactRow, FactRow

GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (
        "project",
        say("Project"),
        (
            "name",
            "investor",
            "investor_place",
            "investor_profile",
            "content",
            "products",
            "build_nature",
            "industry",
            "industry_code",
        ),
    ),
    (
        "size",
        say("Size"),
        (
            "investment_fen",
            "investment_max_fen",
            "currency",
            "foreign_amount_cents",
            "fixed_assets_fen",
            "land_cmu",
            "annual_output_fen",
            "annual_tax_fen",
            "energy_tce",
            "jobs",
        ),
    ),
    ("place", say("Place and source"), ("park", "site", "source", "recommender", "first_contact_on", "statistics_on")),
    ("people", say("People"), ("unit_id", "owner_id", "leader", "contact_name", "contact_phone")),
    ("state", say("State of things"), ("progress", "problems", "requests", "next_steps", "remark")),
)
UNITS = {"money": say("10k yuan"), "mu": say("mu")}
WIDE = ("long",)
SHOWN_DIGITS = -4
"""Computed amounts are shown to a hundredth of 万元 (10,000 fen); the workbook keeps every fen."""


def unit_of(name: str) -> str:
    """Return the unit an input field shows behind it."""
    kind = BY_NAME[name].kind
    if name == "energy_tce":
        return _("tce a year")
    return render(UNITS[kind]) if kind in UNITS else ""


def amount_text(row: dict[str, Any]) -> str | None:
    """Return a lead's investment in words: an amount, a range, a foreign amount, or None when unknown."""
    if row["currency"] != "CNY" and row["foreign_amount_cents"] is not None:
        return _("%(amount)s wan %(currency)s", amount=show_wan(row["foreign_amount_cents"]), currency=row["currency"])
    if row["investment_fen"] is None:
        return None
    low = show_wan(row["investment_fen"])
    if row["investment_max_fen"] is not None:
        return f"{low}–{show_wan(row['investment_max_fen'])} {_('10k yuan')}"
    return f"{low} {_('10k yuan')}"


def head(row: dict[str, Any]) -> dict[str, Any]:
    """Return what the head of a lead's page shows."""
    colour, words = light_of(row, today())
    landed = row["landed_on"]
    landed_text = (
        _("Landed since %(day)s", day=landed)
        if landed
        else _("Landing: %(n)s of 3 legs verified", n=row["legs_verified"])
    )
    return {
        **{key: row[key] for key in ("id", "number", "name", "stage", "status", "status_reason", "version", "opening")},
        "investor": row["investor"] or None,
        "stage_label": render(STAGE_LABELS[row["stage"]]),
        "status_label": render(STATUS_LABELS[row["status"]]),
        "light": colour,
        "light_label": words,
        "days": (today() - row["stage_since"]).days,
        "alarm": alarm_sentence(row, today()),
        "landed": bool(landed),
        "landed_text": landed_text,
        "amount_text": amount_text(row),
        "owner": row["owner_name"] or None,
        "unit": row["unit_name"],
    }


def stage_choices() -> list[tuple[str, str]]:
    """Return the stages with their words, in order."""
    return [(code, render(STAGE_LABELS[code])) for code in STAGES]


def stage_dates(history: Iterable[FactRow]) -> dict[str, str]:
    """Return the day each stage was reached (the last time)."""
    return {row.value: row.happened_on.isoformat() for row in history if row.fact == "stage" and row.value}


def fact_groups(row: dict[str, Any], by: Actor) -> list[dict[str, Any]]:
    """Return a lead's facts in groups, each with the link that edits it."""
    editable = may(by, "lead.edit") and scope(by, "lead.edit") != "none"
    edit = url_for("lead.edit", lead_id=row["id"]) if editable else None
    return [
        {
            "title": render(title),
            "edit_url": f"{edit}#{key}" if edit else None,
            "facts": [_fact(name, row, by) for name in names if _worth(name, row)]
            + (_computed(row) if key == "size" else []),
        }
        for key, title, names in GROUPS
    ]


def _worth(name: str, row: dict[str, Any]) -> bool:
    # Rare facts would only be dashes: the upper end of a range, a foreign amount.
    if name in ("investment_max_fen", "foreign_amount_cents"):
        return row[name] is not None
    return name != "currency" or row["currency"] != "CNY"


def _fact(name: str, row: dict[str, Any], by: Actor) -> dict[str, Any]:
    fact = BY_NAME[name]
    value: Any = row[name]
    reason = None
    if name == "unit_id":
        value = row["unit_name"]
    elif name == "owner_id":
        value = row["owner_name"]
    elif name == "industry_code":
        value = industry_name(value) if value else None
    elif fact.dictionary:
        value = render(label(fact.dictionary, value)) if value else None
    elif name == "contact_phone" and value and not may(by, "lead.phone"):
        value, reason = None, _("Your role does not see phone numbers.")
    elif value is not None and value != "":
        value = show(name, value)
        unit = unit_of(name)
        value = f"{value} {unit}" if unit else value
    shown = value if value not in (None, "") else None
    return {
        "id": f"fact-{name}",
        "label": render(fact.label),
        "value": shown,
        "wide": fact.kind in WIDE,
        "reason": reason,
    }


def _computed(row: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for key, text, column in (
        ("per-mu", say("Investment per mu"), "investment_fen"),
        ("tax-mu", say("Tax per mu"), "annual_tax_fen"),
    ):
        value = per_mu(row[column], row["land_cmu"])
        words = f"{show_wan(round(value, SHOWN_DIGITS))} {_('10k yuan')}" if value is not None else None
        reason = _("computed from amount and land; one of them is unknown")
        found.append({"id": key, "label": render(text), "value": words, "wide": False, "reason": reason})
    return found


def contacts(rows: Iterable[ContactRow]) -> list[dict[str, Any]]:
    """Return contacts as the page tells them."""
    return [
        {
            "when": row.happened_on.isoformat(),
            "who": row.by_name,
            "text": row.text,
            "two_way": row.two_way,
            "kind_label": render(CONTACT_KINDS.get(row.kind, say("Contact"))),
            "next_text": f"{row.next_step}{'（' + row.next_on.isoformat() + '）' if row.next_on else ''}"
            if row.next_step
            else "",
        }
        for row in rows
    ]
