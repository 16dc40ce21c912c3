"""Taking a ledger in, on both databases: opening entries, twice is once, what waits, who may, nothing half-written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT
from tests.intake.books import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.intake.rules_reading import Reading

HEAD = ["序号", "项目名称", "投资方", "总投资（万元）", "建设内容", "进展", "签约时间", "责任单位", "联系人", "联系电话", "平台编码"]
GOOD = [
    [1, "安宁河石榴汁生产线", "成都榴光食品有限公司", 12000, "年产石榴汁2万吨", "在谈", None, "投资促进局", "阿果", "13800000001", "PT-77"],
    [2, "邛海会议度假酒店", "攀西文旅发展有限公司", "3.5亿", "建设会议酒店", "已签约", "2024.3.5", "投资促进局", "阿依", "13800000002", None],
    [3, "攀西钒电解液二期", "月城钒能科技有限公司", 8000, "年产钒电解液1万方", "已投产", "2023.6.1", "投资促进局", None, None, None],
]  # fmt: skip


@pytest.fixture
def cast(db: Any, tmp_path: Path) -> story.Cast:
    """Give the cast, and a place for files."""
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    return story.assemble()


def ledger(tmp_path: Path, rows: list[list[Any]], name: str = "台账.xlsx", title: str = "台账") -> Path:
    """Write a ledger of invented projects."""
    return workbook(tmp_path / name, [["招商引资项目台账"], HEAD, *rows], title=title)


def reading_of(path: Path, by: Actor) -> Reading:
    """Read a ledger as somebody."""
    from crm.intake.operations import read

    return read(path, name=path.name, by=by, at=AT)


def take(path: Path, by: Actor) -> tuple[Reading, int]:
    """Read a ledger and take it in."""
    from crm.intake.operations import take_in

    reading = reading_of(path, by)
    return reading, take_in(reading, file_id=1, sha256="0" * 64, by=by, at=AT)


def leads() -> list[Any]:
    """Return all leads in order."""
    from crm.leads.models import Lead

    return list(Lead.select().order_by(Lead.id))


def waiting() -> list[Any]:
    """Return the rows that wait."""
    from crm.intake.models import ImportRow

    query = ImportRow.select().where((ImportRow.action == "duplicate") & (ImportRow.decision == ""))
    return list(query.order_by(ImportRow.id))


def actions(reading: Reading) -> list[str]:
    """Return what becomes of each project's row."""
    return [row.action for row in reading.rows if row.kind == "data"]


def test_rows_become_leads_with_the_stage_their_ledger_says(cast: story.Cast, tmp_path: Path) -> None:
    import json

    from crm.leads.queries import history_of
    from crm.scoring.queries import fit_of

    reading, _ = take(ledger(tmp_path, GOOD), cast.cli)
    assert actions(reading) == ["create"] * 3
    talks, signed, producing = leads()
    assert [lead.stage for lead in (talks, signed, producing)] == ["negotiating", "signed", "producing"]
    assert all(lead.opening and lead.landed_on is None and lead.legs_verified == 0 for lead in leads())
    assert talks.investment_fen == 12_000 * 1_000_000
    assert signed.investment_fen == 35_000 * 1_000_000
    assert str(signed.stage_since) == "2024-03-05"
    assert (talks.contact_name, talks.contact_phone, talks.unit_id) == ("阿果", "13800000001", cast.zhang.unit_id)
    assert "PT-77" in json.loads(talks.extra).values()
    assert [row.opening for row in history_of(signed.id, "stage")] == [True]
    assert talks.theme == "T4"
    verdict = fit_of(talks.id)
    assert verdict
    assert not verdict.stale


def test_reading_alone_stores_nothing(cast: story.Cast, tmp_path: Path) -> None:
    before = story.business()
    assert actions(reading_of(ledger(tmp_path, GOOD), cast.cli)) == ["create"] * 3
    assert story.business() == before


