"""What is done to rule versions: draft, edit, drop, hand in for review, put into force from a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import DEFAULT, speaking
from crm.scoring.models_versions import RuleDraft, RuleVersion
from crm.scoring.queries_versions import in_force, rules_of, version_text, versions
from crm.scoring.rules_scorecard import Scorecard, reweighted
from crm.scoring.rules_told import rule_texts
from crm.scoring.rules_versions import (
    KINDS,
    checked,
    next_version,
    reviewed_hash,
    shipped,
    text_hash,
    with_day,
    with_version,
)
from crm.support.operations_rules import hand_in_rule, take_effect, withdraw_rule
from crm.support.queries_rules import against_force
from crm.support.rules_city import REQUIRED, modes

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
        hands = ";".join(dict.fromkeys([*filter(None, row.hands.split(";")), str(by.person_id or "")]))
        RuleDraft.update(text=clean, edition=edition + 1, hands=hands, updated_at=at).where(
            RuleDraft.id == row.id
        ).execute()


def drop_draft(kind: str, *, by: Actor, at: datetime) -> None:
    """Drop the draft; what is in force stays in force."""
    with deed("rules.drop", by=by, at=at, kind="rules", label=kind):
        require(by, "rules.edit")
        row = _draft(kind)
        RuleDraft.delete().where(RuleDraft.id == row.id).execute()
        withdraw_rule(kind, checked(kind, row.text).version, by=by, at=at)


def hand_in(kind: str, *, version: str = "", by: Actor, at: datetime) -> int:
    """Propose the draft, or a version that is there already, for its fair-competition review; returns the item."""
    require(by, "rules.edit")
    _known(kind)
    found = next((one for one in versions(kind) if one.version == version), None)
    if found is None:
        row = _draft(kind)
        text, base, authors = row.text, row.based_on, [row.by_id, *(int(one) for one in row.hands.split(";") if one)]
        if version not in ("", checked(kind, text).version):
            raise refuse("rules.version_unknown", say("There is no such version."), status=404)
    else:
        text, base = version_text(found), found.based_on
        authors = [RuleVersion.get_by_id(found.id).by_id] if found.id else []
    rules = checked(kind, text)
    before = next((one for one in versions(kind) if one.version == base), None)
    with speaking(DEFAULT):  # the same words whoever hands it in
        words = rule_texts(kind, rules, text, version_text(before) if before else "")
    return hand_in_rule(
        kind, rules.version, words, fingerprint=reviewed_hash(text), authors=authors, by=by, at=at
    )  # fmt: skip


def adopt_shipped(at: datetime) -> None:
    """Keep the rules that came along, once: a later version in their file is then a version like any other.

    Otherwise whoever edits the file would put rules into force around their review.
    """
    for kind in (one for one in KINDS if modes()[one] == REQUIRED):
        kept = RuleVersion.select().where((RuleVersion.kind == kind) & (RuleVersion.based_on == ""))
        if not kept.exists():
            first = shipped(kind)
            RuleVersion.insert(
                kind=kind, version=first.version, based_on="", in_force_from=first.in_force_from, text=first.text,
                text_hash=text_hash(first.text), reason="", by=None, by_name="", at=at,
            ).on_conflict_ignore().execute()  # fmt: skip


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
        findings += against_force(kind, rules.version, reviewed_hash(row.text), day or shanghai_date(at))
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
        take_effect(kind, rules.version, from_day=day, by=by, at=at)
        return rules.version


def _taken(version: str) -> Finding:
    sentence = say("The version %(version)s is there already; give the draft another name.", version=version)
    return Finding("rules.version_taken", sentence, "text")
