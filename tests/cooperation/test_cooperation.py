"""The cooperation: judgements with evidence, works whose shares add up or are unknown, agreements never assumed."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from crm.sample.filler_papers import paper
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

WAN = 1_000_000
HEAD = 'version = "1"\nin_force_from = 2026-01-01\nbasis = "test"\n'


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def works(**others: Any) -> dict[str, Any]:
    """Return works that lack nothing."""
    return {"name": "纵一路", "kind": "road", "park": "P1", "total_fen": 100 * WAN, "ours_fen": 60 * WAN,
            "theirs_fen": 40 * WAN, "basis": "纪要3号", "planned_on": None, "note": "", **others}  # fmt: skip


def agreement(**others: Any) -> dict[str, Any]:
    """Return an agreement that lacks nothing but its file."""
    return {"title": "分享协议", "ours": "西昌市", "theirs": "双流区", "item": "tax", "ours_bps": 6000, "theirs_bps": 4000,
            "starts_on": DAY, "ends_on": DAY + timedelta(days=365), "document_no": "共建1号", "legal_basis": "",
            **others}  # fmt: skip


def step(**others: Any) -> dict[str, Any]:
    """Return a report of progress."""
    return {"happened_on": DAY, "percent": 40, "ours_paid_fen": 10 * WAN, "theirs_paid_fen": None, "note": "", **others}


@pytest.mark.parametrize(
    ("others", "codes"),
    [
        ({"theirs_fen": 50 * WAN}, {"works.shares"}),
        ({"ours_fen": 160 * WAN, "theirs_fen": None}, {"works.share"}),
        ({"basis": ""}, {"works.basis"}),
        ({"total_fen": 0, "ours_fen": None, "theirs_fen": None}, {"works.total"}),
        ({"ours_fen": 160 * WAN, "basis": ""}, {"works.shares", "works.share", "works.basis"}),
    ],
)
def test_shares_that_cannot_be_are_refused_all_at_once(
    cast: story.Cast, others: dict[str, Any], codes: set[str]
) -> None:
    from crm.cooperation.operations import add_works
    from crm.cooperation.queries import all_works

    with pytest.raises(Refusal) as refused:
        add_works(works(**others), by=cast.zhang, at=AT)
    assert story.codes(refused) == codes
    assert all_works() == []
    assert story.trail("refused") == ["cooperation.works"]


def test_a_share_that_nobody_agreed_on_stays_unknown(app: Flask, cast: story.Cast) -> None:
    from crm.cooperation.operations import add_works
    from crm.cooperation.queries import all_works

    add_works(works(ours_fen=None, theirs_fen=None, basis=""), by=cast.zhang, at=AT)
    assert all_works()[0].ours_fen is None
    page = story.entered(app, cast.liu).get("/cooperation").get_data(as_text=True)
    assert "1 项尚未约定分担" in page


def test_progress_goes_back_only_with_a_word_and_never_into_the_future(cast: story.Cast) -> None:
    from crm.cooperation.operations import add_works, record_progress
    from crm.cooperation.queries import all_works

    made = add_works(works(), by=cast.zhang, at=AT)
    record_progress(made, step(), by=cast.zhang, at=AT)
    for wrong, code in (
        (step(percent=30), "progress.back"), (step(happened_on=DAY + timedelta(days=1)), "date.future"),
        (step(ours_paid_fen=61 * WAN), "progress.paid"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            record_progress(made, wrong, by=cast.zhang, at=AT)
        assert story.codes(refused) == {code}
    record_progress(made, step(percent=30, note="返工"), by=cast.zhang, at=AT)
    assert [one.percent for one in all_works()[0].progress] == [30, 40]


def test_an_agreement_needs_its_document_and_the_whole(cast: story.Cast) -> None:
    from crm.cooperation.operations import add_agreement, void_agreement
    from crm.cooperation.queries import agreements

    wrong = agreement(theirs_bps=3000, ends_on=DAY)
    with pytest.raises(Refusal) as refused:
        add_agreement(wrong, by=cast.zhang, at=AT, file_id=None)
    assert story.codes(refused) == {"agreement.ratio", "agreement.period", "agreement.document"}
    file_id = story.evidence_file(cast.zhang, "agreement")
    made = add_agreement(agreement(), by=cast.zhang, at=AT, file_id=file_id)
    with pytest.raises(Refusal):
        void_agreement(made, " ", by=cast.zhang, at=AT)
    void_agreement(made, "重新签订", by=cast.zhang, at=AT)
    assert agreements()[0].void_reason == "重新签订"
    with pytest.raises(Refusal):
        void_agreement(made, "再作废", by=cast.zhang, at=AT)


def test_the_latest_judgement_stands_and_the_earlier_ones_stay(app: Flask, cast: story.Cast) -> None:
    from crm.cooperation.operations import judge_standard
    from crm.cooperation.queries import standard_notes

    values = {"standard": "planning", "verdict": "open", "happened_on": date(2026, 1, 5), "evidence": "没有规划"}
    judge_standard(values, by=cast.zhang, at=AT)
    judge_standard({**values, "verdict": "met", "happened_on": DAY, "evidence": "规划获批"}, by=cast.chen, at=AT)
    assert [note.verdict for note in standard_notes()["planning"]] == ["met", "open"]
    page = story.entered(app, cast.luo).get("/cooperation").get_data(as_text=True)
    assert "规划获批" in page
    assert "没有规划" in page
    for wrong in ({"standard": "seventh"}, {"happened_on": DAY + timedelta(days=1)}):
        with pytest.raises(Refusal):
            judge_standard({**values, **wrong}, by=cast.zhang, at=AT)


@pytest.mark.parametrize("do", ["judge", "works", "contact"])
def test_readers_change_nothing(cast: story.Cast, do: str) -> None:
    from crm.cooperation import operations

    values = {
        "standard": "planning",
        "verdict": "met",
        "happened_on": DAY,
        "evidence": "x",
        "unit": "双流",
        "name": "吴",
    }
    deeds: dict[str, Callable[..., Any]] = {
        "judge": lambda **who: operations.judge_standard(values, **who),
        "works": lambda **who: operations.add_works(works(), **who),
        "contact": lambda **who: operations.add_contact(values, **who),
    }
    for person in (cast.liu, cast.luo, cast.sun, cast.cli):
        with pytest.raises(Refusal) as refused:
            deeds[do](by=person, at=AT)
        assert story.codes(refused) == {"permission.missing"}


def test_the_page_takes_an_agreement_with_its_paper_and_gives_it_back(
    app: Flask, cast: story.Cast, tmp_path: Path
) -> None:
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path)
    client = story.entered(app, cast.zhang)
    sent = {
        "title": "分享协议", "ours": "西昌市", "theirs": "双流区", "item": "tax", "ours_bps": "60", "theirs_bps": "40",
        "starts_on": "2026-01-01", "ends_on": "", "document_no": "共建1号", "legal_basis": "",
    }  # fmt: skip
    refused = client.post("/cooperation/agreements/new", data=sent)
    assert refused.status_code == 422
    assert "请上传协议原件" in refused.get_data(as_text=True)
    data = paper("协议", ["内容"])
    taken = client.post("/cooperation/agreements/new", data={**sent, "file": (BytesIO(data), "协议.pdf")})
    assert taken.status_code == 302
    from crm.cooperation.queries import agreements

    kept = agreements()[0]
    assert kept.ends_on is None
    reader = story.entered(app, cast.liu)
    assert reader.get(f"/cooperation/files/{kept.file_id}").data == data
    other = story.evidence_file(cast.zhang, "somebody else's")
    assert reader.get(f"/cooperation/files/{other}").status_code == 404
    assert reader.get("/cooperation/agreements/new").status_code == 403


@pytest.mark.parametrize(
    "text", ["", "[partner]\nsource = 1\n[standards]\n", '[partner]\nsource = "x"\n[standards.a]\n']
)
def test_a_broken_table_of_standards_is_refused(text: str) -> None:
    from crm.cooperation.rules import read_cooperation

    with pytest.raises(BrokenRules):
        read_cooperation(parse(HEAD + text, "cooperation.toml"))
