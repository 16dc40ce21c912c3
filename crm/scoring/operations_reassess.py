"""Re-assessing what older rules have judged, batch by batch, so that no other writer waits long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.jobs.registry import Step
from crm.leads.operations_facts import record_fit
from crm.leads.operations_fit import free_leads, mark_fit, reword_fit
from crm.scoring.models import Assessment, FitOverride
from crm.scoring.operations import text_of
from crm.scoring.operations_places import keep_places, places_in_chains
from crm.scoring.queries_trial import StaleRow, stale_after
from crm.scoring.queries_versions import lexicon_in_force, stale_leads
from crm.scoring.rules_fit import assess
from crm.scoring.rules_stored import pack, pack_text

if TYPE_CHECKING:
    from crm.jobs.registry import Work
    from crm.scoring.rules_fit import Fit

FIRST_BATCH, SMALLEST, LARGEST = 50, 10, 500
HOLD = 0.1
"""Seconds that one transaction should hold the trail; the batch grows and shrinks to meet it."""
BREATH = 0.12
"""Seconds without a transaction between two batches: SQLite's waiting writers look again at most 0.1 s later."""
PASSES = 3
CHECK_EVERY = 25


@dataclass(frozen=True)
class Batch:
    """What was worked out before the transaction began."""

    version: str
    total: int
    judged: tuple[tuple[StaleRow, Fit], ...]


def work_out(work: Work) -> Batch:
    """Find the next leads whose verdict is of another version, and judge them anew; without a transaction."""
    begun = time.monotonic()
    lexicon = lexicon_in_force(shanghai_date(work.at))
    cursor = work.cursor or {}
    rows = stale_after(lexicon.version, cursor.get("after", 0), cursor.get("size", FIRST_BATCH))
    judged = []
    for place, row in enumerate(rows):
        if place % CHECK_EVERY == 0:
            work.check()
        judged.append((row, assess(row.text, lexicon)))
    total = work.total if work.total is not None else stale_leads(lexicon.version)
    time.sleep(max(0.0, BREATH - (time.monotonic() - begun)))
    return Batch(lexicon.version, total, tuple(judged))


def keep(work: Work, batch: Batch) -> Step:
    """Store a batch: the new verdict is current, the old one stays; only leads that move get an entry of their own."""
    begun = time.monotonic()
    cursor = {"after": 0, "pass": 1, "moved": 0, "skipped": 0, "size": FIRST_BATCH, **(work.cursor or {})}
    if not batch.judged:
        if cursor["skipped"] and cursor["pass"] < PASSES:
            # Others were writing some of them just then; they are looked for once more.
            cursor |= {"after": 0, "pass": cursor["pass"] + 1, "skipped": 0}
            return Step(cursor=cursor, done=work.done, total=batch.total)
        result = {"version": batch.version, "done": work.done, "moved": cursor["moved"], "left": cursor["skipped"]}
        told = say("%(n)s projects were assessed anew, %(moved)s of them moved.", n=work.done, moved=cursor["moved"])
        return Step(
            cursor=cursor, done=work.done, total=work.done, errors=cursor["skipped"], message=told, finished=True,
            result=result, link="/rules",
        )  # fmt: skip
    # The trail's head is locked first and no lead is ever waited for, so that nobody can wait in a circle.
    with deed("rules.reassess", by=work.by, at=work.at, kind="rules", label=batch.version) as doing:
        require(work.by, "rules.reassess")
        doing.change("leads", None, len(batch.judged))
    moved, done = _store(work, batch)
    cursor["after"] = batch.judged[-1][0].id
    cursor["moved"] += moved
    cursor["skipped"] += len(batch.judged) - done
    cursor["size"] = fitting(len(batch.judged), time.monotonic() - begun)
    return Step(cursor=cursor, done=work.done + done, total=max(batch.total, work.done + done))


def fitting(size: int, seconds: float) -> int:
    """Return how many leads should fit into the time one transaction may hold, at most twice as many as before."""
    wished = int(size * HOLD / max(seconds, 0.001))
    return max(SMALLEST, min(LARGEST, 2 * size, wished))


def _store(work: Work, batch: Batch) -> tuple[int, int]:
    free = {row.id: row for row in free_leads([row.id for row, _fit in batch.judged])}
    lexicon = lexicon_in_force(shanghai_date(work.at))
    fits: dict[int, Fit] = {}
    for row, fit in batch.judged:
        if row.id in free:
            # Edited between reading and locking: judge what stands there now.
            fits[row.id] = fit if free[row.id].version == row.version else assess(text_of(free[row.id]), lexicon)
    if not fits:
        return 0, 0
    ids = list(fits)
    Assessment.update(current=False).where(Assessment.lead.in_(ids) & Assessment.current).execute()
    by = work.by
    Assessment.insert_many([
        {"lead": lead_id, "version": fit.version, "result": pack(fit), "by": by.person_id, "by_name": by.name,
         "at": work.at, "current": True}
        for lead_id, fit in fits.items()
    ]).execute()  # fmt: skip
    mark_fit(ids, batch.version)
    keep_places({lead_id: places_in_chains(fit, text_of(free[lead_id])) for lead_id, fit in fits.items()})
    return _move(work, free, fits), len(fits)


def _move(work: Work, free: dict[int, Any], fits: dict[int, Fit]) -> int:
    """Write the decided codes where they changed and nobody decided otherwise; returns how many leads moved."""
    standing = FitOverride.lead.in_(list(fits)) & FitOverride.ended_at.is_null()
    query = FitOverride.select(FitOverride.lead).where(standing)
    decided = {row.lead_id for row in query}
    moved, reworded = 0, {}
    for lead_id, fit in fits.items():
        row = free[lead_id]
        if lead_id in decided:
            continue
        reason = pack_text(fit.why())
        packed = (";".join(fit.themes), ";".join(fit.clusters))
        if packed == (row.themes, row.clusters):
            if reason != row.fit_reason:
                reworded[lead_id] = reason
            continue
        moved += 1
        with deed("lead.assess", by=work.by, at=work.at, kind="lead", thing_id=lead_id) as doing:
            doing.on("lead", lead_id, f"{row.number} {row.name}")
            doing.change("themes", row.themes, packed[0])
            doing.change("clusters", row.clusters, packed[1])
            record_fit(
                lead_id, themes=fit.themes, clusters=fit.clusters, fit_reason=reason, by=work.by, at=work.at
            )  # fmt: skip
    reword_fit(reworded)
    return moved
