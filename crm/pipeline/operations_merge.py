"""Two leads that are one: what moves is shown first, nothing is deleted, and it goes back while nothing rests on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.capital.operations import sum_again
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Claim, Lead
from crm.leads.models_changes import LeadPair
from crm.leads.models_merge import LeadMerge
from crm.leads.operations import open_for
from crm.leads.operations_merge import MACHINE_MADE, bring_back, move_rows, set_status
from crm.leads.queries import visible
from crm.leads.rules import FACTS
from crm.pipeline.operations import edit_assessed

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.core.errors import Text

PERMISSION = "lead.merge"
RESTS = {
    "entity": say("its local entity and landing evidence"),
    "evidence": say("its local entity and landing evidence"),
    "recognition": say("a recognition of landing"),
    "credit_event": say("entries of the ledger of points"),
    "credit_entry": say("entries of the ledger of points"),
    "credit_honour": say("entries of the ledger of points"),
    "false_report": say("a proven false report"),
}
"""What must not change hands: who holds one of these is the one that is kept."""
STAYS = MACHINE_MADE | frozenset({"lead_merge", "fit_override", "committee", "acceptance", "veto", "lead_party",
                                  "lead_handover", "chain_place", "opportunity_lead"})  # fmt: skip
"""Judgements of the other text, and roles that the kept lead has itself; they stay to be read on the old page."""
WORDS = {
    "contact": say("contacts"), "claim": say("shares of cadres"), "contract": say("contracts"),
    "paid_in": say("paid-in entries"), "milestone": say("proofs of works"), "lead_report": say("first reports"),
    "claim_case": say("disputes"), "approval_case": say("approvals"), "matter": say("matters of the enterprise"),
    "support_item": say("support items"), "parcel": say("parcels of land"),
    "enterprise": say("records of park enterprises"),
    "explanation": say("explanations of figures"),
}  # fmt: skip
UNSENT = frozenset({"unit_id", "owner_id", "currency", "source", "name", "investment_max_fen"})


@dataclass(frozen=True)
class Preview:
    """What a merge would do: what moves, which empty facts are filled, and what forbids it."""

    gone: Any
    kept: Any
    moves: tuple[tuple[Text, int], ...]
    fills: tuple[tuple[str, Any], ...]
    findings: tuple[Finding, ...]


def _tables() -> list[tuple[str, Any, Any]]:
    """List every table that refers to a lead: its name, model and the reference."""
    references = Lead._meta.backrefs  # noqa: SLF001 - peewee keeps who refers to a table nowhere else
    found = [(str(one.model._meta.table_name), one.model, one) for one in references]  # noqa: SLF001
    return sorted(found, key=lambda one: (one[0], one[2].name))


def look_at_merge(gone_id: int, kept_id: int, *, by: Actor) -> Preview:
    """Look at a merge without doing it."""
    require(by, PERMISSION)
    gone, kept = open_for(gone_id, by, PERMISSION), open_for(kept_id, by, PERMISSION)
    moves = []
    findings = _findings(gone, kept)
    for name, model, foreign in _tables():
        count = model.select().where(foreign == gone_id).count()
        if not count or name in STAYS:
            continue
        if name in RESTS:
            text = say("%(number)s holds %(what)s: keep that one instead.", number=gone.number, what=RESTS[name])
            if all(str(item.text) != str(text) for item in findings):
                findings.append(Finding("merge.rests", text))
        elif name != "claim" or not _shared(kept_id):
            moves.append((WORDS.get(name, say("rows of %(table)s", table=name)), count))
    return Preview(gone, kept, tuple(moves), tuple(fillable(gone, kept)), tuple(findings))


def _shared(lead_id: int) -> bool:
    return bool(Claim.select().where((Claim.lead == lead_id) & Claim.ended_at.is_null()).exists())


def _findings(gone: Any, kept: Any) -> list[Finding]:
    found = []
    if gone.id == kept.id:
        found.append(Finding("merge.same", say("Choose two different projects.")))
    for row in (gone, kept):
        if row.status == "withdrawn":
            text = say("%(number)s is withdrawn already.", number=row.number)
            found.append(Finding("merge.withdrawn", text))
    if gone.recognised_on:
        text = say("%(number)s is recognised as landed: keep that one instead.", number=gone.number)
        found.append(Finding("merge.landed", text))
    return found


def fillable(gone: Any, kept: Any) -> list[tuple[str, Any]]:
    """List the facts that only the lead that goes knows."""
    empty = (None, "")
    plain = kept.currency == gone.currency == "CNY"
    return [
        (fact.name, getattr(gone, fact.name))
        for fact in FACTS
        if fact.name not in UNSENT
        and getattr(kept, fact.name) in empty
        and getattr(gone, fact.name) not in empty
        and (plain or fact.name not in ("investment_fen", "foreign_amount_cents"))
    ]


def merge_leads(gone_id: int, kept_id: int, *, fill: list[str], reason: str, by: Actor, at: datetime) -> int:
    """Merge one lead into another and return the merge; the old number leads on to the kept one."""
    with deed("lead.merge", by=by, at=at, kind="lead", thing_id=kept_id) as doing:
        # The no-op updates take the row locks on PostgreSQL, always in the same order.
        Lead.update(version=Lead.version).where(Lead.id.in_(sorted((gone_id, kept_id)))).execute()
        seen = look_at_merge(gone_id, kept_id, by=by)
        gone, kept = seen.gone, seen.kept
        doing.on("lead", kept_id, f"{kept.number} {kept.name}")
        findings = list(seen.findings)
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        values = {name: value for name, value in seen.fills if name in fill}
        before = {name: getattr(kept, name) for name in values}
        if values:
            edit_assessed(kept_id, values, base=before, version=kept.version, by=by, at=at)
        moved = _move(gone_id, kept_id)
        set_status(gone_id, "withdrawn", reason=f"并入 {kept.number}：{reason.strip()}"[:250], by=by, at=at)
        _sum_anew((gone_id, kept_id), moved, by=by, at=at)
        for name, ids in moved.items():
            doing.change(name, gone.number, f"{kept.number} ×{len(ids)}")
        doing.change("merged", gone.number, kept.number)
        state = {"facts": before, "status": gone.status, "limits": _limits(kept_id)}
        row = LeadMerge.create(
            gone=gone_id, kept=kept_id, reason=reason.strip(), moved=json.dumps(moved), by_name=by.name, at=at,
            before=json.dumps({**state, "after": values}, default=str, ensure_ascii=False),
            kept_version=Lead.get_by_id(kept_id).version,
        )  # fmt: skip
        return int(row.id)


def _move(gone_id: int, kept_id: int) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for name, model, foreign in _tables():
        if name in STAYS or name in RESTS or foreign.name != "lead" or (name == "claim" and _shared(kept_id)):
            continue
        ids = move_rows(model, gone_id, kept_id)
        if ids:
            moved[name] = ids
    return moved


def _sum_anew(lead_ids: tuple[int, ...], moved: dict[str, list[int]], *, by: Actor, at: datetime) -> None:
    """Write the sums of contracts and money of both leads again when some changed hands."""
    sum_again(lead_ids, moved.get("contract", []), moved.get("paid_in", []), by=by, at=at)


def _limits(lead_id: int) -> dict[str, int]:
    """Return the last row of each table that hangs on a lead: what comes later was built on the merge."""
    return {
        f"{name}.{foreign.name}": int(model.select(fn.MAX(model.id)).where(foreign == lead_id).scalar() or 0)
        for name, model, foreign in _tables()
        if name not in MACHINE_MADE and name != "lead_merge"
    }


def unmerge(merge_id: int, *, by: Actor, at: datetime) -> None:
    """Take a merge back while nothing was built on it: what moved goes back, both are projects of their own again."""
    with deed("lead.unmerge", by=by, at=at, kind="merge", thing_id=merge_id) as doing:
        require(by, PERMISSION)
        row = LeadMerge.get_or_none(LeadMerge.id == merge_id)
        if row is None:
            raise refuse("merge.unknown", say("There is no such merge."), status=404)
        Lead.update(version=Lead.version).where(Lead.id.in_(sorted((row.gone_id, row.kept_id)))).execute()
        kept, gone = open_for(row.kept_id, by, PERMISSION), open_for(row.gone_id, by, PERMISSION)
        doing.on("lead", kept.id, f"{kept.number} {kept.name}")
        row = LeadMerge.get_by_id(merge_id)
        if row.undone_at is not None:
            raise refuse("merge.undone", say("This merge is taken back already."), status=409)
        built = built_since(row, kept)
        if built:
            text = say("Something was built on the merged project since: %(what)s. It stays merged.", what=built)
            raise refuse("merge.built", text, status=409)
        before = json.loads(row.before)
        models = {name: model for name, model, _foreign in _tables()}
        moved = json.loads(row.moved)
        for name, ids in moved.items():
            bring_back(models[name], ids, gone.id)
        facts = {name: getattr(Lead, name).python_value(value) for name, value in before["facts"].items()}
        if facts:
            edit_assessed(kept.id, facts, base={name: getattr(kept, name) for name in facts}, version=kept.version,
                          by=by, at=at)  # fmt: skip
        set_status(gone.id, before["status"], reason=f"撤销并入 {kept.number}", by=by, at=at)
        _sum_anew((gone.id, kept.id), moved, by=by, at=at)
        doing.change("merged", kept.number, gone.number)
        LeadMerge.update(undone_at=at, undone_by_name=by.name).where(LeadMerge.id == merge_id).execute()


def built_since(row: Any, kept: Any) -> list[Text]:
    """Name what was built on a merged lead since: changed facts, new rows of any table."""
    found = []
    if kept.version != row.kept_version:
        found.append(say("its facts or stage were changed"))
    limits = json.loads(row.before).get("limits", {})
    for name, model, foreign in _tables():
        last = limits.get(f"{name}.{foreign.name}")
        if last is not None and model.select().where((foreign == kept.id) & (model.id > last)).exists():
            found.append(WORDS.get(name, say("rows of %(table)s", table=name)))
    return found


def part(one_id: int, other_id: int, *, by: Actor, at: datetime) -> None:
    """Keep the decision that two leads are different projects; they are not proposed again."""
    with deed("lead.part", by=by, at=at, kind="lead", thing_id=one_id) as doing:
        require(by, PERMISSION)
        first, second = sorted((one_id, other_id))
        rows = {row.id: row for row in Lead.select().where(Lead.id.in_((first, second)))}
        mine = Lead.select().where(Lead.id.in_((first, second)) & visible(by, PERMISSION)).exists()
        if len(rows) < 2 or not mine:  # noqa: PLR2004 - two leads
            raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
        doing.on("lead", first, f"{rows[first].number} {rows[first].name}")
        doing.change("different", None, rows[second].number)
        made = LeadPair.insert(one=first, other=second, by_name=by.name, at=at).on_conflict_ignore().execute()
        doing.silent = not made
