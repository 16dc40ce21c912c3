"""How fast the overview is, as multiples of the list page of the same run: `python -m bench.overview 100000`.

Leads get a history (stages, money, themes), so that past days are really worked out. Again: somebody has looked since
the last change. After a change: one lead was changed. First: the process just started, or no day was worked out before
(the page of a past day shows two).
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.fill import fill
from bench.pages import ask, serve, session_of
from config import Settings
from crm.core import db
from crm.core.clock import noon, now, today
from crm.leads.models import Lead, LeadFact
from crm.leads.rules import STAGES
from crm.reports import queries_standing
from crm.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 25
WARM = 4
BATCH = 1000
FEN = 1_000_000
PAST_DAYS = (30, 180, 400)


def give_history(seed: int = 11) -> int:
    """Write each lead's way to its stage, its first facts, and money for the signed; returns how many facts."""
    dice = random.Random(seed)
    columns = (Lead.id, Lead.stage, Lead.stage_since, Lead.status, Lead.status_since, Lead.source, Lead.park,
               Lead.themes, Lead.clusters, Lead.unit, Lead.investment_fen)  # fmt: skip
    made = 0
    rows: list[dict[str, Any]] = []
    money = []
    for lead_id, stage, since, status, status_since, source, park, themes, clusters, unit, investment in (
        Lead.select(*columns).order_by(Lead.id).tuples()
    ):  # fmt: skip
        rung = STAGES.index(stage)
        days = [since - timedelta(days=40 * (rung - place) + dice.randrange(9)) for place in range(rung)] + [since]
        told = [("stage", STAGES[place], day) for place, day in enumerate(days)]
        first = days[0]
        told += [(name, value, first) for name, value in (
            ("status", "active"), ("source", source), ("park", park), ("themes", themes), ("clusters", clusters),
            ("unit_id", unit), ("investment_fen", investment),
        )]  # fmt: skip
        if status != "active":
            told.append(("status", status, max(first, status_since)))
        if rung >= STAGES.index("signed"):
            paid = investment // dice.randrange(2, 9)
            told += [("contracted", investment, since), ("paid_in", paid, since)]
            money.append((lead_id, investment, paid))
        rows += [
            {"lead": lead_id, "fact": fact, "value": str(value), "happened_on": day, "recorded_at": noon(day)}
            for fact, value, day in told
        ]
    for start in range(0, len(rows), BATCH):
        with db.database.atomic():
            LeadFact.insert_many(rows[start : start + BATCH]).execute()
        made += len(rows[start : start + BATCH])
    with db.database.atomic():
        for lead_id, contracted, paid in money:
            Lead.update(contracted_fen=contracted, paid_in_fen=paid).where(Lead.id == lead_id).execute()
    db.database.execute_sql("ANALYZE")
    return made


def median(link: http.client.HTTPConnection, path: str, headers: dict[str, str], before: Callable[[], None]) -> float:
    """Return the median milliseconds of a page; something happens before each asking."""
    spent = []
    for turn in range(WARM + ROUNDS):
        before()
        once = ask(link, path, headers)
        if turn >= WARM:
            spent.append(once)
    return statistics.median(spent)


def touch() -> None:
    """Change one lead, as an edit does."""
    with db.database.connection_context():
        lead_id = Lead.select(Lead.id).order_by(Lead.id).limit(1).scalar()
        paid = FEN * int(time.time() * 1000 % 1000)
        Lead.update(updated_at=now(), paid_in_fen=paid).where(Lead.id == lead_id).execute()


def nothing() -> None:
    """Do nothing before a page."""


def measure(count: int) -> dict[str, float]:
    """Fill a folder, serve it, and return the milliseconds of the list and of each way to ask for the overview."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"CRM_INSTANCE": str(Path(folder))}))
        with db.database.connection_context():
            _officer, leader = fill(count)
            print(f"{give_history():,} facts", file=sys.stderr)
            headers = session_of(leader)
        port, stop = serve(app)
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        found: dict[str, float] = {}
        try:
            found["list"] = median(link, "/leads", headers, nothing)
            begun = time.perf_counter()
            ask(link, "/overview", headers)
            found["overview, first after the start"] = (time.perf_counter() - begun) * 1000
            found["overview, warm"] = median(link, "/overview", headers, nothing)
            found["overview, after a change"] = median(link, "/overview", headers, touch)
            found["list behind a number"] = median(link, "/overview/leads?key=stage.signed", headers, nothing)
            for days in PAST_DAYS:
                path = f"/overview?as_of={today() - timedelta(days=days)}"
                found[f"{days} days ago, first look"] = median(link, path, headers, queries_standing.forget_past)
                found[f"{days} days ago, again"] = median(link, path, headers, nothing)
                found[f"{days} days ago, after a change"] = median(link, path, headers, touch)
            known = f"{path}&known={today() - timedelta(days=PAST_DAYS[0])}"
            found["as known on another day, first look"] = median(link, known, headers, queries_standing.forget_past)
            compare = f"/overview/compare?first={today() - timedelta(days=PAST_DAYS[1])}&second={today()}"
            found["two days compared, first look"] = median(link, compare, headers, queries_standing.forget_past)
            found["list again"] = median(link, "/leads", headers, nothing)
        finally:
            stop()
            db.disconnect()
        return found


def main() -> None:
    """Measure and print a table and the figures as JSON."""
    for count in [int(text) for text in sys.argv[1:]] or [10_000]:
        found = measure(count)
        for name, value in found.items():
            print(f"{count:>8} {name:<38} {value:9.1f} ms {value / found['list']:7.2f} x list")
        print(json.dumps({"leads": count, "ms": found}))


if __name__ == "__main__":
    main()
