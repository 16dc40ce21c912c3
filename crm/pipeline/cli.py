"""The commands `credit` (settle and replay the ledger of points) and `gate` (the landing gate of one project)."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.words import render
from crm.credit.queries import edited_without_version, every_tariff, last_entry, replay
from crm.credit.rules import show_points
from crm.landing.queries import current_legs
from crm.landing.rules import LEGS, STATE_LABELS
from crm.leads.queries import lead_numbered, lead_row
from crm.pipeline.gate import recognise, verdict
from crm.pipeline.operations_credit import settle_all
from crm.pipeline.queries_credit import unsettled

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.landing.rules import GateVerdict


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
    waiting = [one.version for one in every_tariff().values() if one.counts_from is None]
    if waiting:
        said.append(say("Tariff %(versions)s waits for its review and counts nothing yet; the one before goes on.",
                        versions="、".join(waiting)))  # fmt: skip
        answer["waiting"] = waiting
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


def run_gate(arguments: list[str], actor: Actor) -> int:
    """Run `gate NUMBER [--recognise] [--json]`: exit 0 when landed or ready, 1 when something is missing or refused."""
    parser = argparse.ArgumentParser(prog="run.py gate")
    parser.add_argument("number")
    parser.add_argument("--recognise", action="store_true", help="recognise the project as landed, as a leader (--as)")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    require(actor, "lead.view")
    known = lead_numbered(asked.number, actor)
    row = lead_row(known, actor) if known else None
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    lead_id, refused = int(row["id"]), False
    if asked.recognise:
        try:
            recognise(lead_id, by=actor, at=now())
        except Refusal as refusal:
            refused = True
            for finding in refusal.findings:
                print(render(finding.text), file=sys.stderr)
    judged = verdict(lead_id)
    answer = _answer(row, judged)
    if asked.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(_words(answer))
    return int(refused or judged.state == "not_yet")


def _answer(row: dict[str, Any], judged: GateVerdict) -> dict[str, Any]:
    papers = current_legs(row["id"])
    legs = []
    for leg in judged.legs:
        paper = papers[leg.leg]
        legs.append({
            "leg": leg.leg, "label": render(LEGS[leg.leg]), "state": leg.state,
            "state_label": render(STATE_LABELS[leg.state]), "next": render(leg.who) if leg.who else None,
            "verified_by": paper.decided_by or None if paper and leg.state == "verified" else None,
            "verified_at": str(paper.decided_at) if paper and leg.state == "verified" else None,
            "sha256": paper.sha256 if paper else None,
        })  # fmt: skip
    return {
        "number": row["number"], "name": row["name"], "state": judged.state,
        "landed_on": str(judged.landed_on) if judged.landed_on else None, "legs": legs,
        "missing": [{"code": finding.code, "text": render(finding.text)} for finding in judged.findings],
    }  # fmt: skip


def _words(answer: dict[str, Any]) -> str:
    lines = [f"{answer['number']}\t{answer['name']}\t{answer['landed_on'] or answer['state']}"]
    lines += [
        "\t".join(str(part) for part in (leg["label"], leg["state_label"], leg["verified_by"], leg["next"]) if part)
        for leg in answer["legs"]
    ]
    return "\n".join([*lines, *(f"- {gap['text']}" for gap in answer["missing"])])
