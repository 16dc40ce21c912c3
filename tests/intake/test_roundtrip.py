"""The pipeline workbook out and back again: three sides compared, only changed cells applied, stages by their gate."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from tests import cast as story
from tests.cast import AT, DAY
from tests.intake.test_settled import LATER, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path



@pytest.fixture
def cast(db: Any, tmp_path: Path) -> story.Cast:
    """Give the cast, and a place for files."""
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    return story.assemble()


def exported(by: Any) -> bytes:
    """Return the pipeline workbook as a person takes it away."""
    from crm.leads.queries_list import Ask
    from crm.reports.operations_books import export_pipeline

    return export_pipeline(Ask.of({}), by=by, at=AT).data


class Sheet:
    """The ledger's sheet of a workbook, by headings."""

    def __init__(self, content: bytes) -> None:
        """Open it as Excel would."""
        self.book = load_workbook(BytesIO(content))
        self.sheet: Any = self.book.worksheets[0]
        rows = self.sheet.iter_rows(max_row=12)
        head = next(row for row in rows if "内部编号" in [cell.value for cell in row])
        # Of two headings that begin alike, the first is the plain one.
        self.columns = {str(cell.value).split("\n")[0]: cell.column for cell in reversed(head)}
        self.first = int(head[0].row or 0) + 1

    def row_of(self, number: str) -> int:
        """Find the row of a project by its number."""
        place = self.columns["编号"]
        return next(row for row in range(self.first, self.first + 60) if self.sheet.cell(row, place).value == number)

    def write(self, number: str, heading: str, value: Any) -> None:
        """Change one cell."""
        self.sheet.cell(self.row_of(number), self.columns[heading]).value = value

    def saved(self, path: Path) -> Path:
        """Save it under a name."""
        self.book.save(path)
        return path


def read(path: Path, by: Any, answers: dict[str, str] | None = None) -> Any:
    """Read a workbook that came back."""
    from crm.intake.operations import Settled
    from crm.intake.operations import read as read_file

    return read_file(path, name=path.name, by=by, at=LATER, settled=Settled(answers=answers or {}))


def take(path: Path, by: Any, answers: dict[str, str] | None = None) -> int:
    """Take it in."""
    from crm.intake.operations import take_in

    file = stored(path, by)
    return take_in(read(path, by, answers), file_id=file.id, sha256=file.sha256, by=by, at=LATER)


def lead_of(lead_id: int) -> Any:
    """Return a lead as it stands."""
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def edit(lead_id: int, by: Any, **values: Any) -> None:
    """Change a lead at its page meanwhile."""
    from crm.leads.operations import edit_lead

    row = lead_of(lead_id)
    base = {name: getattr(row, name) for name in values}
    edit_lead(lead_id, values, base=base, version=row.version, by=by, at=AT)


def changes(reading: Any) -> dict[str, str]:
    """Return what differs and its verdict."""
    return {one.fact: one.verdict for row in reading.rows for one in row.changes}


def two_leads(cast: story.Cast) -> tuple[int, int]:
    """Enter two leads with facts of every kind."""
    one = story.lead(
        cast, land_cmu=12_345, investment_max_fen=8_000 * 1_000_000, first_contact_on=date(2026, 3, 4), park="P1",
        build_nature="new", jobs=30, energy_tce=7, progress="第一行\n第二行", remark="=SUM(A1)", industry="食品",
    )  # fmt: skip
    other = story.lead(
        cast, name="海绵钛技改", investor="西昌钛屿金属有限公司", currency="USD", investment_fen=None,
        foreign_amount_cents=2_800 * 1_000_000, contact_phone="0834-2223334；13800000009",
    )  # fmt: skip
    return one, other


def test_a_workbook_that_nobody_touched_changes_nothing(cast: story.Cast, tmp_path: Path) -> None:
    two_leads(cast)
    path = Sheet(exported(cast.chen)).saved(tmp_path / "back.xlsx")
    reading = read(path, cast.chen)
    counts = reading.counts()
    assert (counts["read"], counts["unchanged"], reading.errors, changes(reading)) == (2, 2, (), {})
    assert [sheet.name for sheet in reading.sheets] == ["台账"]


