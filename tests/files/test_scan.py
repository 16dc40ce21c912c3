"""The virus scanner: refused at the door, closed until cleared, and an answer that never came is no answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.sample.filler_papers import paper
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crm.core.actor import Actor

CLEAN = paper("证照", ["甲"])
BAD = paper("证照", ["甲"]) + b"\n%EICAR-PLACEHOLDER\n"
SCRIPT = """
import sys, time
data = open(sys.argv[1], "rb").read()
if b"SLOW" in data: time.sleep(30)
if b"BROKEN" in data: sys.exit("engine missing")
if b"EICAR" in data: print(sys.argv[1] + ": test signature FOUND"); sys.exit(1)
"""


@pytest.fixture
def by(db: Any, tmp_path: Path) -> Iterator[Actor]:
    """Give somebody who stores files, and a scanner that is a small script."""
    from crm.files.operations import keep_files_in
    from crm.files.operations_scan import scan_with

    (tmp_path / "scan.py").write_text(SCRIPT.replace('sys.exit("engine missing")', "sys.exit(2)"), encoding="utf-8")
    keep_files_in(tmp_path / "files")
    scan_with(f"{sys.executable} {tmp_path / 'scan.py'} {{file}}", 5)
    yield story.person("deng", "邓存档", "officer", None)
    scan_with("")


def _kept(by: Actor, data: bytes) -> Any:
    from crm.files.operations import store_evidence
    from crm.files.queries import stored_file

    return stored_file(store_evidence(data, name="a.pdf", by=by, at=AT))


def test_a_clean_file_opens(by: Actor) -> None:
    from crm.files.operations import read_cleared

    kept = _kept(by, CLEAN)
    assert kept.scan_state == "clean"
    assert read_cleared(kept) == CLEAN


def test_an_infected_file_is_refused_and_not_kept(by: Actor, tmp_path: Path) -> None:
    from crm.files.queries import every_file

    with pytest.raises(Refusal) as refused:
        _kept(by, BAD)
    assert story.codes(refused) == {"file.infected"}
    assert every_file() == []
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("mark", [b"BROKEN", pytest.param(b"SLOW", marks=pytest.mark.slow)])
def test_no_answer_keeps_the_file_shut_until_a_scan_clears_it(by: Actor, tmp_path: Path, mark: bytes) -> None:
    from crm.files.operations import path_of, read_cleared
    from crm.files.operations_scan import asked, keep_answers, scan_with, waiting
    from crm.files.queries import stored_file

    script = tmp_path / "scan.py"
    scan_with(f"{sys.executable} {script} {{file}}", 1)
    kept = _kept(by, CLEAN + b"\n%" + mark + b"\n")
    assert kept.scan_state == ""
    with pytest.raises(Refusal) as refused:
        read_cleared(kept)
    assert (refused.value.status, story.codes(refused)) == (423, {"file.unscanned"})
    script.write_text("", encoding="utf-8")
    assert waiting() == [(kept.id, kept.stored_name)]
    answers = list(asked([(kept.id, path_of(kept.stored_name))]))
    keep_answers(answers, at=AT)
    assert [(file_id, state) for file_id, state, _said in answers] == [(kept.id, "clean")]
    again = stored_file(kept.id)
    assert again is not None
    assert read_cleared(again).startswith(b"%PDF-")
    assert waiting() == []


def test_a_scanner_that_is_not_there_clears_nothing(by: Actor) -> None:
    from crm.files.operations_scan import scan_with

    scan_with("/nowhere/scanner --quiet {file}")
    assert _kept(by, CLEAN).scan_state == ""


def test_what_waits_for_the_scanner_neither_counts_nor_is_verified(by: Actor) -> None:
    from crm.files.operations_scan import scan_with
    from crm.landing.operations import verify_leg
    from crm.pipeline import gate

    scan_with("")
    cast = story.assemble()
    lead_id = story.ready(cast)
    assert gate.verdict(lead_id, story.DAY).state == "ready"
    scan_with("/nowhere/scanner {file}")
    verdict = gate.verdict(lead_id, story.DAY)
    assert {leg.state for leg in verdict.legs} == {"unscanned"}
    assert [finding.code for finding in verdict.findings] == [
        "leg.registered.unscanned", "leg.taxed.unscanned", "leg.accounted.unscanned",
    ]  # fmt: skip
    item = story.submitted(lead_id, "taxed", cast.zhang)
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=cast.wang, at=AT)
    assert story.codes(refused) == {"evidence.unscanned"}
    with pytest.raises(Refusal):
        gate.recognise(lead_id, by=cast.chen, at=AT)
