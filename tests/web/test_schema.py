"""The migrations make exactly the tables of the models, on both databases, and what must stay cannot be changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import peewee
import pytest
from playhouse.schema_diff import diff_models

from config import Settings
from crm.audit.models import AuditEntry
from crm.cli import schema
from crm.cli.schema import tables
from crm.core import db as product
from crm.core.actor import SYSTEM
from crm.core.clock import now
from crm.core.db import MIGRATIONS
from crm.profile.operations import found_bureau

if TYPE_CHECKING:
    from pathlib import Path


def test_the_migrations_make_what_the_models_say() -> None:
    difference, changed = schema.missing()
    assert not difference, str(difference)
    assert changed == [], "a column changed: write the next migration by hand"


def test_a_released_migration_is_never_edited(tmp_path: Path) -> None:
    assert schema.changed_after_release() == []
    for name in schema.RELEASED:
        (tmp_path / name).write_bytes((MIGRATIONS / name).read_bytes() + b"\n")
    assert schema.changed_after_release(tmp_path) == list(schema.RELEASED)


def test_the_next_migration_is_written_from_what_is_missing(tmp_path: Path) -> None:
    text = (MIGRATIONS / "0001_house.py").read_text(encoding="utf-8")
    begin = text.index("    class EvaluationObjection(Model):")
    end = text.index("    db.create_tables([EvaluationObjection])\n") + len(
        "    db.create_tables([EvaluationObjection])\n"
    )
    column = "        pinyin = CharField(index=True, default='')\n"
    assert column in text
    cut = (text[:begin] + text[end:]).replace(column, "", 1)
    (tmp_path / "0001_house.py").write_text(cut, encoding="utf-8")
    for later in sorted(MIGRATIONS.glob("[0-9]*.py"))[1:]:
        (tmp_path / later.name).write_bytes(later.read_bytes())
    difference, _changed = schema.missing(tmp_path)
    assert [model.__name__ for model in difference.create_tables] == ["EvaluationObjection"]
    assert [(field.model.__name__, field.name) for field in difference.add_columns] == [("Unit", "pinyin")]
    written = schema.write("what_was_cut", tmp_path)
    assert written is not None
    assert written.name.endswith("_what_was_cut.py")
    assert schema.missing(tmp_path)[0] == schema.missing()[0]
    assert schema.missing(tmp_path)[1] == []
    assert schema.write("nothing_more", tmp_path) is None


def test_the_migrated_database_is_what_the_models_say(db: Any) -> None:
    different = diff_models(db.obj, tables())
    assert not different.create_tables
    assert not different.add_columns
    assert not different.drop_columns
    assert not different.add_indexes


def test_there_is_a_table_to_search_in(db: Any) -> None:
    db.execute_sql("SELECT body FROM lead_search").fetchall()


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_an_entry_of_the_trail_cannot_be_changed_or_removed(verb: str, own_database: str) -> None:
    found_bureau("西昌市经济合作局", "real", by=SYSTEM, at=now())
    with pytest.raises(peewee.DatabaseError, match="append-only"), product.database.atomic():
        product.database.execute_sql(verb)
    assert AuditEntry.select().count() == 1


def test_two_processes_may_open_the_same_house_at_once(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from config import Settings; from crm.web.house import open_house; "
        "open_house(Settings.from_env({'CRM_INSTANCE': sys.argv[1]}))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "house")]
    answers: list[subprocess.CompletedProcess[str]] = []

    def start() -> None:
        root = Settings.from_env({}).instance.parent
        answers.append(subprocess.run(command, cwd=root, capture_output=True, text=True, check=False))

    threads = [threading.Thread(target=start) for _place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.returncode for answer in answers] == [0, 0, 0], [answer.stderr for answer in answers]
