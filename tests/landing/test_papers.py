"""Papers at the doors: the refused leave one entry and no bytes; twins are told; who acts next is named."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import now
from crm.sample.filler_papers import paper
from tests import cast as story

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def cast(app: Flask, db: Any, tmp_path: Path) -> story.Cast:
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "papers")
    return story.assemble()


def _kept(tmp_path: Path) -> tuple[int, int]:
    """Return how many papers stand in the table and on the disk."""
    from crm.files.models import StoredFile

    return StoredFile.select().count(), sum(path.is_file() for path in (tmp_path / "papers").rglob("*"))


def _sent(client: Any, address: str, data: bytes, **more: str) -> Any:
    values = {**more, "file": (BytesIO(data), "a.pdf")}
    return client.post(address, data=values, content_type="multipart/form-data")


@pytest.mark.parametrize("data", [b"%PDF-1.7 broken", paper("证照", ["没有主体"])], ids=["unreadable", "no entity yet"])
def test_a_refused_paper_leaves_one_entry_and_nothing_else(
    app: Flask, cast: story.Cast, tmp_path: Path, data: bytes
) -> None:
    lead_id = story.lead(cast, stage="signed")
    client, before = story.entered(app, cast.zhang), story.business()
    sent = _sent(client, f"/leads/{lead_id}/evidence/registered", data, kind="business_licence")
    assert sent.status_code == 422
    assert (story.business(), _kept(tmp_path), story.trail("refused")) == (before, (0, 0), ["landing.submit"])


def test_the_interface_leaves_as_little(app: Flask, cast: story.Cast, tmp_path: Path) -> None:
    from crm.accounts.operations_tokens import make_token
    from crm.core.clock import today

    lead_id = story.lead(cast, stage="signed")
    token = make_token("件", ["landing.write"], today() + timedelta(days=9), by=cast.zhang, at=now())[1]
    before = story.business()
    for data in (b"%PDF-1.7 broken", paper("证照", ["没有主体"])):
        answer = app.test_client().post(
            f"/api/v1/leads/{lead_id}/evidence/registered", headers={"Authorization": f"Bearer {token}"},
            data={"kind": "business_licence", "file": (BytesIO(data), "a.pdf")}, content_type="multipart/form-data",
        )  # fmt: skip
        assert answer.status_code == 422
    assert (story.business(), _kept(tmp_path), story.trail("refused")) == (before, (0, 0), ["landing.submit"] * 2)


def test_money_that_is_refused_takes_its_voucher_with_it(app: Flask, cast: story.Cast, tmp_path: Path) -> None:
    lead_id = story.lead(cast)
    client, before = story.entered(app, cast.zhang), story.business()
    money = {"paid_on": "2026-05-01", "amount_fen": "100", "kind": "cash"}
    for data in (paper("凭证", ["超过合同"]), b"no paper at all"):
        assert _sent(client, f"/leads/{lead_id}/paid-in/new", data, **money).status_code == 422
    assert (story.business(), _kept(tmp_path), story.trail("refused")) == (before, (0, 0), ["paid_in.record"] * 2)


def test_one_paper_for_two_legs_or_two_projects_is_told_on_the_page(app: Flask, cast: story.Cast) -> None:
    from crm.landing.operations import save_entity, submit_evidence

    first, second = story.ready(cast), story.lead(cast, name="另一个项目", stage="signed")
    save_entity(second, story.entity(uscc=story.OTHER_USCC), by=cast.zhang, at=now())
    for lead_id, leg in ((first, "taxed"), (first, "accounted"), (second, "registered")):
        one = story.evidence_file(cast.zhang, "同一张扫描")
        submit_evidence(lead_id, leg, file_id=one, kind=story.DOCUMENTS[leg], by=cast.zhang, at=now())
    shown = story.entered(app, cast.zhang).get(f"/leads/{first}").text
    assert "同一文件也用于本项目的" in shown
    assert "同一文件已用于" in shown
    desk = story.entered(app, cast.wang).get("/verify?leg=taxed").text
    assert desk.count("同一文件已用于") == 2, "the other leg and the other project"


def test_the_page_says_who_acts_next_by_when_and_offers_the_click(app: Flask, cast: story.Cast) -> None:
    lead_id = story.ready(cast)
    item = story.submitted(lead_id, "taxed", cast.zhang, at=now() - timedelta(days=20))
    shown = story.entered(app, cast.wang).get(f"/leads/{lead_id}").text
    rail = shown[shown.index("落地要件已核验 2/3") :]
    assert re.search(r"已等 20 天，应于 \d{4}-\d\d-\d\d 前办理", rail)
    assert f'href="/verify?item={item}"' in rail, "a verifier goes to the desk in one click"
    officer = story.entered(app, cast.zhang).get(f"/leads/{lead_id}").text
    assert f"/verify?item={item}" not in officer


def test_the_desk_opens_what_this_verifier_may_sign_first(app: Flask, cast: story.Cast) -> None:
    from crm.landing.operations import save_entity

    own, other = story.lead(cast, name="本人提交的项目", stage="signed"), story.lead(cast, name="可核验的项目", stage="signed")
    for lead_id, uscc in ((own, story.USCC), (other, story.OTHER_USCC)):
        save_entity(lead_id, story.entity(uscc=uscc), by=cast.zhang, at=now())
    barred = story.submitted(own, "taxed", cast.wang, at=now() - timedelta(days=9))
    free = story.submitted(other, "taxed", cast.zhang, at=now() - timedelta(days=1))
    desk = story.entered(app, cast.wang).get("/verify").text
    assert f"/verify/{free}" in desk
    assert f'action="/verify/{barred}"' not in desk


def test_years_later_the_certificate_still_opens_the_papers_it_rests_on(app: Flask, cast: story.Cast) -> None:
    from crm.landing.queries import current_legs
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    rested = {row.id for row in current_legs(lead_id).values() if row}
    made = gate.recognise(lead_id, by=cast.chen, at=now())
    story.submitted(lead_id, "taxed", cast.zhang, at=now())
    shown = story.entered(app, cast.chen).get(f"/recognitions/{made}").text
    assert {int(found) for found in re.findall(r"/evidence/(\d+)/file", shown)} == rested
