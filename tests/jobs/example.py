"""A documented example of long work: numbers are counted into contacts-like rows of the trail, in batches."""

from __future__ import annotations

from typing import Any

from crm.audit.operations import deed
from crm.core.errors import refuse, say
from crm.jobs.registry import Handler, ResultFile, Step, Work

BATCH = 5


def read(work: Work) -> list[int]:
    """Find the next batch (here: the next numbers); without a transaction."""
    work.check()
    first = work.cursor or 0
    return list(range(first, min(first + BATCH, int(work.arguments["upto"]))))


def keep(work: Work, numbers: list[int]) -> Step:
    """Store the batch, one entry of the trail per number, in the transaction that keeps the cursor."""
    for number in numbers:
        with deed("test.count", by=work.by, at=work.at, label=f"{work.job_id}:{number}"):
            pass
    upto = int(work.arguments["upto"])
    done = work.done + len(numbers)
    finished = done >= upto
    paper = ResultFile("数.txt", "text/plain", str(done).encode()) if finished else None
    return Step(cursor=done, done=done, total=upto, finished=finished, result={"counted": done}, file=paper)


def takes_back(work: Work) -> None:
    """Note that what was half done was taken back."""
    with deed("test.undo", by=work.by, at=work.at, label=str(work.job_id)):
        pass


def breaks(work: Work, _nothing: None) -> Step:
    """Break after having written something."""
    with deed("test.broken", by=work.by, at=work.at, label=str(work.job_id)):
        pass
    raise RuntimeError("a secret detail")


def refuses(_work: Work, _nothing: None) -> Step:
    """Refuse as operations do."""
    raise refuse("test.no", say("The day is missing."))


HANDLERS: tuple[Any, ...] = (
    Handler("test.count", say("Count"), keep, prepare=read, undo=takes_back),
    Handler("test.break", say("Break"), breaks, undo=takes_back, most_attempts=2),
    Handler("test.refuse", say("Refuse"), refuses),
    Handler("test.guarded", say("Guarded"), keep, prepare=read, permission="audit.view"),
)
