"""The command `import`: a ledger read as the page reads it; JSON for programs, sentences for people."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crm.core.clock import now
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import render
from crm.files.operations import store
from crm.files.queries import stored_file
from crm.intake.jobs import LONG, order
from crm.intake.operations import read, stops, take_in
from crm.intake.reader import UnreadableFile
from crm.intake.rules_reading import Reading, reading_to_json
from crm.jobs.queries import job
from crm.jobs.rules import OVER
from crm.jobs.worker import Worker

if TYPE_CHECKING:
    from crm.core.actor import Actor

DONE, SOME_REFUSED, UNREADABLE = 0, 1, 2
LOOK_AGAIN = 0.5


def run_import(arguments: list[str], actor: Actor) -> int:
    """Run `import FILE [--dry-run] [--json]`; 0 no row refused, 1 some refused or nothing to read, 2 unreadable."""
    parser = argparse.ArgumentParser(prog="run.py import")
    parser.add_argument("file")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    path = Path(asked.file)
    try:
        reading = read(path, name=path.name, by=actor, at=now())
        if not asked.dry_run and not stops(reading):
            _take(reading, path, actor)
    except UnreadableFile as unreadable:
        _print_refusal(unreadable, path.name, as_json=asked.json)
        return UNREADABLE
    except Refusal as refusal:
        _print_refusal(refusal, path.name, as_json=asked.json)
        return SOME_REFUSED
    _print(reading, as_json=asked.json)
    counts = reading.counts()
    return SOME_REFUSED if reading.errors or counts["refused"] or not counts["read"] else DONE


def _take(reading: Reading, path: Path, actor: Actor) -> None:
    """Store a short ledger in one transaction; a long one in batches, so that nobody else waits for it."""
    data = path.read_bytes()
    file_id = store(data, name=path.name, purpose="ledger", by=actor, at=now())
    rows = reading.counts()["read"]
    if rows < LONG:
        take_in(reading, file_id=file_id, sha256=hashlib.sha256(data).hexdigest(), by=actor, at=now())
        return
    file = stored_file(file_id)
    if file is None:
        raise refuse("file.unknown", say("There is no such uploaded ledger of yours."), status=404)
    made = order(file, rows=rows, by=actor, at=now())
    print(render(say("%(rows)s rows are stored in batches; broken off, the next worker goes on.", rows=rows)),
          file=sys.stderr)  # fmt: skip
    worker = Worker()
    while (row := job(made)) is not None and row.state not in OVER:
        if not worker.look():
            time.sleep(LOOK_AGAIN)  # another worker has it
    if row is None or row.state != "done":
        raise Refusal(Finding("import.stopped", text) for text in (row.messages if row else ()))


def _print_refusal(refusal: Refusal, name: str, *, as_json: bool) -> None:
    errors = [{"column": "", "value": "", "code": item.code, "message": render(item.text)} for item in refusal.findings]
    if as_json:
        counts = dict.fromkeys(["read", "create", "update", "duplicate", "refused", "not_data", "unchanged"], 0)
        answer = {"file": name, "sheets": [], "counts": counts, "errors": errors, "warnings": [], "rows": []}
        print(json.dumps(answer, ensure_ascii=False))
    for error in errors:
        print(error["message"], file=sys.stderr)


def _print(reading: Reading, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(reading_to_json(reading, render), ensure_ascii=False))
        return
    sentence = say(
        "%(read)s project rows: %(create)s new, %(unchanged)s unchanged, %(duplicate)s may be duplicates, "
        "%(refused)s refused.",
        **reading.counts(),
    )
    print(render(sentence))
    for remark in reading.errors:
        print(f"{remark.sheet}: {render(remark.text)}")
    for row in reading.rows:
        for remark in row.errors:
            print(f"{row.sheet}!{row.row} {remark.column}: {render(remark.text)}")
