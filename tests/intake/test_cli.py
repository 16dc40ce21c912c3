"""The command `import`: exit codes and the JSON that programs read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.actor import CLI
from tests.intake.books import workbook
from tests.intake.test_operations import GOOD, HEAD, leads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNTS = {"read", "create", "update", "duplicate", "refused", "not_data", "unchanged"}


@pytest.fixture
def run(db: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Give a way to run the command on rows or on a file, and what it prints as JSON."""
    from crm.files.operations import keep_files_in
    from crm.intake.cli import run_import

    keep_files_in(tmp_path / "files")

    def started(what: list[list[Any]] | Path, *options: str) -> tuple[int, Any]:
        path = workbook(tmp_path / "台账.xlsx", [HEAD, *what]) if isinstance(what, list) else what
        code = run_import([str(path), "--json", *options], CLI)
        return code, json.loads(capsys.readouterr().out)

    return started


def test_no_row_refused_is_0_and_a_dry_run_stores_nothing(run: Any) -> None:
    code, answer = run(GOOD, "--dry-run")
    assert code == 0
    assert leads() == []
    assert set(answer) >= {"file", "sheets", "counts", "errors", "rows"}
    assert set(answer["counts"]) == COUNTS
    assert answer["counts"]["create"] == 3
    row = next(row for row in answer["rows"] if row["kind"] == "data")
    assert set(row) >= {"sheet", "row", "kind", "action", "values", "errors", "warnings", "duplicate_of"}
    assert row["row"] == 2
    assert row["values"]["investment_wan"] == 12000
    assert row["values"]["stage"] == "在谈"
    assert row["values"]["phone"] == "13800000001"


def test_without_a_dry_run_the_rows_are_stored_once(run: Any) -> None:
    assert run(GOOD)[0] == 0
    code, answer = run(GOOD)
    assert (code, answer["counts"]["unchanged"], len(leads())) == (0, 3, 3)


def test_duplicates_are_no_error(run: Any) -> None:
    code, answer = run([GOOD[0], GOOD[0]])
    assert (code, answer["counts"]["duplicate"], len(leads())) == (0, 1, 1)
    row = answer["rows"][-1]
    assert (row["action"], row["errors"], row["duplicate_of"]) == ("duplicate", [], {"sheet": "台账", "row": 2})


def test_a_refused_row_is_1_and_the_others_are_stored(run: Any) -> None:
    code, answer = run([GOOD[0], [2, "乱码项目", "甲公司", "很多钱"]])
    assert (code, answer["counts"]["refused"], len(leads())) == (1, 1, 1)
    error = answer["rows"][-1]["errors"][0]
    assert set(error) >= {"column", "value", "code", "message"}
    assert error["code"].startswith("money.")


def test_nothing_to_read_is_1(run: Any) -> None:
    code, answer = run([])
    assert code == 1
    assert answer["errors"]
    assert leads() == []


@pytest.mark.parametrize("content", [b"", b"MZ not a table", b"PK\x03\x04 broken"])
def test_what_is_no_table_is_2(run: Any, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(content)
    code, answer = run(path)
    assert code == 2
    assert answer["errors"][0]["message"]
    assert set(answer["counts"]) == COUNTS


def test_a_file_that_is_not_there_is_2(run: Any, tmp_path: Path) -> None:
    assert run(tmp_path / "none.xlsx")[0] == 2
    assert run(tmp_path)[0] == 2


def test_people_get_sentences(db: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from crm.files.operations import keep_files_in
    from crm.intake.cli import run_import

    keep_files_in(tmp_path / "files")
    path = workbook(tmp_path / "台账.xlsx", [HEAD, GOOD[0], [2, "乱码项目", "甲公司", "很多钱"]])
    assert run_import([str(path)], CLI) == 1
    shown = capsys.readouterr().out
    assert "台账!3" in shown
    assert "{" not in shown


def test_a_long_ledger_is_stored_in_batches_and_once(own_database: Any, tmp_path: Path) -> None:
    from config import Settings
    from crm.core.db import database
    from crm.files.operations import keep_files_in
    from crm.intake.cli import run_import
    from crm.jobs.models import Job
    from crm.web.work import prepare_work

    keep_files_in(tmp_path / "files")
    prepare_work(Settings.from_env({"CRM_INSTANCE": str(tmp_path)}))
    rows = [[f"{chr(0x4E00 + n)}{chr(0x5F00 + n)}项目", f"{chr(0x4E00 + n)}甲公司", *GOOD[0][2:]] for n in range(310)]
    path = workbook(tmp_path / "长台账.xlsx", [HEAD, *rows])
    with database.connection_context():
        assert run_import([str(path)], CLI) == 0
        stored = len(leads())
        assert stored > 300  # a few of these names fold into one and wait
        assert [job.state for job in Job.select()] == ["done"]
        assert run_import([str(path)], CLI) == 0
        assert len(leads()) == stored
