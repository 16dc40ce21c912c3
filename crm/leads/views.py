"""How a lead's row is shown: words, lights and days, in the language of the request."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_date
from crm.core.errors import Text, say
from crm.core.words import locale, render, speaking
from crm.leads.rules import ALARM_DAYS, STAGE_LABELS, STATUS_LABELS, light
from crm.profile.rules import dictionary, label

if TYPE_CHECKING:
    from datetime import date

    from crm.leads.queries_list import ListRow

CODES = re.compile(r"(?<![A-Za-z0-9])[TC][1-6](?:; [TC][1-6])*(?![A-Za-z0-9])")
LIGHT_LABELS = {
    "green": say("on time"),
    "yellow": say("update due soon"),
    "red": say("no update for too long"),
    "none": say("no clock runs"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the list, every word ready."""

    row: ListRow
    stage_label: str
    status_label: str
    days: int
    light: str
    light_label: str
    theme_label: str
    cluster_label: str
    park_label: str
    source_label: str
    next_action: str
    fit_reason: str


def shown(rows: tuple[ListRow, ...], today: date) -> list[Shown]:
    """Prepare a page of rows; each word is looked up once for the page."""
    words: dict[tuple[str, str], str] = {}

    def word(table: str, code: str) -> str:
        key = (table, code)
        if key not in words:
            words[key] = _word(table, code)
        return words[key]

    found = []
    for row in rows:
        sign = max(shanghai_date(row.updated_at), row.last_contact_on or row.stage_since)
        colour = light(row.stage, row.status, sign, today)
        found.append(
            Shown(
                row, word("stages", row.stage), word("statuses", row.status), (today - row.stage_since).days, colour,
                word("lights", colour), word("themes", row.theme), word("clusters", row.cluster),
                word("parks", row.park), word("sources", row.source), row.next_steps.split("\n", 1)[0][:60],
                sentence(row.fit_reason),
            )
        )  # fmt: skip
    return found


def sentence(kept: str) -> str:
    """Show a sentence that was kept as its message id and places; a plain text stands for itself."""
    if not kept:
        return ""
    try:
        msgid, params = json.loads(kept)
    except (ValueError, TypeError):
        return kept
    return named(render(Text(str(msgid), params)))


def named(words: str) -> str:
    """Put the names of themes and clusters where a sentence has their codes."""
    names = _code_names(locale())
    return CODES.sub(lambda found: "、".join(names.get(code, code) for code in found[0].split("; ")), words)


@lru_cache
def _code_names(language: str) -> dict[str, str]:
    """Return the names of all themes and clusters in a language, looked up once."""
    with speaking(language):
        return {code: render(label(name, code)) for name in ("themes", "clusters") for code in dictionary(name)}


def _word(table: str, code: str) -> str:
    if table == "stages":
        return render(STAGE_LABELS[code])
    if table == "statuses":
        return render(STATUS_LABELS[code])
    if table == "lights":
        return render(LIGHT_LABELS[code])
    return render(label(table, code)) if code else ""


def light_of(row: dict[str, Any], today: date) -> tuple[str, str]:
    """Return the light of one lead's full row and its words."""
    sign = max(shanghai_date(row["updated_at"]), row["last_contact_on"] or row["stage_since"])
    colour = light(row["stage"], row["status"], sign, today)
    return colour, render(LIGHT_LABELS[colour])


def alarm_sentence(row: dict[str, Any], today: date) -> str:
    """Say when the next update is due, or that it is overdue; empty when no clock runs."""
    limit = ALARM_DAYS.get(row["stage"])
    if row["status"] != "active" or limit is None:
        return ""
    sign = max(shanghai_date(row["updated_at"]), row["last_contact_on"] or row["stage_since"])
    left = limit - (today - sign).days
    if left > 0:
        return render(say("Next update due in %(n)s days.", n=left))
    return render(say("Update overdue for %(n)s days.", n=-left))
