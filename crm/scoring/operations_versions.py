"""What is done to rule versions: draft, edit, drop, conclude a review, put into force from a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.scoring.models_versions import RuleDraft, RuleReview, RuleVersion
from crm.scoring.queries_versions import in_force, rules_of, version_text, versions
from crm.scoring.rules_scorecard import Scorecard, reweighted
from crm.scoring.rules_versions import (
    CONCLUSIONS,
    KINDS,
    STOPPING,
    checked,
    next_version,
    reviewed_hash,
    text_hash,
    with_day,
    with_version,
)
from crm.support.rules_review import number_findings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from typing import Any

    from crm.core.actor import Actor


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise refuse("rules.kind", say("There are no such rules."), status=404)


def _draft(kind: str) -> Any:
    _known(kind)
    # The no-op update takes the row lock on PostgreSQL, so that two savers come one after the other.
    RuleDraft.update(edition=RuleDraft.edition).where(RuleDraft.kind == kind).execute()
    row = RuleDraft.get_or_none(RuleDraft.kind == kind)
    if row is None:
        raise refuse("rules.no_draft", say("There is no draft; begin one first."), status=404)
    return row


def start_draft(kind: str, *, weights: Mapping[str, int] | None = None, by: Actor, at: datetime) -> None:
    """Begin a draft from the version in force (a scorecard perhaps with other weights, which must sum to 100)."""
    with deed("rules.draft", by=by, at=at, kind="rules", label=kind) as doing:
        require(by, "rules.edit")
        _known(kind)
        if RuleDraft.select().where(RuleDraft.kind == kind).exists():
            text = say("Somebody works on a draft already; finish or drop that one first.")
            raise refuse("rules.draft_exists", text, status=409)
        now_in_force = in_force(kind, shanghai_date(at))
        text_now = version_text(now_in_force)
        rules = rules_of(now_in_force)
        if weights and isinstance(rules, Scorecard):
            text_now = reweighted(rules, weights)
            checked(kind, text_now)
        version = next_version(now_in_force.version, [row.version for row in versions(kind)])
        doing.change("version", now_in_force.version, version)
        made = RuleDraft.insert(
            kind=kind, based_on=now_in_force.version, text=with_version(text_now, version), by=by.person_id,
            by_name=by.name, at=at, updated_at=at,
        ).on_conflict_ignore().execute()  # fmt: skip
        del made


def save_draft(kind: str, text: str, *, edition: int, by: Actor, at: datetime) -> None:
    """Keep an edited draft when it can be read as rules; refused by line otherwise, or when another saved."""
    with deed("rules.edit", by=by, at=at, kind="rules", label=kind) as doing:
        require(by, "rules.edit")
        row = _draft(kind)
        if row.edition != edition:
            sentence = say("Somebody else saved this draft meanwhile; compare before you save again.")
            raise refuse("edit.conflict", sentence, "text", 409)
        clean = text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
        rules = checked(kind, clean)
        if any(known.version == rules.version for known in versions(kind)):
            raise Refusal([_taken(rules.version)])
        doing.change("text", text_hash(row.text)[:12], text_hash(clean)[:12])
        if clean == row.text:
            doing.silent = True
            return
        RuleDraft.update(text=clean, edition=edition + 1, updated_at=at).where(RuleDraft.id == row.id).execute()


def drop_draft(kind: str, *, by: Actor, at: datetime) -> None:
    """Drop the draft; what is in force stays in force."""
    with deed("rules.drop", by=by, at=at, kind="rules", label=kind):
        require(by, "rules.edit")
        row = _draft(kind)
        RuleDraft.delete().where(RuleDraft.id == row.id).execute()


def conclude_review(kind: str, conclusion: str, *, document_no: str, opinion: str, version: str = "", by: Actor,
                    at: datetime) -> None:  # fmt: skip
    """Record the conclusion of a fair-competition review of the draft, or of a version that is there already."""
    with deed("rules.review", by=by, at=at, kind="rules", label=kind) as doing:
        require(by, "rules.review")
        _known(kind)
        text, name, author = _reviewed(kind, version)
        findings = []
        if conclusion not in CONCLUSIONS:
            findings.append(Finding("review.conclusion", say("Choose a conclusion."), "conclusion"))
        if not opinion.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "opinion"))
        findings += number_findings(document_no)
        if author is not None and author == by.person_id:
            findings.append(Finding("review.own", say("Whoever drafted the rules does not review them.")))
        if findings:
            raise Refusal(findings)
        doing.change("version", None, name)
        doing.change("conclusion", None, conclusion)
        RuleReview.insert(
            kind=kind, version=name, text_hash=reviewed_hash(text), conclusion=conclusion,
            document_no=document_no.strip()[:255], opinion=opinion.strip()[:4000], by=by.person_id, by_name=by.name,
            at=at,
        ).execute()  # fmt: skip


def _reviewed(kind: str, version: str) -> tuple[str, str, int | None]:
    """Return the text that a review is about, its version's name and who wrote it."""
    if not version:
        row = _draft(kind)
        return row.text, checked(kind, row.text).version, row.by_id
    found = next((one for one in versions(kind) if one.version == version), None)
    if found is None:
        raise refuse("rules.version_unknown", say("There is no such version."), status=404)
    author = RuleVersion.get_by_id(found.id).by_id if found.id else None
    return version_text(found), found.version, author


def put_into_force(kind: str, day: date | None, *, reason: str, edition: int, by: Actor, at: datetime) -> str:
    """Put the draft into force from a day (today or later) and return its version; results stay as they are."""
    with deed("rules.in_force", by=by, at=at, kind="rules", label=kind) as doing:
        require(by, "rules.edit")
        row = _draft(kind)
        rules = checked(kind, row.text)
        findings = []
        if row.edition != edition:
            sentence = say("Somebody else saved this draft meanwhile; look at it again.")
            findings.append(Finding("edit.conflict", sentence))
        if day is None or day < shanghai_date(at):
            sentence = say("Rules come into force today or later, never in the past.")
            findings.append(Finding("rules.day", sentence, "in_force_from"))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if any(known.version == rules.version for known in versions(kind)):
            findings.append(_taken(rules.version))
        findings += _review_findings(kind, row.text)
        if findings or day is None:
            raise Refusal(findings)
        text = with_day(row.text, day)
        doing.change("version", row.based_on, rules.version)
        doing.change("in_force_from", None, day)
        doing.change("reason", None, reason.strip())
        RuleVersion.insert(
            kind=kind, version=rules.version, based_on=row.based_on, in_force_from=day, text=text,
            text_hash=text_hash(text), reason=reason.strip()[:2000], by=by.person_id, by_name=by.name, at=at,
        ).execute()  # fmt: skip
        RuleDraft.delete().where(RuleDraft.id == row.id).execute()
        return rules.version


def _taken(version: str) -> Finding:
    sentence = say("The version %(version)s is there already; give the draft another name.", version=version)
    return Finding("rules.version_taken", sentence, "text")


def _review_findings(kind: str, text: str) -> list[Finding]:
    latest = (
        RuleReview.select()
        .where((RuleReview.kind == kind) & (RuleReview.text_hash == reviewed_hash(text)))
        .order_by(RuleReview.id.desc())
        .first()
    )
    if latest is None or latest.conclusion not in STOPPING:
        return []
    sentence = say(
        "The fair-competition review of this text says: %(conclusion)s. Change the text first.",
        conclusion=CONCLUSIONS[latest.conclusion],
    )
    return [Finding("rules.review_stops", sentence)]
