"""The word `schema`: writes the next numbered migration from what the models say and the migrations do not yet."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import sys
from typing import TYPE_CHECKING, Any

from peewee import SCOPE_VALUES, Context, SqliteDatabase, sort_models
from playhouse.migrations import Runner, template
from playhouse.schema_diff import diff_models

import crm
from crm.core.db import MIGRATIONS, Table, database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# A migration that was released is never edited: some bureau's database has been made by it.
RELEASED = {"0001_house.py": "5632048cc6852f64c053a6dfca98dad8ada673b2bcd38a52cef0f31eea838d2f"}
NAME = re.compile(r"[a-z][a-z0-9_]{2,40}\Z")


def tables() -> list[Any]:
    """Return the models of all rooms, those first that others refer to."""
    for module in pkgutil.walk_packages(crm.__path__, "crm."):
        if module.name.rpartition(".")[2].startswith("models"):
            importlib.import_module(module.name)
    found = [model for model in Table.__subclasses__() if model.__module__.startswith("crm.")]
    return list(sort_models(sorted(found, key=lambda model: str(model._meta.table_name))))  # noqa: SLF001


def partial_indexes(models: list[Any]) -> dict[str, str]:
    """Return name and statement of each index over a part of a table; they read the same on both databases."""
    found = {}
    for model in models:
        for index in model._meta.indexes:  # noqa: SLF001 - peewee keeps what describes a table there
            if not isinstance(index, (list, tuple)):
                statement, values = Context(scope=SCOPE_VALUES, quote='""').sql(index).query()
                if values:
                    message = f"{model.__name__}: an index must not hold values"
                    raise ValueError(message)
                found[index._name] = statement.replace("IF NOT EXISTS ", "")  # noqa: SLF001
    return found


def _shape(base: Any, names: list[str]) -> dict[str, list[Any]]:
    """Return columns, references and indexes of each table as SQLite keeps them."""
    shape: dict[str, list[Any]] = {}
    for name in names:
        columns = sorted(row[1:4] + row[5:6] for row in base.execute_sql(f'PRAGMA table_info("{name}")').fetchall())
        keys = sorted(row[2:7] for row in base.execute_sql(f'PRAGMA foreign_key_list("{name}")').fetchall())
        made = base.execute_sql(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
        ).fetchall()
        # The names of indexes differ (a migration's classes carry no snake case) and do not matter.
        bare = sorted({re.sub(r'"|INDEX .*? (?=ON )', "", row[0]) for row in made})
        shape[name] = [columns, keys, bare]
    return shape


def missing(folder: Path = MIGRATIONS) -> tuple[Any, list[str]]:
    """Return what the models have and the migrations do not make, and the tables whose columns were changed.

    A changed type or a changed "may be empty" shows only in the second answer: such a migration is written by hand.
    """
    models, bound = tables(), database.obj
    by_migrations, by_models = SqliteDatabase(":memory:"), SqliteDatabase(":memory:")
    try:
        Runner(by_migrations, str(folder)).up()
        database.initialize(by_migrations)
        difference = diff_models(by_migrations, models)
        database.initialize(by_models)
        by_models.create_tables(models)
    finally:
        database.initialize(bound)
    names = [str(model._meta.table_name) for model in models]  # noqa: SLF001
    made, wanted = _shape(by_migrations, names), _shape(by_models, names)
    by_migrations.close()
    by_models.close()
    return difference, [name for name in names if made[name] != wanted[name]]


def changed_after_release(folder: Path = MIGRATIONS) -> list[str]:
    """Return the released migrations that are no longer as they were released."""
    return [
        name
        for name, digest in RELEASED.items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def body(difference: Any) -> str:
    """Return the text of a migration for a difference; refuses a column that older rows could not fill."""
    bare = [field for field in difference.add_columns if not field.null and field.default is None]
    if bare:
        message = ", ".join(f"{field.model._meta.table_name}.{field.column_name}" for field in bare)  # noqa: SLF001
        raise ValueError(f"这些新列既不可空又没有默认值，旧数据填不上 / no default for older rows: {message}")
    named = partial_indexes(tables())
    plain = difference._replace(add_indexes=[index for index in difference.add_indexes if index.columns is not None])
    lines = [line for line in template(plain).splitlines()[1:] if not line.startswith("# TODO:")]
    up = re.sub(r"\n{3,}", "\n\n", "\n".join(lines).partition("\n\ndef down(")[0]).rstrip("\n")
    added = [index.name for index in difference.add_indexes if index.columns is None]
    new = {str(model._meta.table_name) for model in difference.create_tables}  # noqa: SLF001
    added += [
        name for name, text in named.items() if any(f'ON "{table}"' in text for table in new) and name not in added
    ]
    indexes = "".join(f"    db.execute_sql({named[name]!r})\n" for name in added)
    return up.replace("\n\ndef up", "\n\n\ndef up") + "\n" + indexes


def write(name: str, folder: Path = MIGRATIONS) -> Path | None:
    """Write the next numbered migration under a name; None when nothing is missing."""
    difference, _changed = missing(folder)
    if not difference:
        return None
    number = max((int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]_*.py")), default=0) + 1
    path = folder / f"{number:04}_{name}.py"
    path.write_text(
        f'"""{name.replace("_", " ").capitalize()}: made by `python3 run.py schema`."""\n' + body(difference)
    )
    return path


def run(arguments: Sequence[str]) -> int:
    """Write the next migration; with --check only tell whether the migrations make what the models say."""
    if "--check" in arguments:
        difference, changed = missing()
        problems = [*str(difference).splitlines(), *changed, *changed_after_release()]
        print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
        return 1 if problems else 0
    if len(arguments) != 1 or not NAME.match(arguments[0]):
        print("用法 / usage: python3 run.py schema NAME | --check（NAME 用小写字母、数字和下划线）", file=sys.stderr)
        return 2
    try:
        path = write(arguments[0])
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"migrations/{path.name}" if path else "没有缺的 / nothing is missing", file=sys.stderr)
    return 0