def test_only_what_was_changed_in_the_workbook_comes_in(cast: story.Cast, tmp_path: Path) -> None:
    one, other = two_leads(cast)
    sheet = Sheet(exported(cast.chen))
    number = lead_of(one).number
    sheet.write(number, "总投资", 6_000)
    sheet.write(number, "备注", None)
    sheet.write(number, "园区", "经久工业园区")
    edit(one, cast.zhang, next_steps="下周回访")
    before = lead_of(other).version
    take(sheet.saved(tmp_path / "back.xlsx"), cast.chen)
    row = lead_of(one)
    assert (row.investment_fen, row.investment_max_fen) == (6_000 * 1_000_000, None)
    assert (row.remark, row.park, row.next_steps) == ("", "P2", "下周回访")
    assert lead_of(other).version == before


def test_what_both_sides_changed_waits_for_a_choice(cast: story.Cast, tmp_path: Path) -> None:
    one, _ = two_leads(cast)
    sheet = Sheet(exported(cast.chen))
    sheet.write(lead_of(one).number, "下步打算", "周五签约")
    edit(one, cast.zhang, next_steps="下周回访")
    path = sheet.saved(tmp_path / "back.xlsx")
    reading = read(path, cast.chen)
    assert changes(reading) == {"next_steps": "conflict"}
    (difference,) = [item for row in reading.rows for item in row.changes]
    assert difference.shown() == ("—", "下周回访", "周五签约")
    assert reading.counts()["update"] == 0
    assert changes(read(path, cast.chen, {f"{one}:next_steps": "ours"})) == {"next_steps": "keep"}
    take(path, cast.chen, {f"{one}:next_steps": "theirs"})
    assert lead_of(one).next_steps == "周五签约"


def test_a_change_whose_base_is_not_on_record_is_asked(cast: story.Cast, tmp_path: Path) -> None:
    from crm.leads.models_changes import LeadChange

    one, _ = two_leads(cast)
    path = Sheet(exported(cast.chen)).saved(tmp_path / "back.xlsx")
    edit(one, cast.zhang, next_steps="下周回访")
    LeadChange.delete().execute()
    assert changes(read(path, cast.chen)) == {"next_steps": "conflict"}


def test_a_stage_moves_through_its_gate_only(cast: story.Cast, tmp_path: Path) -> None:
    one, other = two_leads(cast)
    sheet = Sheet(exported(cast.zhang))
    sheet.write(lead_of(one).number, "阶段", "研判")
    sheet.write(lead_of(other).number, "阶段", "签约")
    path = sheet.saved(tmp_path / "back.xlsx")
    reading = read(path, cast.zhang)
    told = {row.target.id: row.changes[0] for row in reading.rows if row.changes}
    assert (told[one].verdict, told[other].verdict) == ("gate", "shut")
    assert told[other].told
    take(path, cast.zhang)
    assert (lead_of(one).stage, lead_of(other).stage) == ("qualified", "lead")


def test_status_landing_and_sums_are_not_changed_by_a_workbook(cast: story.Cast, tmp_path: Path) -> None:
    one, _ = two_leads(cast)
    sheet, number = Sheet(exported(cast.chen)), lead_of(one).number
    for heading, value in (("状态", "搁置"), ("已落地", "已落地"), ("合同资金", 9), ("到位资金", 8)):
        sheet.write(number, heading, value)
    reading = read(sheet.saved(tmp_path / "back.xlsx"), cast.chen)
    assert changes(reading) == dict.fromkeys(("status", "landed", "contracted", "paid_in"), "elsewhere")
    assert reading.counts()["unchanged"] == 2


def _sorted_without_ids(sheet: Sheet) -> None:
    for place in (sheet.columns["编号"], sheet.columns["项目名称"]):
        first, second = sheet.sheet.cell(sheet.first, place), sheet.sheet.cell(sheet.first + 1, place)
        first.value, second.value = second.value, first.value


def _twice(sheet: Sheet) -> None:
    for heading in ("内部编号", "版本", "编号"):
        place = sheet.columns[heading]
        sheet.sheet.cell(sheet.first + 1, place).value = sheet.sheet.cell(sheet.first, place).value


def _of_another(sheet: Sheet) -> None:
    sheet.sheet.cell(sheet.first, sheet.columns["内部编号"]).value = 987_654


def _newer(sheet: Sheet) -> None:
    sheet.sheet.cell(sheet.first, sheet.columns["版本"]).value = 99


