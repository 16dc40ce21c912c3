"""Stored files: named by the server, told by their content, never lost silently."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.files.rules import MAX_EVIDENCE_BYTES, evidence_findings, media_type, safe_name
from crm.sample.filler_papers import paper
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from pathlib import Path

    from crm.core.actor import Actor

PDF = paper("证照", ["一页"])


@pytest.fixture
def by(db: Any, tmp_path: Path) -> Actor:
    """Give somebody who stores files, and a place for them."""
    from crm.files.operations import keep_files_in

    keep_files_in(tmp_path)
    return story.person("zhang", "张招商", "officer", None)


def test_bytes_come_back_as_they_were(by: Actor, tmp_path: Path) -> None:
    from crm.files.operations import path_of, read, store_evidence
    from crm.files.queries import every_file, stored_file, with_same_bytes

    ids = [store_evidence(PDF, name="../../etc/证照.pdf", by=by, at=AT) for _ in range(2)]
    first, second = (stored_file(key) for key in ids)
    assert first
    assert second
    assert first.stored_name != second.stored_name
    assert (first.original_name, first.media_type, first.size) == ("证照.pdf", "application/pdf", len(PDF))
    assert first.sha256 == hashlib.sha256(PDF).hexdigest()
    assert read(first.stored_name) == PDF
    assert path_of(first.stored_name).is_relative_to(tmp_path)
    assert [row.id for row in with_same_bytes(first.sha256)] == [row.id for row in every_file()] == ids
    assert not list(tmp_path.rglob("*.part"))
    assert stored_file(0) is None


def test_a_file_gone_from_the_disk_is_said(by: Actor) -> None:
    from crm.files.operations import path_of, read, store_evidence
    from crm.files.queries import stored_file

    row = stored_file(store_evidence(PDF, name="a.pdf", by=by, at=AT))
    assert row
    path_of(row.stored_name).unlink()
    with pytest.raises(Refusal) as refused:
        read(row.stored_name)
    assert refused.value.status == 410


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"MZ\x90", "file.kind"),
        (b"<html>", "file.kind"),
        (b"%PDF-" + b"0" * MAX_EVIDENCE_BYTES, "file.large"),
    ],
)
def test_what_is_no_evidence_is_refused_and_leaves_no_row(by: Actor, data: bytes, code: str) -> None:
    from crm.files.operations import store_evidence
    from crm.files.queries import every_file

    with pytest.raises(Refusal) as refused:
        store_evidence(data, name="a.pdf", by=by, at=AT)
    assert story.codes(refused) == {code}
    assert every_file() == []


def test_kinds_are_told_by_content() -> None:
    assert media_type(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert media_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert media_type(b"GIF89a") == "application/octet-stream"
    assert evidence_findings(PDF) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [("C:\\桌面\\a.pdf", "a.pdf"), ("a\nb.pdf", "ab.pdf"), ("", "file"), ("/", "file"), ("长" * 300, "长" * 200)],
)
def test_names_are_made_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe
