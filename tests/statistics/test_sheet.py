"""A sheet of monthly figures: read as people fill it in, taken whole or not at all, every bad cell named."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from crm.core.errors import Refusal
from crm.core.words import render, speaking
from crm.statistics.rules_sheet import TEMPLATE, column_of, read_sheet
from tests import cast as story
from tests.cast import AT, OTHER_USCC, USCC
from tests.statistics.figures import LAST, WAN, enterprise, report, stands, tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast

HEAD = ["统一社会信用代码", "企业名称", "月份", "营业收入（万元）", "产值(万元)", "用电量（千瓦时）", "税收（万元）", "砂石用量（吨）",
        "本月投资（万元）", "数据来源", "统计人员", "备注", "更正原因"]  # fmt: skip
ROW = [USCC, "西昌甲机械有限公司", LAST, 100.5, 110, 100000, 4, 0, 0, "企业自报", "", "", ""]


def _book(tmp_path: Path, rows: list[list[Any]], head: list[str] | None = None, name: str = "月报.xlsx") -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["园区企业月报表"])
    sheet.append(["单位：万元"])
    sheet.append(head or HEAD)
    for row in rows:
        sheet.append(row)
    path = tmp_path / name
    book.save(path)
    return path


def _read(path: Path, by: Any) -> Any:
    from crm.intake.operations_monthly import read_monthly

    return read_monthly(path, name=path.name, by=by, at=AT)


def _take(reading: Any, by: Any) -> dict[str, int]:
    from crm.statistics.operations_sheet import take

    return take(reading, by=by, at=AT)


def test_a_sheet_is_staged_then_taken_in_and_a_second_time_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    one, two = enterprise(cast.zhang, uscc=USCC), enterprise(cast.zhang, "乙食品有限公司")
    path = _book(tmp_path, [ROW, ["", "乙食品有限公司", "2026年5月", 1, "", "", "", "", "", "供电单位汇总", "孙统计", "", ""],
                            ["合计", "", "", 101.5]])  # fmt: skip
    before = tables()
    reading = _read(path, cast.zhang)
    assert tables() == before
    assert (reading.counts()["new"], reading.all_wrong) == (2, [])
    _take(reading, cast.zhang)
    assert (stands(one, LAST).figures["revenue_fen"], stands(one, LAST).statistician) == (100_500_000, "赵统计")
    assert (stands(two, LAST).source, stands(two, LAST).figures["output_fen"]) == ("power_supplier", None)
    kept = tables()
    again = _read(path, cast.zhang)
    assert again.counts()["unchanged"] == 2
    _take(again, cast.zhang)
    assert tables() == kept
    assert story.trail("done").count("return.sheet") == 1


def test_every_bad_cell_is_named_and_nothing_is_half_stored(cast: Cast, tmp_path: Path) -> None:
    enterprise(cast.zhang, uscc=USCC)
    enterprise(cast.zhang, "乙食品有限公司", uscc=OTHER_USCC)
    bad = [
        [*ROW[:2], "13月", *ROW[3:]],
        [*ROW[:3], "很多", -5, 1.5, 4, 0, 0, "统计报表", *ROW[10:]],
        ["", "丙公司", *ROW[2:]],
        [OTHER_USCC, "西昌甲机械有限公司", *ROW[2:]],
        [*ROW[:9], "法定统计报表", *ROW[10:]],
        [*ROW[:3], 0.1234567, *ROW[4:]],
        [*ROW[:2], "2026-06", *ROW[3:]],
        ROW,
        ROW,
    ]
    before = tables()
    reading = _read(_book(tmp_path, bad), cast.zhang)
    found = {(wrong.row, wrong.column, wrong.code) for wrong in reading.all_wrong}
    assert {
        (4, "月份", "month.invalid"), (5, "营业收入（万元）", "revenue_fen.invalid"), (5, "产值(万元)", "output_fen.invalid"),
        (5, "用电量（千瓦时）", "electricity_kwh.invalid"), (5, "数据来源", "source.invalid"), (6, "企业名称", "enterprise.unknown"),
        (7, "企业名称", "name.other"), (8, "数据来源", "source.invalid"), (9, "营业收入（万元）", "money.fine"),
        (10, "月份", "month.future"), (12, "月份", "row.twice"),
    } <= found  # fmt: skip
    protected = next(wrong for wrong in reading.all_wrong if wrong.row == 8)
    assert "Statistics Law" in str(protected.text)
    with pytest.raises(Refusal):
        _take(reading, cast.zhang)
    assert tables() == before
    assert story.trail("refused") == ["return.sheet"]


def test_a_correction_asks_for_its_reason_in_the_sheet(cast: Cast, tmp_path: Path) -> None:
    made = enterprise(cast.zhang, uscc=USCC)
    report(made, LAST, cast.zhang)
    reading = _read(_book(tmp_path, [ROW]), cast.zhang)
    assert [(wrong.code, wrong.column) for wrong in reading.all_wrong] == [("reason.missing", "更正原因")]
    reading = _read(_book(tmp_path, [[*ROW[:12], "电表抄错"]]), cast.zhang)
    assert _take(reading, cast.zhang)["corrected"] == 1
    assert stands(made, LAST).reason == "电表抄错"


def test_rows_without_figures_stay_missing_and_do_not_stop_the_others(cast: Cast, tmp_path: Path) -> None:
    enterprise(cast.zhang, uscc=USCC)
    enterprise(cast.zhang, "乙食品有限公司")
    reading = _read(_book(tmp_path, [ROW, ["", "乙食品有限公司", LAST]]), cast.zhang)
    assert (reading.counts()["blank"], reading.counts()["new"], reading.all_wrong) == (1, 1, [])
    with pytest.raises(Refusal) as refused:
        _take(_read(_book(tmp_path, [["", "乙食品有限公司", LAST]]), cast.zhang), cast.zhang)
    assert "Refusal" in type(refused.value).__name__


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (["企业名称", "月份", "营业收入", "数据来源"], "unit.missing"),
        (["企业名称", "月份", "营业收入（美元）", "数据来源"], "unit.missing"),
        (["企业名称", "月份", "产值（万元）", "总产值（万元）", "数据来源"], "column.twice"),
        (["姓名", "电话"], "sheet.no_header"),
        (["企业名称", "月份"], "sheet.no_header"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_understood_says_why(cast: Cast, tmp_path: Path, head: list[str], code: str) -> None:
    enterprise(cast.zhang)
    reading = _read(_book(tmp_path, [["西昌甲机械有限公司", LAST, 1, "企业自报"]], head), cast.zhang)
    assert code in {wrong.code for wrong in reading.all_wrong}
    with pytest.raises(Refusal):
        _take(reading, cast.zhang)


def test_units_of_the_header_are_heeded(cast: Cast, tmp_path: Path) -> None:
    made = enterprise(cast.zhang)
    head = ["企业名称", "月份", "营业收入（元）", "产值（亿元）", "用电量（万千瓦时）", "砂石用量（万吨）", "数据来源", "用电量来源"]
    reading = _read(_book(tmp_path, [["西昌甲机械有限公司", date(2026, 5, 1), 12345.67, 1.5, 12.3456, 0.12, "企业自报", "供电单位汇总"]], head), cast.zhang)
    assert reading.all_wrong == []
    _take(reading, cast.zhang)
    row = stands(made, LAST)
    assert (row.figures["revenue_fen"], row.figures["output_fen"]) == (1_234_567, 15_000 * WAN)
    assert (row.figures["electricity_kwh"], row.figures["sand_ct"]) == (123_456, 120_000)
    assert row.source_of("electricity_kwh") == "power_supplier"


def test_a_cell_that_shows_an_error_is_named(cast: Cast, tmp_path: Path) -> None:
    enterprise(cast.zhang, uscc=USCC)
    path = _book(tmp_path, [[*ROW[:3], "=B1/0", *ROW[4:]]])
    assert "cell.broken" in {wrong.code for wrong in _read(path, cast.zhang).all_wrong}


@pytest.mark.parametrize("content", [b"", b"no table", b"PK\x03\x04 half a file"])
def test_a_file_that_is_no_table_is_refused(cast: Cast, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refusal):
        _read(path, cast.zhang)


def test_only_the_own_part_of_the_register_is_known(cast: Cast, tmp_path: Path) -> None:
    enterprise(cast.zhang, uscc=USCC)
    path = _book(tmp_path, [ROW])
    assert {wrong.code for wrong in _read(path, cast.li).all_wrong} == {"enterprise.unknown"}
    for who in (cast.chen, cast.luo, cast.liu):
        with pytest.raises(Refusal) as refused:
            _read(path, who)
        assert refused.value.status == 403


# --- pure reading


@pytest.mark.parametrize(
    ("header", "code"),
    [("*企业名称", "name"), ("营业收入\n（万元）", "revenue_fen"), ("Electricity (kWh)", "electricity_kwh"), ("用电（度）", "electricity_kwh"),
     ("税收来源", "source_tax_fen"), ("Tax source", "source_tax_fen"), ("说明", "note"), ("Revenue (10k yuan)", "revenue_fen")],
)  # fmt: skip
def test_headers_are_known_as_people_write_them(header: str, code: str) -> None:
    column, wrong = column_of(header)
    assert wrong is None
    assert column is not None
    assert column.code == code


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_head_of_the_template_is_known_again_in_both_languages(language: str) -> None:
    with speaking(language):
        for line in TEMPLATE:
            column, wrong = column_of(render(line.heading))
            assert (column and column.code, wrong) == (line.code, None), render(line.heading)


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12))
def test_whatever_stands_in_a_sheet_it_is_read_or_not_never_broken(rows: list[list[str]]) -> None:
    told: list[Any] = [(number, cells, {}) for number, cells in enumerate(rows, 1)]
    assert read_sheet(told) is None or isinstance(read_sheet(told), object)
    head: tuple[int, list[str], dict[int, str]] = (0, ["企业名称", "产值（万元）"], {})
    sheet = read_sheet([head, *told])
    assert sheet is not None
    assert len(sheet.lines) <= len(rows)


# --- the template, the pages, the command


def _sheet(client: Any, path: str = f"/statistics/sheet?month={LAST}") -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.data)).worksheets[0]


def test_the_template_lists_who_owes_and_comes_back_unchanged(app: Any, cast: Cast, tmp_path: Path) -> None:
    one = enterprise(cast.zhang, uscc=USCC)
    enterprise(cast.zhang, "乙食品有限公司")
    enterprise(cast.zhang, "丙已离园", left_on=date(2026, 1, 1))
    enterprise(cast.li, "丁邻居")
    report(one, LAST, cast.zhang, revenue_fen=1_234_567, sand_ct=150, sources={"tax_fen": "tax_summary"})
    for language in ("zh_CN", "en"):
        client = story.entered(app, cast.zhang)
        client.post("/language", data={"lang": language})
        sheet = _sheet(client)
        names = [sheet.cell(row, 2).value for row in range(4, 8)]
        assert [name for name in names if name] == ["西昌甲机械有限公司", "乙食品有限公司"]
        path = tmp_path / f"{language}.xlsx"
        path.write_bytes(client.get(f"/statistics/sheet?month={LAST}").data)
        reading = _read(path, cast.zhang)
        assert reading.all_wrong == []
        assert (reading.counts()["unchanged"], reading.counts()["blank"]) == (1, 1)


def _upload(client: Any, path: Path) -> Any:
    return client.post("/statistics/import", data={"file": (BytesIO(path.read_bytes()), path.name)})


def test_the_page_shows_every_row_before_anything_is_stored(app: Any, cast: Cast, tmp_path: Path) -> None:
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    made = enterprise(cast.zhang, uscc=USCC)
    client = story.entered(app, cast.zhang)
    bad = _upload(client, _book(tmp_path, [[*ROW[:3], "很多", *ROW[4:]]]))
    shown = client.get(bad.location)
    assert "很多" in shown.text
    assert "营业收入（万元）" in shown.text
    assert client.post(bad.location, follow_redirects=True).status_code == 200
    assert stands(made, LAST) is None
    good = _upload(client, _book(tmp_path, [ROW]))
    assert "pill-good" in client.get(good.location).text
    assert client.post(good.location).status_code == 302
    assert stands(made, LAST) is not None
    other = story.entered(app, cast.li)
    assert other.get(good.location).status_code == 404
    assert client.post("/statistics/import", data={}).status_code == 302


def test_the_command_says_what_the_page_says(db: Any, cast: Cast, tmp_path: Path, capsys: Any) -> None:
    from crm.cli import statistics
    from crm.core.actor import CLI

    made = enterprise(cast.zhang, uscc=USCC)
    path = _book(tmp_path, [ROW])
    assert statistics.run(["import", str(path), "--dry-run", "--json"], CLI) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["new"] == 1
    assert stands(made, LAST) is None
    assert statistics.run(["import", str(path)], CLI) == 0
    assert stands(made, LAST) is not None
    wrong = _book(tmp_path, [[*ROW[:3], "很多", *ROW[4:]]], name="坏.xlsx")
    assert statistics.run(["import", str(wrong), "--json"], CLI) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(error["row"], error["column"], error["value"]) for error in told["errors"]] == [(4, "营业收入（万元）", "很多")]
    (tmp_path / "nothing.xlsx").write_bytes(b"x")
    assert statistics.run(["import", str(tmp_path / "nothing.xlsx")], CLI) == 2
