"""The ledger's reckoning: bands, halves, steps, caps, once-rules, reversals; and that a replay gives the same lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.credit.rules import Claimed, Term, counts_on, divided, division_on, later, project_key, show_points
from crm.credit.rules_ledger import Book, Line, Statement, read_statement, replayed, wanted
from crm.credit.rules_standing import tally, total
from crm.credit.rules_tariff import shipped
from tests.credit.cast import DAY, SUN, WAN, WU, said, share

if TYPE_CHECKING:
    from collections.abc import Iterable

TARIFFS = {"2026.1": shipped()}


def points(*statements: Statement) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for entry in wanted(statements, TARIFFS).values():
        sums[f"{entry.item}.{entry.part}" if entry.part else entry.item] += entry.points
    return dict(sums)


@pytest.mark.parametrize(
    ("fen", "at_signing"),
    [(None, None), (4_999 * WAN, None), (5_000 * WAN, 1000), (9_999 * WAN, 1000), (10_000 * WAN, 2000),
     (49_999 * WAN, 2000), (50_000 * WAN, 5000)],
)  # fmt: skip
def test_a_formal_contract_counts_by_its_band_and_only_half_at_signing(fen: int | None, at_signing: int | None) -> None:
    assert points(said("signed", amount_fen=fen)).get("signed.signing") == at_signing


def test_the_other_half_comes_when_works_start_and_only_for_a_contract_that_stands() -> None:
    signed = said("signed", amount_fen=50_000 * WAN)
    started = said("started", day=date(2026, 9, 1))
    assert points(signed, started) == {"signed.signing": 5000, "signed.start": 5000, "started": 3000}
    over = replace(signed, stands=False, why="terminated")
    assert points(over, started) == {"started": 3000}


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([499], 0), ([500], 5000), ([599], 5000), ([600], 5500), ([499, 1], 5000), ([250, 250, 250, 250], 7500),
     ([10_000], 52_500)],
)  # fmt: skip
def test_paid_in_money_counts_by_its_running_sum(amounts: list[int], expected: int) -> None:
    rows = [said("paid_in", str(at), amount_fen=wan * WAN) for at, wan in enumerate(amounts)]
    assert points(*rows).get("paid_in", 0) == expected


def test_landing_counts_nothing_until_the_tariffs_own_review_passed() -> None:
    assert points(said("landed")) == {}
    assert points(said("landed", reviewed=True)) == {"landed": 2000}


def test_an_enterprise_visits_once_and_the_first_visit_that_counts_does() -> None:
    outside = said("visit", "1", shares=(share(posting=None),))
    first = said("visit", "2", date(2026, 4, 1), lead=2, project="榴光|南园", shares=(share(WU),))
    second = said("visit", "3", date(2026, 4, 2))
    entries = list(wanted([outside, first, second], TARIFFS).values())
    assert [(entry.cadre, entry.event_key, entry.points) for entry in entries] == [(WU, "visit:2", 1000)]


def test_two_leads_of_the_same_investor_and_site_are_one_project() -> None:
    one = said("started", "1")
    other = said("started", "2", date(2026, 5, 1), lead=2)
    assert points(one, other) == {"started": 3000}
    assert points(one, replace(other, project="榴光|南园")) == {"started": 6000}
    assert project_key(1, "榴光", "北园 1号", "P1") == project_key(2, "榴光", "北园1号", "")
    assert project_key(1, "", "北园", "P1") != project_key(2, "", "北园", "P1")


def test_coefficients_apply_and_shares_of_a_third_lose_nothing() -> None:
    shares = (share(SUN, 3334), share(WU, 3333), share(9, 3333))
    mined = said("started", coefficient=("primary_mining", 300), shares=shares)
    parts = [entry.points for entry in wanted([mined], TARIFFS).values()]
    assert sum(parts) == 900
    assert sorted(parts) == [300, 300, 300]


def test_what_falls_to_somebody_outside_a_posting_lapses() -> None:
    shares = (share(SUN, 6000), share(WU, 4000, None))
    assert points(said("started", shares=shares)) == {"started": 1800}


def test_a_false_report_makes_the_project_count_zero_and_takes_five() -> None:
    started = said("started", false=True)
    case = said("false_report", "1", false=True, shares=(share(SUN, posting=None),))
    assert points(started, said("visit", false=True), case) == {"false_report": -5000}


def test_caps_hold_sums_and_deductions_and_what_they_cut_off_is_told() -> None:
    items = {item.code: item for item in tally([("started", 15_000), ("report_missed", -14_000)], shipped())}
    assert (items["started"].counted, items["started"].capped, items["started"].full) == (12_000, 3_000, True)
    assert (items["report_missed"].counted, items["report_missed"].capped) == (-12_000, 2_000)
    assert total(items.values()) == 0


@given(st.integers(-100_000, 100_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
def test_parts_of_a_whole_sum_to_the_whole(whole: int, weights: list[int]) -> None:
    *others, _ = [weight * 10_000 // sum(weights) for weight in weights]
    shares = [*others, 10_000 - sum(others)]
    assert sum(divided(whole, shares)) == whole


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (500, "0.5"), (-5000, "-5"), (1234, "1.234"), (None, "—")])
def test_points_read_without_idle_zeros(value: int | None, text: str) -> None:
    assert show_points(value) == text


# --- whose share counts on a day

TERM = Term(1, SUN, date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "reported", "counts"),
    [
        (date(2025, 12, 31), date(2026, 2, 1), False),
        (date(2026, 1, 1), date(2025, 1, 1), True),
        (date(2026, 6, 30), date(2025, 1, 1), True),
        (date(2026, 7, 1), date(2026, 6, 30), True),
        (date(2026, 7, 1), date(2025, 12, 31), False),
        (date(2028, 6, 30), date(2026, 2, 1), True),
        (date(2028, 7, 1), date(2026, 2, 1), False),
    ],
)
def test_events_count_within_a_posting_and_in_its_tail_for_what_was_reported_in_it(
    day: date, reported: date, counts: bool  # noqa: FBT001 - a case
) -> None:
    assert (counts_on([TERM], SUN, day, reported, 24) is TERM) is counts


def test_a_month_later_ends_within_the_shorter_month() -> None:
    assert later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert later(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert later(date(2026, 12, 5), 1) == date(2027, 1, 5)


def claim(number: int, cadre: int, bps: int, made: date, ended: date | None = None, **others: Any) -> Claimed:
    from datetime import datetime, time

    moment = datetime.combine(made, time(4))
    return Claimed(number, 1, cadre, bps, others.get("reported", date(2026, 1, 5)), moment, others.get("since", made),
                   ended)  # fmt: skip


def test_a_division_counts_from_the_day_it_was_made_and_the_first_from_the_report() -> None:
    first = claim(1, SUN, 10_000, date(2026, 2, 1), date(2026, 4, 1))
    second = [claim(2, SUN, 4_000, date(2026, 4, 1)), claim(3, WU, 6_000, date(2026, 4, 1))]
    held = [first, *second]
    assert division_on(held, date(2026, 1, 4)) == []
    assert division_on(held, date(2026, 1, 5)) == [first]
    assert division_on(held, date(2026, 3, 31)) == [first]
    assert [one.cadre for one in division_on(held, date(2026, 4, 1))] == [WU, SUN]
    decided = [first, *(replace(one, counts_from=date(2026, 1, 5)) for one in second)]
    assert [one.cadre for one in division_on(decided, date(2026, 3, 1))] == [WU, SUN]
    assert division_on([claim(1, SUN, 10_000, date(2026, 2, 1), date(2026, 4, 1))], date(2026, 4, 1)) == []


# --- any sequence of events

KINDS = ("qualified", "visit", "signed", "landed", "started", "paid_in", "producing", "top500")
SHARES = st.lists(
    st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([2500, 3333, 10_000]), st.sampled_from([None, 4])),
    min_size=1, max_size=3, unique_by=lambda one: one[0],
).map(lambda rows: tuple(share(cadre, bps // len(rows), posting) for cadre, bps, posting in rows))  # fmt: skip
STATEMENTS = st.builds(
    lambda kind, number, where, day, **others: said(
        kind, str(number), day, lead=number, enterprise=where[0], project=where, **others
    ),
    st.sampled_from(KINDS), st.integers(1, 3), st.sampled_from(["A|x", "A|y", "B|x"]),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), shares=SHARES, stands=st.booleans(), reviewed=st.booleans(),
    false=st.sampled_from([False, False, False, True]), amount_fen=st.sampled_from([None, 600 * WAN, 60_000 * WAN]),
    coefficient=st.sampled_from([("ordinary", 1000), ("primary_mining", 300)]),
)  # fmt: skip
BATCHES = st.lists(st.lists(STATEMENTS, min_size=1, max_size=4, unique_by=lambda one: one.key), max_size=12)


def net(lines: Iterable[Line]) -> dict[tuple[int, str, str, str], int]:
    sums: Counter[tuple[int, str, str, str]] = Counter()
    for line in lines:
        sums[line.entry.identity] += line.entry.points
    return {identity: value for identity, value in sums.items() if value}


@given(BATCHES)
def test_one_by_one_at_once_and_replayed_come_to_the_same_ledger(batches: list[list[Statement]]) -> None:
    book, lines = Book(TARIFFS), []
    for batch in batches:
        for line in book.take(batch):
            lines.append(line)
            book.store(line, len(lines))
    assert replayed(batches, TARIFFS) == lines
    at_once = Book(TARIFFS).take(book.latest.values())
    assert net(lines) == net(at_once)
    for line in lines:
        assert line.reverses is None or lines[line.reverses - 1].entry.points == -line.entry.points
    reversed_ones = [line.reverses for line in lines if line.reverses]
    assert len(reversed_ones) == len(set(reversed_ones))


@given(STATEMENTS)
def test_a_statement_reads_back_as_it_was(one: Statement) -> None:
    assert read_statement(one.body()) == one


def test_a_termination_is_reversed_on_its_own_day_both_halves_of_it() -> None:
    signed = said("signed", amount_fen=50_000 * WAN)
    started = said("started", day=date(2026, 9, 1))
    over = replace(signed, stands=False, why="terminated", ended_on=date(2027, 2, 1))
    lines = replayed([[signed], [started], [over]], TARIFFS)
    undone = [line for line in lines if line.reverses]
    assert {(line.entry.part, line.entry.points) for line in undone} == {("signing", -5000), ("start", -5000)}
    assert {line.happened_on for line in undone} == {date(2027, 2, 1)}
    assert {line.entry.counted_on for line in undone} == {DAY, date(2026, 9, 1)}
    assert {line.reason for line in undone} == {"terminated"}
