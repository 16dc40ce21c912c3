"""What is done to older agreements: read in as they stand, and each marked clause followed to its end."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.support.models import OldClause, OldClauseStep, OldPaper
from crm.support.queries_old import reachable_papers
from crm.support.rules_marks import LONGEST, current
from crm.support.rules_old import packed, state_findings, worth_a_look

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor

CLEANUP = "support.cleanup"


def read_in(values: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[int, int]:
    """Keep an older agreement as it stands and list its marked clauses; returns its id and how many there are."""
    with deed("old_paper.read", by=by, at=at, kind="old_paper", label=str(values.get("title") or "")) as doing:
        require(by, CLEANUP)
        text, title = str(values.get("text") or "").strip(), str(values.get("title") or "").strip()
        findings = paper_findings(title, text)
        signed_on = values.get("signed_on")
        if signed_on and signed_on > shanghai_date(at):
            findings.append(Finding("date.future", say("This day lies in the future."), "signed_on"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        known = OldPaper.get_or_none((OldPaper.sha256 == digest) & (OldPaper.title == title))
        if known is not None:
            findings.append(Finding("old.twice", say("This very agreement has been read in already."), "text"))
        if findings:
            raise Refusal(findings)
        row: Any = OldPaper.create(
            title=title[:255], counterpart=str(values.get("counterpart") or "").strip()[:255], signed_on=signed_on,
            source=str(values.get("source") or "").strip()[:255], sha256=digest, text=text,
            marks_version=current().version, unit=by.unit_id, by=by.person_id, by_name=by.name, at=at,
        )  # fmt: skip
        found = worth_a_look(text)
        for one in found:
            OldClause.insert(
                paper=row.id, position=one.position, text=one.text, marks=packed(one.marks), updated_at=at
            ).execute()
        doing.on("old_paper", int(row.id), title)
        doing.change("old_paper.clauses", None, len(found))
        return int(row.id), len(found)


def paper_findings(title: str, text: str) -> list[Finding]:
    """Return what is wrong with an agreement that is to be read in."""
    found = []
    if not title:
        found.append(Finding("old.title", say("Give the name of the agreement."), "title"))
    if not text:
        found.append(Finding("old.empty", say("Paste the text of the agreement, or choose its file."), "text"))
    if len(text) > LONGEST:
        text_ = say("The text has %(n)s characters; at most %(most)s are read. Split it.", n=len(text), most=LONGEST)
        found.append(Finding("old.long", text_, "text"))
    return found


def decide(clause_id: int, state: str, *, note: str, by: Actor, at: datetime) -> None:
    """Say what became of a clause; every decision stays on record."""
    with deed("old_clause.decide", by=by, at=at, kind="old_clause", thing_id=clause_id) as doing:
        require(by, CLEANUP)
        OldClause.update(state=OldClause.state).where(OldClause.id == clause_id).execute()
        row = OldClause.get_or_none(
            (OldClause.id == clause_id) & OldClause.paper.in_(reachable_papers(by, CLEANUP))
        )
        if row is None:
            raise refuse("clause.unknown", say("There is no such clause."), status=404)
        findings = state_findings(row.state, state, note)
        if findings:
            raise Refusal(findings)
        doing.on("old_clause", clause_id, str(row.text))
        doing.change("clause.state", row.state, state)
        OldClause.update(state=state, updated_at=at).where(OldClause.id == clause_id).execute()
        OldClauseStep.insert(
            clause=clause_id, state=state, note=note.strip(), by=by.person_id, by_name=by.name, at=at
        ).execute()
