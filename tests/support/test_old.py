"""Older agreements: pasted, as .txt, .docx or workbook; clauses listed, followed, never erased."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT
from tests.support import cast as support

TEXT = "第一条 甲方协助乙方办理手续。\n第二条 乙方注册地址十年内不得迁出。\n第三条 对税收地方留成给予返还；项目分两期建设。"


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def docx(*paragraphs: str, dtd: bool = False) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    head = '<!DOCTYPE x [<!ENTITY a "b">]>' if dtd else ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{head}<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>',
        )
    return out.getvalue()


def refused(act: Any) -> set[str]:
    before = support.tables()
    with pytest.raises(Refusal) as answer:
        act()
    assert support.tables() == before
    return story.codes(answer)


def test_a_pasted_agreement_lists_its_marked_clauses_and_keeps_its_text(people: story.Cast) -> None:
    from crm.support.operations_old import decide, read_in
    from crm.support.queries_old import clauses_of, open_clauses, paper_text, papers

    paper_id, found = read_in({"title": "2019年投资协议", "text": TEXT}, by=people.zhang, at=AT)
    assert found == 2
    clauses = clauses_of(paper_id)
    assert [(row.position, row.text) for row in clauses] == [
        (2, "第二条 乙方注册地址十年内不得迁出。"), (3, "第三条 对税收地方留成给予返还；"),
    ]  # fmt: skip
    assert refused(lambda: decide(clauses[0].id, "open", note=" ", by=people.zhang, at=AT)) == {
        "clause.state", "clause.note",
    }  # fmt: skip
    decide(clauses[0].id, "working", note="已约谈企业", by=people.zhang, at=AT)
    decide(clauses[0].id, "changed", note="补充协议〔2026〕2号", by=people.zhang, at=AT)
    again = clauses_of(paper_id)[0]
    assert [step.state for step in again.steps] == ["working", "changed"]
    assert (again.text, paper_text(paper_id)) == (clauses[0].text, TEXT)
    assert [(row.clauses, row.closed) for row in papers(people.chen)] == [(2, 1)]
    assert open_clauses(people.zhang) == 1
    # Another unit sees nothing of it and decides nothing.
    assert papers(people.li) == []
    assert refused(lambda: decide(again.id, "kept", note="x", by=people.li, at=AT)) == {"clause.unknown"}
    assert refused(lambda: decide(again.id, "kept", note="x", by=support.reviewer(), at=AT)) == {"permission.missing"}


def test_what_cannot_be_read_in_is_refused_whole(people: story.Cast) -> None:
    from crm.support.operations_old import read_in

    assert refused(lambda: read_in({"title": "", "text": " "}, by=people.zhang, at=AT)) == {"old.title", "old.empty"}
    long = {"title": "长", "text": "条" * 400_001, "signed_on": date(2027, 1, 1)}
    assert refused(lambda: read_in(long, by=people.zhang, at=AT)) == {"old.long", "date.future"}
    read_in({"title": "协议", "text": TEXT}, by=people.zhang, at=AT)
    assert refused(lambda: read_in({"title": "协议", "text": TEXT}, by=people.zhang, at=AT)) == {"old.twice"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("旧协议.txt", TEXT.encode("gb18030")), ("旧协议.txt", TEXT.encode("utf-16")),
        ("旧协议.docx", docx(*TEXT.split("\n"))),
    ],
)  # fmt: skip
def test_an_agreement_comes_as_text_or_document(people: story.Cast, name: str, data: bytes) -> None:
    from crm.intake.operations_papers import read_file_in
    from crm.support.queries_old import paper_text, papers

    made, clauses = read_file_in(data, name, {}, by=people.zhang, at=AT)
    assert (len(made), clauses) == (1, 2)
    assert paper_text(made[0]) == TEXT
    row = papers(people.zhang)[0]
    assert (row.title, row.source) == ("旧协议", name)


def test_a_workbook_holds_many_agreements(people: story.Cast) -> None:
    from crm.intake.operations_papers import read_file_in
    from crm.support.queries_old import papers
    from exports.plain_book import plain_book

    rows = [
        ("A协议", "甲公司", "2018年5月", "注册地十年内不得迁出"), ("A协议", "甲公司", "2018年5月", "甲方协助办理手续"),
        ("B协议", "乙公司", "2020-03-01", "按税收地方留成的50%返还"), ("", "", "", "没有名称的行"),
    ]  # fmt: skip
    book = plain_book(("协议名称", "签约方", "签订时间", "优惠条款"), rows, title="台账")
    made, clauses = read_file_in(book, "台账.xlsx", {}, by=people.zhang, at=AT)
    assert (len(made), clauses) == (2, 2)
    assert {(row.title, row.counterpart, row.signed_on) for row in papers(people.zhang)} == {
        ("A协议", "甲公司", date(2018, 5, 1)), ("B协议", "乙公司", date(2020, 3, 1)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.txt", b"  ", "file.empty"), ("图.docx", b"\x89PNG\r\n\x1a\n123", "file.no_paper"),
        ("坏.docx", b"PK\x03\x04broken", "file.no_paper"), ("怪.docx", docx("x", dtd=True), "file.dtd"),
        ("空表.csv", "甲,乙\n1,2\n".encode(), "old.no_rows"), ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.no_paper"),
        ("空文.docx", docx(), "old.empty"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_agreement_gets_one_clear_answer(people: story.Cast, name: str, data: bytes, code: str) -> None:
    from crm.intake.operations_papers import read_file_in

    assert code in refused(lambda: read_file_in(data, name, {}, by=people.zhang, at=AT))


def test_a_file_is_read_in_whole_or_not_at_all(people: story.Cast) -> None:
    from crm.intake.operations_papers import read_file_in
    from crm.support.operations_old import read_in
    from exports.plain_book import plain_book

    read_in({"title": "B协议", "text": "同一条款"}, by=people.zhang, at=AT)
    book = plain_book(("协议名称", "条款"), [("A协议", "新条款"), ("B协议", "同一条款")], title="台账")
    assert refused(lambda: read_file_in(book, "台账.xlsx", {}, by=people.zhang, at=AT)) == {"old.twice"}