def test_the_same_ledger_twice_or_saved_anew_changes_nothing(cast: story.Cast, tmp_path: Path) -> None:
    path = ledger(tmp_path, GOOD)
    take(path, cast.cli)
    before = story.business()
    assert actions(take(path, cast.cli)[0]) == ["unchanged"] * 3
    anew = [[n, *row[1:]] for n, row in zip((7, 8, 9), GOOD, strict=True)]
    other = ledger(tmp_path, anew, name="台账（新）.xlsx", title="2026年")
    assert actions(take(other, cast.cli)[0]) == ["unchanged"] * 3
    assert story.business() == before


def test_a_reading_taken_in_twice_is_one_set_of_leads(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations import take_in

    reading, _ = take(ledger(tmp_path, GOOD), cast.cli)
    take_in(reading, file_id=1, sha256="0" * 64, by=cast.cli, at=AT)
    assert len(leads()) == 3


def test_new_rows_come_in_beside_the_known_ones(cast: story.Cast, tmp_path: Path) -> None:
    take(ledger(tmp_path, GOOD[:2]), cast.cli)
    assert actions(take(ledger(tmp_path, GOOD), cast.cli)[0]) == ["unchanged", "unchanged", "create"]
    assert len(leads()) == 3


def test_a_changed_row_of_a_known_project_waits(cast: story.Cast, tmp_path: Path) -> None:
    take(ledger(tmp_path, GOOD), cast.cli)
    changed = [GOOD[0], [*GOOD[1][:3], "4亿", *GOOD[1][4:]]]
    assert actions(take(ledger(tmp_path, changed), cast.cli)[0]) == ["unchanged", "duplicate"]
    (row,) = waiting()
    assert row.duplicate_of == leads()[1].number
    assert len(leads()) == 3


def test_equal_rows_wait_and_each_keeps_its_decision(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations import settle_duplicate

    path = ledger(tmp_path, [GOOD[0], GOOD[0], GOOD[0]])
    assert actions(take(path, cast.cli)[0]) == ["create", "duplicate", "duplicate"]
    second, third = waiting()
    assert settle_duplicate(second.id, "same", by=cast.chen, at=AT) is None
    assert len(leads()) == 1
    assert settle_duplicate(third.id, "other", by=cast.chen, at=AT) == leads()[-1].id
    assert len(leads()) == 2
    assert actions(take(path, cast.cli)[0]) == ["unchanged"] * 3
    assert waiting() == []


def test_waiting_rows_wait_once_however_often_the_file_comes(cast: story.Cast, tmp_path: Path) -> None:
    path = ledger(tmp_path, [GOOD[0], GOOD[0]])
    take(path, cast.cli)
    assert actions(take(path, cast.cli)[0]) == ["unchanged", "duplicate"]
    assert len(waiting()) == 1


@pytest.mark.parametrize("verdict", ["same", "other"])
def test_a_row_is_decided_once(cast: story.Cast, tmp_path: Path, verdict: str) -> None:
    from crm.intake.operations import settle_duplicate

    take(ledger(tmp_path, [GOOD[0], GOOD[0]]), cast.cli)
    (row,) = waiting()
    settle_duplicate(row.id, verdict, by=cast.chen, at=AT)
    before = story.business()
    for again in ("same", "other"):
        with pytest.raises(Refusal) as refused:
            settle_duplicate(row.id, again, by=cast.chen, at=AT)
        assert (refused.value.status, story.codes(refused)) == (409, {"row.decided"})
        assert "陈局" in str(refused.value)
    assert story.business() == before


def test_a_verdict_is_one_of_two_and_a_row_exists(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.models import ImportRow
    from crm.intake.operations import settle_duplicate

    take(ledger(tmp_path, [GOOD[0], GOOD[0]]), cast.cli)
    created = ImportRow.get(ImportRow.action == "create")
    for row_id, verdict, code in (
        (waiting()[0].id, "maybe", "row.verdict"), (created.id, "other", "row.unknown"), (0, "other", "row.unknown"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            settle_duplicate(row_id, verdict, by=cast.chen, at=AT)
        assert story.codes(refused) == {code}


def test_an_officer_brings_in_only_the_own_units_rows(cast: story.Cast, tmp_path: Path) -> None:
    foreign = [2, "园区冷链物流港", "凉山冷链有限公司", 6000, "冷库", "在谈", None, "北园区管委会", None, None, None]
    unnamed = [3, "火把节广场", "火把文旅有限公司", 900, "广场", "线索", None, None, None, None, None]
    reading, _ = take(ledger(tmp_path, [GOOD[0], foreign, unnamed]), cast.zhang)
    assert actions(reading) == ["create", "refuse", "create"]
    refused = [row for row in reading.rows if row.action == "refuse"]
    assert [error.code for error in refused[0].errors] == ["unit.other"]
    assert {lead.unit_id for lead in leads()} == {cast.zhang.unit_id}
    assert len(leads()) == 2


def test_others_see_and_decide_nothing_of_a_units_import(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.operations import settle_duplicate
    from crm.intake.queries import import_entry, imports, rows_of

    _, made = take(ledger(tmp_path, [GOOD[0], GOOD[0]]), cast.zhang)
    assert [entry.id for entry in imports(cast.zhang)] == [entry.id for entry in imports(cast.chen)] == [made]
    assert imports(cast.li) == imports(cast.sun) == []
    assert import_entry(made, cast.li) is None
    assert len(rows_of(made)) == 2
    with pytest.raises(Refusal) as refused:
        settle_duplicate(waiting()[0].id, "same", by=cast.li, at=AT)
    assert refused.value.status == 404


@pytest.mark.parametrize("who", ["sun", "wang", "liu", "he", "luo", "ma"])
def test_who_may_not_import_is_refused(cast: story.Cast, tmp_path: Path, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        reading_of(ledger(tmp_path, GOOD), getattr(cast, who))
    assert refused.value.status == 403


def test_a_row_that_fails_on_the_way_leaves_nothing_of_the_others(
    cast: story.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.intake import operations
    from crm.intake.models import Import, ImportRow
    from crm.scoring.operations import assess_lead

    reading = reading_of(ledger(tmp_path, GOOD), cast.cli)
    before = story.business()
    done: list[int] = []
    real = assess_lead

    def third_fails(lead_id: int, **options: Any) -> None:
        done.append(lead_id)
        if len(done) == 3:
            raise RuntimeError
        real(lead_id, **options)

    monkeypatch.setattr(operations, "assess_lead", third_fails)
    with pytest.raises(RuntimeError):
        operations.take_in(reading, file_id=1, sha256="0" * 64, by=cast.cli, at=AT)
    assert story.business() == before
    assert Import.select().count() == ImportRow.select().count() == 0


def test_bad_rows_are_refused_and_the_good_ones_come_in(cast: story.Cast, tmp_path: Path) -> None:
    from crm.intake.queries import import_entry, rows_of

    bad = [2, "乱码项目", "甲公司", "很多钱", "无", "在谈", None, "投资促进局", None, None, None]
    reading, made = take(ledger(tmp_path, [GOOD[0], bad]), cast.cli)
    assert actions(reading) == ["create", "refuse"]

    assert [row.action for row in rows_of(made)] == ["create", "refuse"]
    assert rows_of(made)[1].findings
    entry = import_entry(made, cast.cli)
    assert entry
    assert (entry.counts["create"], entry.counts["refused"]) == (1, 1)


def test_the_import_is_in_the_trail_with_its_numbers(cast: story.Cast, tmp_path: Path) -> None:
    from crm.audit.queries import entries_of

    _, made = take(ledger(tmp_path, GOOD), cast.cli)
    (entry,) = entries_of("import", made)
    assert {change["name"]: change["new"] for change in entry.changes}["create"] == 3
    assert story.trail("done").count("lead.create") == 3
