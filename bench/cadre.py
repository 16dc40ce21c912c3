"""How fast a cadre's page is beside the list of the same run: `python3 -m bench.cadre 10000`."""

from __future__ import annotations

import statistics
import sys
import tempfile
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

from bench.credit import fill
from bench.pages import ROUNDS, WARM, ask, serve, session_of
from config import Settings
from crm.accounts.models import Person, RoleGrant
from crm.core import db
from crm.core.actor import Actor
from crm.core.clock import now
from crm.credit.operations_evaluation import open_period
from crm.leads.models import Claim, Lead
from crm.pipeline.operations_credit import settle_everything
from crm.web import create_app

CADRES = 500
ORGANISER = Actor(None, "组织部", frozenset({"organiser"}))
MIX = ("lead", "qualified", "negotiating", "signed", "started", "producing")
"""A cadre's projects stand at every stage: one that produces already would ask for nothing and earn nothing more."""


def mix() -> None:
    """Let the projects stand at different stages, so that gaps, protection and next points are really reckoned."""
    for at, stage in enumerate(MIX):
        Lead.update(stage=stage).where(Lead.id % len(MIX) == at).execute()


def main(events: int) -> None:
    """Fill the tables as the bench of the evaluation does, ask list and pages in turn, print the multiples."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"CRM_INSTANCE": folder}))
        Path(folder).mkdir(exist_ok=True)
        with db.database.connection_context():
            fill(CADRES, events)
            settle_everything(at=now())
            mix()
            # The own evaluation is measured with a period open, as it is all year.
            open_period("2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
                        objections_until=date(2027, 1, 20), by=ORGANISER, at=now())  # fmt: skip
            busy = Claim.select(Claim.cadre).limit(1).scalar()
            leader = Person.create(
                login="leader", name="领导", pinyin="ld", unit=Person.get_by_id(busy).unit_id, password_hash="",
                created_at=now(),
            )  # fmt: skip
            RoleGrant.create(person=leader.id, role="manager", granted_at=now())
            asked = {
                "list": ("/leads", session_of(int(leader.id))),
                "cadre's page": ("/cadres", session_of(int(busy))),
                "cadre's evaluation": ("/evaluation/mine", session_of(int(busy))),
            }
        port, stop = serve(app)
        try:
            link = HTTPConnection("127.0.0.1", port, timeout=30)
            spent: dict[str, list[float]] = {name: [] for name in asked}
            for turn in range(WARM + ROUNDS):
                for name, (path, headers) in asked.items():
                    took = ask(link, path, headers)
                    if turn >= WARM:
                        spent[name].append(took)
            link.close()
        finally:
            stop()
            db.disconnect()
    once = statistics.median(spent["list"])
    for name, each in spent.items():
        value = statistics.median(each)
        print(f"{events} events, {CADRES} cadres, {name}: {value:.1f} ms, {value / once:.2f} x list")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
