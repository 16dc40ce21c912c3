"""Landing's nightly work: evidence that ran out is marked, files that no scanner has cleared are asked about again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.files.operations import path_of
from crm.files.operations_scan import asked, keep_answers, scanning, waiting
from crm.files.rules import INFECTED
from crm.jobs.registry import Handler, Step
from crm.landing.operations_after import expire_legs

if TYPE_CHECKING:
    from crm.jobs.registry import Work

BATCH = 20


def _expire(work: Work, _prepared: Any) -> Step:
    done = expire_legs(at=work.at)
    return Step(done=done, finished=True, message=say("Evidence marked as expired: %(n)s", n=done))


def _ask(work: Work) -> list[tuple[int, str, str]]:
    """Ask the scanner outside any transaction: it may take its time."""
    if not scanning():
        return []
    files = waiting(all_files=bool(work.arguments.get("all")), after=int(work.cursor or 0), most=BATCH)
    return list(asked((file_id, path_of(name)) for file_id, name in files))


def _keep(work: Work, answers: list[tuple[int, str, str]]) -> Step:
    keep_answers(answers, at=work.at)
    infected = work.errors + sum(state == INFECTED for _file, state, _said in answers)
    done = work.done + len(answers)
    return Step(
        cursor=answers[-1][0] if answers else work.cursor, done=done, errors=infected, finished=len(answers) < BATCH,
        message=say("Files asked about: %(n)s, refused by the scanner: %(bad)s", n=done, bad=infected),
    )  # fmt: skip


HANDLERS = (
    Handler("landing.expire", say("Mark evidence that ran out"), _expire),
    Handler("files.scan", say("Ask the virus scanner about files"), _keep, prepare=_ask),
)
TIMES = (("landing.expire", "landing.expire", "daily 01:10"), ("files.scan", "files.scan", "daily 01:20"))
"""What falls due by itself: code, kind of work, rule."""
