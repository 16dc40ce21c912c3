"""The word `schema`: writes the first migration anew from the tables of all rooms, while nothing is released yet."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from typing import TYPE_CHECKING, Any

from peewee import SCOPE_VALUES, Context, sort_models
from playhouse.migrations import template
from playhouse.schema_diff import SchemaDiff

import crm
from crm.core.db import MIGRATIONS, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = MIGRATIONS / "0001_house.py"
HEAD = '''"""The first tables of the house, made by `python3 run.py schema` from every room's models.py."""
'''
TAIL = '''

def search_table(db):
    """Make the table that words are searched in: FTS5 on SQLite, tsvector on PostgreSQL (no extension needed)."""
    if 'Sqlite' in type(db).__name__:
        db.execute_sql("CREATE VIRTUAL TABLE lead_search USING fts5(body, tokenize='unicode61', detail='none')")
        return
    db.execute_sql('CREATE TABLE lead_search (lead_id BIGINT PRIMARY KEY REFERENCES lead(id), body tsvector NOT NULL)')
    db.execute_sql('CREATE INDEX lead_search_body ON lead_search USING gin (body)')


def append_only(db, table):
    """Refuse every change and removal of a table's rows, whoever asks."""
    if 'Sqlite' in type(db).__name__:
        for verb in ('UPDATE', 'DELETE'):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    db.execute_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$")
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
'''
EXTRA = """    search_table(db)
    append_only(db, 'audit_entry')
    append_only(db, 'lead_fact')
    append_only(db, 'credit_tariff')
    append_only(db, 'credit_event')
    append_only(db, 'credit_entry')
    append_only(db, 'rule_version')
    append_only(db, 'rule_review')
    append_only(db, 'paid_in_check')
"""


def tables() -> list[Any]:
    """Return the models of all rooms, those first that others refer to."""
    for module in pkgutil.walk_packages(crm.__path__, "crm."):
        if module.name.rpartition(".")[2].startswith("models"):
            importlib.import_module(module.name)
    found = [model for model in Table.__subclasses__() if model.__module__.startswith("crm.")]
    return list(sort_models(sorted(found, key=lambda model: str(model._meta.table_name))))  # noqa: SLF001


def partial_indexes(models: list[Any]) -> list[str]:
    """Return the statements of indexes over a part of a table, which read the same on both databases."""
    found = []
    for model in models:
        for index in model._meta.indexes:  # noqa: SLF001 - peewee keeps what describes a table there
            if not isinstance(index, (list, tuple)):
                statement, values = Context(scope=SCOPE_VALUES, quote='""').sql(index).query()
                if values:
                    message = f"{model.__name__}: an index must not hold values"
                    raise ValueError(message)
                found.append(statement.replace("IF NOT EXISTS ", ""))
    return found


def first_migration() -> str:
    """Return the text of the first migration for the tables as they are now."""
    models = tables()
    generated = template(SchemaDiff(models, [], [], [], []))
    lines = [line for line in generated.splitlines()[1:] if not line.startswith("# TODO:")]
    up = re.sub(r"\n{3,}", "\n\n", "\n".join(lines).partition("\n\ndef down(")[0]).rstrip("\n")
    indexes = "".join(f"    db.execute_sql({statement!r})\n" for statement in partial_indexes(models))
    return HEAD + up.replace("\n\ndef up", "\n\n\ndef up") + "\n" + indexes + EXTRA + TAIL


def run(arguments: Sequence[str]) -> int:
    """Write the first migration; with --check only tell whether it is fresh."""
    text = first_migration()
    if "--check" in arguments:
        return 0 if FIRST.is_file() and FIRST.read_text(encoding="utf-8") == text else 1
    FIRST.parent.mkdir(exist_ok=True)
    FIRST.write_text(text, encoding="utf-8")
    print(f"migrations/{FIRST.name}", file=sys.stderr)
    return 0
