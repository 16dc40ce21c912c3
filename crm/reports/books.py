"""From rows to the shapes of the workbooks, every word already in the reader's language."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_time
from crm.core.errors import Text, say
from crm.core.money import show_wan
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STAGES, STATUS_LABELS, per_mu
from crm.profile.rules import dictionary, label, labels
from crm.reports.rules_columns import COLUMNS, DEFINITIONS
from exports import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crm.leads.queries_list import Ask

PHONE = re.compile(r"[+(]?\d[\d ()\-－—]{3,}\d")
SHOWN = (3, 4)
"""How many characters of a phone number everybody sees at its ends."""
TONES = {
    "stage": {"signed": "calm", "started": "calm", "producing": "good", "at_capacity": "good"},
    "status": {"paused": "caution", "lost": "bad", "terminated": "bad", "withdrawn": "muted"},
}


def plain_investment(row: Mapping[str, Any]) -> int | None:
    """Return the one amount in yuan that sums may count; a range, a foreign and an unknown amount have none."""
    return None if _foreign(row) or row["investment_max_fen"] is not None else row["investment_fen"]


def _foreign(row: Mapping[str, Any]) -> bool:
    return row["currency"] != "CNY" and row["foreign_amount_cents"] is not None


def row_values(row: dict[str, Any], shares: Iterable[tuple[str, int]], *, phones: bool) -> dict[str, Any]:
    """Return a lead's values by column key; phones only for those who may see them."""
    investment: Any = row["investment_fen"]
    if _foreign(row):
        foreign = show_wan(row["foreign_amount_cents"])
        investment = render(say("%(amount)s wan %(currency)s", amount=foreign, currency=row["currency"]))
    elif row["investment_max_fen"] is not None:
        investment = f"{show_wan(row['investment_fen'])}–{show_wan(row['investment_max_fen'])}"
    landed_on = row["landed_on"]
    return {
        **{key: row[key] for key in (
            "number", "name", "investor", "investor_place", "investor_profile", "content", "products", "jobs", "site",
            "industry", "recommender", "leader", "stage_since", "first_contact_on", "last_contact_on",
            "statistics_on", "progress", "problems", "requests", "next_steps", "remark")},
        "investment": investment, "contracted": row["contracted_fen"], "paid_in": row["paid_in_fen"],
        "paid_in_recorded": row["paid_in_recorded_fen"],
        "fixed_assets": row["fixed_assets_fen"], "annual_output": row["annual_output_fen"],
        "annual_tax": row["annual_tax_fen"], "land": row["land_cmu"], "energy": row["energy_tce"],
        "investment_per_mu": per_mu(row["investment_fen"], row["land_cmu"]),
        "tax_per_mu": per_mu(row["annual_tax_fen"], row["land_cmu"]),
        "build_nature": _word("build_natures", row["build_nature"]), "park": _word("parks", row["park"]),
        "themes": render(labels("themes", row["themes"])), "clusters": render(labels("clusters", row["clusters"])),
        "source": _word("sources", row["source"]), "unit": row["unit_name"], "owner": row["owner_name"] or "",
        **{key: row[key] if phones else mask(row[key]) for key in ("contact_name", "contact_phone")},
        "cadres": "；".join(f"{name} {bps / 100:g}%" for name, bps in shares),
        "stage": render(STAGE_LABELS[row["stage"]]), "status": render(STATUS_LABELS[row["status"]]),
        "evidence_state": render(say("Opening entry")) if row["opening"] else render(say("In the system")),
        "legs": row["legs_verified"], "landed": render(say("Landed")) if landed_on else render(say("Not landed")),
        "landed_on": date.fromisoformat(str(landed_on)) if landed_on else None,
        "landed_amount": row["landed_fen"] if landed_on else None,
        "lead_id": row["id"], "lead_version": row["version"],
    }  # fmt: skip


def _word(name: str, code: str) -> str:
    return render(label(name, code)) if code else ""


def mask(phone: str) -> str:
    """Hide the middle of every phone number in a text; what is too short to hide a middle is hidden whole."""
    return PHONE.sub(lambda found: _hidden(found.group()), phone)


def _hidden(number: str) -> str:
    head, tail = SHOWN
    return f"{number[:head]}****{number[-tail:]}" if len(number) > head + tail else "****"


