"""Monthly reports: what is owed, prefilled, sent once, excused, missed; and access that ends with a posting."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.cadres.operations import change_end, close_ended, post_cadre, set_reach
from crm.cadres.operations_reports import excuse_month, send_report, take_back_excuse
from crm.cadres.queries import posting
from crm.cadres.queries_due import due_from_cadres, due_months
from crm.cadres.queries_reports import missed_months, missed_reports, month_states, owed_months, report_of
from crm.cadres.rules_reports import ReportRules, Served, owed, read_report_rules, report_rules
from crm.core.actor import SYSTEM
from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from tests import cast as story

if TYPE_CHECKING:
    from crm.core.actor import Actor

RULES = ReportRules("t", "t", due_day=5, grace_days=10, least_days=15, opens_before=6)
WORDS = {"work": "走访企业三家", "difficulties": "", "plan": ""}


@pytest.fixture
def people(db: Any) -> story.Cast:
    """Give the cast of the rules' story, on both databases."""
    return story.assemble()


def months(start: date, end: date, until: date, *, entered: date | None = None) -> list[str]:
    return [one.month for one in owed([Served(1, 7, start, end, entered or start)], until, RULES)]


def test_a_posting_owes_the_months_it_really_served() -> None:
    assert months(date(2026, 1, 20), date(2026, 4, 10), date(2026, 12, 31)) == ["2026-02", "2026-03"]
    assert months(date(2026, 1, 1), date(2026, 4, 15), date(2026, 12, 31)) == [
        "2026-01", "2026-02", "2026-03", "2026-04",
    ]  # fmt: skip
    assert months(date(2025, 1, 1), date(2026, 12, 31), date(2026, 3, 31), entered=date(2026, 2, 20)) == [
        "2026-02", "2026-03",
    ]  # fmt: skip


def test_a_month_opens_before_its_end_and_the_last_one_is_due_on_the_last_day() -> None:
    assert months(date(2026, 1, 1), date(2026, 6, 30), date(2026, 3, 24)) == ["2026-01", "2026-02"]
    assert months(date(2026, 1, 1), date(2026, 6, 30), date(2026, 3, 25))[-1] == "2026-03"
    last = owed([Served(1, 7, date(2026, 1, 1), date(2026, 6, 20), date(2026, 1, 1))], date(2026, 7, 1), RULES)[-1]
    assert (last.month, last.due_on, last.closes_on) == ("2026-06", date(2026, 6, 20), date(2026, 6, 30))
    december = owed([Served(1, 7, date(2025, 12, 1), date(2026, 6, 20), date(2025, 12, 1))], date(2026, 1, 1), RULES)
    assert december[0].due_on == date(2026, 1, 5)


def test_two_postings_in_one_month_owe_one_report() -> None:
    one = Served(1, 7, date(2026, 3, 1), date(2026, 3, 12), date(2026, 3, 1))
    other = Served(2, 7, date(2026, 3, 13), date(2026, 8, 1), date(2026, 3, 1))
    assert [item.month for item in owed([one, other], date(2026, 4, 1), RULES)] == ["2026-03"]


@pytest.mark.parametrize("line", ["due_day = 40", "grace_days = -1", 'least_days = "15"', "opens_before = true"])
def test_a_broken_table_of_days_is_refused_by_name(line: str) -> None:
    whole = {"due_day": "5", "grace_days": "10", "least_days": "15", "opens_before": "6"}
    key, _, value = line.partition(" = ")
    text = 'version = "1"\nin_force_from = 2026-01-01\nbasis = "x"\n'
    text += "\n".join(f"{name} = {said}" for name, said in {**whole, key: value}.items())
    with pytest.raises(BrokenRules, match=key):
        read_report_rules(parse(text, "reports.toml"))


# --- on both databases; sun is posted since 2026-02-21, the posting was entered on 2026-06-01


SENT_AT = datetime(2026, 6, 27, 4, 0)


def test_a_report_is_sent_once_and_the_first_one_stays(people: story.Cast) -> None:
    facts = {"reported": [["LD-1", "甲"]], "contacts": [], "stages": [], "visits": 0}
    first = send_report("2026-06", WORDS, facts, by=people.sun, at=SENT_AT)
    assert send_report("2026-06", {**WORDS, "work": "别的"}, {}, by=people.sun, at=SENT_AT) == first
    sent = report_of(people.sun.person_id or 0, "2026-06")
    assert sent is not None
    assert (sent.work, sent.facts["reported"]) == ("走访企业三家", [["LD-1", "甲"]])
    assert story.trail("done").count("report.send") == 1


