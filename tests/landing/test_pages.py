"""Pages of landing as clients see them: the checklist, the desk that goes on, papers in place, the certificate."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from docx import Document

from crm.core.clock import now, shanghai_date, today
from crm.sample.filler_papers import paper
from tests import cast as story

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


PASSWORD = "sunflower 2026 x"


@pytest.fixture
def cast(app: Flask, tmp_path: Any) -> story.Cast:
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    return story.assemble()


@pytest.fixture
def entered(app: Flask, cast: story.Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], FlaskClient]:
    """Sign one of the cast in."""
    from crm.accounts import operations
    from crm.accounts.models import Person
    from crm.core.actor import SYSTEM
    from crm.profile.operations import found_bureau

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()
    found_bureau("西昌市投资促进局", "real", by=SYSTEM, at=now())
    Person.update(password_hash=quick.hash(PASSWORD)).execute()

    def client_of(actor: Any) -> FlaskClient:
        client, row = app.test_client(), Person.get_by_id(actor.person_id)
        client.post("/login", data={"username": row.login, "password": PASSWORD})
        return client

    return client_of


def _ready(cast: story.Cast, **others: Any) -> int:
    from crm.landing.models import Evidence

    lead_id = story.ready(cast, **others)
    assert Evidence.select().where(Evidence.lead == lead_id).count() == 3
    return lead_id


def _real(cast: story.Cast, lead_id: int, leg: str, days_ago: int = 0) -> int:
    """Hand in a paper that stands on the disk."""
    from crm.files.operations import store_evidence
    from crm.landing.operations import submit_evidence

    at = now() - timedelta(days=days_ago)
    file_id = store_evidence(paper("证照", [f"{lead_id} {leg}"]), name="证照.pdf", by=cast.zhang, at=at)
    return submit_evidence(lead_id, leg, file_id=file_id, kind=story.DOCUMENTS[leg], by=cast.zhang, at=at)


def test_not_yet_is_a_checklist_with_who_acts_and_a_link_for_each_gap(
    cast: story.Cast, entered: Callable[[Any], FlaskClient]
) -> None:
    lead_id = story.lead(cast)
    shown = entered(cast.zhang).get(f"/leads/{lead_id}").text
    listed = re.search(r'<ul class="gate-list.*?</ul>', shown, re.DOTALL)
    assert listed
    lines = re.findall(r"<li.*?</li>", listed[0], re.DOTALL)
    assert len(lines) == 6, "three legs, stage, contract, entity"
    assert all("gate-open" in line and "下一步" in line for line in lines)
    links = [re.search(r'href="([^"]+)"', line) for line in lines]
    assert all(links)
    for place in (f"/leads/{lead_id}/evidence/taxed", f"/leads/{lead_id}/entity", "contract"):
        assert place in listed[0]
    stranger = entered(cast.liu).get(f"/leads/{lead_id}").text
    assert "evidence/taxed" not in stranger, "who may not hand in gets no link to it"


def test_ready_offers_the_button_to_a_leader_only(cast: story.Cast, entered: Callable[[Any], FlaskClient]) -> None:
    lead_id = _ready(cast)
    assert f"/leads/{lead_id}/recognise" in entered(cast.chen).get(f"/leads/{lead_id}").text
    for actor in (cast.zhang, cast.wang, cast.luo):
        assert f"/leads/{lead_id}/recognise" not in entered(actor).get(f"/leads/{lead_id}").text


def test_the_desk_goes_on_to_the_next_paper(cast: story.Cast, entered: Callable[[Any], FlaskClient]) -> None:
    lead_id = _ready(cast)
    items = [_real(cast, lead_id, leg, days_ago=days) for leg, days in (("registered", 9), ("taxed", 5), ("accounted", 1))]
    desk = entered(cast.wang)
    shown = desk.get("/verify").text
    assert "9 天" in shown
    assert f'name="next" value="{items[1]}"' in shown
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    sent = desk.post(f"/verify/{items[0]}", data={"version": version[1], "next": items[1]})
    assert sent.headers["Location"].endswith(f"item={items[1]}")
    sent = desk.post(f"/verify/{items[1]}/back", data={"reason": "看不清", "next": items[2]})
    assert sent.headers["Location"].endswith(f"item={items[2]}")
    stale = desk.post(f"/verify/{items[2]}", data={"version": "99"}, follow_redirects=True)
    assert "请重新" in stale.text or "再" in stale.text
    told = desk.post(f"/verify/{items[0]}", follow_redirects=True)
    assert "王税务" in told.text
    assert desk.post("/verify/999999").status_code == 404


def _file(client: FlaskClient, item: int, query: str = "") -> TestResponse:
    return client.get(f"/evidence/{item}/file{query}")


def test_a_paper_opens_in_place_for_this_answer_only(cast: story.Cast, entered: Callable[[Any], FlaskClient]) -> None:
    lead_id = _ready(cast)
    item = _real(cast, lead_id, "taxed")
    shown = _file(entered(cast.wang), item)
    assert shown.data.startswith(b"%PDF-")
    assert shown.headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "inline" in shown.headers["Content-Disposition"]
    assert "attachment" in _file(entered(cast.wang), item, "?save").headers["Content-Disposition"]
    assert _file(entered(cast.li), item).status_code == 404, "another unit's officer"


def test_what_waits_for_the_scanner_stays_shut_on_every_page(
    cast: story.Cast, entered: Callable[[Any], FlaskClient]
) -> None:
    from crm.files.operations_scan import scan_with

    lead_id = _ready(cast)
    item = _real(cast, lead_id, "taxed")
    scan_with("/nowhere/scanner")
    try:
        assert _file(entered(cast.wang), item).status_code == 423
        desk = entered(cast.wang).get(f"/verify?item={item}").text
        assert "等待病毒扫描" in desk
        assert "核验通过" not in desk
        assert "<iframe" not in desk
    finally:
        scan_with("")


def test_the_same_paper_for_two_projects_is_told_to_both_sides(
    cast: story.Cast, entered: Callable[[Any], FlaskClient]
) -> None:
    from crm.landing.operations import save_entity

    first, second = _ready(cast), story.lead(cast, name="另一个项目", stage="signed")
    save_entity(second, story.entity(uscc=story.OTHER_USCC), by=cast.zhang, at=now())
    data = paper("证照", ["同一张"])
    told = ""
    for lead_id in (first, second):
        sent = entered(cast.zhang).post(
            f"/leads/{lead_id}/evidence/registered",
            data={"kind": "business_licence", "file": (BytesIO(data), "a.pdf")},
            content_type="multipart/form-data", follow_redirects=True,
        )  # fmt: skip
        assert sent.status_code == 200
        told = sent.text
    assert "同一文件已用于" in told
    assert "投资促进局" in told
    desk = entered(cast.wang).get("/verify?leg=registered").text
    assert "同一文件已用于" in desk


def test_the_certificate_says_who_when_and_what_it_is_no_condition_for(
    cast: story.Cast, entered: Callable[[Any], FlaskClient]
) -> None:
    from crm.landing.operations_gate import revoke
    from crm.landing.queries import recognition_of
    from crm.pipeline import gate

    lead_id = _ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=now())
    stands = recognition_of(lead_id)
    assert stands is not None
    client = entered(cast.zhang)
    address = f"/recognitions/{stands.id}"
    shown = client.get(address).text
    for words in ("王税务", "陈局", story.USCC, "不作为享受政策、审批、用地、资金的条件", "张招商", str(today().year + 1)):
        assert words in shown
    assert len(set(re.findall(r"SHA-256 ([0-9a-f]{64})", shown))) == 3
    code = client.get(f"{address}/code.svg")
    assert code.headers["Content-Type"].startswith("image/svg+xml")
    made = client.get(f"{address}/certificate.docx")
    document = Document(BytesIO(made.data))
    told = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "王税务" in told
    assert f"http://localhost/leads/{lead_id}" in told
    assert len(document.inline_shapes) == 1
    assert story.trail("done").count("landing.certificate") == 1
    assert entered(cast.li).get(address).status_code == 404
    assert entered(cast.sun).get(f"{address}/certificate.docx").status_code == 403
    revoke(lead_id, reason="伪造", by=cast.chen, at=now())
    assert f"已于 {shanghai_date(now())} 撤销" in entered(cast.zhang).get(address).text


def test_the_code_opens_the_address_that_the_bureau_set(cast: story.Cast, app: Flask) -> None:
    from dataclasses import replace

    from crm.landing.routes_certificate import intranet_address

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://crm.example.gov")
    with app.test_request_context("/"):
        assert intranet_address(7) == "https://crm.example.gov/leads/7"


def test_a_leader_who_tries_too_early_reads_everything_that_is_missing(
    cast: story.Cast, entered: Callable[[Any], FlaskClient]
) -> None:
    lead_id = story.lead(cast)
    before = story.business()
    refused = entered(cast.chen).post(f"/leads/{lead_id}/recognise")
    assert refused.status_code == 422
    told = re.search(r'role="alert".*?</ul>', refused.text, re.DOTALL)
    assert told
    assert told[0].count("<li>") == 6
    assert story.business() == before
    assert story.trail("refused") == ["landing.recognise"]


def test_the_entity_form_carries_its_version_unseen(cast: story.Cast, entered: Callable[[Any], FlaskClient]) -> None:
    shown = entered(cast.zhang).get(f"/leads/{_ready(cast)}/entity").text
    assert re.search(r'<input[^>]*name="version"[^>]*type="hidden"', shown)
    assert 'for="version"' not in shown


def test_the_queue_beside_the_paper_is_a_screenful_and_goes_on(
    cast: story.Cast, entered: Callable[[Any], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.landing.routes.SCREENFUL", 2)
    lead_id = _ready(cast)
    for leg in ("registered", "taxed", "accounted"):
        story.submitted(lead_id, leg, cast.zhang)
    desk = entered(cast.wang).get("/verify").text
    assert desk.count('class="queue-title"') == 2
    figures = entered(cast.wang).get("/verify", headers={"HX-Request": "true"}).text
    assert [int(found) for found in re.findall(r">(\d+)<", figures)] == [3, 1, 1, 1]
    more = re.search(r'class="queue-more"><a href="([^"]+)"', desk)
    assert more
    assert entered(cast.wang).get(more[1].replace("&amp;", "&")).text.count('class="queue-title"') == 1
