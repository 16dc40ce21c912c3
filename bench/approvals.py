"""How fast the board of approvals is with many open procedures, beside the list: `python3 -m bench.approvals`."""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
from datetime import timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from bench.fill import fill
from bench.landing import ROUNDS, WARM, _insert
from bench.pages import ask, serve, session_of
from config import Settings
from crm.accounts.models import Unit
from crm.approvals.models import ApprovalCase
from crm.approvals.rules import usual
from crm.core import db
from crm.core.clock import now, today
from crm.leads.models import Lead
from crm.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable


def list_cases(waiting: int) -> None:
    """Write so many running procedures, with last days around today."""
    dice, moment, day, steps = random.Random(7), now(), today(), usual()
    leads = [row.id for row in Lead.select(Lead.id).limit(waiting)]
    units = [row.id for row in Unit.select(Unit.id)]
    _insert(ApprovalCase, [
        {"lead": leads[n % len(leads)], "code": steps[n // len(leads) % len(steps)].code, "name": "环境影响评价审批",
         "unit_name": "市生态环境局", "unit": dice.choice(units), "promised_days": 15, "state": "running",
         "accepted_on": day - timedelta(days=20), "due_on": (due := day + timedelta(days=dice.randrange(-20, 30))),
         "sort_on": due, "recorded_at": moment, "changed_at": moment}
        for n in range(waiting)
    ])  # fmt: skip
    db.database.execute_sql("ANALYZE")


def measure(count: int, waiting: int) -> dict[str, float]:
    """Fill, serve, and ask the list and the board in turn, so that a busy machine slows both alike."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"CRM_INSTANCE": folder}))
        with db.database.connection_context():
            officer, leader = fill(count)
            list_cases(waiting)
            sessions = {"leader": session_of(leader), "officer": session_of(officer)}
        port, stop = serve(app)
        link = HTTPConnection("127.0.0.1", port, timeout=30)
        things: dict[str, Callable[[], float]] = {
            "list": lambda: ask(link, "/leads", sessions["leader"]),
            "board": lambda: ask(link, "/approvals/", sessions["leader"]),
            "board, late": lambda: ask(link, "/approvals/?show=late", sessions["leader"]),
            "board, own unit": lambda: ask(link, "/approvals/", sessions["officer"]),
        }
        try:
            rounds = [{name: thing() for name, thing in things.items()} for _turn in range(WARM + ROUNDS)]
        finally:
            link.close()
            stop()
            db.disconnect()
        return {name: statistics.median(spent[name] for spent in rounds[WARM:]) for name in things}


def main() -> None:
    """Measure with so many leads and open procedures; print milliseconds and multiples, and the figures as JSON."""
    count, waiting = (int(text) for text in (sys.argv[1:] or ["10000", "5000"]))
    found = measure(count, waiting)
    for name, spent in found.items():
        print(f"{name:<16} {spent:8.2f} ms {spent / found['list']:6.2f} x list")
    print(json.dumps({"milliseconds": found}))


if __name__ == "__main__":
    main()
