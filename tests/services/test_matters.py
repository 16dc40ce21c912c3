"""Matters: raised with an owner and a deadline, answered by others than those complained of, closed after a hearing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from crm.core.words import render
from crm.core.workdays import known_years
from crm.services.operations import answer, close, hand_on, move_deadline, raise_matter, reopen, tell_progress
from crm.services.queries import MatterAsk, board, counts, matter_reached, matters_of, steps_of
from crm.services.queries_due import due_hearings, due_matters
from crm.services.rules import CATEGORIES, book, check_book, due_warnings, kinds, usual_due
from tests.cast import AT, DAY, Cast, codes, lead, trail


def said(cast: Cast, category: str = "request", **others: Any) -> dict[str, Any]:
    """Return what a matter lacks nothing with; the park's unit answers."""
    values = {
        "category": category, "kind": next(iter(kinds(category))), "title": "厂区供电不稳", "source": "西昌榴光食品有限公司",
        "owner_unit_id": cast.li.unit_id, "about_unit_id": None, "raised_on": DAY - timedelta(days=3), "due_on": None,
        "detail": "", "lead_id": None,
    }  # fmt: skip
    if category == "complaint":
        values["about_unit_id"] = cast.wang.unit_id
    return {**values, **others}


def rows() -> list[Any]:
    """Return everything in the tables of matters."""
    from crm.services.models import Matter, MatterStep

    return [list(table.select().order_by(table.id).tuples()) for table in (Matter, MatterStep)]


def test_a_request_runs_from_entry_to_hearing(cast: Cast) -> None:
    matter = raise_matter(said(cast), by=cast.zhang, at=AT)
    assert matter_reached(matter, cast.zhang).due_on == usual_due("request", DAY - timedelta(days=3))  # type: ignore[union-attr]
    assert [line.thing_id for line in due_matters(cast.li, DAY)] == [matter]
    tell_progress(matter, "已约供电公司", by=cast.li, at=AT)
    answer(matter, "下周换变压器", by=cast.li, at=AT)
    assert due_matters(cast.li, DAY) == []
    assert [line.thing_id for line in due_hearings(cast.zhang, DAY)] == [matter]
    close(matter, "solved", "", by=cast.zhang, at=AT)
    (figures,) = counts(cast.chen, DAY)
    assert (figures.closed, figures.solved, figures.open) == (1, 1, 0)
    assert [step.kind for step in steps_of(matter)] == ["closed", "answered", "progress", "raised"]
    assert trail("done")[-4:] == ["matter.raise", "matter.progress", "matter.answer", "matter.close"]


@pytest.mark.parametrize(
    ("category", "changed", "expected"),
    [
        ("request", {"title": " "}, {"matter.title"}),
        ("request", {"kind": "schooling"}, {"matter.kind"}),
        ("request", {"source": ""}, {"matter.source"}),
        ("request", {"owner_unit_id": None}, {"matter.owner"}),
        ("request", {"owner_unit_id": 9999}, {"unit.unknown"}),
        ("request", {"raised_on": None}, {"matter.raised"}),
        ("request", {"raised_on": DAY + timedelta(days=1)}, {"matter.raised"}),
        ("request", {"due_on": DAY - timedelta(days=9)}, {"matter.due"}),
        ("request", {"lead_id": 9999}, {"lead.unknown"}),
        ("complaint", {"about_unit_id": None}, {"matter.about"}),
        ("nothing", {}, {"matter.category"}),
        ("talent", {"title": "", "raised_on": None, "owner_unit_id": None}, {"matter.title", "matter.raised", "matter.owner"}),
    ],
)
def test_a_wrong_entry_says_everything_and_leaves_one_line_in_the_trail(
    cast: Cast, category: str, changed: dict[str, Any], expected: set[str]
) -> None:
    values = {**said(cast, category if category in CATEGORIES else "request"), "category": category, **changed}
    before = rows()
    with pytest.raises(Refusal) as refused:
        raise_matter(values, by=cast.zhang, at=AT)
    assert codes(refused) == expected
    assert (rows(), trail("refused")) == (before, ["matter.raise"])


