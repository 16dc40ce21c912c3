"""How fast the landing gate and the verifier's desk are, beside the list of the run: `python3 -m bench.landing`."""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from bench.fill import fill
from bench.pages import ask, serve, session_of
from config import Settings
from crm.accounts.models import Unit
from crm.accounts.operations import add_person
from crm.core import db
from crm.core.actor import SYSTEM
from crm.core.clock import now, today
from crm.core.paging import pack
from crm.files.models import StoredFile
from crm.landing.models import Entity, Evidence
from crm.landing.rules import EVIDENCE_KINDS
from crm.leads.models import Lead
from crm.pipeline.gate import verdict
from crm.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 60
WARM = 8
CHUNK = 50
VERIFIED_OF = 5
"""One leg in so many is verified already; the others wait."""


def hand_in(waiting: int) -> None:
    """Write an entity for every lead, and papers until so many legs wait for a verifier."""
    dice, moment, day = random.Random(5), now(), today()
    leads = [(row.id, row.name) for row in Lead.select(Lead.id, Lead.name)]
    _insert(Entity, [
        {"lead": key, "kind": "legal", "name": f"{name}有限公司", "uscc": f"91513401MA{n:08d}", "address": "北工业园区",
         "registrar": "西昌市市场监管局", "registered_on": day, "tax_office": "西昌市税务局", "accounting": True,
         "taxpayer_status": "general", "taxed_on": day, "books_kept_at": "北工业园区", "recorded_at": moment,
         "statistics_relation": "在西昌市统计局报送", "updated_at": moment}
        for n, (key, name) in enumerate(leads)
    ])  # fmt: skip
    papers: list[dict[str, Any]] = []
    open_legs = 0
    for key, _name in leads:
        for leg, kinds in EVIDENCE_KINDS.items():
            if open_legs == waiting:
                break
            done = dice.randrange(VERIFIED_OF) == 0
            open_legs += not done
            papers.append({
                "lead": key, "leg": leg, "version": 1, "kind": next(iter(kinds)), "file_id": len(papers) + 1,
                "sha256": f"{len(papers):064x}", "state": "verified" if done else "submitted",
                "submitted_by_name": "测试员", "submitted_at": moment - timedelta(minutes=dice.randrange(40_000)),
            })  # fmt: skip
    _insert(StoredFile, [
        {"purpose": "evidence", "sha256": paper["sha256"], "size": 1000, "media_type": "application/pdf",
         "original_name": "执照.pdf", "stored_name": f"{n}.pdf", "uploaded_at": moment}
        for n, paper in enumerate(papers)
    ])  # fmt: skip
    _insert(Evidence, papers)
    db.database.execute_sql("ANALYZE")


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    with db.database.atomic():
        for at in range(0, len(rows), CHUNK):
            table.insert_many(rows[at : at + CHUNK]).execute()


def judged(leads: Sequence[int]) -> Callable[[int], float]:
    """Give what judges one lead after another and returns the milliseconds."""

    def judge(turn: int) -> float:
        begun = time.perf_counter()
        verdict(leads[turn % len(leads)])
        return (time.perf_counter() - begun) * 1000

    return judge


def measure(count: int, waiting: int) -> dict[str, float]:
    """Fill, serve, and ask the pages and the gate in turn, so that a busy machine slows all alike."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"CRM_INSTANCE": folder}))
        with db.database.connection_context():
            _officer, leader = fill(count)
            hand_in(waiting)
            unit = Unit.select().order_by(Unit.id.desc()).get()
            eyes = add_person("verifier", "核验员", "bench only 3!", unit_id=unit.id, role_names=("verifier",),
                              by=SYSTEM, at=now(), must_change=False)  # fmt: skip
            some = [row.id for row in Lead.select(Lead.id).limit(200)]
            late = Evidence.select().where(Evidence.state == "submitted").order_by(Evidence.submitted_at.desc())[99]
            deep = pack([late.submitted_at.isoformat(" "), late.id])
            open_legs = Evidence.select().where(Evidence.state == "submitted").count()
            leads, desk = session_of(leader), session_of(eyes)
        port, stop = serve(app)
        link = HTTPConnection("127.0.0.1", port, timeout=30)
        things: dict[str, Callable[[int], float]] = {
            "list": lambda _turn: ask(link, "/leads", leads),
            "detail": lambda turn: ask(link, f"/leads/{some[turn % len(some)]}", leads),
            "gate": judged(some),
            "desk": lambda _turn: ask(link, "/verify", desk),
            "desk of a leg": lambda _turn: ask(link, "/verify?leg=taxed", desk),
            "desk deep": lambda _turn: ask(link, f"/verify?cursor={deep}", desk),
        }
        try:
            with db.database.connection_context():
                rounds = [{name: thing(turn) for name, thing in things.items()} for turn in range(WARM + ROUNDS)]
        finally:
            link.close()
            stop()
            db.disconnect()
        print(f"{count} leads, {open_legs} legs open, {ROUNDS} rounds")
        return {name: statistics.median(spent[name] for spent in rounds[WARM:]) for name in things}


def main() -> None:
    """Measure with so many leads and open legs; print milliseconds and multiples, and the figures as JSON."""
    count, waiting = (int(text) for text in (sys.argv[1:] or ["10000", "10000"]))
    found = measure(count, waiting)
    for name, spent in found.items():
        print(f"{name:<14} {spent:8.2f} ms {spent / found['list']:6.2f} x list {spent / found['detail']:6.2f} x detail")
    print(json.dumps({"milliseconds": found}))


if __name__ == "__main__":
    main()
