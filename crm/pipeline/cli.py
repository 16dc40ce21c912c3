"""The command `credit`: settles the ledger of points, replays it from nothing, and says whether both agree."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from crm.core.clock import now
from crm.core.errors import say
from crm.core.words import render
from crm.credit.queries import edited_without_version, last_entry, replay
from crm.credit.rules import show_points
from crm.pipeline.operations_credit import settle_all
from crm.pipeline.queries_credit import unsettled

if TYPE_CHECKING:
    from crm.core.actor import Actor


def run_credit(arguments: list[str], actor: Actor) -> int:
    """Run `credit [--replay] [--check] [--json]`: settle, or only compare; exit 1 when something differs."""
    parser = argparse.ArgumentParser(prog="run.py credit")
    parser.add_argument("--replay", action="store_true", help="replay the whole journal and compare it with the ledger")
    parser.add_argument("--check", action="store_true", help="add nothing, only compare")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    added = 0 if asked.check else settle_all(by=actor, at=now())
    behind = unsettled(now()) if asked.check else []
    answer: dict[str, object] = {"added": added, "lines": last_entry(), "behind": behind}
    said = [say("%(n)s lines added to the ledger of points", n=added)] if not asked.check else []
    if behind:
        said.append(say("%(n)s events wait to be settled: run `credit` without --check", n=len(behind)))
    wrong = bool(behind)
    if edited_without_version():
        wrong = True
        said.append(say("The tariff was edited under the same version: give it a new version."))
        answer["edited"] = edited_without_version()
    if asked.replay:
        found = replay()
        wrong = wrong or not found.same
        answer |= {"events": found.events, "lines": found.lines, "points": show_points(found.points),
                   "first_difference": found.first_difference}  # fmt: skip
        said.append(
            say("Replayed %(events)s events: %(lines)s lines, the same as the ledger", events=found.events,
                lines=found.lines)
            if found.same
            else say("The replay differs from the ledger at line %(line)s", line=found.first_difference)
        )  # fmt: skip
    if asked.json:
        print(json.dumps(answer, ensure_ascii=False))
    for sentence in said:
        print(render(sentence), file=sys.stderr)
    return int(wrong)
