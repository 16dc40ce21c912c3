"""The database: one proxy for SQLite and PostgreSQL, opened with the settings that house.md tried."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from peewee import DatabaseProxy, Model, OperationalError
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from crm.core.columns import write_columns_in_one_step

if TYPE_CHECKING:
    from collections.abc import Iterator

write_columns_in_one_step()
database: Any = DatabaseProxy()
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
BUSY_SECONDS = 10


class Table(Model):
    """Base of every table; names come from the class in snake case."""

    class Meta:
        """One database for all tables."""

        database = database
        legacy_table_names = False


def connect(url: str) -> None:
    """Bind the proxy to `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    database.initialize(_sqlite(url) if url.startswith("sqlite") else _postgresql(url))


def _sqlite(url: str) -> Any:
    path = unquote(url.removeprefix("sqlite:///"))
    pragmas = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": "normal",
        "busy_timeout": BUSY_SECONDS * 1000,
        "cache_size": -32_000,
        "temp_store": "memory",
    }
    # IMMEDIATE: a read-then-write transaction takes its write lock at once instead of failing half-way.
    return PooledSqliteDatabase(
        path, pragmas=pragmas, lock_type="IMMEDIATE", timeout=BUSY_SECONDS, max_connections=64, check_same_thread=False
    )


def _postgresql(url: str) -> Any:
    parts = urlparse(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return PooledPostgresqlDatabase(
        parts.path.lstrip("/"),
        user=unquote(parts.username or "") or None,
        password=unquote(parts.password or "") or None,
        host=unquote(query.get("host") or parts.hostname or "") or None,
        port=parts.port,
        prefer_psycopg3=True,
        max_connections=64,
        stale_timeout=300,
    )


def disconnect() -> None:
    """Close every pooled connection (tests, backup, leaving the sample bureau)."""
    if database.obj is not None:
        database.close()
        database.close_all()


def is_sqlite() -> bool:
    """Tell whether the bound database is SQLite."""
    return "Sqlite" in type(database.obj).__name__


def migrate() -> list[str]:
    """Apply the migrations that are still missing, one transaction each; returns their names."""
    with database.connection_context():
        return list(Runner(database.obj, str(MIGRATIONS)).up())


@contextmanager
def transaction() -> Iterator[None]:
    """Run a block as one transaction (a savepoint when already inside one)."""
    with database.atomic():
        yield


def wait_for_database(seconds: float = 5.0) -> bool:
    """Try to open the database for a while; False when it stays away."""
    until = time.monotonic() + seconds
    while True:
        try:
            with database.connection_context():
                return True
        except OperationalError:
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