def test_a_complaint_never_goes_to_the_unit_complained_of(cast: Cast) -> None:
    about_park = said(cast, "complaint", about_unit_id=cast.li.unit_id)
    with pytest.raises(Refusal) as refused:
        raise_matter(about_park, by=cast.zhang, at=AT)
    assert codes(refused) == {"matter.self"}
    matter = raise_matter({**about_park, "owner_unit_id": cast.zhang.unit_id}, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        hand_on(matter, cast.li.unit_id, None, "转园区", by=cast.zhang, at=AT)
    assert codes(refused) == {"matter.self"}
    assert matter_reached(matter, cast.li) is None
    with pytest.raises(Refusal) as refused:
        answer(matter, "没有这回事", by=cast.li, at=AT)
    assert codes(refused) == {"matter.unknown"}
    assert board(MatterAsk(), cast.li, DAY).rows == ()


def test_a_complaint_about_a_projects_own_unit_is_hidden_from_it(cast: Cast) -> None:
    lead_id = lead(cast)
    about_us = said(cast, "complaint", about_unit_id=cast.zhang.unit_id, lead_id=lead_id)
    matter = raise_matter(about_us, by=cast.chen, at=AT)
    assert matters_of(lead_id, cast.zhang) == []
    assert [row.id for row in matters_of(lead_id, cast.chen)] == [matter]
    assert [row.id for row in matters_of(lead_id, cast.li)] == [matter]


def test_who_answers_does_not_close_and_only_the_owner_answers(cast: Cast) -> None:
    matter = raise_matter(said(cast, owner_unit_id=cast.zhang.unit_id), by=cast.li, at=AT)
    with pytest.raises(Refusal) as refused:
        answer(matter, "好了", by=cast.li, at=AT)
    assert codes(refused) == {"matter.not_owner"}
    answer(matter, "好了", by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        close(matter, "solved", "", by=cast.zhang, at=AT)
    assert codes(refused) == {"matter.own_answer"}
    close(matter, "unsolved", "仍不稳", by=cast.li, at=AT)
    with pytest.raises(Refusal) as refused:
        reopen(matter, DAY - timedelta(days=1), "", by=cast.li, at=AT)
    assert codes(refused) == {"matter.due", "reason.missing"}
    reopen(matter, DAY + timedelta(days=9), "仍未解决", by=cast.li, at=AT)
    row = matter_reached(matter, cast.li)
    assert row is not None
    assert (row.state, row.answer, row.due_on) == ("open", "", DAY + timedelta(days=9))
    assert "好了" in {step.text for step in steps_of(matter)}


def test_a_moved_deadline_keeps_the_old_one_and_its_reason(cast: Cast) -> None:
    matter = raise_matter(said(cast, "decision", source="市长办公会", due_on=DAY + timedelta(days=5)), by=cast.chen, at=AT)
    for new, reason, expected in (
        (None, "x", {"matter.due"}), (DAY + timedelta(days=5), "x", {"matter.due"}),
        (DAY - timedelta(days=1), " ", {"matter.due", "reason.missing"}),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            move_deadline(matter, new, reason, by=cast.chen, at=AT)
        assert codes(refused) == expected
    move_deadline(matter, DAY + timedelta(days=20), "等省厅批复", by=cast.chen, at=AT)
    moved = steps_of(matter)[0]
    assert (moved.old, moved.new, moved.text) == ("2026-06-06", "2026-06-21", "等省厅批复")


def test_each_role_acts_only_where_it_may(cast: Cast) -> None:
    matter = raise_matter(said(cast), by=cast.zhang, at=AT)
    for who in (cast.liu, cast.luo, cast.wang, cast.sun, cast.he, cast.ma, cast.cli):
        with pytest.raises(Refusal):
            answer(matter, "x", by=who, at=AT)
        with pytest.raises(Refusal):
            raise_matter(said(cast), by=who, at=AT)
    assert matter_reached(matter, cast.liu) is not None
    assert matter_reached(matter, cast.gu) is None


def test_an_order_that_comes_too_late_is_told(cast: Cast) -> None:
    matter = raise_matter(said(cast), by=cast.zhang, at=AT)
    answer(matter, "好", by=cast.li, at=AT)
    with pytest.raises(Refusal) as refused:
        answer(matter, "再答", by=cast.li, at=AT)
    assert (codes(refused), refused.value.status) == ({"matter.moved"}, 409)


def test_the_board_pages_by_key_without_losing_a_matter(cast: Cast) -> None:
    from crm.services.models import Matter

    base = {"category": "request", "kind": "energy", "owner_unit": cast.li.unit_id, "raised_on": DAY, "recorded_at": AT,
            "changed_at": AT}  # fmt: skip
    Matter.insert_many(
        [{**base, "title": f"事项{n}", "due_on": date(2026, 6, 1) + timedelta(days=n % 4)} for n in range(120)]
    ).execute()
    seen: list[int] = []
    cursor = None
    for _page in range(5):
        found = board(MatterAsk(category="request", cursor=cursor), cast.chen, DAY)
        seen += [row.id for row in found.rows]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 120


def test_the_file_loads_and_a_broken_copy_is_refused() -> None:
    assert book().version
    text = (Path(__file__).parents[2] / "crm/services/services.toml").read_text(encoding="utf-8")
    for old, new in (("decision = 30", "decision = 0"), ("[kinds.talent]", "[kinds.talents]"), ("energy = ", "settling = ")):
        assert old in text
        with pytest.raises(BrokenRules):
            check_book(parse(text.replace(old, new), "services.toml"))


def test_a_deadline_in_days_that_nobody_knows_yet_is_told_as_an_estimate() -> None:
    last = date(max(known_years()), 12, 30)
    (warning,) = due_warnings("request", last, None)
    assert (warning.code, warning.field) == ("calendar.estimate", "due_on")
    assert str(usual_due("request", last)) in render(warning.text)
    assert due_warnings("request", last, last + timedelta(days=30)) == []
    assert due_warnings("request", DAY, None) == []
    assert due_warnings("request", None, None) == []
