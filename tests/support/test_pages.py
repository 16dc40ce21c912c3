"""Every page of support by everybody: who may open it, what it says, what a refused form answers."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests import cast as story
from tests.cast import AT, DAY
from tests.support import cast as support
from tests.support.test_interface import PDF

EDITORS = {"zhang", "chen"}
READERS = {"zhang", "chen", "liu", "luo", "bai"}


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def test_each_page_opens_for_whom_it_is_and_for_nobody_else(app: Any, people: story.Cast) -> None:
    from crm.support.operations_old import read_in
    from crm.support.operations_parks import propose_list
    from tests.support.test_parks import listing

    lead_id, bai = story.lead(people), support.reviewer()
    item_id = support.sent(people, lead_id, condition=support.TEN_YEARS, kind="funds", measure="upgrade")
    listed = propose_list(listing("甲厂"), by=people.zhang, at=AT)
    paper = read_in({"title": "旧协议", "text": support.TEN_YEARS}, by=people.zhang, at=AT)[0]
    pages = {
        "/support": READERS | {"li", "sun"}, f"/support/{item_id}": READERS, f"/support/{listed}": READERS,
        "/support/desk": {"bai"}, "/support/parks": READERS | {"li", "sun"}, "/support/check": READERS | {"li", "sun"},
        "/support/register": READERS | {"li"}, "/support/rules": READERS | {"li"}, "/support/old": READERS | {"li"},
        f"/support/old/{paper}": READERS, "/support/old/read": EDITORS | {"li"},
        f"/leads/{lead_id}/support/new": EDITORS, "/support/new": EDITORS | {"li"}, f"/support/{item_id}/edit": EDITORS,
        f"/support/{item_id}/end": EDITORS, f"/support/{item_id}/facts": EDITORS, f"/support/{item_id}/step": EDITORS,
        f"/support/{item_id}/send": EDITORS, f"/support/{item_id}/heard": EDITORS | {"bai"},
        f"/support/{item_id}/conclude": {"bai"}, f"/support/{item_id}/attach": EDITORS,
        f"/support/{listed}/list": EDITORS, "/support/parks/lists/new": EDITORS | {"li"},
        "/support/parks/P1/industries": EDITORS | {"li"}, "/support/register.xlsx": READERS | {"li"},
    }  # fmt: skip
    everybody = [*people.people(), ("bai", bai)]
    for name, by in everybody:
        if by.person_id is None:
            continue
        client = story.entered(app, by)
        for path, allowed in pages.items():
            status = client.get(path).status_code
            assert (status == 200) == (name in allowed), (name, path, status)
            assert status in (200, 403, 404), (name, path, status)


def test_a_reviewer_finds_the_item_marked_and_explained_and_no_way_to_the_project(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id, condition=support.TEN_YEARS)
    client = story.entered(app, support.reviewer())
    desk = client.get("/support/desk").text
    assert "专人代办手续" in desk
    page = client.get(f"/support/{item_id}").text
    assert "<mark" in page
    assert "条例第八条" in page
    assert "要求注册地址在本地保持多少年" in page
    assert f"/leads/{lead_id}" not in page
    assert client.get(f"/leads/{lead_id}").status_code == 403


def test_the_conclusion_form_keeps_what_was_typed_and_says_everything_at_once(app: Any, people: story.Cast,
                                                                             tmp_path: Any) -> None:  # fmt: skip
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path)
    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id)
    client = story.entered(app, support.reviewer())
    form = {"conclusion": "exception", "concluded_on": str(DAY), "opinion": "选择性补助", "document_no": "", "edition": "1"}
    answer = client.post(f"/support/{item_id}/conclude", data=form)
    assert answer.status_code == 422
    for words in ("选择性补助", "适用例外必须有实施期限", "请写明提前终止例外的条件", "没有文件，结论不成立", "请选择适用例外所依据的"):
        assert words in answer.text, words
    good = {**form, "ground": "public", "no_milder": "无", "exception_until": "2027-06-01", "end_conditions": "达标",
            "document_no": "审1号"}  # fmt: skip
    answer = client.post(f"/support/{item_id}/conclude", data={**good, "file": (io.BytesIO(b"not a pdf"), "x.pdf")})
    assert answer.status_code == 422
    answer = client.post(f"/support/{item_id}/conclude", data={**good, "file": (io.BytesIO(PDF), "意见.pdf")})
    assert answer.status_code == 302
    page = client.get(f"/support/{item_id}").text
    assert "适用例外至 2027-06-01" in page
    review = page.split("/support/reviews/")[1].split("/")[0]
    assert client.get(f"/support/reviews/{review}/file").data == PDF
    assert story.entered(app, people.li).get(f"/support/reviews/{review}/file").status_code == 404


def test_forms_refuse_nonsense_in_words_and_write_nothing(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    item_id = support.proposed(people, lead_id)
    client = story.entered(app, people.zhang)
    before = support.tables()
    for path, data in (
        (f"/leads/{lead_id}/support/new", {"kind": "gift", "ends_on": "2026-02-30", "amount_fen": "很多"}),
        ("/support/new", {**_typed(), "park": "P9"}),
        (f"/support/{item_id}/edit", {**_typed(), "edition": "9", "reason": "改"}),
        (f"/support/{item_id}/edit", {**_typed(), "edition": "x" * 500, "reason": "改"}),
        (f"/support/{item_id}/heard", {"who": "", "how": "dream", "heard_on": "2099-01-01"}),
        (f"/support/{item_id}/send", {"first_opinion": ""}),
        (f"/support/{item_id}/end", {"happened_on": "", "reason": ""}),
        ("/support/parks/lists/new", {"park": "P1", "title": "x", "criteria": "y", "legal_basis": "z",
                                      "enterprises": "甲\n乙\n丙\n丁"}),
        ("/support/parks/P1/industries", {"industries": "甲\n乙\n丙\n丁", "reason": ""}),
        ("/support/old/read", {"title": "", "text": ""}),
    ):  # fmt: skip
        answer = client.post(path, data=data)
        assert answer.status_code == 422, (path, answer.status_code)
        assert "form-wrong" in answer.text or "note-bad" in answer.text, path
    assert support.tables() == before
    for path in ("/support/999999", "/support/999999/edit", "/support/old/99999", "/support/parks/P9/industries"):
        assert client.get(path).status_code == 404
    assert client.get("/support?cursor=%00broken&state=%27;drop&unit=x&q=%25").status_code == 200
    assert client.get("/support/register?since=yesterday").status_code == 422


def _typed() -> dict[str, str]:
    return {"kind": "approval", "title": "代办", "legal_basis": "条例", "beneficiary": "各企业", "condition": "协助办理"}


def test_the_definition_of_landed_is_reviewed_like_a_measure(app: Any, people: story.Cast) -> None:
    from crm.reports.queries_rules import city_rules

    client = story.entered(app, people.chen)
    assert client.post("/support/rules/landing").status_code == 302
    landing = next(rule for rule in city_rules() if rule.kind == "landing")
    assert (landing.item_id is not None, landing.conclusion) == (True, "")
    assert client.post("/support/rules/landing").status_code == 302
    from crm.support.models import SupportItem
    from crm.support.operations_review import send

    assert SupportItem.select().count() == 1
    send(landing.item_id or 0, first_opinion="仅供内部统计", unheard_reason="内部统计口径", by=people.chen, at=AT)
    support.concluded(landing.item_id or 0, support.reviewer())
    rules = {rule.kind: rule.conclusion for rule in city_rules()}
    assert rules == {"lexicon": "", "scorecard": "", "tariff": "", "landing": "allowed"}


@pytest.fixture
def asked(db: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the reading statements in the order in which they were asked."""
    found: list[str] = []
    plain = db.obj.execute_sql

    def told(sql: str, *given: Any, **named: Any) -> Any:
        if sql.startswith("SELECT"):
            found.append(sql)
        return plain(sql, *given, **named)

    monkeypatch.setattr(db.obj, "execute_sql", told)
    return found


def test_lists_ask_as_often_for_many_items_as_for_one(app: Any, people: story.Cast, asked: list[str]) -> None:
    lead_id, bai = story.lead(people), support.reviewer()
    support.sent(people, lead_id)
    client = story.entered(app, bai)

    def statements(path: str) -> int:
        assert client.get(path).status_code == 200
        asked.clear()
        assert client.get(path).status_code == 200
        return len(asked)

    paths = ("/support", "/support/desk", "/support/register")
    few = [statements(path) for path in paths]
    for number in range(60):
        support.sent(people, lead_id, title=f"事项{number}")
    assert [statements(path) for path in paths] == few
    assert "cursor=" in client.get("/support").text
