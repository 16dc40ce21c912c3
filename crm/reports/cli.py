"""The commands `export` and `evaluate`: a file for the person, a short JSON for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people
from crm.core.clock import now, shanghai_date
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check, formdata
from crm.core.words import render
from crm.leads.queries_list import FILTERS
from crm.reports.books import plain_investment
from crm.reports.forms import BookForm, order_of
from crm.reports.operations import export_evaluation, wanted_period
from crm.reports.operations_books import ask_of, export_book, judge, record, write_book
from crm.reports.operations_evaluation import export_annex, export_dossier
from crm.reports.queries import pipeline_rows
from crm.reports.rules_books import KINDS, BookOrder

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

FIGURES = ("investment_fen", "contracted_fen", "paid_in_fen", "landed_fen")
KEYS = ("number", "name", "investor", "stage", "status", "source", "park", "themes", "clusters", *FIGURES,
        "legs_verified")  # fmt: skip


def run_export(arguments: list[str], actor: Actor) -> int:
    """Run `export WHICH --out F.xlsx [--as-of D] [--known D2] [--json] …`; 0 when the file is written."""
    parser = argparse.ArgumentParser(prog="run.py export")
    parser.add_argument("what", choices=[kind.code for kind in KINDS])
    parser.add_argument("--out", required=True)
    parser.add_argument("--as-of")
    parser.add_argument("--known")
    parser.add_argument("--since", help="the day of the last meeting, for `meeting`")
    parser.add_argument("--money", help="wan or yi, for `meeting` and `parks`")
    parser.add_argument("--period", help="for `evaluation`, such as 2026H1")
    for name in FILTERS:
        parser.add_argument(f"--{name}", help="as in the address of the list")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    given = {name: getattr(asked, name) for name in BookForm()._fields if getattr(asked, name, None) is not None}
    at = now()
    try:
        order = order_of(check(BookForm(formdata({**given, "book": asked.what}))))
        made, written = _written(order, asked.out, actor, at)
    except Refusal as refusal:
        return _refused(refusal)
    if not written:
        return 1
    if not asked.json:
        text = say("%(path)s: %(n)s rows, as of %(day)s", path=asked.out, n=made.count, day=made.as_of)
        print(render(text), file=sys.stderr)
        return 0
    said: dict[str, Any] = {"file": asked.out, "as_of": made.as_of.isoformat(), "filter": made.filters,
                            "rows": made.count}  # fmt: skip
    if order.code == "pipeline":
        day = order.as_of or (shanghai_date(at) if order.known else None)
        said |= _sums(pipeline_rows(ask_of(order), actor, as_of=day, known=order.known))
    print(json.dumps(said, ensure_ascii=False))
    return 0


def _written(order: BookOrder, out: str, actor: Actor, at: datetime) -> tuple[Any, bool]:
    """Write the file under a passing name first: whatever happens, nothing half-written has the final one."""
    if order.code == "evaluation":
        book = export_book(order, by=actor, at=at)
        return book, _put(book.data, out)
    judge(order, by=actor, at=at)
    target = Path(out)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            made = write_book(order, file, by=actor, at=at)
        record(order, made, by=actor, at=at)
        part.replace(target)
    except OSError as error:
        return None, _unwritable(out, error)
    finally:
        part.unlink(missing_ok=True)
    return made, True


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
    if not _put(made.data, asked.out):
        return 1
    text = say("%(path)s: %(n)s rows, as of %(day)s", path=asked.out, n=len(made.rows), day=made.as_of)
    print(render(text), file=sys.stderr)
    return 0


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


def _refused(refusal: Refusal) -> int:
    for finding in refusal.findings:
        print(render(finding.text), file=sys.stderr)
    return 1


def _put(data: bytes, out: str) -> bool:
    target = Path(out)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        return _unwritable(out, error)
    finally:
        part.unlink(missing_ok=True)
    return True


def _unwritable(out: str, error: OSError) -> bool:
    text = say("%(path)s cannot be written: %(error)s", path=out, error=error.strerror or "")
    print(render(text), file=sys.stderr)
    return False


def _sums(rows: list[dict[str, Any]]) -> dict[str, Any]:
    totals = {key: sum(row[key] or 0 for row in rows) for key in FIGURES}
    totals["investment_fen"] = sum(plain_investment(row) or 0 for row in rows)
    return {
        "totals": totals,
        "leads": [
            {**{key: row[key] for key in KEYS}, "stage_since": str(row["stage_since"]), "opening": bool(row["opening"]),
             "landed_on": str(row["landed_on"]) if row["landed_on"] else None}
            for row in rows
        ],
    }  # fmt: skip
