"""The word `serve`: the product behind waitress on one address."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from waitress import create_server

from config import PORTS, BadSetting
from crm.core.clock import now, today
from crm.core.db import database
from crm.jobs.worker import Worker
from crm.reports.queries_standing import warm
from crm.web import create_app
from crm.web.operations import announce_setup
from crm.web.work import plan_times

if TYPE_CHECKING:
    from config import Settings


def _warm() -> None:
    """Count the overview before anybody asks for it; what fails here is counted at the first look."""
    try:
        with database.connection_context():
            warm(today())
    except Exception:
        logging.getLogger("luodi").exception("the overview was not counted beforehand")


def run(arguments: list[str], settings: Settings) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="run.py serve")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--no-worker", action="store_true", help="leave long work to `run.py worker`")
    asked = parser.parse_args(arguments)
    if asked.port not in PORTS:
        raise BadSetting(f"端口号无效：{asked.port}。The port must be a number from 1 to 65535.")
    settings = replace(settings, host=asked.host, port=asked.port)
    app = create_app(settings)
    try:
        server = create_server(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident=None,
            max_request_body_size=settings.upload_bytes + 1024 * 1024,
        )  # fmt: skip
    except (OSError, socket.gaierror) as error:
        reason = f"无法在 {settings.host}:{settings.port} 启动（{error.strerror}），可用 --port 换一个端口。"
        print(f"{reason} Cannot listen there.", file=sys.stderr)
        return 1
    announce_setup(settings, at=now())
    plan_times(now())
    print(f"服务已启动 http://{settings.host}:{settings.port} （按 Ctrl+C 停止）", file=sys.stderr, flush=True)
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    worker = None if asked.no_worker else Worker()
    if worker is not None:
        worker.start()
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    if worker is not None:
        worker.stop()
    return 0
