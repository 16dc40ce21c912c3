"""Opening the house: data folder, database, migrations (one process at a time), files; and emptying a sample bureau."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playhouse.migrations import Runner

from crm.approvals.queries import calendar_says
from crm.core.clock import now
from crm.core.db import MIGRATIONS, connect, database, is_sqlite
from crm.core.workdays import edit_with
from crm.files.operations import keep_files_in
from crm.files.operations_scan import scan_with
from crm.scoring.operations_versions import adopt_shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config import Settings

ADVISORY_LOCK = 51340101
"""Any number will do; it is the division code of Xichang with a serial behind it."""


def open_house(settings: Settings) -> list[str]:
    """Make the data folder, bind the database and apply missing migrations; returns those applied now."""
    settings.make_folders()
    connect(settings.database_url)
    keep_files_in(settings.files)
    scan_with(settings.scan_command, settings.scan_seconds)
    edit_with(calendar_says)
    with alone(settings):
        applied = apply_migrations()
        adopt_shipped(now())
        return applied


def apply_migrations() -> list[str]:
    """Apply what is missing on the connection that holds the lock."""
    return list(Runner(database.obj, str(MIGRATIONS)).up())


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Let one process at a time change the schema: a lock file for SQLite, an advisory lock on PostgreSQL."""
    settings.make_folders()
    with (settings.instance / "migrate.lock").open("w", encoding="ascii") as handle, database.connection_context():
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not is_sqlite():
            database.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        try:
            yield
        finally:
            if not is_sqlite():
                database.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))


def empty_house(settings: Settings) -> None:
    """Remove every table and file of the sample bureau and build the empty tables anew."""
    database.close()
    with alone(settings):
        _drop_tables()
        for folder in (settings.files, settings.exports):
            shutil.rmtree(folder, ignore_errors=True)
        settings.make_folders()
        apply_migrations()
        adopt_shipped(now())


def _drop_tables() -> None:
    if not is_sqlite():
        with database.atomic():
            for table in database.get_tables():
                database.execute_sql(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        return
    # Foreign keys cannot be switched off inside a transaction, and a half-dropped house must not be seen.
    database.execute_sql("PRAGMA foreign_keys = OFF")
    try:
        with database.atomic():
            database.execute_sql("DROP TABLE IF EXISTS lead_search")
            for table in database.get_tables():
                database.execute_sql(f'DROP TABLE IF EXISTS "{table}"')
    finally:
        database.execute_sql("PRAGMA foreign_keys = ON")
    database.execute_sql("VACUUM")
