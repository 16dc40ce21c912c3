"""What keeps a review from being concluded is the same by the page, by a program and by the operation itself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.core.words import render
from tests import cast as story
from tests.cast import AT
from tests.support import cast as support
from tests.support.test_interface import PDF, By

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {
    "conclusion": "allowed", "concluded_on": "2026-06-01", "opinion": "可以", "document_no": "审1号", "asked_change": "",
    "ground": "", "no_milder": "", "exception_until": "", "end_conditions": "",
}  # fmt: skip
CASES: dict[str, tuple[dict[str, str], bool, set[str]]] = {
    "own item": ({}, True, {"review.own"}),
    "own unit": ({}, True, {"review.own_unit"}),
    "no document": ({"document_no": ""}, False, {"review.document", "review.file"}),
    "no number": ({"document_no": " "}, True, {"review.document"}),
    "no paper": ({}, False, {"review.file"}),
    "endless exception": (
        {"conclusion": "exception", "ground": "public", "no_milder": "已比较", "end_conditions": "达标即止"},
        True, {"review.term"},
    ),
    "past exception": (
        {"conclusion": "exception", "ground": "public", "no_milder": "已比较", "end_conditions": "达标即止",
         "exception_until": "2020-01-01"}, True, {"review.term"},
    ),
    "bare exception": ({"conclusion": "exception"}, True, {"review.ground", "review.no_milder", "review.term",
                                                           "review.end_conditions"}),
    "change of nothing": ({"conclusion": "changed"}, True, {"review.change"}),
    "future day": ({"concluded_on": "2099-01-01"}, True, {"review.day"}),
}  # fmt: skip


@pytest.fixture
def people(db: Any, tmp_path: Path) -> story.Cast:
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path / "files")
    return story.assemble()


def who(people: story.Cast, case: str, item_id: int) -> Any:
    """Return the reviewer of a case; in one the reviewer has worded the item, in another a colleague has."""
    from crm.support.models import SupportText

    if case == "own unit":
        return support.reviewer("mate", support.state(item_id).unit_id)
    bai = support.reviewer()
    if case == "own item":
        SupportText.update(by=bai.person_id, unit=None).where(SupportText.item == item_id).execute()
    return bai


@pytest.mark.parametrize("subject", ["support", "rule"])
@pytest.mark.parametrize("case", CASES)
def test_each_door_says_the_same_and_leaves_no_conclusion(app: Any, people: story.Cast, case: str, subject: str) -> None:
    from datetime import date

    from crm.support.models import SupportReview
    from crm.support.operations_review import conclude

    if subject == "rule":
        item_id = support.rule_sent("tariff", people.chen, "2026.1")
    else:
        item_id = support.sent(people, story.lead(people))
    changed, paper, expected = CASES[case]
    by = who(people, case, item_id)
    body = {**WHOLE, **changed}
    days = {name: date.fromisoformat(body[name]) if body[name] else None for name in ("concluded_on", "exception_until")}
    file_id = story.evidence_file(by, f"意见{item_id}") if paper else None
    with pytest.raises(Refusal) as refused:
        conclude(item_id, {**body, **days}, edition=1, file_id=file_id, by=by, at=AT)
    assert story.codes(refused) == expected
    sentences = [render(finding.text) for finding in refused.value.findings]

    def sent() -> dict[str, Any]:
        return {**body, **({"file": (io.BytesIO(PDF), "意见.pdf")} if paper else {})}

    program = By(app, by, "support.review")
    answer = program("POST", f"/support/{item_id}/conclusion", '"v1"', data=sent(), content_type="multipart/form-data")
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json["errors"]} == expected
    page = story.entered(app, by).post(
        f"/support/{item_id}/conclude", data={**sent(), "edition": "1"}, content_type="multipart/form-data"
    )
    assert page.status_code == 422
    for sentence in sentences:
        assert sentence in page.text, sentence
    assert SupportReview.select().count() == 0
