"""How fast an evaluation is, beside reading its raw rows in the same run: `python3 -m bench.credit 500 20000`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, RoleGrant, Unit
from crm.cadres.models import Posting
from crm.core import db
from crm.core.actor import CLI, SYSTEM
from crm.core.clock import noon
from crm.credit.models import CreditEntry, CreditEvent
from crm.credit.queries import replay
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.pipeline.operations_credit import settle_everything
from crm.profile.operations import found_bureau
from crm.reports.operations import export_evaluation, wanted_period
from crm.reports.queries_evaluation import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT = noon(date(2026, 12, 20))
PLACES = ("双流区", "佛山市", "宁波市", "深圳市", "杭州市")
STEPS = ("qualified", "negotiating", "signed", "started", "producing")
EARNING = 5
"""Events that a bench lead has: qualified, two visits, started, producing."""
CHUNK = 50


def fill(cadres: int, events: int) -> None:
    """Write cadres with postings, and leads with stages, visits and shares, straight into the tables."""
    dice = random.Random(3)
    found_bureau("测试局", "real", by=SYSTEM, at=AT)
    unit: Any = Unit.create(code="u", name="测试单位")
    people = [
        {"login": f"c{n}", "name": f"干部{n}", "pinyin": f"c{n}", "unit": unit.id, "password_hash": "-",
         "created_at": AT}
        for n in range(cadres)
    ]  # fmt: skip
    _insert(Person, people)
    ids = [int(row.id) for row in Person.select().order_by(Person.id)][-cadres:]
    _insert(RoleGrant, [{"person": key, "role": "cadre", "granted_at": AT} for key in ids])
    _insert(Posting, [
        {"cadre": key, "home_unit": unit.id, "host_place": PLACES[key % len(PLACES)], "host_unit": "投促局",
         "starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31), "created_at": AT}
        for key in ids
    ])  # fmt: skip
    count = events // EARNING
    day = date(2026, 1, 5)
    _insert(Lead, [
        {"number": f"LD-2026-{n:05d}", "name": f"项目{n}", "name_key": f"项目{n}", "investor": f"投资方{n}公司",
         "investor_key": f"投资方{n}", "site": f"地块{n}", "unit": unit.id, "stage": "producing", "stage_since": day,
         "status_since": day, "created_at": AT, "updated_at": AT}
        for n in range(1, count + 1)
    ])  # fmt: skip
    leads = [int(row.id) for row in Lead.select(Lead.id).order_by(Lead.id)]
    facts, visits, claims = [], [], []
    for key in leads:
        start = day + timedelta(days=dice.randrange(150))
        facts.append({"lead": key, "fact": "status", "value": "active", "happened_on": start, "recorded_at": AT})
        for at, stage in enumerate(("lead", *STEPS)):
            facts.append({"lead": key, "fact": "stage", "value": stage, "happened_on": start + timedelta(days=30 * at),
                          "recorded_at": AT})  # fmt: skip
        visits += [
            {"lead": key, "happened_on": start + timedelta(days=at), "kind": "visit_here", "text": "来访",
             "recorded_at": AT}
            for at in (10, 20)
        ]  # fmt: skip
        first, second = dice.sample(ids, 2)
        for who, bps in ((first, 7000), (second, 3000)):
            claims.append({"lead": key, "cadre": who, "share_bps": bps, "reported_at": noon(date(2026, 1, 2)),
                           "recorded_at": noon(date(2026, 1, 2))})  # fmt: skip
    _insert(LeadFact, facts)
    _insert(Contact, visits)
    _insert(Claim, claims)


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    with db.database.atomic():
        for at in range(0, len(rows), CHUNK):
            table.insert_many(rows[at : at + CHUNK]).execute()


def timed(work: Callable[[], object]) -> tuple[float, Any]:
    """Return how many seconds of this process's own time some work takes, and what it gave.

    The database is part of the process (SQLite); what else the machine does beside it is left out.
    """
    begun = time.process_time()
    gave = work()
    return time.process_time() - begun, gave


def raw() -> int:
    """Read every row that an evaluation rests on, and do nothing with them: the baseline."""
    tables: Iterable[Any] = (CreditEntry, CreditEvent, Claim, Lead, LeadFact)
    return sum(len(list(table.select().dicts())) for table in tables)


def main(cadres: int, events: int) -> None:
    """Fill, settle, evaluate, replay; print seconds and multiples of the baseline."""
    with tempfile.TemporaryDirectory() as folder:
        db.connect(f"sqlite:///{Path(folder) / 'bench.db'}")
        db.migrate()
        fill(cadres, events)
        settled, lines = timed(lambda: settle_everything(at=AT))
        base, rows = timed(raw)
        wanted = wanted_period("2026")
        evaluated, found = timed(lambda: figures(wanted, today=AT.date()))
        book, made = timed(lambda: export_evaluation(wanted, by=CLI, at=AT))
        again, checked = timed(replay)
        print(f"{cadres} cadres, {events} events: {lines} lines of the ledger, {rows} raw rows in {base:.2f} s of CPU")
        for name, spent in (("settle everything from nothing", settled), ("figures of the period", evaluated),
                            ("workbook of the period", book), ("replay and compare", again)):  # fmt: skip
            print(f"{name}: {spent:.2f} s of CPU, {spent / base:.2f} x reading the raw rows")
        print(f"people {len(found['people'])}, workbook {len(made.data) // 1024} KiB, same ledger: {checked.same}")
        db.disconnect()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
