"""Questions about fairness: what deserves a look is asked about, what does not is left alone, and nothing is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from crm.core.rulebook import BrokenRules, Rulebook
from crm.reports.rules_fairness import (
    Division,
    arranged_shares,
    fairness_rules,
    grouped,
    late_claims,
    own_dealing,
    read_fairness_rules,
)

SIGNED = date(2026, 6, 20)
RULES = fairness_rules()
SUN = Division(
    lead=1, number="LD-2026-0001", name="石榴汁", cadre=7, cadre_name="孙挂职", bps=10_000,
    reported_on=date(2026, 3, 1), recorded_on=date(2026, 3, 1), reason="", recorded_by=7, recorder_unit=2, lead_unit=1,
    cadre_unit=2, ended=False,
)  # fmt: skip


def line(item: str = "signed", day: date = SIGNED, **others: Any) -> dict[str, Any]:
    return {"lead": 1, "cadre": 7, "item": item, "counted_on": day.isoformat(), "reverses": None, **others}


@pytest.mark.parametrize(
    ("days", "item", "asked"),
    [(0, "signed", 1), (RULES.last_minute_days, "paid_in", 1), (RULES.last_minute_days + 1, "signed", 0),
     (-1, "signed", 0), (3, "qualified", 0), (3, "visit", 0)],
)  # fmt: skip
def test_a_claim_just_before_what_earns_much_is_asked_about(days: int, item: str, asked: int) -> None:
    held = replace(SUN, reported_on=SIGNED - timedelta(days=days))
    found = late_claims([held], [line(item), line(item), line(item, reverses=4)])
    assert len(found) == asked
    assert all(one.number == "LD-2026-0001" and one.text.params["days"] == days for one in found)


def test_shares_divided_anew_just_before_points_are_asked_about_once() -> None:
    anew = replace(SUN, recorded_on=SIGNED - timedelta(days=9), reason="共同引荐", bps=6000)
    other = replace(anew, cadre=8, cadre_name="吴挂职", bps=4000)
    (one,) = arranged_shares([anew, other], [line()])
    assert (one.text.params["days"], one.text.params["reason"]) == (9, "共同引荐")
    early = SIGNED - timedelta(days=RULES.arranged_days + 1)
    assert arranged_shares([replace(anew, recorded_on=early)], [line()]) == []
    assert arranged_shares([replace(anew, recorded_on=SIGNED + timedelta(days=1))], [line()]) == []
    assert arranged_shares([replace(anew, ended=True)], [line()]) == []
    assert arranged_shares([SUN], [line()]) == []


def test_two_who_share_project_after_project_are_asked_about() -> None:
    shares = [
        replace(SUN, lead=lead, cadre=cadre, cadre_name=name, bps=5000)
        for lead in range(1, RULES.often_together + 1) for cadre, name in ((7, "孙挂职"), (8, "吴挂职"))
    ]  # fmt: skip
    (one,) = arranged_shares(shares, [])
    assert one.text.params == {"one": "孙挂职", "other": "吴挂职", "n": RULES.often_together}
    assert arranged_shares(shares[:2], []) == []


def test_a_claim_by_the_owners_own_unit_is_asked_about_by_who_entered_it() -> None:
    own = replace(SUN, lead_unit=2)
    entered = replace(own, recorded_by=3, recorder_unit=2)
    assert [one.kind for one in own_dealing([own, entered, SUN])] == ["own", "own"]
    first, second = own_dealing([own, entered])
    assert first.text.msgid != second.text.msgid
    assert own_dealing([replace(own, ended=True), replace(own, lead_unit=None, cadre_unit=None)]) == []


def test_points_are_grouped_by_place_kind_and_month_served() -> None:
    people = [
        {"host_place": "佛山", "total": 6000, "month_tenths": 60}, {"host_place": "佛山", "total": 2000, "month_tenths": 20},
        {"host_place": "", "total": 9000, "month_tenths": 0},
    ]  # fmt: skip
    first, second = grouped(people, "host_place")
    assert (first.label, first.people, first.points, first.per_person, first.per_month) == ("佛山", 2, 8000, 4000, 1000)
    assert (second.label, second.per_month) == ("—", None)


@pytest.mark.parametrize("change", [{"last_minute_days": 0}, {"arranged_days": "30"}, {"often_together": 1}, {"arranged_days": True}])
def test_a_broken_table_of_questions_is_refused_by_name(change: dict[str, Any]) -> None:
    tables = {"last_minute_days": 15, "arranged_days": 30, "often_together": 2, **change}
    with pytest.raises(BrokenRules, match=next(iter(change))):
        read_fairness_rules(Rulebook("fairness.toml", "1", date(2026, 1, 1), "ours", tables))
