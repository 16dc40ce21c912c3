"""What is done with a file of older agreements: every paper in it is read in at once, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import Refusal, refuse, say
from crm.intake.reader_papers import read_papers
from crm.support.operations_old import CLEANUP, read_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor


def read_file_in(data: bytes, name: str, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[list[int], int]:
    """Read in every agreement of a file; returns their ids and how many clauses are listed."""
    with deed("old_paper.read_file", by=by, at=at, kind="old_paper", label=name, several=True):
        require(by, CLEANUP)
        papers = read_papers(data, name)
        if not papers:
            text = say("No agreement was found: a workbook needs a column with the name and one with the clauses.")
            raise refuse("old.no_rows", text, "file")
        made, clauses, findings = [], 0, []
        for paper in papers:
            alone = len(papers) == 1
            values = {
                "title": (facts.get("title") if alone else "") or paper.title, "text": paper.text, "source": name,
                "counterpart": paper.counterpart or facts.get("counterpart") or "",
                "signed_on": paper.signed_on or facts.get("signed_on"),
            }  # fmt: skip
            try:
                paper_id, found = read_in(values, by=by, at=at)
            except Refusal as refusal:
                findings += list(refusal.findings)
                continue
            made.append(paper_id)
            clauses += found
        if findings:
            raise Refusal(findings)
        return made, clauses
