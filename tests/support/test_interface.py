"""Support items by the interface: the same forms, permissions and answers as the pages; a reviewer's whole day by token."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from crm.core.clock import now, today
from tests import cast as story
from tests.support import cast as support


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


class By:
    """Somebody with a token."""

    def __init__(self, app: Any, who: Any, *scopes: str) -> None:
        from crm.accounts.operations_tokens import make_token

        self.client = app.test_client()
        token = make_token("t", list(scopes), today() + timedelta(days=9), by=who, at=now())[1]
        self.headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, match: str = "", **sent: Any) -> Any:
        headers = {**self.headers, **({"If-Match": match} if match else {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **sent)


ITEM = {"kind": "land", "title": "标准地", "legal_basis": "土地管理法", "beneficiary": "各类工业项目",
        "condition": "公开挂牌出让，依法竞买。", "amount_wan": 12.5, "starts_on": "2026-06-01"}  # fmt: skip
OPINION = {"conclusion": "allowed", "concluded_on": "2026-06-01", "opinion": "可", "document_no": "审1号"}


def test_from_proposal_to_contract_by_program(app: Any, people: story.Cast, tmp_path: Any) -> None:
    from crm.capital.operations import record_contract
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path)
    lead_id = story.lead(people)
    contract = record_contract(lead_id, story.contract(), by=people.zhang, at=story.AT).id
    zhang = By(app, people.zhang, "leads.read", "leads.write", "capital.write")
    bai = By(app, support.reviewer(), "leads.read", "support.review")
    made = zhang("POST", f"/leads/{lead_id}/support", json=ITEM)
    assert made.status_code == 201, made.text
    path = f"/support/{made.json['id']}"
    assert zhang("POST", path + "/contract", json={"contract_id": contract}).status_code == 422
    heard = {"who": "协会", "heard_on": "2026-06-01", "how": "letter", "said": "无"}
    assert zhang("POST", path + "/hearings", json=heard).status_code == 201
    assert zhang("POST", path + "/hand-in", json={"first_opinion": "可"}).status_code == 200
    shown = bai("GET", path)
    assert (shown.json["amount_wan"], shown.json["may_be_signed"], shown.headers["ETag"]) == (12.5, False, '"v1"')
    bare = bai("POST", path + "/conclusion", '"v1"', data=OPINION, content_type="multipart/form-data")
    assert (bare.status_code, "review.file" in bare.text) == (422, True)
    paper = {**OPINION, "file": (io.BytesIO(PDF), "意见.pdf")}
    assert bai("POST", path + "/conclusion", data=paper, content_type="multipart/form-data").status_code == 428
    paper = {**OPINION, "file": (io.BytesIO(PDF), "意见.pdf")}
    done = bai("POST", path + "/conclusion", '"v1"', data=paper, content_type="multipart/form-data")
    assert done.status_code == 201, done.text
    assert zhang("POST", path + "/contract", json={"contract_id": contract}).status_code == 200
    row = zhang("GET", f"/leads/{lead_id}/support").json["items"][0]
    assert (row["state"], row["conclusion"], row["contract_id"]) == ("agreed", "allowed", contract)


def test_a_reviewer_reads_items_of_all_units_and_no_project(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    item_id = support.proposed(people, lead_id)
    bai = By(app, support.reviewer(), "leads.read", "leads.write", "support.review", "capital.write")
    assert bai("GET", f"/support/{item_id}").status_code == 200
    for path in (f"/leads/{lead_id}", f"/leads/{lead_id}/contracts", "/leads"):
        assert bai("GET", path).status_code == 403, path
    assert bai("PUT", f"/support/{item_id}", '"v1"', json={}).status_code == 403
    li = By(app, people.li, "leads.read", "leads.write")
    assert li("GET", f"/support/{item_id}").status_code == 404
    assert li("POST", f"/support/{item_id}/hand-in", json={"first_opinion": "x"}).status_code == 404


def test_a_change_by_program_names_the_edition_it_saw(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    item_id = support.proposed(people, lead_id)
    zhang = By(app, people.zhang, "leads.read", "leads.write")
    body = {**ITEM, "reason": "改"}
    assert zhang("PUT", f"/support/{item_id}", '"v7"', json=body).status_code == 412
    assert zhang("PUT", f"/support/{item_id}", '"v1"', json=body).status_code == 200
    assert support.state(item_id).edition == 2
    wrong = zhang("PUT", f"/support/{item_id}", '"v2"', json={**body, "kind": "gift", "amount_wan": "x", "tax_returned": 1})
    assert wrong.status_code in (400, 422)
    assert support.state(item_id).edition == 2


def _pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.write(out)
    return out.getvalue()


PDF = _pdf()