def summaries(rows: list[dict[str, Any]]) -> tuple[shapes.SummaryTable, ...]:
    """Count and add up the rows by stage, theme, cluster, park and source; each project counts once."""
    none = say("None of these")
    asked: tuple[tuple[str, Text, Text, list[str], Callable[[str], Text]], ...] = (
        ("stage", say("By stage"), say("Stage"), list(STAGES), lambda code: STAGE_LABELS[code]),
        ("theme", say("By theme"), say("Main theme"), [*dictionary("themes"), ""],
         lambda code: label("themes", code) if code else none),
        ("cluster", say("By cluster"), say("Main cluster"), [*dictionary("clusters"), ""],
         lambda code: label("clusters", code) if code else none),
        ("park", say("By park"), say("Park"), [*dictionary("parks"), ""],
         lambda code: label("parks", code) if code else say("No park")),
        ("source", say("By source"), say("Source"), list(dictionary("sources")), lambda code: label("sources", code)),
    )  # fmt: skip
    return tuple(
        shapes.SummaryTable(key, render(title), render(heading), _summed(rows, key, codes, name))
        for key, title, heading, codes, name in asked
    )


def _summed(
    rows: list[dict[str, Any]], key: str, codes: list[str], name: Callable[[str], Text]
) -> list[shapes.SummaryRow]:
    count: Counter[str] = Counter()
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        code = row[key] or ""
        count[code] += 1
        investment = plain_investment(row)
        sums[code]["unknown"] += investment is None
        sums[code]["investment"] += investment or 0
        sums[code]["contracted"] += row["contracted_fen"] or 0
        sums[code]["paid_in"] += row["paid_in_fen"] or 0
    return [
        shapes.SummaryRow(
            render(name(code)), count[code], sums[code]["investment"], sums[code]["contracted"], sums[code]["paid_in"],
            sums[code]["unknown"],
        )
        for code in [*codes, *sorted(set(count) - set(codes))]
    ]  # fmt: skip


def columns() -> list[shapes.Column]:
    """Return the ledger's columns in the reader's language."""
    tones = {
        "stage": {render(STAGE_LABELS[code]): shapes.Tone(tone) for code, tone in TONES["stage"].items()},
        "status": {render(STATUS_LABELS[code]): shapes.Tone(tone) for code, tone in TONES["status"].items()},
        "landed": {render(say("Landed")): shapes.Tone.GOOD},
        "evidence_state": {render(say("Opening entry")): shapes.Tone.CAUTION},
    }
    return [
        shapes.Column(
            column.key, render(column.header), shapes.Kind(column.kind), render(column.group) if column.group else "",
            note=render(column.note) if column.note else "", total=column.total, headline=column.headline,
            measure=shapes.Measure(column.measure) if column.measure else None, hidden=column.hidden,
            tones=tones.get(column.key, {}),
        )
        for column in COLUMNS
    ]  # fmt: skip


def definitions() -> list[shapes.Definition]:
    """Return the terms of the notes sheet in the reader's language."""
    return [shapes.Definition(render(term), render(text), render(basis)) for term, text, basis in DEFINITIONS]


def filter_sentence(ask: Ask, names: dict[str, str]) -> str:
    """Say a list's filter in one sentence; `names` holds unit and person names by filter."""
    parts = []
    words = {"stage": STAGE_LABELS, "status": STATUS_LABELS}
    headings = {"stage": say("Stage"), "status": say("Status"), "source": say("Source"), "park": say("Park"),
                "theme": say("Main theme"), "cluster": say("Main cluster"), "unit": say("Responsible unit"),
                "owner": say("Officer in charge"), "landed": say("Landed"), "cadre": say("Seconded cadre")}  # fmt: skip
    for name, code in ask.filters.items():
        if name in words:
            value = render(words[name].get(code, say("—")))
        elif name in ("source", "park", "theme", "cluster"):
            value = render(label(f"{name}s", code)) if code != "none" else render(say("None of these"))
        elif name == "landed":
            value = render(say("yes") if code == "yes" else say("no"))
        else:
            value = names.get(name, code)
        parts.append(f"{render(headings[name])}：{value}")
    if ask.words:
        parts.append(render(say("search “%(words)s”", words=ask.words)))
    return "；".join(parts) if parts else render(say("all projects"))


def local(moment: datetime) -> datetime:
    """Return a naive UTC moment as naive Shanghai time, as workbooks write it."""
    return shanghai_time(moment).replace(tzinfo=None)
