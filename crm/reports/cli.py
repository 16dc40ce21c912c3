"""The commands `export` and `evaluate`: a file for the person, a short JSON for programs."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.words import render
from crm.leads.queries_list import Ask
from crm.reports.books import plain_investment
from crm.reports.operations import Produced, export_evaluation, export_pipeline, wanted_period
from crm.reports.operations_evaluation import export_annex, export_dossier

if TYPE_CHECKING:
    from crm.core.actor import Actor

FIGURES = ("investment_fen", "contracted_fen", "paid_in_fen", "landed_fen")
KEYS = ("number", "name", "investor", "stage", "status", "source", "park", "themes", "clusters", *FIGURES,
        "legs_verified")  # fmt: skip


def run_export(arguments: list[str], actor: Actor) -> int:
    """Run `export pipeline --out F.xlsx [--as-of D] [--known D2] [--json]`; 0 when the file is written."""
    parser = argparse.ArgumentParser(prog="run.py export")
    parser.add_argument("what", choices=["pipeline"])
    parser.add_argument("--out", required=True)
    parser.add_argument("--as-of")
    parser.add_argument("--known")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        made = export_pipeline(Ask(), by=actor, at=now(), as_of=_day(asked.as_of), known=_day(asked.known))
    except Refusal as refusal:
        return _refused(refusal)
    return _deliver(made, asked.out, as_json=asked.json)


def run_evaluate(arguments: list[str], actor: Actor) -> int:
    """Run `evaluate --period P --out F [--person NAME]`: F.xlsx all cadres, F.docx or F.zip one person's."""
    parser = argparse.ArgumentParser(prog="run.py evaluate")
    parser.add_argument("--period", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--person", help="user name, or name, for a form (.docx) or a dossier (.zip)")
    asked = parser.parse_args(arguments)
    ending = Path(asked.out).suffix.lower()
    try:
        if ending not in (".docx", ".zip"):
            made = export_evaluation(wanted_period(asked.period), by=actor, at=now())
        else:
            produce = export_annex if ending == ".docx" else export_dossier
            made = produce(wanted_period(asked.period), _person(asked.person), by=actor, at=now())
    except Refusal as refusal:
        return _refused(refusal)
    return _deliver(made, asked.out, as_json=False)


def _person(name: str | None) -> int:
    if not name:
        text = say("Say whose form it is: --person with the user name or the name.")
        raise refuse("person.missing", text)
    found = [row for row in people() if name in (row.login, row.name)]
    if len(found) != 1:
        known = [f"{row.name}（{row.login}）" for row in found]
        text = (
            say("Several people are called “%(name)s”: %(known)s. Give the user name.", name=name, known=known)
            if found
            else say("Nobody is called “%(name)s”.", name=name[:40])
        )
        raise refuse("person.unknown", text)
    return found[0].id


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = say("“%(text)s” is no day; write it like 2026-11-23.", text=text[:40])
        raise refuse("date.unreadable", sentence) from None


def _refused(refusal: Refusal) -> int:
    for finding in refusal.findings:
        print(render(finding.text), file=sys.stderr)
    return 1


def _deliver(made: Produced, out: str, *, as_json: bool) -> int:
    target = Path(out)
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(made.data)
        part.replace(target)
    except OSError as error:
        text = say("%(path)s cannot be written: %(error)s", path=out, error=error.strerror or "")
        print(render(text), file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(_summary(made, out), ensure_ascii=False))
    else:
        text = say("%(path)s: %(n)s rows, as of %(day)s", path=out, n=len(made), day=made.as_of)
        print(render(text), file=sys.stderr)
    return 0


def _summary(made: Produced, out: str) -> dict[str, Any]:
    totals = {key: sum(row[key] or 0 for row in made.rows) for key in FIGURES}
    totals["investment_fen"] = sum(plain_investment(row) or 0 for row in made.rows)
    return {
        "file": out,
        "as_of": made.as_of.isoformat(),
        "filter": made.filters,
        "rows": len(made.rows),
        "totals": totals,
        "leads": [
            {**{key: row[key] for key in KEYS}, "stage_since": str(row["stage_since"]), "opening": bool(row["opening"]),
             "landed_on": str(row["landed_on"]) if row["landed_on"] else None}
            for row in made.rows
        ],
    }  # fmt: skip
