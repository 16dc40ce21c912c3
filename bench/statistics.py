"""Pages of the register as multiples of the list of projects: `python -m bench.statistics 500 36 10000`."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.fill import fill
from bench.pages import ROUNDS, WARM, ask, serve, session_of
from config import Settings
from crm.accounts.models import Unit
from crm.core import db
from crm.core.clock import noon, now, today
from crm.statistics.models import Enterprise, MonthlyReturn
from crm.statistics.queries_checks import asked_months, lines
from crm.statistics.queries_targets import target_figures
from crm.statistics.rules import due_on, last_over, months_between, shift, statistics_rules
from crm.statistics.rules_checks import questions
from crm.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

INDUSTRIES = ("1453", "1491", "2611", "2643", "2730", "3120", "3239", "3484", "3511", "3825")
ROWS_AT_ONCE = 500
ODD = 0.01
RUNS = 5


def enter(enterprises: int, months: int) -> list[int]:
    """Enter a register with its months straight into the tables; one in a hundred figures is odd."""
    draw, at = random.Random(9), now()
    last = last_over(today())
    unit = Unit.select(Unit.id).first().id
    names = [
        {"name": f"{n}号企业", "name_key": f"{n}号企业", "pinyin": f"{n:05d}", "park": f"P{n % 3 + 1}", "unit": unit,
         "industry_code": INDUSTRIES[n % len(INDUSTRIES)], "statistician": "统计员",
         "scale_on": None if n % 20 == 0 else date(2020, 1, 1), "recorded_at": at, "updated_at": at}
        for n in range(enterprises)
    ]  # fmt: skip
    with db.transaction():
        for begin in range(0, len(names), 100):
            Enterprise.insert_many(names[begin : begin + 100]).execute()
        ids = [row.id for row in Enterprise.select(Enterprise.id)]
        told = [_month(id_, month, draw, at) for id_ in ids for month in months_between(shift(last, 1 - months), last)]
        for begin in range(0, len(told), ROWS_AT_ONCE):
            MonthlyReturn.insert_many(told[begin : begin + ROWS_AT_ONCE]).execute()
    return ids


def _month(id_: int, month: str, draw: random.Random, at: Any) -> dict[str, Any]:
    came = noon(due_on(month)) if draw.random() > ODD else at
    output = draw.randrange(300, 400) * 1_000_000 * (1 + id_ % 7)
    power = output // 1000 if draw.random() > ODD else output // 9000
    invest = draw.randrange(50, 80) * 1_000_000
    return {
        "enterprise": id_, "month": month, "revenue_fen": output, "output_fen": output, "electricity_kwh": power,
        "tax_fen": output // 25, "sand_ct": invest // 9000, "investment_fen": invest, "source": "enterprise",
        "statistician": "统计员", "recorded_at": min(came, at),
    }  # fmt: skip


def once(work: Callable[[], Any]) -> float:
    """Return the least milliseconds that some work took in several runs."""
    spent = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    return min(spent)


def main() -> None:
    """Fill a folder, serve it, and print each page as a multiple of the list of projects, asked in turn."""
    asked = [int(text) for text in sys.argv[1:]] or [500, 36, 10_000]
    enterprises, months, leads = asked
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"CRM_INSTANCE": str(Path(folder))}))
        with db.database.connection_context():
            _officer, leader = fill(leads)
            ids = enter(enterprises, months)
            headers = session_of(leader)
            day = today()
            known = lines(day)
            work = {
                "read for the checks": once(lambda: lines(day)),
                "compute the checks": once(lambda: questions(known, asked_months(day), statistics_rules())),
                "figures of the targets": once(lambda: target_figures(day.year, as_of=day)),
            }
            found = len(questions(known, asked_months(day), statistics_rules()))
        port, stop = serve(app)
        paths = {
            "register": "/statistics", "missing returns": "/statistics/returns", "questions": "/statistics/questions",
            "not counted": "/statistics/uncounted", "money and activity": "/statistics/vouchers",
            "one enterprise": f"/statistics/enterprises/{ids[0]}",
        }  # fmt: skip
        told = {}
        for name, path in paths.items():
            base, page = _against_list(port, path, headers)
            told[name] = (base, page)
            print(f"{name:<20} {page:8.1f} ms {page / base:6.2f} x list")
        stop()
        db.disconnect()
    for name, spent in work.items():
        print(f"{name:<24} {spent:8.1f} ms")
    print(json.dumps({"questions": found, "list_and_page_ms": told, "work_ms": work}))


def _against_list(port: int, path: str, headers: dict[str, str]) -> tuple[float, float]:
    """Return the medians of the list of projects and of a page, asked in turn."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    spent = [(ask(link, "/leads", headers), ask(link, path, headers)) for _turn in range(WARM + ROUNDS // 2)][WARM:]
    link.close()
    return statistics.median(one for one, _page in spent), statistics.median(page for _one, page in spent)


if __name__ == "__main__":
    main()
