"""From rows to the shapes of the workbooks, every word already in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_time
from crm.core.errors import say
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.leads.views import LIGHT_LABELS
from crm.profile.rules import label
from crm.reports.books_cells import foreign
from crm.reports.rules_columns import BY_KEY, DEFINITIONS
from exports import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from crm.leads.queries_list import Ask

TONES = {
    "stage": {"signed": "calm", "started": "calm", "producing": "good", "at_capacity": "good"},
    "status": {"paused": "caution", "lost": "bad", "terminated": "bad", "withdrawn": "muted"},
    "light": {"red": "bad", "yellow": "caution", "green": "good", "none": "muted"},
}


def plain_investment(row: Mapping[str, Any]) -> int | None:
    """Return the one amount in yuan that sums may count; a range, a foreign and an unknown amount have none."""
    odd = foreign(row["currency"], row["foreign_amount_cents"]) or row["investment_max_fen"] is not None
    return None if odd else row["investment_fen"]


def columns_of(keys: Iterable[str]) -> list[shapes.Column]:
    """Return a ledger's columns in the reader's language."""
    tones = {
        "stage": {render(STAGE_LABELS[code]): shapes.Tone(tone) for code, tone in TONES["stage"].items()},
        "status": {render(STATUS_LABELS[code]): shapes.Tone(tone) for code, tone in TONES["status"].items()},
        "light": {render(LIGHT_LABELS[code]): shapes.Tone(tone) for code, tone in TONES["light"].items()},
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
        for column in (BY_KEY[key] for key in keys)
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
