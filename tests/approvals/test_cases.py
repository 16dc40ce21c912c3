"""Procedures of a project: listed, accepted, stopped, ended; refused deeds leave one entry and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from crm.approvals.operations import accept, drop, end, go_on, list_procedures, stop
from crm.approvals.operations_rules import close_park, hand_down, set_day, set_procedure, take_back
from crm.approvals.queries import BoardAsk, board, board_counts, cases_of, catalogue, ended_cases, powers
from crm.approvals.queries_due import due_cases
from crm.approvals.rules import Step
from crm.core.errors import Refusal
from tests.cast import AT, DAY, Cast, codes, lead, trail, unit

if TYPE_CHECKING:
    from crm.core.actor import Actor


def listed(cast: Cast, *names: str, park: str = "P1", by: Actor | None = None) -> dict[str, int]:
    """List procedures on a new project; gives their ids by code."""
    lead_id = lead(cast, park=park, name=f"石榴项目{'-'.join(names)}{park}")
    list_procedures(lead_id, names, by=by or cast.zhang, at=AT)
    return {case.code: case.id for case in cases_of(lead_id)}


def state(lead_codes: dict[str, int], code: str) -> str:
    """Return where a listed case stands."""
    from crm.approvals.models import ApprovalCase

    return str(ApprovalCase.get_by_id(lead_codes[code]).state)


def test_a_case_runs_from_acceptance_to_its_document(cast: Cast) -> None:
    cases = listed(cast, "environment", "filing")
    accept(cases["filing"], DAY - timedelta(days=7), by=cast.zhang, at=AT)
    (running,) = board(BoardAsk(), cast.zhang, DAY).rows
    assert (running.due_on, running.estimated) == (date(2026, 5, 26), False)
    assert board_counts(cast.zhang, DAY) == {"late": 1, "planned": 1, "running": 1, "stopped": 0}
    end(cases["filing"], DAY, "granted", "西经信备〔2026〕8号", by=cast.zhang, at=AT)
    (ended,) = ended_cases(cast.chen, DAY, DAY)
    assert (ended.promised_days, ended.used_days) == (1, 5)
    assert trail("done")[-3:] == ["approval.list", "approval.accept", "approval.end"]


def test_listing_twice_adds_nothing_and_writes_nothing(cast: Cast) -> None:
    lead_id = lead(cast)
    assert list_procedures(lead_id, ["filing", "filing"], by=cast.zhang, at=AT) == 1
    before = trail("done")
    assert list_procedures(lead_id, ["filing"], by=cast.zhang, at=AT) == 0
    assert trail("done") == before
    with pytest.raises(Refusal) as refused:
        list_procedures(lead_id, ["filing", "nothing"], by=cast.zhang, at=AT)
    assert codes(refused) == {"approval.unknown"}
    assert trail("refused") == ["approval.list"]


def test_before_closed_operation_the_department_after_it_the_park(cast: Cast) -> None:
    office = unit("north", "北工业园区")
    before = listed(cast, "filing", "registration")
    close_park("P1", DAY, "西府办〔2026〕3号", by=cast.chen, at=AT)
    after = listed(cast, "filing", "registration", "site")
    from crm.approvals.models import ApprovalCase

    first, then = ApprovalCase.get_by_id(before["filing"]), ApprovalCase.get_by_id(after["filing"])
    assert (first.unit_name, first.by_park) == ("市经信局", False)
    assert (then.unit_name, then.by_park, then.unit_id) == ("北工业园区", True, office)
    assert ApprovalCase.get_by_id(after["registration"]).unit_name == "市市场监管局"
    assert not ApprovalCase.get_by_id(listed(cast, "filing", park="P2")["filing"]).by_park


def test_a_power_handed_down_moves_its_procedure_to_the_park_until_it_ends(cast: Cast) -> None:
    values = {"park": "P2", "name": "备案权限", "procedure_code": "filing", "from_unit": "市经信局", "basis": "下放决定",
              "seal": True, "handed_on": DAY, "note": ""}  # fmt: skip
    power = hand_down(values, by=cast.chen, at=AT)
    from crm.approvals.models import ApprovalCase

    assert ApprovalCase.get_by_id(listed(cast, "filing", park="P2")["filing"]).by_park
    take_back(power, DAY, by=cast.chen, at=AT)
    assert not ApprovalCase.get_by_id(listed(cast, "filing", "site", park="P2")["filing"]).by_park
    assert powers("P2")[0].ended_on == DAY
    with pytest.raises(Refusal) as refused:
        hand_down({**values, "basis": " ", "park": "P9"}, by=cast.chen, at=AT)
    assert codes(refused) == {"power.basis", "park.unknown"}


def test_a_stopped_clock_adds_the_days_between(cast: Cast) -> None:
    cases = listed(cast, "environment")
    accept(cases["environment"], date(2026, 5, 11), promised=5, by=cast.zhang, at=AT)
    stop(cases["environment"], date(2026, 5, 13), "补正材料", by=cast.zhang, at=AT)
    assert board(BoardAsk(show="stopped"), cast.zhang, DAY).rows[0].due_on is None
    go_on(cases["environment"], date(2026, 5, 20), by=cast.zhang, at=AT)
    (row,) = board(BoardAsk(), cast.zhang, DAY).rows
    assert row.due_on == date(2026, 5, 25)
    end(cases["environment"], date(2026, 5, 25), "granted", "批复", by=cast.zhang, at=AT)
    assert ended_cases(cast.chen, DAY - timedelta(days=30), DAY)[0].used_days == 5


def test_a_promise_beyond_the_known_calendar_is_asked_about(cast: Cast, bureau_calendar: None) -> None:
    from datetime import datetime

    then = datetime(2031, 3, 3, 4, 0)
    cases = listed(cast, "filing")
    with pytest.raises(Refusal) as refused:
        accept(cases["filing"], date(2031, 3, 3), by=cast.zhang, at=then)
    assert codes(refused) == {"calendar.ends"}
    assert state(cases, "filing") == "planned"
    accept(cases["filing"], date(2031, 3, 3), by=cast.zhang, at=then, estimate_ok=True)
    (row,) = board(BoardAsk(), cast.zhang, date(2031, 3, 3)).rows
    assert (row.due_on, row.estimated) == (date(2031, 3, 4), True)
    assert set_day(date(2031, 3, 4), False, "州庆", by=cast.chen, at=then) == 1
    assert board(BoardAsk(), cast.zhang, date(2031, 3, 3)).rows[0].due_on == date(2031, 3, 5)


def test_the_bureaus_calendar_stands_before_the_official_one(cast: Cast, bureau_calendar: None) -> None:
    cases = listed(cast, "filing", "permit")
    accept(cases["permit"], DAY, by=cast.zhang, at=AT)
    first = board(BoardAsk(), cast.zhang, DAY).rows[0].due_on
    assert set_day(date(2026, 6, 4), False, "火把节", by=cast.chen, at=AT) == 1
    assert first == date(2026, 6, 8)
    assert board(BoardAsk(), cast.zhang, DAY).rows[0].due_on == date(2026, 6, 9)
    assert set_day(date(2026, 6, 4), None, "", by=cast.chen, at=AT) == 1
    with pytest.raises(Refusal) as refused:
        set_day(date(2026, 6, 4), False, " ", by=cast.chen, at=AT)
    assert codes(refused) == {"calendar.note"}


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (lambda case, who: accept(case, None, by=who, at=AT), {"case.day"}),
        (lambda case, who: accept(case, DAY + timedelta(days=1), by=who, at=AT), {"case.future"}),
        (lambda case, who: accept(case, DAY, promised=0, by=who, at=AT), {"procedure.days"}),
        (lambda case, who: stop(case, DAY, "公示", by=who, at=AT), {"approval.moved"}),
        (lambda case, who: end(case, DAY, "granted", "批复", by=who, at=AT), {"approval.moved"}),
        (lambda case, who: drop(case, "", by=who, at=AT), {"reason.missing"}),
    ],
)
def test_a_refused_deed_changes_nothing_and_leaves_one_entry(cast: Cast, deed: object, expected: set[str]) -> None:
    cases = listed(cast, "filing")
    before = len(trail("refused"))
    with pytest.raises(Refusal) as refused:
        deed(cases["filing"], cast.zhang)  # type: ignore[operator]
    assert codes(refused) == expected
    assert state(cases, "filing") == "planned"
    assert len(trail("refused")) == before + 1


def test_an_end_without_document_or_before_acceptance_is_refused_at_once(cast: Cast) -> None:
    cases = listed(cast, "filing")
    accept(cases["filing"], DAY, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        end(cases["filing"], DAY - timedelta(days=1), "lost", "", by=cast.zhang, at=AT)
    assert codes(refused) == {"case.early", "approval.outcome", "approval.document"}


def test_only_the_projects_unit_the_responsible_unit_and_leaders_act(cast: Cast) -> None:
    from crm.approvals.models import ApprovalCase

    cases = listed(cast, "filing")
    for who in (cast.li, cast.liu, cast.wang, cast.sun, cast.ma):
        with pytest.raises(Refusal):
            accept(cases["filing"], DAY, by=who, at=AT)
    ApprovalCase.update(unit=cast.li.unit_id).execute()
    accept(cases["filing"], DAY, by=cast.li, at=AT)
    assert [line.thing_id for line in due_cases(cast.li, DAY)] == [cases["filing"]]
    assert due_cases(cast.chen, DAY) == []
    assert len(due_cases(cast.chen, DAY + timedelta(days=30))) == 1


def test_an_edited_procedure_stands_before_the_file_and_running_cases_keep_their_promise(cast: Cast) -> None:
    cases = listed(cast, "permit")
    usual = next(step for step in catalogue() if step.code == "permit")
    set_procedure(Step("permit", usual.name, "市住建局", "park", 3, usual.position), by=cast.chen, at=AT)
    set_procedure(Step("own1", "人防审批", "市国动办", "市国动办", 8, 99), by=cast.chen, at=AT)
    set_procedure(Step("filing", "备案", "市经信局", "park", 1, 1, active=False), by=cast.chen, at=AT)
    found = {step.code: step.promised_days for step in catalogue()}
    assert (found["permit"], found["own1"], "filing" in found) == (3, 8, False)
    from crm.approvals.models import ApprovalCase

    assert ApprovalCase.get_by_id(cases["permit"]).promised_days == 5
    with pytest.raises(Refusal):
        set_procedure(Step("permit", "x", "y", "z", 3, 1), by=cast.zhang, at=AT)


def test_the_board_pages_by_key_without_losing_a_case(cast: Cast) -> None:
    from crm.approvals.models import FAR, ApprovalCase

    lead_id = lead(cast)
    rows = [
        {"lead": lead_id, "code": f"c{n}", "name": f"事项{n}", "unit_name": "局", "promised_days": 5, "state": "running",
         "due_on": None if n % 7 == 0 else DAY + timedelta(days=n % 3),
         "sort_on": FAR if n % 7 == 0 else DAY + timedelta(days=n % 3), "recorded_at": AT, "changed_at": AT}
        for n in range(120)
    ]  # fmt: skip
    ApprovalCase.insert_many(rows).execute()
    seen: list[int] = []
    cursor = None
    for _page in range(5):
        found = board(BoardAsk(cursor=cursor), cast.zhang, DAY)
        seen += [case.id for case in found.rows]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 120
