
"""Nasty files end in one clear sentence or are read all the same; none hangs, none drops a row."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest

from crm.core.errors import Text
from crm.intake.reader import SENTENCES, UnreadableFile, read_file
from crm.intake.reader_formats import date_of, meaning
from crm.intake.reader_limits import Limits
from crm.intake.rules_cells import BrokenCell, DateCell, FormulaCell, Merge, UnitCell
from tests.intake import books
from tests.intake.books import archive, plain_rows, raw_parts, sheet_data

HEAD = ["序号", "项目名称", "投资方", "总投资（万元）"]
ROWS: list[list[Any]] = [HEAD, [1, "矿泉水厂", "甲公司", 100], [2, "光伏电站", "乙公司", 200]]
NAMES = ["矿泉水厂", "光伏电站"]
XML = sheet_data(plain_rows(ROWS))
TEXT = books.text_bytes(ROWS).encode()
OLD = Path(__file__).parents[1] / "data" / "ledgers" / "old_format.xls"
DTD = '<!DOCTYPE x [<!ENTITY a "b">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
BOMB = '<!DOCTYPE x [<!ENTITY a "bbbbbbbbbb"><!ENTITY c "&a;&a;&a;&a;"><!ENTITY d "&c;&c;&c;&c;">]>'


def refusal(path: Path, **options: object) -> str:
    """Read a file that must be refused; give the code, and make sure that a sentence stands behind it."""
    with pytest.raises(UnreadableFile) as caught:
        read_file(path, **options)  # type: ignore[arg-type]
    (finding,) = caught.value.findings
    assert isinstance(finding.text, Text)
    assert finding.text.msgid == SENTENCES[finding.code].msgid
    assert len(str(finding.text)) > 10
    return finding.code


def names(path: Path) -> list[str]:
    return [values["name"] for values in books.data(books.as_json(path))]


def plain(tmp_path: Path, name: str = "a.xlsx") -> Path:
    return archive(tmp_path / name, raw_parts(XML))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", TEXT, "file.kind_differs"),
        ("a.xls", TEXT, "file.kind_differs"),
        ("a.ods", TEXT, "file.kind_differs"),
        ("a.csv", books.zipped(raw_parts(XML)), "file.kind_differs"),
        ("a.xls", books.zipped(raw_parts(XML)), "file.kind_differs"),
        ("a.ods", books.zipped(raw_parts(XML)), "file.kind_differs"),
        ("a.xlsx", b"%PDF-1.7 ...", "file.kind_differs"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "file.kind_differs"),
        ("a.xls", "<html><table><tr><td>项目名称</td></tr></table></html>".encode(), "file.kind_differs"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "file.kind_differs"),
        ("a.xlsx", books.zipped({"word/document.xml": "<a/>"}), "file.kind_differs"),
        ("a.xlsx", books.zipped({"xl/workbook.bin": b"x"}), "file.kind_differs"),
        ("a.xlsx", books.zipped({"readme.txt": "x"}), "file.kind_differs"),
        ("a.xlsx", b"", "file.empty"),
        ("a.csv", b"", "file.empty"),
        ("a.pdf", b"%PDF", "file.kind_unknown"),
        ("a.txt", TEXT, "file.kind_unknown"),
        ("a", TEXT, "file.kind_unknown"),
        ("a.xlsx", bytes(range(256)) * 40, "file.damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.damaged"),
        ("a.xlsx", books.zipped(raw_parts(XML))[:900], "file.damaged"),
        ("a.xls", OLD.read_bytes()[:3000], "file.damaged"),
        ("a.xlsx", books.zipped({"xl/sharedStrings.xml": "<a/>"}), "file.damaged"),
        ("a.xlsx", books.zipped({"xl/workbook.xml": "<workbook/>"}), "file.damaged"),
        ("a.xlsx", books.zipped(raw_parts("<sheetData><row r='x'>")), "file.damaged"),
        ("a.xlsx", books.zipped(raw_parts('<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData>')), "file.damaged"),
        ("a.csv", "项目名称\n".encode("gbk") + b"\xff\xff\n", "file.encoding"),
        ("a.csv", b"a,b\n\x00\x00,c\n" + b"d,e\n" * 30, "file.damaged"),
        ("a.csv", b'a,b\n"' + b"x" * 200_000, "file.damaged"),
        ("a.xlsx", books.zipped(raw_parts(XML, head=DTD)), "file.dtd"),
        ("a.xlsx", books.zipped(raw_parts(XML.replace("矿泉", "&a;"), head=OUTSIDE)), "file.dtd"),
        ("a.xlsx", books.zipped(raw_parts(XML.replace("矿泉", "&d;"), head=BOMB)), "file.dtd"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "docProps/app.xml": DTD + "<x>&a;</x>"}), "file.dtd"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "xl/drawings/x.vml": DTD + "<x>&a;</x>"}), "file.dtd"),
        ("a.ods", books.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "file.damaged"),
        ("a.ods", books.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a"}), "file.damaged"),
        ("a.ods", books.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "file.kind_differs"),
        ("a.ods", books.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": DTD + "<a/>"}), "file.dtd"),
        ("a.xlsm", TEXT, "file.kind_differs"),
        ("a.et", TEXT, "file.kind_differs"),
        ("a.csv", b"%PDF-1.7 ...", "file.kind_differs"),
        ("a.tsv", books.zipped(raw_parts(XML)), "file.kind_differs"),
        ("a.tsv", b"", "file.empty"),
        ("a.xls", b"", "file.empty"),
        ("a.ods", b"", "file.empty"),
        ("a.xlsx", b"PK", "file.kind_differs"),
        ("a.xlsx", b"PK\x03\x04" + bytes(60), "file.damaged"),
        ("a.xlsx", books.zipped(raw_parts(XML))[-300:], "file.damaged"),
        ("a.xlsx", books.zipped({}), "file.kind_differs"),
        ("a.xlsx", b"Rar!\x1a\x07\x00" + bytes(50), "file.kind_differs"),
        ("a.xlsx", b"7z\xbc\xaf\x27\x1c" + bytes(50), "file.kind_differs"),
        ("a.xlsx", b"\x1f\x8b\x08" + bytes(50), "file.kind_differs"),
        ("a.doc", TEXT, "file.kind_unknown"),
        ("a.docx", TEXT, "file.kind_unknown"),
        ("a.json", b"{}", "file.kind_unknown"),
        ("a.csv.exe", TEXT, "file.kind_unknown"),
        ("a.csv", "项目名称\n".encode("utf-16")[:-1], "file.encoding"),
        ("a.csv", bytes(500), "file.damaged"),
        ("a.xls", OLD.read_bytes()[:520], "file.damaged"),
        ("a.xls", OLD.read_bytes()[:1200] + bytes(900), "file.damaged"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "xl/_rels/workbook.xml.rels": "<x"}), "file.damaged"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "xl/worksheets/sheet1.xml": b""}), "file.damaged"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "xl/worksheets/sheet1.xml": b"\x00" * 99}), "file.damaged"),
        ("a.xlsx", books.zipped({**raw_parts(XML), "xl/workbook.xml": b"\xff\xfe<w"}), "file.damaged"),
        ("a.xlsx", books.zipped({**raw_parts(XML), **{f"x{number}": "" for number in range(5100)}}), "file.bomb"),
        ("a.xlsx", books.zipped(raw_parts(f"<sheetData>{'<row><c><v>1</v></c></row>' * 200_001}</sheetData>")), "file.too_many_rows"),
    ],
)  # fmt: skip
def test_files_that_are_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.xlsx") == "file.missing"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {**raw_parts(XML), "xl/media/image1.bin": bytes(2_000_000)})
    assert refusal(path, limits=Limits(unpacked_bytes=1_000_000)) == "file.bomb"


def test_limits_are_kept(tmp_path: Path) -> None:
    path = plain(tmp_path)
    assert refusal(path, limits=Limits(file_bytes=10)) == "file.too_large"
    assert refusal(path, limits=Limits(cells=5)) == "file.too_many_cells"
    assert refusal(path, limits=Limits(sheets=0)) == "file.too_many_sheets"
    assert refusal(path, limits=Limits(wall_seconds=0.01)) == "file.too_costly"
    merged = archive(tmp_path / "m.xlsx", raw_parts(XML + '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'))
    assert refusal(merged, limits=Limits(merges=0)) == "file.too_many_cells"


def test_a_child_that_runs_out_of_memory_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT * (40_000_000 // len(TEXT)))
    limits = Limits(memory_bytes=30_000_000)
    assert path.stat().st_size > limits.memory_bytes
    assert refusal(path, limits=limits) == "file.too_costly"


def test_protected_workbooks_ask_for_their_password(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    path = books.workbook(tmp_path / "a.xlsx", ROWS)
    locked = io.BytesIO()
    with path.open("rb") as source:
        OOXMLFile(source).encrypt("geheim", locked)
    path.write_bytes(locked.getvalue())
    assert refusal(path) == "file.encrypted"
    assert refusal(path, password="falsch") == "file.password_wrong"
    (sheet,) = read_file(path, password="geheim")
    assert [row.cells[1] for row in sheet.rows] == ["项目名称", *NAMES]


def test_a_protected_document_of_another_kind(tmp_path: Path) -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    assert refusal(books.ods(tmp_path / "a.ods", "<table:table/>", manifest=manifest)) == "file.encrypted"


@pytest.mark.parametrize("dimension", ["A1:B1", "A1", "A1:XFD1048576", "Z9:A1", "x"])
def test_a_lying_dimension_drops_nothing(tmp_path: Path, dimension: str) -> None:
    path = archive(tmp_path / "a.xlsx", raw_parts(f'<dimension ref="{dimension}"/>{XML}'))
    assert names(path) == NAMES


@pytest.mark.parametrize(
    "ranges",
    [["A1:XFD1048576"], ["A2:A1048576", "H1:XFD1048576"], ["D2:D1048576"], ["nonsense", "A1"], ["A1:B1"] * 1000],
)
def test_giant_merges_do_not_hang(tmp_path: Path, ranges: list[str]) -> None:
    merges = "".join(f'<mergeCell ref="{reference}"/>' for reference in ranges)
    path = archive(tmp_path / "a.xlsx", raw_parts(f"{XML}<mergeCells>{merges}</mergeCells>"))
    begun = time.monotonic()
    assert names(path) == NAMES
    assert time.monotonic() - begun < 20


def test_far_cells_are_told_and_far_rows_are_read(tmp_path: Path) -> None:
    rows = plain_rows(ROWS)
    rows[1048575] = {"A": 3, "B": "边远民宿", "C": "丙公司"}
    rows[1048576] = {"XFD": "远"}
    path = archive(tmp_path / "a.xlsx", raw_parts(sheet_data(rows)))
    found = books.as_json(path)
    assert [row["row"] for row in found["rows"]] == [1, 2, 3, 1048575]
    assert found["warnings"][0]["code"] == "cell.far"
    assert found["warnings"][0]["value"] == "XFD1048576"


def test_rows_and_cells_without_numbers(tmp_path: Path) -> None:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join("<row>" + "".join(cell.format(value) for value in row) + "</row>" for row in ROWS)
    path = archive(tmp_path / "a.xlsx", raw_parts(f"<sheetData>{rows}</sheetData>"))
    assert names(path) == NAMES


def test_prefixes_and_another_name_for_the_workbook(tmp_path: Path) -> None:
    parts = raw_parts(XML)
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    for tag in ("worksheet", "sheetData", "row", "is", "t", "c", "v"):
        sheet = (
            sheet.replace(f"<{tag} ", f"<x:{tag} ")
            .replace(f"<{tag}>", f"<x:{tag}>")
            .replace(f"</{tag}>", f"</x:{tag}>")
        )
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("xmlns=", "xmlns:x=")
    assert names(archive(tmp_path / "a.xlsx", parts)) == NAMES


def test_macros_are_ignored(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsm", {**raw_parts(XML), "xl/vbaProject.bin": b"\x01\x02"})
    assert names(path) == NAMES


def test_the_name_that_people_know_decides(tmp_path: Path) -> None:
    stored = plain(tmp_path, "0001.bin")
    assert [sheet.name for sheet in read_file(stored, name="台账.xlsx")] == ["台账"]
    assert refusal(stored) == "file.kind_unknown"


def test_cells_of_every_type(tmp_path: Path) -> None:
    strings = (
        '<sst xmlns="x"><si><r><t>西</t></r><r><t>昌</t></r><rPh sb="0" eb="1"><t>xi</t></rPh></si>'
        "<si><t>a_x000D_b</t></si></sst>"
    )
    styles = (
        '<styleSheet xmlns="x"><numFmts count="1"><numFmt numFmtId="170" formatCode="0.0&quot;亿元&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="57"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    row = (
        '<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" s="1"><v>45376</v></c>'
        '<c r="D1" s="2"><v>45352</v></c><c r="E1" s="3"><v>3.5</v></c><c r="F1" t="b"><v>1</v></c>'
        '<c r="G1" t="e"><v>#REF!</v></c><c r="H1"><f>A1+1</f></c><c r="I1"><f>A1+1</f><v>7</v></c>'
        '<c r="J1" t="str"><f>A1</f><v>西昌</v></c><c r="K1" t="d"><v>2024-03-05T00:00:00</v></c>'
        '<c r="L1"><v>1E+3</v></c><c r="M1"><v>0.1</v></c><c r="N1" s="0"/></row>'
    )
    merges = '<mergeCells><mergeCell ref="A1:$B$2"/></mergeCells>'
    head = '<cols><col min="2" max="3" hidden="1"/></cols>'
    parts = raw_parts(f"{head}<sheetData>{row}</sheetData>{merges}")
    (sheet,) = read_file(
        archive(tmp_path / "a.xlsx", {**parts, "xl/sharedStrings.xml": strings, "xl/styles.xml": styles})
    )
    (read,) = sheet.rows
    expected: list[object] = [
        "西昌",
        "a\rb",
        DateCell("2024-03-25", 45376, "day"),
        DateCell("2024-03-01", 45352, "month"),
    ]
    expected += [UnitCell(3.5, "亿元"), True, BrokenCell("#REF!"), FormulaCell("=A1+1"), 7, "西昌"]
    expected += [DateCell("2024-03-05", 0, "day"), 1000, 0.1]
    assert read.cells == expected
    assert read.hidden
    assert sheet.hidden_columns == (2, 3)
    assert sheet.merges == (Merge(1, 1, 2, 2),)


def test_cells_of_an_opendocument_table(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        '<text:p>甲<text:s text:c="2"/>乙</text:p><text:p>丙<text:line-break/>丁<text:tab/></text:p></table:table-cell>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>是</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1+1"/>'
        '<table:table-cell office:value-type="currency" office:value="3.0"><text:p>￥3</text:p></table:table-cell>'
        '<table:table-cell calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    )
    tables = (
        '<table:table table:name="一"><table:table-column table:visibility="collapse"/>'
        f'<table:table-row table:visibility="filter">{cells}</table:table-row></table:table>'
        '<table:table table:name="二"/>'
    )
    path = books.ods(
        tmp_path / "a.ods", tables.replace("calcext:", "office:x-").replace("office:x-value-type", "office:value-type")
    )
    first, second = read_file(path)
    (row,) = first.rows
    assert row.cells == ["甲  乙\n丙\n丁\t", True, FormulaCell("of:=1+1"), 3, BrokenCell("#REF!"), 1, 1]
    assert row.hidden
    assert first.hidden_columns == (1,)
    assert list(second.rows) == []


@pytest.mark.parametrize(
    ("number_format", "means"),
    [
        ("General", ""),
        ("@", ""),
        ("0.00", ""),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", ""),
        ("yyyy-mm-dd", "day"),
        ('yyyy"年"m"月"d"日"', "day"),
        ('[$-804]yyyy"年"m"月"', "month"),
        ("mmm-yy", "month"),
        ("yyyy", "year"),
        ("[DBNum1]yyyy年m月", "month"),
        ("h:mm:ss", ""),
        ("[h]:mm", ""),
        ('0.0"亿元"', "unit:亿元"),
        ("0.0万元", "unit:万元"),
        ('0!.0,"万"', ""),
        ('0"人"', ""),
    ],
)
def test_what_number_formats_show(number_format: str, means: str) -> None:
    assert meaning(number_format) == means


def test_serial_numbers_of_both_calendars() -> None:
    assert date_of(45376, date1904=False) == "2024-03-25"
    assert date_of(43914.5, date1904=True) == "2024-03-25"
    assert date_of(1, date1904=False) == "1900-01-01"
    assert date_of(61, date1904=False) == "1900-03-01"
    assert date_of(-1, date1904=False) is None
    assert date_of(10**9, date1904=False) is None