def _versionless(sheet: Sheet) -> None:
    sheet.sheet.cell(sheet.first, sheet.columns["版本"]).value = None


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_sorted_without_ids, "return.number"),
        (_twice, "return.twice"),
        (_of_another, "return.unknown"),
        (_newer, "return.version"),
        (_versionless, "return.no_version"),
    ],
)
def test_a_spoiled_row_is_refused_with_its_reason(
    cast: story.Cast, tmp_path: Path, spoil: Callable[[Sheet], None], code: str
) -> None:
    two_leads(cast)
    sheet = Sheet(exported(cast.chen))
    spoil(sheet)
    reading = read(sheet.saved(tmp_path / "back.xlsx"), cast.chen)
    assert code in {error.code for row in reading.rows for error in row.errors}
    assert reading.counts()["create"] == 0


def test_an_officer_brings_back_only_the_own_units_projects(cast: story.Cast, tmp_path: Path) -> None:
    two_leads(cast)
    path = Sheet(exported(cast.chen)).saved(tmp_path / "back.xlsx")
    reading = read(path, cast.li)
    assert reading.counts()["refused"] == 2
    assert {error.code for row in reading.rows for error in row.errors} == {"return.unknown"}


def test_masked_phones_and_unreadable_words_clear_nothing(cast: story.Cast, tmp_path: Path) -> None:
    one, _ = two_leads(cast)
    sheet = Sheet(exported(cast.chen))
    sheet.write(lead_of(one).number, "联系电话", "138****0000")
    sheet.write(lead_of(one).number, "首次接洽", "2026年上半年")
    sheet.write(lead_of(one).number, "用地", "约半个山头")
    assert changes(read(sheet.saved(tmp_path / "back.xlsx"), cast.chen)) == {}


def test_a_workbook_as_of_a_past_day_is_not_brought_back(cast: story.Cast, tmp_path: Path) -> None:
    from crm.leads.queries_list import Ask
    from crm.reports.operations_books import export_pipeline

    two_leads(cast)
    data = export_pipeline(Ask.of({}), by=cast.chen, at=AT, as_of=DAY).data
    reading = read(Sheet(data).saved(tmp_path / "back.xlsx"), cast.chen)
    assert {error.code for row in reading.rows for error in row.errors} == {"return.no_version"}


def test_who_was_faster_is_seen_when_the_rows_are_stored(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.models import ImportRow
    from crm.intake.operations import take_in

    one, _ = two_leads(cast)
    sheet = Sheet(exported(cast.chen))
    sheet.write(lead_of(one).number, "总投资", 6_000)
    path = sheet.saved(tmp_path / "back.xlsx")
    reading, file = read(path, cast.chen), stored(path, cast.chen)
    edit(one, cast.zhang, investment_fen=7_000 * 1_000_000)
    take_in(reading, file_id=file.id, sha256=file.sha256, by=cast.chen, at=LATER)
    (row,) = ImportRow.select()
    assert (row.action, lead_of(one).investment_fen) == ("refuse", 7_000 * 1_000_000)
    assert "return.raced" in row.findings


def test_undo_puts_back_the_facts_and_says_that_a_moved_stage_stays(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations_undo import undo_import

    one, _ = two_leads(cast)
    sheet, number = Sheet(exported(cast.zhang)), lead_of(one).number
    sheet.write(number, "总投资", 6_000)
    sheet.write(number, "阶段", "研判")
    made = take(sheet.saved(tmp_path / "back.xlsx"), cast.zhang)
    assert (lead_of(one).investment_fen, lead_of(one).stage) == (6_000 * 1_000_000, "qualified")
    kept = undo_import(made, by=cast.zhang, at=LATER)
    assert (lead_of(one).investment_fen, lead_of(one).investment_max_fen) == (5_000 * 1_000_000, 8_000 * 1_000_000)
    assert [item["built"] for item in kept] == [["stage"]]


def test_a_foreign_table_with_an_id_column_is_no_workbook_of_ours(cast: story.Cast, tmp_path: Path) -> None:
    from tests.intake.books import workbook

    path = workbook(tmp_path / "theirs.xlsx", [["ID", "项目名称", "总投资（万元）"], [77, "新厂", 5000]])
    reading = read(path, cast.chen)
    assert reading.counts()["create"] == 1
    assert next(row for row in reading.rows if row.kind == "data").values["extra"] == {"ID": "77"}
