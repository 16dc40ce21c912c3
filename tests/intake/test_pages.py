"""The pages between upload and storing: what is settled, mended and downloaded, on both databases."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from openpyxl import Workbook, load_workbook

from crm.accounts import operations
from crm.files.operations import keep_files_in
from crm.jobs.worker import drain
from crm.leads.models import Lead
from tests.intake import books
from tests.web.cast import Cast, assemble, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

ROWS: list[list[Any]] = [
    ["项目汇总（单位：亿元）"],
    ["序号", "项目名称", "投资方", "总投资", "信用代码"],
    [1, "石榴汁生产线", "榴光食品公司", 1.2, None],
    [2, "会议酒店", "攀西文旅公司", "abc", None],
    [3, "支架厂", "川能支架公司", 3, "91513401X"],
]


@pytest.fixture
def cast(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cast:
    """Give the cast, an officer signed in; passwords are hashed weakly, for speed."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()
    keep_files_in(tmp_path / "files")
    people = assemble()
    sign_in(client, "officer")
    return people


def upload(client: FlaskClient, rows: list[list[Any]]) -> str:
    """Upload a ledger and return the address of its reading."""
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    answer = client.post("/import", data={"file": (BytesIO(out.getvalue()), "a.xlsx")})
    return str(answer.headers["Location"])


def test_refused_rows_come_back_marked_and_are_refused_for_the_same_reasons(
    client: FlaskClient, cast: Cast, tmp_path: Path
) -> None:
    del cast
    address = upload(client, ROWS)
    assert "91513401X" in client.get(address).text
    answer = client.get(f"{address}/refused.xlsx")
    book = load_workbook(BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=3, values_only=True)] == ["会议酒店", "支架厂"]
    marked = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(marked) == {"D3", "E4"}
    assert "abc" in marked["D3"]
    assert sheet["E4"].fill.fgColor.rgb.endswith("F8DAD5")
    path = tmp_path / "back.xlsx"
    path.write_bytes(answer.data)
    again = books.as_json(path)
    assert [code for _, code in books.codes(again)] == ["money.unreadable", "uscc.length"]
    sheet["D3"], sheet["E4"] = 1.5, None
    book.save(path)
    assert [values["investment_wan"] for values in books.data(books.as_json(path))] == [15000, 30000]


def test_a_cell_is_mended_in_place_and_the_rest_waits(client: FlaskClient, cast: Cast) -> None:
    del cast
    address = upload(client, ROWS)
    mended = {
        "cell:Sheet\t4\t4": "1.5",
        "was:Sheet\t4\t4": "abc",
        "cell:Sheet\t5\t5": "91513401X",
        "was:Sheet\t5\t5": "91513401X",
    }
    assert client.post(f"{address}/cells", data=mended).status_code == 302
    assert client.post(address).status_code == 302
    assert sorted(row.investment_fen for row in Lead.select()) == [12_000 * 1_000_000, 15_000 * 1_000_000]


def test_the_ledger_to_fill_in_is_read_as_it_says(client: FlaskClient, cast: Cast, tmp_path: Path) -> None:
    del cast
    data = client.get("/import/template.xlsx").data
    book = load_workbook(BytesIO(data))
    sheet: Any = book.worksheets[0]
    assert book.worksheets[1].sheet_state == "hidden"
    assert all(cell.comment for cell in sheet[3])
    assert len(sheet.data_validations.dataValidation) == 5
    heads: dict[str, Any] = {str(cell.value).lstrip("*"): cell.column for cell in sheet[3]}
    stages = [cell.value for cell in book.worksheets[1][chr(64 + heads["进展阶段"])] if cell.value]
    for row, stage in enumerate(stages, start=5):
        for head, value in (
            ("序号", row - 4),
            ("项目名称", f"第{row}个项目厂"),
            ("投资方", "甲乙公司"),
            ("总投资（万元）", 500),
            ("进展阶段", stage),
        ):
            sheet.cell(row, heads[head], value)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    reading = books.as_json(path)
    assert reading["errors"] == []
    assert [(row["row"], row["kind"]) for row in reading["rows"]][:4] == [
        (1, "title"),
        (2, "title"),
        (3, "header"),
        (4, "note"),
    ]
    found = [values["stage_code"] for values in books.data(reading)]
    assert found == ["lead", "qualified", "negotiating", "signed", "started", "producing", "at_capacity"]


def test_an_import_is_undone_at_the_page(client: FlaskClient, cast: Cast) -> None:
    del cast
    address = upload(client, ROWS)
    result = client.post(address).headers["Location"]
    assert client.post(f"{result}/undo").status_code == 302
    assert {row.status for row in Lead.select()} == {"withdrawn"}
    assert "这次导入已撤销" in client.get(result).text


def test_somebody_elses_ledger_is_none_of_mine(app: Flask, client: FlaskClient, cast: Cast) -> None:
    del cast
    address = upload(client, ROWS)
    other = app.test_client()
    sign_in(other, "manager")
    for path in ("columns", "refused.xlsx"):
        assert other.get(f"{address}/{path}").status_code == 404
    assert other.post(f"{address}/mode", data={"mode": "both"}).status_code == 404


def test_a_long_ledger_becomes_work_with_its_progress(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    del cast
    monkeypatch.setattr("crm.intake.routes.LONG", 2)
    address = upload(client, ROWS)
    progress = client.post(address).headers["Location"]
    assert "/jobs/" in progress
    assert client.post(address).headers["Location"] == progress, "ordered twice it is one job"
    assert Lead.select().count() == 0
    drain()
    assert [row.name for row in Lead.select()] == ["石榴汁生产线"]
    assert "a.xlsx" in client.get(progress).text


def test_a_unit_that_a_person_settles_counts_next_time_too(client: FlaskClient, cast: Cast) -> None:
    del cast
    bare: list[list[Any]] = [["项目名称", "投资方", "盘子"], ["石榴汁生产线", "榴光食品公司", 1.2]]
    address = upload(client, bare)
    assert "盘子" in client.get(f"{address}/columns").text
    sent = {"field:盘子": "investment", "unit:盘子": "亿元", "field:项目名称": "name", "field:投资方": "investor"}
    assert client.post(f"{address}/columns", data=sent).status_code == 302
    assert "12,000" in client.get(address).text
    more: list[list[Any]] = [bare[0], ["会议酒店", "攀西文旅公司", 3]]
    assert "30,000" in client.get(upload(client, more)).text
