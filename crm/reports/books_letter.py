"""The printed bulletin: its three sentences as they are made of figures, and the fields of the form."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_time
from crm.core.errors import say
from crm.core.money import FEN_PER_WAN
from crm.core.words import render
from crm.reports.books_bulletin import FIGURES, UNKNOWN_THEN, moves
from crm.reports.books_common import Figures, Look, figures_of
from crm.reports.operations_imprint import imprint
from crm.reports.rules_books import BY_CODE, before
from crm.reports.rules_sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping


def drafted(look: Look) -> tuple[tuple[str, str, str], list[dict[str, str]], str]:
    """Return the sentences, the figures as words, and the period."""
    last = before(look.order.code, look.day)
    earlier = look.rows_on(last)
    then, now = figures_of(earlier, last), figures_of(look.rows, look.day)
    coded = look.coded(look.rows)
    said = [render(text) for text in sentences(now, then, look.day, moves(earlier, coded), coded)]
    period = render(say("%(first)s to %(last)s, against %(before)s", first=last + timedelta(days=1), last=look.day,
                        before=last))  # fmt: skip
    return (said[0], said[1], said[2]), _figures(now, then), period


def _figures(now: Figures, then: Figures) -> list[dict[str, str]]:
    rows = []
    for name, label, money in FIGURES:
        values = [Decimal(getattr(figures, name)) / (FEN_PER_WAN if money else 1) for figures in (now, then)]
        change = values[0] - values[1]
        known = name not in UNKNOWN_THEN
        rows.append({
            "label": render(label), "unit": render(say("10k yuan") if money else say("projects")),
            "now": _shown(values[0]), "then": _shown(values[1]) if known else "—",
            "change": "—" if not known else f"+{_shown(change)}" if change > 0 else _shown(change),
        })  # fmt: skip
    return rows


def _shown(value: Decimal) -> str:
    return f"{int(value):,}" if value == value.to_integral_value() else f"{value:,.2f}"


def letter_values(look: Look, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the form: the sentences as somebody left them, the figures as they are."""
    _said, figures, period = drafted(look)
    made = imprint(look.by, look.at, look.day, "", "")
    return {
        "bureau": made.bureau, "kind": render(BY_CODE[look.order.code].name), "period": period,
        "as_of": look.day.isoformat(), "sample": render(say("Sample data")) if made.sample else "",
        "first": written["first"], "second": written["second"], "third": written["third"], "figures": figures,
        "note": written["note"], "by": look.by.name, "printed": f"{shanghai_time(look.at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
