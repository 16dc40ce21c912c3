"""Layouts of one's own: kept, shared, ordered, refused when a column is gone, ready on Mondays; exports as work."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from crm.core.errors import Refusal
from crm.jobs import operations_results
from crm.jobs.registry import register
from crm.reports.rules_books import BookOrder
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from pathlib import Path

VALUES: dict[str, Any] = {"name": "我的表", "group_by": "park", "sort": "amount", "words": "", "shared": False, "filters": {}}
KEYS = ("name", "stage", "investment", "park")


@pytest.fixture
def cast(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> story.Cast:
    """Give the cast, three projects in two parks, and a folder for what is produced."""
    from crm.reports.jobs import HANDLERS

    monkeypatch.setattr(operations_results, "_folder", [tmp_path / "exports"])
    register(HANDLERS)
    people = story.assemble()
    for n, park in enumerate(("P2", "P1", "")):
        story.lead(people, name=f"第{n}厂", park=park, investment_fen=(n + 1) * 1_000_000)
    return people


def kept(cast: story.Cast, **others: Any) -> int:
    """Keep a layout of the leader's."""
    from crm.reports.operations_layouts import save_layout

    return save_layout({**VALUES, **others}, KEYS, by=cast.chen, at=AT)


def ledger(cast: story.Cast, layout_id: int, by: Any = None) -> Any:
    """Make a layout's ledger."""
    from crm.reports.operations_books import export_book

    return export_book(BookOrder("pipeline", layout=layout_id), by=by or cast.chen, at=AT)


def test_a_layout_has_its_columns_in_its_order_its_groups_and_the_hidden_ones(cast: story.Cast) -> None:
    sheet = openpyxl.load_workbook(BytesIO(ledger(cast, kept(cast)).data)).worksheets[0]
    heads = [str(cell.value).replace("\n", "") for cell in sheet[5]]
    assert heads == ["序号", "项目名称", "阶段", "总投资（万元）", "园区", "系统编号", "版本"] or heads[:5] == ["序号", "项目名称", "阶段", "总投资（万元）", "园区"]
    assert sheet.column_dimensions["F"].hidden
    assert sheet.column_dimensions["G"].hidden
    assert [sheet.cell(row, 2).value for row in (6, 7, 8)] == ["第1厂", "第0厂", "第2厂"]


def test_what_is_wrong_with_a_choice_is_said_at_once(cast: story.Cast) -> None:
    from crm.reports.operations_layouts import save_layout

    with pytest.raises(Refusal) as refused:
        save_layout({**VALUES, "group_by": "moon"}, ("stage", "stage", "salary"), by=cast.chen, at=AT)
    assert story.codes(refused) == {"layout.column_unknown", "layout.name_missing", "layout.column_twice", "layout.group"}


def test_a_column_that_is_gone_is_named_and_nothing_is_made(cast: story.Cast) -> None:
    from crm.reports.models_layouts import ReportLayout

    layout_id = kept(cast)
    ReportLayout.update(columns=json.dumps([["name", "项目名称"], ["old_tax", "原税种"]])).where(ReportLayout.id == layout_id).execute()
    with pytest.raises(Refusal) as refused:
        ledger(cast, layout_id)
    assert story.codes(refused) == {"layout.column_gone"}
    assert "原税种" in str(refused.value.findings[0].text.params)


def test_a_layout_is_mine_until_it_is_shared_and_rights_stay_each_ones_own(cast: story.Cast) -> None:
    from crm.reports.operations_layouts import delete_layout, save_layout
    from crm.reports.queries_layouts import layouts

    layout_id = kept(cast)
    with pytest.raises(Refusal) as refused:
        ledger(cast, layout_id, cast.li)
    assert refused.value.status == 404
    save_layout({**VALUES, "shared": True, "version": 1}, KEYS, layout_id=layout_id, by=cast.chen, at=AT)
    assert ledger(cast, layout_id, cast.li).count == 0
    assert ledger(cast, layout_id, cast.zhang).count == 3
    with pytest.raises(Refusal) as stale:
        save_layout({**VALUES, "version": 1}, KEYS, layout_id=layout_id, by=cast.chen, at=AT)
    assert story.codes(stale) == {"layout.changed"}
    with pytest.raises(Refusal):
        delete_layout(layout_id, by=cast.zhang, at=AT)
    delete_layout(layout_id, by=cast.chen, at=AT)
    assert layouts(cast.chen) == []