@pytest.mark.parametrize(("month", "at"), [("2026-06", datetime(2026, 6, 10)), ("2026-05", SENT_AT), ("x", SENT_AT)])
def test_a_month_that_is_not_owed_is_refused(people: story.Cast, month: str, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        send_report(month, WORDS, {}, by=people.sun, at=at)
    assert story.codes(refused) == {"report.not_owed"}


def test_only_a_posted_cadre_sends_and_an_empty_report_is_refused(people: story.Cast) -> None:
    with pytest.raises(Refusal) as refused:
        send_report("2026-06", {**WORDS, "work": " "}, {}, by=people.sun, at=SENT_AT)
    assert story.codes(refused) == {"report.empty"}
    with pytest.raises(Refusal) as refused:
        send_report("2026-06", WORDS, {}, by=people.zhang, at=SENT_AT)
    assert refused.value.status == 403


def state(people: story.Cast, month: str, day: date) -> str:
    (one,) = month_states(day, cadre_id=people.sun.person_id, month=month)
    return one.state(day)


def test_missing_months_are_counted_after_the_grace_and_an_excuse_takes_them_away(people: story.Cast) -> None:
    who = people.sun.person_id or 0
    assert state(people, "2026-06", date(2026, 7, 5)) == "open"
    assert state(people, "2026-06", date(2026, 7, 6)) == "due"
    assert missed_reports(date(2026, 7, 15)) == []
    (missed,) = missed_reports(date(2026, 7, 16))
    assert (missed.cadre_id, missed.month, missed.due_on) == (who, "2026-06", date(2026, 7, 5))
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert len(missed_months(who, *year, today=date(2026, 9, 1))) == 2
    assert missed_months(who, date(2025, 1, 1), date(2025, 12, 31), today=date(2026, 9, 1)) == []
    excuse_month(who, "2026-06", "集中培训", by=people.he, at=SENT_AT)
    assert [one.month for one in missed_months(who, *year, today=date(2026, 9, 1))] == ["2026-07"]
    assert state(people, "2026-06", date(2026, 9, 1)) == "excused"
    take_back_excuse(who, "2026-06", by=people.he, at=SENT_AT)
    assert state(people, "2026-06", date(2026, 9, 1)) == "missed"


def test_a_report_after_the_grace_is_kept_and_still_counts_as_missed(people: story.Cast) -> None:
    send_report("2026-06", WORDS, {}, by=people.sun, at=datetime(2026, 8, 1))
    assert state(people, "2026-06", date(2026, 8, 2)) == "late"
    assert [one.month for one in missed_reports(date(2026, 8, 2))] == ["2026-06"]


def test_an_excuse_asks_for_reason_month_and_right_all_at_once(people: story.Cast) -> None:
    who = people.sun.person_id or 0
    with pytest.raises(Refusal) as refused:
        excuse_month(who, "2026-13", "", by=people.he, at=SENT_AT)
    assert story.codes(refused) == {"reason.missing", "month.unreadable"}
    with pytest.raises(Refusal) as refused:
        excuse_month(who, "2024-01", "x" * 300, by=people.he, at=SENT_AT)
    assert story.codes(refused) == {"reason.long", "report.not_owed"}
    for by in (people.sun, people.zhang, people.chen):
        with pytest.raises(Refusal) as refused:
            excuse_month(who, "2026-06", "病假", by=by, at=SENT_AT)
        assert refused.value.status == 403


def test_what_waits_is_told_to_the_cadre_and_later_to_the_organiser(people: story.Cast) -> None:
    (mine,) = due_months(people.sun, date(2026, 7, 1))
    assert (mine.label, mine.light, mine.due_on) == ("2026-06", "yellow", date(2026, 7, 5))
    assert due_from_cadres(people.he, date(2026, 7, 5)) == []
    (theirs,) = due_from_cadres(people.he, date(2026, 7, 7))
    assert theirs.thing_id == people.sun.person_id
    assert due_months(people.sun, date(2026, 7, 16)) == []


# --- postings and access


def signed_in(who: Actor) -> Any:
    from crm.accounts.models import SignIn

    return SignIn.create(token_hash=f"h{who.person_id}", person=who.person_id, created_at=story.AT, seen_at=story.AT)


def alive(who: Actor) -> tuple[int, int]:
    from crm.accounts.models import SignIn
    from crm.accounts.models_tokens import ApiToken

    sessions = SignIn.select().where(SignIn.person == who.person_id).count()
    tokens = ApiToken.select().where((ApiToken.person == who.person_id) & ApiToken.revoked_at.is_null()).count()
    return int(sessions), int(tokens)


def token_of(who: Actor) -> None:
    from crm.accounts.models_tokens import ApiToken

    ApiToken.create(
        person=who.person_id, name="t", token_hash="h" * 64, hint="h", scopes="leads", created_at=story.AT,
        expires_on=date(2027, 1, 1),
    )  # fmt: skip


def posting_of(who: Actor) -> int:
    from crm.cadres.models import Posting

    return int(Posting.get(Posting.cadre == who.person_id).id)


def test_an_early_return_ends_sessions_and_tokens(people: story.Cast) -> None:
    signed_in(people.sun)
    token_of(people.sun)
    change_end(posting_of(people.sun), story.DAY, "今天结束", by=people.he, at=story.AT)
    assert alive(people.sun) == (1, 1)
    change_end(posting_of(people.sun), story.DAY - timedelta(days=1), "提前返回", by=people.he, at=story.AT)
    assert alive(people.sun) == (0, 0)


def test_a_posting_that_simply_ran_out_loses_its_keys_once(people: story.Cast) -> None:
    signed_in(people.sun)
    token_of(people.sun)
    at = story.AT + timedelta(days=266)
    assert close_ended(by=SYSTEM, at=story.AT) == 0
    assert close_ended(by=SYSTEM, at=at) == 1
    assert alive(people.sun) == (0, 0)
    signed_in(people.sun)
    assert close_ended(by=SYSTEM, at=at) == 0
    assert alive(people.sun) == (1, 0)
    with pytest.raises(Refusal):
        signed_in_people_cannot_close(people)


def signed_in_people_cannot_close(people: story.Cast) -> None:
    change_end(posting_of(people.sun), story.DAY + timedelta(days=1), "改期", by=people.he, at=story.AT)
    close_ended(by=people.he, at=story.AT + timedelta(days=9))


def test_the_next_posting_keeps_the_keys(people: story.Cast) -> None:
    start = story.DAY + timedelta(days=266)
    post_cadre(
        people.sun.person_id or 0, host_place="宁波", host_unit="联络处", post="", home_unit_id=None, starts_on=start,
        ends_on=start + timedelta(days=90), direction="out", post_kind="liaison", by=people.he, at=story.AT,
    )  # fmt: skip
    signed_in(people.sun)
    assert close_ended(by=SYSTEM, at=story.AT + timedelta(days=267)) == 1
    assert alive(people.sun) == (1, 0)


def test_a_posting_into_the_city_names_the_unit_elsewhere(people: story.Cast) -> None:
    guest = story.person("guest", "客挂职", "cadre", people.zhang.unit_id)
    values: dict[str, Any] = {
        "host_place": "西昌市", "host_unit": "投资促进局", "post": "副局长", "home_unit_id": None,
        "home_elsewhere": "双流区经信局", "starts_on": story.DAY, "ends_on": story.DAY + timedelta(days=300),
        "direction": "in", "by": people.he, "at": story.AT,
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        post_cadre(guest.person_id or 0, **{**values, "post_kind": "other?", "direction": "up"})
    assert story.codes(refused) == {"posting.post_kind", "posting.direction"}
    row = posting(post_cadre(guest.person_id or 0, post_kind="investment", **values))
    assert row is not None
    assert (row.home_unit, row.direction, row.post_kind) == ("双流区经信局", "in", "investment")
    with pytest.raises(Refusal) as refused:
        post_cadre(guest.person_id or 0, **values)
    assert story.codes(refused) == {"posting.overlap"}


def test_a_place_off_the_network_is_marked_with_a_reason(people: story.Cast) -> None:
    posting_id = posting_of(people.sun)
    with pytest.raises(Refusal) as refused:
        set_reach(posting_id, offline=True, reason="", by=people.he, at=story.AT)
    assert story.codes(refused) == {"reason.missing"}
    set_reach(posting_id, offline=True, reason="驻地没有专网", by=people.he, at=story.AT)
    row = posting(posting_id)
    assert row is not None
    assert row.offline


def test_the_shipped_days_are_in_force() -> None:
    assert report_rules().due_day == 5


def test_months_of_everybody_come_in_one_answer(people: story.Cast) -> None:
    assert [one.month for one in owed_months(date(2026, 8, 31))] == ["2026-06", "2026-07", "2026-08"]
