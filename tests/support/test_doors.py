"""No signed paper carries an open item, by any door: page, bulk, import, interface, command line; and what is carried."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import now, today
from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY
from tests.pipeline.test_moves import _prove
from tests.support import cast as support

if TYPE_CHECKING:
    from pathlib import Path

CLAUSES = {"marked": support.TEN_YEARS, "unmarked": support.PLAIN}
STATES = ("proposed", "sent", "changed", "lapsed")
FORM = {
    "kind": "formal", "signed_on": "2026-05-12", "amount_fen": "5000", "counterpart": "西昌市人民政府",
    "agreed_start_on": "2026-09-01", "agreed_completion_on": "2027-09-01", "agreed_production_on": "2027-12-01",
    "yearly_plan": "2026: 2000\n2027: 3000", "note": "",
}  # fmt: skip


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def open_item(people: story.Cast, lead_id: int, how: str, clause: str) -> int:
    """Give a lead an item that no paper may carry yet, in one of the ways it can be open."""
    from crm.support.models import SupportItem

    if how == "proposed":
        return support.proposed(people, lead_id, condition=clause)
    item_id = support.sent(people, lead_id, condition=clause)
    if how == "changed":
        support.concluded(item_id, support.reviewer(f"r{item_id}"), conclusion="changed", asked_change="改")
    if how == "lapsed":
        support.concluded(item_id, support.reviewer(f"r{item_id}"), **support.EXCEPTION)
        SupportItem.update(cleared_until=date(2026, 1, 1)).where(SupportItem.id == item_id).execute()
    return item_id


def token(by: Any, *scopes: str) -> str:
    from crm.accounts.operations_tokens import make_token

    return make_token("t", list(scopes), today() + timedelta(days=9), by=by, at=now())[1]


def contracts(lead_id: int) -> int:
    from crm.capital.models import Contract

    return int(Contract.select().where(Contract.lead == lead_id).count())


@pytest.mark.parametrize("words", CLAUSES)
@pytest.mark.parametrize("how", STATES)
@pytest.mark.parametrize("kind", ["formal", "framework", "supplementary"])
def test_no_paper_is_recorded_around_an_open_item(people: story.Cast, kind: str, how: str, words: str) -> None:
    from crm.capital.operations import record_contract

    lead_id = story.lead(people)
    if kind == "supplementary":
        record_contract(lead_id, story.contract(), by=people.zhang, at=AT)
    item_id = open_item(people, lead_id, how, CLAUSES[words])
    for carries in ("all", "none"):
        before = support.tables()
        with pytest.raises(Refusal) as refused:
            record_contract(lead_id, story.contract(kind=kind, note="补充", carries=carries), by=people.chen, at=AT)
        assert story.codes(refused) == {"support.open"}
        assert refused.value.findings[0].link == f"/support/{item_id}"
        assert support.tables() == before


@pytest.mark.parametrize("words", CLAUSES)
def test_the_page_refuses_the_contract_and_says_why(app: Any, people: story.Cast, words: str) -> None:
    lead_id = story.lead(people)
    open_item(people, lead_id, "sent", CLAUSES[words])
    client = story.entered(app, people.zhang)
    answer = client.post(f"/leads/{lead_id}/contracts/new", data=FORM)
    assert answer.status_code == 422
    assert "专人代办手续" in answer.text
    assert "还不能写进签订的合同" in answer.text
    assert contracts(lead_id) == 0


@pytest.mark.parametrize("words", CLAUSES)
def test_the_interface_refuses_the_contract(app: Any, people: story.Cast, words: str) -> None:
    lead_id = story.lead(people)
    open_item(people, lead_id, "sent", CLAUSES[words])
    body = {"kind": "formal", "signed_on": "2026-05-12", "amount_wan": 5000}
    from crm.api.rules import outside

    body = {"kind": "formal", "signed_on": "2026-05-12", outside("amount_fen"): 5000}
    answer = app.test_client().post(f"/api/v1/leads/{lead_id}/contracts", json=body,
                                    headers={"Authorization": f"Bearer {token(people.zhang, 'capital.write')}"})  # fmt: skip
    assert answer.status_code == 422, answer.text
    assert "support.open" in answer.text
    assert contracts(lead_id) == 0


@pytest.mark.parametrize("door", ["page", "bulk", "interface"])
@pytest.mark.parametrize(("stage", "how"), [("negotiating", "proposed"), ("qualified", "sent"), ("lead", "changed")])
def test_no_move_into_signed_around_an_open_item(app: Any, people: story.Cast, stage: str, how: str, door: str) -> None:
    from crm.leads.models import Lead
    from tests.pipeline.test_doors import Doors

    lead_id = story.lead(people, stage=stage)
    for to in ("qualified", "negotiating", "signed"):
        _prove(lead_id, to, people)
    item_id = open_item(people, lead_id, how, support.PLAIN)
    getattr(Doors(app, people.zhang), door)(lead_id, "signed")
    assert Lead.get_by_id(lead_id).stage == stage
    assert "gap.support_reviewed" in _last_refusal()
    # With the item reviewed the same door lets the move through.
    settle(people, item_id, how)
    getattr(Doors(app, people.chen), door)(lead_id, "signed")
    assert Lead.get_by_id(lead_id).stage == "signed"


def settle(people: story.Cast, item_id: int, how: str) -> None:
    from crm.support.operations import reword
    from crm.support.operations_review import confirm, send

    bai = support.reviewer("settles")
    if how == "changed":
        reword(item_id, support.texts(title="改好"), edition=1, reason="按意见", by=people.zhang, at=AT)
        confirm(item_id, edition=2, by=bai, at=AT)
        return
    if how == "proposed":
        send(item_id, first_opinion="可", unheard_reason="程序性", by=people.zhang, at=AT)
    support.concluded(item_id, bai)


def _last_refusal() -> set[str]:
    from crm.audit.models import AuditEntry

    row = AuditEntry.select().where(AuditEntry.outcome == "refused").order_by(AuditEntry.id.desc()).first()
    return {finding["code"] for finding in json.loads(row.findings)} if row else set()


def test_neither_import_nor_command_line_signs_around_an_open_item(people: story.Cast, tmp_path: Path) -> None:
    from crm.capital.operations import record_contract
    from crm.files.operations import keep_files_in
    from crm.intake.cli import run_import
    from crm.leads.models import Lead
    from crm.pipeline.operations import move

    keep_files_in(tmp_path / "files")
    lead_id = story.lead(people, stage="negotiating")
    _prove(lead_id, "signed", people)
    open_item(people, lead_id, "sent", support.PLAIN)
    signed = contracts(lead_id)
    row = Lead.get_by_id(lead_id)
    ledger = tmp_path / "台账.csv"
    ledger.write_text(f"项目名称,投资方,总投资（万元）,签约时间,进展阶段\n{row.name},{row.investor},5000,2026-05-20,签约\n", "utf-8")
    for by in (people.zhang, people.cli):
        run_import([str(ledger)], by)
        assert Lead.get_by_id(lead_id).stage == "negotiating"
        assert contracts(lead_id) == signed
    with pytest.raises(Refusal) as refused:
        move(lead_id, "signed", happened_on=DAY, note="", by=people.cli, at=AT)
    assert {"gap.support_reviewed", "stage.person"} <= story.codes(refused)
    with pytest.raises(Refusal) as refused:
        record_contract(lead_id, story.contract(kind="supplementary", note="改"), by=people.cli, at=AT)
    assert "support.open" in story.codes(refused)


def test_a_clause_does_not_slip_in_through_the_note(people: story.Cast) -> None:
    from crm.capital.operations import record_contract

    lead_id = story.lead(people)
    with pytest.raises(Refusal) as refused:
        record_contract(lead_id, story.contract(note=support.TEN_YEARS), by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.unreviewed_words"}
    item_id = support.sent(people, lead_id, condition=support.TEN_YEARS)
    support.concluded(item_id, support.reviewer(), **support.EXCEPTION)
    record_contract(lead_id, story.contract(note=support.TEN_YEARS), by=people.zhang, at=AT)


def test_a_contract_carries_what_was_reviewed_and_gives_it_back_when_voided(people: story.Cast) -> None:
    from crm.capital.operations import record_contract, void_contract
    from crm.support.operations import fulfil, reword
    from crm.support.queries import items_of_contract

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id)
    support.concluded(item_id, bai)
    stopped = support.sent(people, lead_id, condition=support.TEN_YEARS, title="不得迁出")
    support.concluded(stopped, bai, conclusion="refused")
    made = record_contract(lead_id, story.contract(), by=people.zhang, at=AT)
    assert [row.id for row in items_of_contract(made.id)] == [item_id]
    assert (support.state(item_id).state, support.state(stopped).state) == ("agreed", "stopped")
    with pytest.raises(Refusal) as refused:
        reword(item_id, support.texts(title="改"), edition=1, reason="改", by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.carried"}
    void_contract(made.id, reason="录错", by=people.zhang, at=AT)
    assert (support.state(item_id).state, support.state(item_id).contract_id) == ("reviewed", None)
    again = record_contract(lead_id, story.contract(), by=people.zhang, at=AT)
    assert [row.id for row in items_of_contract(again.id)] == [item_id]
    fulfil(item_id, note="代办完成，见办结单", fulfilled_on=DAY, by=people.zhang, at=AT)
    assert support.state(item_id).state == "fulfilled"


def test_a_paper_without_promises_carries_none(people: story.Cast) -> None:
    from crm.capital.operations import record_contract
    from crm.support.queries import items_of_contract

    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id)
    support.concluded(item_id, support.reviewer())
    made = record_contract(lead_id, story.contract(carries="none"), by=people.zhang, at=AT)
    assert items_of_contract(made.id) == []
    assert support.state(item_id).state == "reviewed"


def test_a_framework_agreement_leaves_the_reviewed_items_to_the_contract(people: story.Cast) -> None:
    from crm.capital.operations import record_contract
    from crm.support.queries import items_of_contract

    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id)
    support.concluded(item_id, support.reviewer())
    framework = record_contract(lead_id, story.contract(kind="framework"), by=people.zhang, at=AT)
    assert items_of_contract(framework.id) == []
    formal = record_contract(lead_id, story.contract(), by=people.zhang, at=AT)
    assert [row.id for row in items_of_contract(formal.id)] == [item_id]


def test_two_projects_that_become_one_keep_what_is_open(people: story.Cast) -> None:
    from crm.capital.operations import record_contract
    from crm.pipeline.operations_merge import merge_leads
    from crm.support.queries import open_items

    gone, kept = story.lead(people, name="甲项目"), story.lead(people, name="乙项目")
    item_id = support.proposed(people, gone)
    merge_leads(gone, kept, fill=[], reason="同一项目", by=people.chen, at=AT)
    assert [row.id for row in open_items(kept)] == [item_id]
    with pytest.raises(Refusal) as refused:
        record_contract(kept, story.contract(), by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.open"}


def test_an_item_attached_after_signing_is_refused_until_its_review_stands(app: Any, people: story.Cast) -> None:
    from crm.capital.operations import carry_later, record_contract

    lead_id = story.lead(people)
    made = record_contract(lead_id, story.contract(), by=people.zhang, at=AT).id
    other = record_contract(story.lead(people, name="另一项目"), story.contract(), by=people.zhang, at=AT).id
    item_id = support.sent(people, lead_id)
    client = story.entered(app, people.zhang)
    before = support.tables()
    with pytest.raises(Refusal) as refused:
        carry_later(item_id, made, by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.open"}
    answer = client.post(f"/support/{item_id}/attach", data={"contract_id": str(made)})
    assert (answer.status_code, "审查通过之前不能写进签订的合同" in answer.text) == (422, True)
    assert support.tables() == before
    support.concluded(item_id, support.reviewer())
    with pytest.raises(Refusal) as refused:
        carry_later(item_id, other, by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.other_contract"}
    assert client.post(f"/support/{item_id}/attach", data={"contract_id": str(made)}).status_code == 302
    assert support.state(item_id).state == "agreed"
    with pytest.raises(Refusal) as refused:
        carry_later(item_id, made, by=people.zhang, at=AT)
    assert story.codes(refused) == {"support.carried_already"}


def test_the_list_and_the_single_lead_agree_on_what_is_open(people: story.Cast) -> None:
    from crm.pipeline.queries_gaps import next_gaps
    from crm.support.queries import leads_with_open_items, open_items

    leads = [story.lead(people, stage="negotiating", name=f"项目{n}") for n in range(5)]
    for lead_id, how in zip(leads, STATES, strict=False):
        open_item(people, lead_id, how, support.PLAIN)
    assert leads_with_open_items(leads) == {lead_id for lead_id in leads if open_items(lead_id)} == set(leads[:4])
    gaps = next_gaps(dict.fromkeys(leads, "negotiating"))
    assert [any(gap.code == "gap.support_reviewed" for gap in gaps[one]) for one in leads] == [True] * 4 + [False]