def test_it_is_ready_on_monday_at_eight_and_no_longer_when_it_is_taken_off(cast: story.Cast) -> None:
    from crm.jobs.models import Job
    from crm.jobs.operations_schedule import tick
    from crm.jobs.worker import drain
    from crm.reports.operations_layouts import subscribe
    from crm.reports.queries_layouts import standing_orders

    order = BookOrder("pipeline", layout=kept(cast))
    subscribe(order, on=True, locale="zh_CN", by=cast.chen, at=AT)
    (row,) = standing_orders(cast.chen).values()
    assert row.next_due == datetime(2026, 6, 8, 0, 0)
    assert tick(row.next_due - timedelta(minutes=1)) == []
    (job_id,) = tick(row.next_due)
    drain()
    job: Any = Job.get_by_id(job_id)
    assert (job.state, job.done) == ("done", 3)
    assert job.file_name.startswith("我的表_")
    assert operations_results.read(job.file_stored)[:2] == b"PK"
    subscribe(order, on=False, locale="zh_CN", by=cast.chen, at=AT)
    assert standing_orders(cast.chen) == {}
    assert tick(row.next_due + timedelta(days=30)) == []


def test_a_standing_order_for_a_layout_that_lost_a_column_fails_in_words(cast: story.Cast) -> None:
    from crm.jobs.models import Job
    from crm.jobs.worker import drain
    from crm.reports.jobs import order_book
    from crm.reports.models_layouts import ReportLayout

    layout_id = kept(cast)
    job_id = order_book(BookOrder("pipeline", layout=layout_id), by=cast.chen, at=AT, locale="zh_CN")
    ReportLayout.update(columns=json.dumps([["name", "项目名称"], ["old_tax", "原税种"]])).where(ReportLayout.id == layout_id).execute()
    drain()
    job: Any = Job.get_by_id(job_id)
    assert job.state == "failed"
    assert "原税种" in job.message


def produced() -> list[str]:
    """Return what lies in the folder of produced files."""
    folder = operations_results._folder[0]
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("way", ["cancelled", "broken"])
def test_a_stopped_or_broken_export_leaves_no_file(cast: story.Cast, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    from crm.jobs.models import Job
    from crm.jobs.registry import Cancelled
    from crm.jobs.worker import drain
    from crm.reports import jobs

    job_id = jobs.order_book(BookOrder("pipeline"), by=cast.chen, at=AT, locale="zh_CN")

    def half(order: Any, out: Any, **_others: Any) -> Any:
        out.write(b"half a workbook")
        out.flush()
        assert produced() == [f"job-{job_id}.part"]
        if way == "cancelled":
            raise Cancelled
        raise Refusal([])

    monkeypatch.setattr(jobs, "write_book", half)
    drain()
    job: Any = Job.get_by_id(job_id)
    assert (job.state, job.file_stored) == ({"cancelled": "cancelled", "broken": "failed"}[way], "")
    assert produced() == []


def test_a_worker_that_died_half_way_is_followed_by_one_that_writes_it_whole(cast: story.Cast) -> None:
    from crm.jobs.models import Job
    from crm.jobs.operations_results import workshop
    from crm.jobs.worker import drain
    from crm.reports.jobs import order_book

    job_id = order_book(BookOrder("pipeline"), by=cast.chen, at=AT, locale="zh_CN")
    workshop(job_id).write_bytes(b"left by a worker that was killed" * 10_000)
    drain()
    job: Any = Job.get_by_id(job_id)
    book = openpyxl.load_workbook(BytesIO(operations_results.read(job.file_stored)))
    assert book.sheetnames == ["台账", "汇总", "图表", "说明"]
    assert produced() == [job.file_stored]


def test_a_cancelled_order_stops_within_the_rows(cast: story.Cast) -> None:
    from crm.jobs.registry import Cancelled
    from crm.reports.operations_books import write_book

    def stop(_passed: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_book(BookOrder("pipeline"), BytesIO(), by=cast.chen, at=AT, check=stop)
