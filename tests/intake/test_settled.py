"""What a person settles before an import, modes, undoing it, and long ones as work, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT
from tests.intake.books import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from crm.files.queries import FileRow

LATER = AT + timedelta(hours=1)
HEAD = ["序号", "项目名称", "引资对象", "盘子", "推进节点", "归口", "联系人", "联系电话"]
ROWS = [
    [1, "安宁河石榴汁生产线", "成都榴光食品有限公司", 1.2, "三方会审", "招商局", "阿果", "13800000001"],
    [2, "邛海会议酒店", "攀西文旅有限公司", 3, "三方会审", "招商局", "阿果", "13800000001"],
]
CHOICES = {
    "fields": {"引资对象": "investor", "盘子": "investment", "推进节点": "stage",
               "归口": "responsible_unit"},
    "units": {"盘子": "亿元"},
    "stages": {"三方会审": "qualified"},
    "words": {"responsible_unit": {"招商局": "投资促进局"}},
}  # fmt: skip


@pytest.fixture
def cast(db: Any, tmp_path: Path) -> story.Cast:
    """Give the cast, and a place for files."""
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    return story.assemble()


def stored(path: Path, by: Any) -> FileRow:
    """Keep a file as an upload does."""
    from crm.files.operations import store
    from crm.files.queries import stored_file

    found = stored_file(store(path.read_bytes(), name=path.name, purpose="ledger", by=by, at=AT))
    assert found is not None
    return found


def read(file: FileRow, by: Any) -> Any:
    """Read an uploaded file with what is settled about it."""
    from crm.intake.operations import read_stored
    from crm.intake.operations_sitting import settled_for

    return read_stored(file, by=by, at=AT, settled=settled_for(file.id))


def take(file: FileRow, by: Any, mode: str = "add") -> int:
    """Take an uploaded file in."""
    from crm.intake.operations import take_in

    return take_in(read(file, by), file_id=file.id, sha256=file.sha256, by=by, at=AT, mode=mode)


def leads() -> list[Any]:
    """Return all leads in order."""
    from crm.leads.models import Lead

    return list(Lead.select().order_by(Lead.id))


def data(reading: Any) -> list[Any]:
    """Return the rows with projects."""
    return [row for row in reading.rows if row.kind == "data"]


def test_columns_and_words_are_settled_once_and_remembered(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations_sitting import choose

    file = stored(workbook(tmp_path / "二季度.xlsx", [HEAD, *ROWS]), cast.zhang)
    first = read(file, cast.zhang)
    assert {row.values["investment_wan"] for row in data(first)} == {None}
    choose(file, CHOICES, first, by=cast.zhang, at=AT)
    values = data(read(file, cast.zhang))[0].values
    assert (values["investment_wan"], values["investor"]) == (12000, "成都榴光食品有限公司")
    assert (values["stage"], values["stage_code"], values["unit_chosen"]) == ("三方会审", "qualified", "投资促进局")
    more = [[3, "冷链园", "蜀北冷链有限公司", 0.8, "三方会审", "招商局", "阿依", "13800000009"]]
    again = stored(workbook(tmp_path / "三季度.xlsx", [HEAD, *more]), cast.zhang)
    assert data(read(again, cast.zhang))[0].values["investment_wan"] == 8000
    assert data(read(again, cast.chen))[0].values["investment_wan"] is None


def test_a_mended_cell_is_judged_like_any_other(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations_sitting import mend_cells
    from crm.intake.rules_edits import key_of

    head = ["项目名称", "投资方", "总投资（万元）", "联系电话"]
    rows = [["石榴汁生产线", "榴光食品公司", "abc", "13800000001"], ["会议酒店", "攀西文旅公司", 500, "13800000002"]]
    file = stored(workbook(tmp_path / "a.xlsx", [head, *rows]), cast.zhang)
    assert [row.action for row in data(read(file, cast.zhang))] == ["refuse", "create"]
    mend_cells(file.id, {key_of("台账", 2, 3): "1.5亿"}, by=cast.zhang, at=AT)
    reading = read(file, cast.zhang)
    assert [row.action for row in data(reading)] == ["create", "create"]
    mend_cells(file.id, {key_of("台账", 2, 3): "nichts"}, by=cast.zhang, at=AT)
    assert [row.action for row in data(read(file, cast.zhang))] == ["refuse", "create"]


def test_updates_change_what_the_row_says_and_go_back(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations_sitting import set_mode
    from crm.intake.operations_undo import undo_import

    head = ["项目名称", "投资方", "总投资（万元）", "进展情况", "项目阶段"]
    take(
        stored(workbook(tmp_path / "a.xlsx", [head, ["石榴汁生产线", "榴光食品公司", 500, "", "在谈"]]), cast.zhang),
        cast.zhang,
    )
    rows = [["石榴汁生产线", "榴光食品公司", 800, "来访两次", "已签约"], ["会议酒店", "攀西文旅公司", 900, "", "在谈"]]
    file = stored(workbook(tmp_path / "b.xlsx", [head, *rows]), cast.zhang)
    assert [row.action for row in data(read(file, cast.zhang))] == ["duplicate", "create"]
    set_mode(file.id, "update", by=cast.zhang, at=AT)
    reading = read(file, cast.zhang)
    assert [row.action for row in data(reading)] == ["update", "skip"]
    assert "stage.not_moved" in [remark.code for remark in data(reading)[0].warnings]
    made = take(file, cast.zhang, "update")
    (lead,) = leads()
    assert (lead.investment_fen, lead.progress, lead.stage) == (800_000_000, "来访两次", "negotiating")
    assert undo_import(made, by=cast.zhang, at=LATER) == []
    (lead,) = leads()
    assert (lead.investment_fen, lead.progress) == (500_000_000, "")


def test_an_import_is_undone_and_what_was_built_on_stays(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations_undo import undo_import
    from crm.leads.models import Contact

    head = ["项目名称", "投资方", "总投资（万元）"]
    rows = [["石榴汁生产线", "榴光食品公司", 500], ["会议酒店", "攀西文旅公司", 900]]
    file = stored(workbook(tmp_path / "a.xlsx", [head, *rows]), cast.zhang)
    made = take(file, cast.zhang)
    assert [row.action for row in data(read(file, cast.zhang))] == ["unchanged", "unchanged"]
    Contact.create(lead=leads()[1].id, happened_on=AT.date(), kind="call", text="通话", recorded_at=AT)
    kept = undo_import(made, by=cast.zhang, at=LATER)
    assert [(item["name"], item["built"]) for item in kept] == [("会议酒店", ["contact"])]
    assert [lead.status for lead in leads()] == ["withdrawn", "active"]
    with pytest.raises(Refusal, match="undone"):
        undo_import(made, by=cast.zhang, at=LATER)
    assert [row.action for row in data(read(file, cast.zhang))] == ["create", "duplicate"]


def test_a_long_import_is_work_that_survives_its_workers(cast: story.Cast, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from crm.intake import jobs
    from crm.intake.models import Import, ImportRow
    from crm.jobs.registry import register
    from crm.jobs.worker import Worker, drain

    head = ["项目名称", "投资方", "总投资（万元）"]
    rows = [[f"第{n}号车间", f"示例{n}公司", n + 100] for n in range(60)]
    file = stored(workbook(tmp_path / "a.xlsx", [head, *rows, ["坏行", "某公司", "abc"]]), cast.zhang)
    register(jobs.HANDLERS)
    monkeypatch.setattr(jobs, "ROWS_LAID", 20)
    monkeypatch.setattr(jobs, "ROWS_PUBLISHED", 7)
    jobs.order(file, rows=61, by=cast.zhang, at=AT)
    steps = []
    real = jobs._publish

    def breaking(work: Any, cursor: Any) -> Any:
        steps.append(1)
        done = real(work, cursor)
        if len(steps) == 3:
            raise MemoryError
        return done

    monkeypatch.setattr(jobs, "_publish", breaking)
    monkeypatch.setattr(jobs, "HANDLERS", jobs.HANDLERS)
    worker = Worker()
    worker.look()
    jobs._readings.clear()
    assert 0 < len(leads()) < 60
    from crm.jobs.models import Job

    Job.update(not_before=AT).execute()
    drain()
    assert len(leads()) == 60
    entry = Import.get()
    assert entry.state == "done"
    assert ImportRow.select().where(ImportRow.action == "refuse").count() == 1
    assert ImportRow.select().count() == 61
