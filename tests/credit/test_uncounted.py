"""What brought nothing says why: by the ledger's own rule, and with the sentence that a cadre can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.credit.queries_points import uncounted_of
from crm.credit.rules_ledger import Statement, wanted
from crm.credit.rules_tariff import shipped
from crm.credit.rules_uncounted import uncounted
from crm.pipeline.operations_credit import settle_due
from tests.cast import AT, DAY
from tests.credit.cast import SUN, WAN, WU, said, share
from tests.credit.story import credited, reach, sign

if TYPE_CHECKING:
    from tests.cast import Cast

TARIFFS = {"2026.1": shipped()}
OUTSIDE = (share(posting=None),)
FIRST_VISIT = said("visit", "1", date(2026, 3, 1))
OTHER_LEAD = said("started", "9", date(2026, 3, 1), lead=9, number="LD-2026-0009")


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([said("started", shares=OUTSIDE)], "outside every posting"),
        ([FIRST_VISIT, said("visit", "2", date(2026, 4, 1))], "counted already"),
        ([said("signed", amount_fen=4_000 * WAN)], "below the first band"),
        ([said("landed")], "own review"),
        ([said("paid_in", amount_fen=300 * WAN)], "next step"),
        ([OTHER_LEAD, said("started", day=date(2026, 5, 1))], "count as one project"),
        ([said("started", false=True)], "proven false report"),
        ([said("started", tariff="")], "no tariff"),
        ([said("qualified", shares=(share(SUN, 1), share(WU, 9_999)))], "rounds to nothing"),
    ],
)
def test_every_event_that_brings_nothing_says_why(statements: list[Statement], words: str) -> None:
    (one,) = uncounted(statements, SUN, TARIFFS)
    assert words in one.why.msgid
    assert one.lead == 1


@pytest.mark.parametrize(
    "one",
    [said("started"), said("visit"), said("started", stands=False), said("started", shares=(share(WU),)),
     said("report_missed", lead=None)],
)  # fmt: skip
def test_what_counts_was_taken_back_or_is_somebody_elses_is_not_told(one: Statement) -> None:
    assert uncounted([one], SUN, TARIFFS) == []


def test_nothing_is_both_counted_and_told_as_uncounted() -> None:
    rows = [FIRST_VISIT, said("visit", "2"), OTHER_LEAD, said("started"), said("signed", amount_fen=8_000 * WAN),
            replace(said("landed"), shares=OUTSIDE)]  # fmt: skip
    counted = {(entry.item, entry.lead) for entry in wanted(rows, TARIFFS).values()}
    told = {(one.item, one.lead) for one in uncounted(rows, SUN, TARIFFS)}
    assert told == {("visit", 1), ("started", 1), ("landed", 1)}
    assert counted == {("visit", 1), ("started", 9), ("signed", 1), ("signed", 9)}


def test_a_cadre_reads_why_a_small_contract_and_a_second_visit_brought_nothing(cast: Cast) -> None:
    from crm.leads.operations_facts import record_contact

    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
    for ago in (40, 30):
        values: dict[str, Any] = {"kind": "visit_here", "text": "来访", "happened_on": DAY - timedelta(days=ago)}
        record_contact(lead_id, values, by=cast.zhang, at=AT)
    sign(lead_id, cast, wan=4_000)
    settle_due(at=AT)
    sun = cast.sun.person_id or 0
    found = uncounted_of(sun, date(2026, 1, 1), date(2026, 12, 31))
    assert [(one.item, one.day) for one in found] == [
        ("visit", DAY - timedelta(days=30)), ("signed", DAY - timedelta(days=20)),
    ]  # fmt: skip
    assert uncounted_of(sun, date(2027, 1, 1), date(2027, 12, 31)) == []
