"""Dry runs of a draft over all leads: who would move and why; nothing is stored but the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.jobs.registry import Step
from crm.scoring.queries import decided_marks
from crm.scoring.queries_facts import FactsRow, facts_after
from crm.scoring.queries_trial import StaleRow, leads_after
from crm.scoring.queries_versions import all_leads, draft_of, lexicon_in_force, scorecard_in_force
from crm.scoring.rules_acceptance import acceptance
from crm.scoring.rules_fit import assess
from crm.scoring.rules_lexicon import Lexicon
from crm.scoring.rules_stored import pack_text
from crm.scoring.rules_versions import checked, text_hash

if TYPE_CHECKING:
    from crm.jobs.registry import Work
    from crm.scoring.rules_scorecard import Scorecard

BATCH = 400
TOLD = 300
"""So many movers are listed by name; the rest are counted."""
CHECK_EVERY = 50


@dataclass(frozen=True)
class Trial:
    """One batch of a dry run."""

    last: int | None
    count: int
    movers: tuple[dict[str, Any], ...]
    version: str
    text_hash: str


def try_batch(work: Work) -> Trial:
    """Judge the next leads by the draft and by what is in force; without a transaction."""
    kind = str(work.arguments["kind"])
    draft = draft_of(kind)
    if draft is None:
        raise refuse("rules.no_draft", say("There is no draft; begin one first."), status=404)
    rules = checked(kind, draft.text)
    after = (work.cursor or {}).get("after", 0)
    if isinstance(rules, Lexicon):
        return _try_lexicon(work, rules, leads_after(after, BATCH), text_hash(draft.text))
    return _try_card(work, rules, facts_after(after, BATCH), text_hash(draft.text))


def _try_lexicon(work: Work, draft: Lexicon, rows: list[StaleRow], tried: str) -> Trial:
    now_in_force = lexicon_in_force(shanghai_date(work.at))
    movers = []
    for place, row in enumerate(rows):
        if place % CHECK_EVERY == 0:
            work.check()
        fit = assess(row.text, draft)
        new = (";".join(fit.themes), ";".join(fit.clusters))
        if new == (row.themes, row.clusters):
            continue
        movers.append({
            "id": row.id, "number": row.number, "name": row.text.name, "old": [row.themes, row.clusters],
            "new": list(new), "why_old": pack_text(assess(row.text, now_in_force).why()), "why": pack_text(fit.why()),
        })  # fmt: skip
    return Trial(rows[-1].id if rows else None, len(rows), tuple(movers), draft.version, tried)


def _try_card(work: Work, draft: Scorecard, rows: list[FactsRow], tried: str) -> Trial:
    card = scorecard_in_force(shanghai_date(work.at))
    ids = [row.id for row in rows]
    before_marks, after_marks = (
        decided_marks(ids, {item.code: item.most for item in one.judged}) for one in (card, draft)
    )
    movers = []
    for row in rows:
        old = acceptance(row.facts, before_marks.get(row.id, {}), card)
        new = acceptance(row.facts, after_marks.get(row.id, {}), draft)
        if (old.low, old.high) == (new.low, new.high):
            continue
        before = {line.code: line for line in old.lines}
        changed = [
            [line.label, [before[line.code].low, before[line.code].high] if line.code in before else None,
             [line.low, line.high]]
            for line in new.lines
            if line.code not in before or (before[line.code].low, before[line.code].high) != (line.low, line.high)
        ]  # fmt: skip
        movers.append({
            "id": row.id, "number": row.number, "name": row.name, "old": [old.low, old.high],
            "new": [new.low, new.high], "lines": changed,
        })  # fmt: skip
    return Trial(rows[-1].id if rows else None, len(rows), tuple(movers), draft.version, tried)


def keep_trial(work: Work, trial: Trial) -> Step:
    """Keep what the batch found beside the cursor; the leads themselves are not touched."""
    cursor = {"after": 0, "moved": 0, "rows": [], **(work.cursor or {})}
    if cursor.get("text_hash", trial.text_hash) != trial.text_hash:
        raise refuse("rules.draft_changed", say("The draft was changed during the dry run; begin it anew."))
    rows = [*cursor["rows"], *trial.movers]
    rows.sort(key=_distance)
    cursor |= {"moved": cursor["moved"] + len(trial.movers), "rows": rows[:TOLD], "text_hash": trial.text_hash}
    total = work.total if work.total is not None else all_leads()
    done = work.done + trial.count
    if trial.last is not None:
        cursor["after"] = trial.last
        return Step(cursor=cursor, done=done, total=max(total, done))
    kind = str(work.arguments["kind"])
    result = {
        "kind": kind, "version": trial.version, "text_hash": trial.text_hash, "read": done, "moved": cursor["moved"],
        "rows": cursor["rows"],
    }  # fmt: skip
    told = say("%(moved)s of %(n)s projects would move.", moved=cursor["moved"], n=done)
    link = f"/rules/{kind}/trial/{work.job_id}"
    return Step(cursor={}, done=done, total=done, message=told, finished=True, result=result, link=link)


def _distance(row: dict[str, Any]) -> tuple[int, int]:
    """Sort movers: scores by how far they move, fits by number."""
    old, new = row["old"][0], row["new"][0]
    far = abs(new - old) + abs(row["new"][1] - row["old"][1]) if isinstance(old, int) else 0
    return -far, row["id"]
