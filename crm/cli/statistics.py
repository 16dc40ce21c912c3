"""The command `statistics`: a sheet of monthly figures judged and taken in as the page does it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crm.core.clock import now
from crm.core.errors import Refusal, say
from crm.core.words import render

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.statistics.operations_sheet import SheetReading

DONE, SOME_REFUSED, UNREADABLE = 0, 1, 2


def run(arguments: list[str], actor: Actor) -> int:
    """Run `statistics import FILE [--dry-run] [--json]`; 0 taken in, 1 to mend (nothing is stored), 2 unreadable."""
    from crm.intake.operations_monthly import read_monthly
    from crm.intake.reader import UnreadableFile
    from crm.statistics.operations_sheet import take

    parser = argparse.ArgumentParser(prog="run.py statistics")
    parser.add_argument("what", choices=["import"])
    parser.add_argument("file")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    path = Path(asked.file)
    try:
        reading = read_monthly(path, name=path.name, by=actor, at=now())
        if not asked.dry_run and not reading.all_wrong:
            take(reading, by=actor, at=now())
    except UnreadableFile as unreadable:
        for finding in unreadable.findings:
            print(render(finding.text), file=sys.stderr)
        return UNREADABLE
    except Refusal as refusal:
        for finding in refusal.findings:
            print(render(finding.text), file=sys.stderr)
        return SOME_REFUSED
    _print(reading, as_json=asked.json)
    return SOME_REFUSED if reading.all_wrong else DONE


def _print(reading: SheetReading, *, as_json: bool) -> None:
    if as_json:
        errors = [
            {"row": one.row, "column": one.column, "value": one.value, "code": one.code, "message": render(one.text)}
            for one in reading.all_wrong
        ]
        rows = [{"row": row.row, "name": row.name, "month": row.month, "verdict": row.verdict} for row in reading.rows]
        print(json.dumps({"file": reading.file, "counts": reading.counts(), "errors": errors, "rows": rows},
                         ensure_ascii=False))  # fmt: skip
        return
    sentence = say(
        "%(new)s new, %(completed)s completed, %(corrected)s corrected, %(unchanged)s unchanged, %(blank)s without "
        "figures, %(wrong)s to mend.", **reading.counts(),
    )  # fmt: skip
    print(render(sentence))
    for one in reading.all_wrong:
        print(f"{one.row or ''} {one.column}: {render(one.text)}")
