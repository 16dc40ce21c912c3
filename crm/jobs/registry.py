"""What kinds of long work there are: upper rooms bring handlers, this room runs them and knows none of them.

A room that has long work puts a file `jobs.py` (or `jobs_*.py`) beside its other furniture with a tuple `HANDLERS`:

    def _read(work: Work) -> list[Row]:                    # no transaction: may take long, may call work.check()
        return rows_after(work.cursor or 0, limit=200)

    def _keep(work: Work, rows: list[Row]) -> Step:        # one short transaction, together with the cursor
        for row in rows:
            store_row(row, by=work.by, at=work.at)
        return Step(cursor=rows[-1].id if rows else None, done=work.done + len(rows), finished=not rows)

    HANDLERS = (Handler("ledger.store", say("Store a ledger"), _keep, prepare=_read),)

and orders work by `submit("ledger.store", {"file_id": 7}, by=actor(), at=now())`, which returns the job's id; the page
to send the person to is `/jobs/<id>`.

What `store` writes and the cursor are committed together or not at all, so a worker
that is killed at any moment loses at most one batch, and the next worker begins where the last commit stands. What a
handler does outside the database (a file, a message) may happen twice and must bear it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crm.core.clock import now
from crm.core.errors import Text, refuse, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from crm.core.actor import Actor


class Cancelled(Exception):  # noqa: N818 - a wish, not a fault
    """Raised inside a handler by `work.check()` when the job is to stop."""


@dataclass(frozen=True)
class ResultFile:
    """A file that a job produced: its bytes, or where `prepare` wrote it (see `operations_results.workshop`)."""

    name: str
    media_type: str
    data: bytes = b""
    path: Path | None = None


@dataclass(frozen=True)
class Step:
    """What one batch came to: where to go on, how far it is, and at the end what came out."""

    cursor: Any = None
    """Anything that JSON holds; the next batch gets it as `work.cursor`."""
    done: int = 0
    total: int | None = None
    errors: int = 0
    message: Text | None = None
    finished: bool = False
    result: Any = None
    link: str = ""
    """The page of our own where the result is shown."""
    file: ResultFile | None = None


def _nothing(_work: Work) -> None:
    return None


def _keep_quiet(_done: int, _total: int | None) -> None:
    return None


def _go_on() -> None:
    return None


@dataclass(frozen=True)
class Work:
    """What a handler is given for one batch."""

    job_id: int
    arguments: Mapping[str, Any]
    by: Actor
    at: datetime
    cursor: Any = None
    done: int = 0
    total: int | None = None
    errors: int = 0
    asks: Callable[[], None] = _go_on
    tells: Callable[[int, int | None], None] = _keep_quiet

    def check(self) -> None:
        """Stop here when the job was cancelled or another worker has it (only outside the transaction)."""
        self.asks()

    def report(self, done: int, total: int | None = None) -> None:
        """Show progress within a long `prepare` (only outside the transaction)."""
        self.tells(done, total)


@dataclass(frozen=True)
class Handler:
    """One kind of long work."""

    kind: str
    label: Text
    store: Callable[[Work, Any], Step]
    """Runs in the transaction that also keeps the cursor: short, and nothing but the database."""
    prepare: Callable[[Work], Any] = _nothing
    """Runs before it without a transaction: reading, computing, waiting for a child process."""
    undo: Callable[[Work], None] | None = None
    """Runs in the transaction that ends a cancelled or failed job: takes back what must not stay half."""
    permission: str = ""
    """What its owner must hold when it runs and when its file is fetched; empty asks for nothing more."""
    most_attempts: int = 5
    longest_step: float = 900.0
    """Seconds after which a step counts as hung: its lease is no longer renewed."""


@dataclass
class _Registry:
    handlers: dict[str, Handler] = field(default_factory=dict)
    identify: Callable[[Actor], Actor] | None = None
    allowed: Callable[[Actor, str], bool] | None = None


_registry = _Registry()


def register(handlers: Iterable[Handler]) -> None:
    """Make kinds of work known; the same kind again replaces the first."""
    for handler in handlers:
        _registry.handlers[handler.kind] = handler


def judge_with(identify: Callable[[Actor], Actor], allowed: Callable[[Actor, str], bool]) -> None:
    """Say how a person's rights of today are found, and whether they suffice (the web room knows both)."""
    _registry.identify = identify
    _registry.allowed = allowed


def handler_of(kind: str) -> Handler:
    """Return the handler of a kind; refuses one that nobody brought."""
    found = _registry.handlers.get(kind)
    if found is None:
        raise refuse("job.kind", say("There is no work of the kind %(kind)s.", kind=kind), status=404)
    return found


def kinds() -> list[str]:
    """Return the kinds of work that this process can do."""
    return sorted(_registry.handlers)


def today_as(by: Actor) -> Actor:
    """Return the actor with the rights of now, not those of when the job was ordered; refuses a closed account."""
    return _registry.identify(by) if _registry.identify else by


def may_run(by: Actor, kind: str) -> bool:
    """Tell whether an actor holds what a kind of work asks for."""
    permission = handler_of(kind).permission
    return not permission or _registry.allowed is None or _registry.allowed(by, permission)


def at_work(work: Work, **changes: Any) -> Work:
    """Return the same work a moment later."""
    return replace(work, at=now(), **changes)
