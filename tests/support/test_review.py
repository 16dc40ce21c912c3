"""From proposal to conclusion: who may, what is asked for, what voids a review; refusals leave nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY
from tests.support import cast as support


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def refused(act: Any) -> set[str]:
    before = support.tables()
    with pytest.raises(Refusal) as answer:
        act()
    assert support.tables() == before
    return story.codes(answer)


def test_an_item_goes_from_proposed_to_reviewed_with_everything_on_record(people: story.Cast) -> None:
    from crm.support.queries import item, open_items
    from crm.support.queries_list import events_of, hearings_of, reviews_of

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id)
    assert [row.id for row in open_items(lead_id, DAY)] == [item_id]
    support.concluded(item_id, bai)
    row = item(item_id, bai)
    assert row is not None
    assert (row.state, row.cleared_edition, row.conclusion) == ("reviewed", 1, "allowed")
    assert open_items(lead_id, DAY) == []
    review = reviews_of(item_id)[0]
    assert (review.drafting_unit, review.heard, review.document_no) == ("投资促进局", 1, "西市监审〔2026〕7号")
    assert hearings_of(item_id)[0].who == "市食品行业协会"
    assert [event.what for event in events_of(item_id)] == ["concluded_allowed", "sent", "heard", "proposed"]


def test_everything_wrong_with_a_text_is_said_at_once(people: story.Cast) -> None:
    from crm.support.operations import propose

    lead_id = story.lead(people)
    bad = support.texts(kind="favour", legal_basis=" ", beneficiary="", condition="", title="",
                        ends_on=DAY - timedelta(days=1))  # fmt: skip
    assert refused(lambda: propose(bad, lead_id=lead_id, by=people.zhang, at=AT)) == {
        "support.kind", "support.legal_basis", "support.beneficiary", "support.condition", "support.title",
        "support.term",
    }  # fmt: skip
    wrong = support.texts(measure="fund_industry")
    assert refused(lambda: propose(wrong, lead_id=lead_id, by=people.zhang, at=AT)) == {"support.measure"}
    assert refused(lambda: propose(support.texts(), by=people.zhang, at=AT)) == {"support.whose"}


def test_nothing_is_handed_in_without_a_first_opinion_and_those_heard(people: story.Cast) -> None:
    from crm.support.operations_review import conclude, send

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.proposed(people, lead_id)
    assert refused(lambda: send(item_id, first_opinion=" ", by=people.zhang, at=AT)) == {
        "review.first_opinion", "review.heard",
    }  # fmt: skip
    paper = story.evidence_file(bai)
    early = lambda: conclude(item_id, support.conclusion(), edition=1, file_id=paper, by=bai, at=AT)  # noqa: E731
    assert refused(early) == {"review.not_sent"}
    send(item_id, first_opinion="可", unheard_reason="涉密，无法公开听取", by=people.zhang, at=AT)
    assert refused(lambda: send(item_id, first_opinion="可", by=people.zhang, at=AT)) == {"support.sent"}


def test_nobody_reviews_the_own_item_nor_one_of_the_own_unit(people: story.Cast) -> None:
    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id)
    both = replace(people.zhang, roles=frozenset({"officer", "reviewer"}))
    assert refused(lambda: support.concluded(item_id, both)) == {"review.own"}
    colleague = support.reviewer("colleague", people.zhang.unit_id)
    assert refused(lambda: support.concluded(item_id, colleague)) == {"review.own_unit"}
    for other in (people.zhang, people.chen, people.luo, people.ma, people.cli):
        assert refused(lambda by=other: support.concluded(item_id, by)) == {"permission.missing"}


def test_who_worded_an_item_anew_does_not_review_it_either(people: story.Cast) -> None:
    from crm.support.operations import reword
    from crm.support.operations_review import send

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.proposed(people, lead_id)
    both = replace(bai, roles=frozenset({"manager", "reviewer"}))
    reword(item_id, support.texts(title="专人代办"), edition=1, reason="简明", by=both, at=AT)
    send(item_id, first_opinion="可", unheard_reason="仅程序性", by=people.zhang, at=AT)
    assert refused(lambda: support.concluded(item_id, both, edition=2)) == {"review.own"}
    # A colleague in the unit of whoever worded it is as near to it.
    assert refused(lambda: support.concluded(item_id, support.reviewer("next"), edition=2)) == {"review.own_unit"}


def test_a_conclusion_without_document_or_words_is_refused(people: story.Cast) -> None:
    from crm.support.operations_review import conclude

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id)
    bare = support.conclusion(document_no=" ", opinion="", conclusion="maybe", concluded_on=DAY + timedelta(days=1))
    for file_id in (None, 999_999):
        found = refused(lambda kept=file_id: conclude(item_id, bare, edition=1, file_id=kept, by=bai, at=AT))
        assert found == {"review.document", "review.file", "review.opinion", "review.conclusion", "review.day"}
    assert refused(lambda: support.concluded(item_id, bai, edition=2)) == {"edit.conflict"}


def test_an_exception_needs_its_case_its_term_and_what_ends_it(people: story.Cast) -> None:
    from crm.support.queries import open_items

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id)
    assert refused(lambda: support.concluded(item_id, bai, conclusion="exception")) == {
        "review.ground", "review.no_milder", "review.term", "review.end_conditions",
    }  # fmt: skip
    over = {**support.EXCEPTION, "exception_until": DAY - timedelta(days=1)}
    assert refused(lambda: support.concluded(item_id, bai, **over)) == {"review.term"}
    support.concluded(item_id, bai, **support.EXCEPTION)
    assert open_items(lead_id, DAY + timedelta(days=40)) == []
    # The day after its term the item is open again: nobody signs on a lapsed exception.
    assert [row.id for row in open_items(lead_id, DAY + timedelta(days=41))] == [item_id]


def test_a_changed_text_is_carried_only_once_it_is_confirmed(people: story.Cast) -> None:
    from crm.support.operations import reword
    from crm.support.operations_review import confirm, send
    from crm.support.queries import open_items
    from crm.support.queries_list import reviews_of

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id, condition=support.TEN_YEARS)
    assert refused(lambda: support.concluded(item_id, bai, conclusion="changed")) == {"review.change"}
    support.concluded(item_id, bai, conclusion="changed", asked_change="删去不得迁出")
    assert support.state(item_id).state == "proposed"
    assert refused(lambda: send(item_id, first_opinion="可", by=people.zhang, at=AT)) == {"support.reword_first"}
    assert refused(lambda: confirm(item_id, edition=1, by=bai, at=AT)) == {"review.unchanged"}
    reword(item_id, support.texts(), edition=1, reason="按审查意见修改", by=people.zhang, at=AT)
    assert [row.id for row in open_items(lead_id, DAY)] == [item_id]
    assert refused(lambda: confirm(item_id, edition=1, by=bai, at=AT)) == {"edit.conflict"}
    assert refused(lambda: confirm(item_id, edition=2, by=people.zhang, at=AT)) == {"permission.missing"}
    confirm(item_id, edition=2, by=bai, at=AT)
    assert open_items(lead_id, DAY) == []
    review = reviews_of(item_id)[0]
    assert (review.conclusion, review.edition, review.confirmed_edition, review.voided_at) == ("changed", 1, 2, None)
    # Another word after the confirmation voids it.
    reword(item_id, support.texts(title="再改"), edition=2, reason="笔误", by=people.zhang, at=AT)
    assert reviews_of(item_id)[0].voided_at is not None
    assert [row.id for row in open_items(lead_id, DAY)] == [item_id]


def test_changing_a_reviewed_text_voids_its_review_and_keeps_both(people: story.Cast) -> None:
    from crm.support.operations import reword
    from crm.support.queries_list import reviews_of, texts_of

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id)
    support.concluded(item_id, bai)
    assert reword(item_id, support.texts(), edition=1, reason="无改动", by=people.zhang, at=AT) == 1
    assert support.state(item_id).cleared_edition == 1
    assert refused(lambda: reword(item_id, support.texts(title="改"), edition=1, reason=" ", by=people.zhang, at=AT)) == {
        "reason.missing",
    }  # fmt: skip
    assert reword(item_id, support.texts(amount_fen=100), edition=1, reason="补金额", by=people.zhang, at=AT) == 2
    row = support.state(item_id)
    assert (row.state, row.cleared_edition, row.conclusion, row.sent_at) == ("proposed", None, "", None)
    assert [review.void_reason for review in reviews_of(item_id)] == ["text"]
    assert [(text.edition, text.body["amount_fen"]) for text in texts_of(item_id)] == [(2, "100"), (1, None)]


def test_a_refused_item_may_be_withdrawn_or_worded_anew_but_never_carried(people: story.Cast) -> None:
    from crm.support.operations import end, reword
    from crm.support.queries import open_items, to_carry

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id, condition=support.TEN_YEARS)
    support.concluded(item_id, bai, conclusion="refused")
    assert support.state(item_id).state == "stopped"
    assert (open_items(lead_id, DAY), to_carry(lead_id, DAY)) == ([], [])
    assert refused(lambda: end(item_id, reason="", ended_on=None, by=people.zhang, at=AT)) == {
        "date.future", "reason.missing",
    }  # fmt: skip
    reword(item_id, support.texts(), edition=1, reason="删去条款", by=people.zhang, at=AT)
    assert support.state(item_id).state == "proposed"
    end(item_id, reason="不再承诺", ended_on=DAY, by=people.zhang, at=AT)
    assert refused(lambda: end(item_id, reason="再撤", ended_on=DAY, by=people.zhang, at=AT)) == {"support.over"}


def test_a_reviewer_sees_the_items_of_all_units_and_nothing_else(people: story.Cast) -> None:
    from crm.accounts.rules import may
    from crm.leads.queries import lead_row
    from crm.support.queries import item

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.proposed(people, lead_id)
    assert item(item_id, bai) is not None
    assert lead_row(lead_id, bai) is None
    for permission in ("lead.view", "lead.edit", "capital.record", "landing.desk", "report.export", "acceptance.mark",
                       "support.edit", "support.parks", "support.cleanup", "audit.view"):  # fmt: skip
        assert not may(bai, permission), permission
    # Another unit's officer sees nothing of it, a leader and the auditor all, the administrator nothing.
    assert item(item_id, people.li) is None
    assert item(item_id, people.chen) is not None
    assert item(item_id, people.luo) is not None
    assert item(item_id, people.ma) is None


def test_there_is_no_field_for_promises_not_to_move_and_none_for_tax_returned(db: Any) -> None:
    from crm.capital import models as capital
    from crm.landing import models as landing
    from crm.support import models

    names = {
        column
        for module in (models, capital, landing)
        for table in vars(module).values()
        if isinstance(table, type) and hasattr(table, "_meta")
        for column in table._meta.columns
    }
    for word in ("move", "relocat", "stay", "rebate", "tax_return", "refund", "returned"):
        assert not [name for name in names if word in name], word


def test_applications_for_power_and_funds_have_facts_and_a_state_of_their_own(people: story.Cast) -> None:
    from crm.support.operations import save_facts, take_step
    from crm.support.queries import item
    from crm.support.queries_list import events_of
    from crm.support.rules_measures import measures

    assert set(measures()) == {"power_stable", "power_direct", "fund_industry", "upgrade", "fund_guidance"}
    lead_id = story.lead(people)
    item_id = support.proposed(people, lead_id, kind="funds", measure="power_direct")
    save_facts(item_id, {"declared": 1200, "year": 2026, "seller": "川西售电", "unknown": "x"}, by=people.zhang, at=AT)
    take_step(item_id, "applied", note="", happened_on=DAY, by=people.zhang, at=AT)
    assert refused(lambda: take_step(item_id, "done", note="", happened_on=None, by=people.zhang, at=AT)) == {
        "support.step", "support.step_day",
    }  # fmt: skip
    row = item(item_id)
    assert row is not None
    assert (row.facts, row.step) == ({"declared": 1200, "year": 2026, "seller": "川西售电"}, "applied")
    assert events_of(item_id)[0].what == "step_applied"
    # Facts are no part of what was reviewed: the text's edition stays.
    assert row.edition == 1
    plain = support.proposed(people, lead_id)
    assert refused(lambda: save_facts(plain, {"year": 1}, by=people.zhang, at=AT)) == {"support.no_facts"}


def test_what_waits_stands_among_the_things_to_do(people: story.Cast) -> None:
    from crm.support.queries_due import DUE, due_exceptions, due_exceptions_reviewed, due_reviews, due_rewording

    lead_id, bai = story.lead(people), support.reviewer()
    first = support.sent(people, lead_id)
    late = DAY + timedelta(days=30)
    assert [(line.thing_id, line.light) for line in due_reviews(bai, late)] == [(first, "red")]
    assert due_reviews(support.reviewer("own", people.zhang.unit_id), late) == []
    support.concluded(first, bai, conclusion="changed", asked_change="删去")
    assert due_reviews(bai, late) == []
    assert [line.thing_id for line in due_rewording(people.zhang, late)] == [first]
    second = support.sent(people, lead_id)
    support.concluded(second, bai, **support.EXCEPTION)
    assert [line.light for line in due_exceptions(people.zhang, DAY)] == ["yellow"]
    assert [line.light for line in due_exceptions_reviewed(bai, DAY + timedelta(days=41))] == ["red"]
    assert due_exceptions(people.li, DAY) == []
    assert {source.kind for source in DUE} == {"review", "reword", "exception"}
