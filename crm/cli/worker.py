"""The word `worker`: does long work in a process of its own, beside or instead of the embedded worker."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from crm.core.clock import now
from crm.jobs.worker import Worker, drain
from crm.web.house import open_house
from crm.web.work import plan_times, prepare_work

if TYPE_CHECKING:
    from config import Settings


def run(arguments: list[str], settings: Settings) -> int:
    """Work until told to stop (Ctrl+C or SIGTERM: the present step is finished first)."""
    parser = argparse.ArgumentParser(prog="run.py worker")
    parser.add_argument("--once", action="store_true", help="do what waits now, then end")
    asked = parser.parse_args(arguments)
    open_house(settings)
    prepare_work(settings)
    plan_times(now())
    if asked.once:
        print(f"完成 {drain()} 项任务", file=sys.stderr)
        return 0
    worker = Worker()

    def stop(_number: int, _frame: object) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"后台任务进程已启动：{worker.name} （按 Ctrl+C 停止）", file=sys.stderr, flush=True)
    worker.loop()
    return 0
