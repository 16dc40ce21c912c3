"""Word forms: built as committed, filled the same way twice, safe against what people type or bring."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from exports import word, word_forms
from exports.word_shapes import line, sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STAMP = datetime(2026, 3, 6, 8, 30)
FORMS = word_forms.every_form()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _words(data: bytes) -> str:
    document = Document(BytesIO(data))
    return "\n".join(text.text or "" for text in document.element.body.iter(qn("w:t")))


def _own(folder: Path, name: str, write: Callable[[Any], object]) -> Path:
    document = sheet(header="自定义")
    write(document)
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.docx").write_bytes(word.pressed(document, title="x", stamp=STAMP))
    return folder


@pytest.mark.parametrize("known", FORMS, ids=lambda known: known.name)
def test_a_committed_form_is_what_its_builder_makes(known: word.Form) -> None:
    assert _parts(word.source(known.name)) == _parts(word_forms.built(known)), "run python3 -m exports.word_forms"
    report = word.look_over(known.name, word.source(known.name))
    assert report == word.FormReport(), "the form and its example name the same fields"


@pytest.mark.parametrize("known", FORMS, ids=lambda known: known.name)
def test_a_form_is_a4_with_page_numbers_and_chinese_fonts(known: word.Form) -> None:
    made = word.fill(known.name, known.example, stamp=STAMP)
    assert made == word.fill(known.name, known.example, stamp=STAMP), "same values, same bytes"
    document = Document(BytesIO(made))
    for section in document.sections:
        sizes: tuple[Any, Any] = (section.page_width, section.page_height)
        assert {round(size / Mm(1)) for size in sizes} == {210, 297}
        footer = section.footer._element.xml
        assert " PAGE " in footer
        assert " NUMPAGES " in footer
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "宋体"
    assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert document.core_properties.modified.replace(tzinfo=None) == STAMP
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 6, 8, 30, 0)}


def test_text_is_escaped_and_unknown_is_a_dash(tmp_path: Path) -> None:
    known = word.form("certificate")
    nasty = {**known.example, "lead": "<w:p>&{{ 7*7 }}\x07甲\n乙", "investor": None, "recognised_on": date(2026, 3, 5)}
    words = _words(word.fill("certificate", nasty, stamp=STAMP))
    assert "<w:p>&{{ 7*7 }}甲" in words
    assert "49" not in words
    assert "乙" in words
    assert "—" in words
    assert "2026-03-05" in words


def test_values_of_another_form_are_refused() -> None:
    known = word.form("certificate")
    with pytest.raises(ValueError, match="stranger"):
        word.fill("certificate", {**known.example, "stranger": 1}, stamp=STAMP)
    with pytest.raises(ValueError, match="self"):
        word.fill("certificate", {**known.example, "self": 1}, stamp=STAMP)


def test_a_bureaus_own_form_takes_the_place(tmp_path: Path) -> None:
    own = _own(tmp_path / "forms", "certificate", lambda document: line(document, "本局格式 {{ lead }}"))
    report = word.look_over("certificate", word.source("certificate", own))
    assert report.usable
    assert "uscc" in report.missing
    made = word.fill("certificate", {**word.form("certificate").example, "lead": "甲项目"}, stamp=STAMP, own=own)
    assert "本局格式 甲项目" in _words(made)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("{{ leed }}", ("leed",)), ("{{ lead", ()), ("{{ lead.nothing.at_all }}", ()),
     ("{{ lead.__class__.__mro__ }}", ()), ("{% for a in lead %}", ())],
)  # fmt: skip
def test_a_form_that_cannot_be_filled_says_why_and_is_not_used(
    tmp_path: Path, text: str, unknown: tuple[str, ...]
) -> None:
    own = _own(tmp_path / "forms", "certificate", lambda document: line(document, text))
    report = word.look_over("certificate", word.source("certificate", own))
    assert not report.usable
    assert report.unknown == unknown
    assert bool(report.broken) != bool(unknown)
    with pytest.raises(word.FormError) as refused:
        word.fill("certificate", word.form("certificate").example, stamp=STAMP, own=own)
    assert refused.value.report == report


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"PK\x03\x04 torn"])
def test_what_is_no_document_is_told_so(data: bytes) -> None:
    assert word.look_over("certificate", data).broken == "not a .docx document"
