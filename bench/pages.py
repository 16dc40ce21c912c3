"""How fast the pages are, as multiples of a bare Flask hello of the same run: `python -m bench.pages 10000 100000`."""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import Flask
from waitress.server import create_server

from bench.fill import fill
from config import Settings
from crm.accounts import operations_sessions as sessions
from crm.core import db
from crm.core.clock import now
from crm.core.paging import pack
from crm.leads.models import Lead
from crm.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 60
WARM = 8


def serve(app: Flask) -> tuple[int, Callable[[], None]]:
    """Serve an app on a free port of the loopback; returns the port and what ends it."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    return int(server.effective_port), server.close


def hello() -> Flask:
    """Make the baseline: a Flask that says hello."""
    app = Flask("hello")

    @app.get("/")
    def say_hello() -> str:
        return "hello"

    return app


def ask(link: http.client.HTTPConnection, target: str, headers: dict[str, str]) -> float:
    """Ask for one page over a kept connection and return the milliseconds it took."""
    begun = time.perf_counter()
    link.request("GET", target, headers=headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        message = f"{target}: {answer.status}"
        raise RuntimeError(message)
    return (time.perf_counter() - begun) * 1000


def medians(base: int, port: int, path: str | Callable[[int], str], headers: dict[str, str]) -> tuple[float, float]:
    """Return the medians of hello and of a page, asked in turn, so that a busy machine slows both alike."""
    greeter, link = (http.client.HTTPConnection("127.0.0.1", each, timeout=30) for each in (base, port))
    spent = []
    for turn in range(WARM + ROUNDS):
        both = ask(greeter, "/", {}), ask(link, path if isinstance(path, str) else path(turn), headers)
        if turn >= WARM:
            spent.append(both)
    greeter.close()
    link.close()
    return statistics.median(one for one, _page in spent), statistics.median(page for _one, page in spent)


def session_of(person_id: int) -> dict[str, str]:
    """Sign a person in and return the headers of the browser."""
    token = sessions.new_token()
    payload = {"_user_id": str(person_id), "_fresh": True}
    sessions.save(token, payload, at=now(), address="127.0.0.1", agent="bench")
    return {"Cookie": f"luodi={token}"}


def deep_path(rank: float) -> str:
    """Return the address of a page deep in the list (its cursor taken from the row at that rank)."""
    total = Lead.select().count()
    row = (
        Lead.select(Lead.updated_at, Lead.id)
        .order_by(Lead.updated_at.desc(), Lead.id.desc())
        .offset(int(total * rank))
        .first()
    )
    return "/leads?" + urlencode({"after": pack([row.updated_at.isoformat(" "), row.id])})


def measure(count: int, base: int) -> dict[str, tuple[float, float]]:
    """Fill a folder with leads, serve it, and return milliseconds of hello and of each page."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        settings = Settings.from_env({"CRM_INSTANCE": str(instance)})
        app = create_app(settings)
        with db.database.connection_context():
            _officer, leader = fill(count)
            headers = session_of(leader)
            some = [row.id for row in Lead.select(Lead.id).limit(200)]
            deep = deep_path(0.9)
        port, stop = serve(app)
        try:
            paths: dict[str, str | Callable[[int], str]] = {
                "list": "/leads",
                "deep page": deep,
                "filter stage": "/leads?stage=signed",
                "filter stage+theme": "/leads?stage=signed&theme=T2",
                "search 2 characters": f"/leads?q={quote('钛白')}",
                "search 4 characters": f"/leads?q={quote('苦荞食品')}",
                "search rare": f"/leads?q={quote(f'{count - 7}号项目')}",
                "detail": lambda turn: f"/leads/{some[turn % len(some)]}",
                "new form": "/leads/new",
            }
            return {name: medians(base, port, path, headers) for name, path in paths.items()}
        finally:
            stop()
            db.disconnect()


def main() -> None:
    """Measure hello and the pages at each size, print a table and the figures as JSON."""
    sizes = [int(text) for text in sys.argv[1:]] or [10_000]
    port, stop = serve(hello())
    found = {size: measure(size, port) for size in sizes}
    stop()
    for size, figures in found.items():
        once = figures["list"][1] / figures["list"][0]
        for name, (base, value) in figures.items():
            ratio = value / base
            print(f"{size:>8} {name:<20} {value:8.2f} ms {ratio:7.1f} x hello {ratio / once:6.2f} x list")
    print(json.dumps({"hello_and_page_ms": found}))


if __name__ == "__main__":
    main()
