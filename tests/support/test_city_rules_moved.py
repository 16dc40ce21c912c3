"""Short conclusions from before the register move into it as what they are: nothing made up, nothing that counts lost."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from playhouse.migrations import Runner

from crm.core import db as product
from crm.core.db import MIGRATIONS, database
from tests.conftest import DATABASES, empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEFORE = "0012_land"
AT = "2026-03-01 02:00:00"


@pytest.fixture(params=DATABASES)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Give a database as it stood before, bound, and the folder whose last migration is still to come."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in sorted(MIGRATIONS.glob("[0-9]*.py")):
        if path.stem <= BEFORE:
            shutil.copy(path, folder)
    with empty_database(request.param, tmp_path, request) as url:
        bound = database.obj
        product.connect(url)
        with database.connection_context():
            Runner(database.obj, str(folder)).up()
            yield folder
        database.obj.close_all()
        database.initialize(bound)


def insert(table: str, **values: Any) -> int:
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" for _ in values)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"  # noqa: S608 - the test's own names
    if not product.is_sqlite():
        sql = sql.replace("?", "%s")
    return int(database.execute_sql(sql, list(values.values())).fetchone()[0])


def card(version: str, day: str) -> str:
    return f'version = "{version}"\nin_force_from = {day}\nbasis = "本市"\n'


def filled() -> int:
    """Fill the tables with a bureau's rules of before; returns the reviewer."""
    from hashlib import sha256

    from crm.scoring.rules_versions import reviewed_hash

    bai = insert("person", login="bai", name="白审查", pinyin="bai", password_hash="-", created_at=AT,
                 title="", phone="", locale="zh_CN", active=True, failures=0, must_change_password=False)  # fmt: skip
    for version, day in (("2026.2", "2026-02-01"), ("2026.3", "2099-01-01")):
        insert("rule_version", kind="scorecard", version=version, based_on="2026.1", in_force_from=day, reason="修订",
               text=card(version, day), text_hash=version, by_name="陈", at=AT)  # fmt: skip
    insert("rule_draft", kind="scorecard", based_on="2026.3", text=card("2026.4", "2026-01-01"), edition=1, by_name="陈",
           at=AT, updated_at=AT)  # fmt: skip
    for version, mark, conclusion in (
        ("2026.1", "1" * 64, "allowed"),
        ("2026.2", reviewed_hash(card("2026.2", "2026-02-01")), "amend"),
        ("2026.2", reviewed_hash(card("2026.2", "2026-02-01")), "allowed"),
        ("2026.4", "4" * 64, "allowed"),
    ):
        insert("rule_review", kind="scorecard", version=version, text_hash=mark, conclusion=conclusion,
               document_no="审1号", opinion="可", by_id=bai, by_name="白审查", at=AT)  # fmt: skip
    for version, day in (("2026.1", "2026-01-01"), ("2026.2", "2026-02-01"), ("2027.1", "2099-01-01")):
        body = f"tariff {version}"
        key = insert("credit_tariff", version=version, in_force_from=day, body=body, adopted_at=AT,
                     sha256=sha256(body.encode()).hexdigest())  # fmt: skip
        if version != "2026.2":
            insert("credit_tariff_review", tariff_id=key, conclusion="pass", document="市监1号", by_id=bai,
                   concluded_on="2026-02-20", recorded_at=AT, by_name="白审查")  # fmt: skip
    return bai


def test_short_conclusions_move_and_what_counts_goes_on_counting(older: Path) -> None:
    from crm.support.queries_rules import rule_items

    bai = filled()
    shutil.copy(MIGRATIONS / "0013_rules_under_review.py", older)
    Runner(database.obj, str(older)).up()
    rows = {(row.kind, row.version): row for row in rule_items()}
    told = {
        key: (row.standing.state, row.standing.conclusion, row.lets_out, row.early) for key, row in rows.items()
    }
    assert told == {
        ("scorecard", "2026.1"): ("in_force", "allowed", True, True),  # came along; its short conclusion stands
        ("scorecard", "2026.2"): ("in_force", "allowed", True, True),
        ("scorecard", "2026.4"): ("ended", "allowed", False, True),  # a draft: the whole review is to come
        ("tariff", "2026.1"): ("in_force", "allowed", True, True),
        ("tariff", "2026.2"): ("in_force", "", False, True),  # counts already, without a word on record
        ("tariff", "2027.1"): ("ended", "allowed", False, True),  # has not begun: the whole review is to come
    }
    assert ("scorecard", "2026.3") not in rows  # neither reviewed nor begun
    assert rows["tariff", "2026.1"].concluded_on == date(2026, 2, 20)
    from crm.support.models import SupportReview

    kept = list(SupportReview.select().order_by(SupportReview.id))
    assert {(one.by_id, one.file_id, one.first_opinion, one.heard) for one in kept} == {(bai, 0, "", 0)}
    assert [one.conclusion for one in kept if one.voided_at] == ["changed"]
    assert not {"rule_review", "credit_tariff_review"} & set(database.get_tables())


def test_a_house_without_rules_of_its_own_moves_nothing(older: Path) -> None:
    from crm.support.queries_rules import rule_items

    shutil.copy(MIGRATIONS / "0013_rules_under_review.py", older)
    Runner(database.obj, str(older)).up()
    assert rule_items() == []
