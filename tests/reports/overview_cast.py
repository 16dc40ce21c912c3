"""Projects with a past for tests of the overview: each step on its own day, written by the operations of the house."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from crm.core.clock import noon
from tests import cast as story

START = date(2025, 1, 6)
PATHS = (
    ("lead",), ("lead", "qualified"), ("lead", "qualified", "negotiating"),
    ("lead", "qualified", "negotiating", "signed"), ("lead", "qualified", "negotiating", "signed", "started"),
    ("lead", "negotiating", "signed", "started", "producing"),
)  # fmt: skip
GAP = timedelta(days=40)
FEN = 1_000_000


def at_noon(day: date) -> datetime:
    """Return noon of a day as the operations take it."""
    return noon(day)


def enter(cast: story.Cast, number: int, **others: Any) -> int:
    """Enter a project on its own day."""
    from crm.leads.operations import create_lead

    values = story.facts(cast, name=f"第{number}号石榴加工项目", investor=f"成都榴光{number}公司", **others)
    day = START + timedelta(days=number)
    return create_lead(values, by=cast.zhang, at=at_noon(day), since=day, despite_similar=True)


def walk(cast: story.Cast, lead_id: int, path: tuple[str, ...], begin: date) -> None:
    """Let a project go its way, one proven stage every forty days."""
    from crm.leads.operations_facts import record_stage

    for place, stage in enumerate(path[1:], 1):
        day = begin + GAP * place
        record_stage(lead_id, stage, happened_on=day, reason="", by=cast.zhang, at=at_noon(day))


def bureau(cast: story.Cast) -> list[int]:
    """Enter twelve projects of different ways, parks, themes, sources and money; some left, one is the ledger's word."""
    from crm.leads.operations_facts import record_fit, record_landing, record_status, record_value

    found = []
    for number in range(12):
        park = ("P1", "P2", "")[number % 3]
        source = ("chengdu_liangshan", "seconded_cadre", "other")[number % 3]
        lead_id = enter(cast, number, park=park, source=source, investment_fen=(number + 1) * 1_000 * FEN)
        path = PATHS[number % len(PATHS)]
        begin = START + timedelta(days=number)
        walk(cast, lead_id, path, begin)
        when: dict[str, Any] = {"by": cast.zhang, "at": at_noon(begin + GAP * 5)}
        record_fit(lead_id, themes=(f"T{number % 5 + 1}",), clusters=("C1",), fit_reason="", **when)
        if "signed" in path:
            day = begin + GAP * 3
            late: dict[str, Any] = {"by": cast.zhang, "at": at_noon(day)}
            record_value(lead_id, "contracted_fen", 900 * FEN, happened_on=day, **late)
            record_value(lead_id, "paid_in_fen", (100 + number) * FEN, happened_on=day + GAP, **late)
        if "producing" in path:
            day = begin + GAP * 5
            record_landing(lead_id, landed_on=day, landed_fen=500 * FEN, recognised_on=day, happened_on=day, **when)
        found.append(lead_id)
    day = START + timedelta(days=100)
    for lead_id, status in ((found[1], "paused"), (found[2], "lost"), (found[8], "withdrawn")):
        record_status(lead_id, status, happened_on=day, reason="", by=cast.chen, at=at_noon(day))
    found.append(story.lead(cast, stage="signed", name="台账里的老项目"))
    return found
