"""The word `scan`: asks the virus scanner about files that it has not cleared yet (or about all of them)."""

from __future__ import annotations

import argparse
import sys

from crm.core.clock import now
from crm.files.operations import path_of
from crm.files.operations_scan import asked, keep_answers, scanning, waiting
from crm.files.rules import CLEAN

NO_SCANNER = 2


def run(arguments: list[str]) -> int:
    """Print each file that was not cleared; exit 1 when there is one, 2 without a scanner."""
    parser = argparse.ArgumentParser(prog="run.py scan")
    parser.add_argument("--all", action="store_true", help="ask about every file again")
    given = parser.parse_args(arguments)
    if not scanning():
        print("未设置病毒扫描命令（CRM_SCAN_COMMAND）。No scanner is set.", file=sys.stderr)
        return NO_SCANNER
    bad = 0
    files = waiting(all_files=given.all)
    for answer in asked((file_id, path_of(name)) for file_id, name in files):
        keep_answers([answer], at=now())
        file_id, state, said = answer
        if state != CLEAN:
            bad += 1
            print(f"{file_id}\t{state}\t{said}")
    print(f"已扫描 {len(files)} 个文件，{bad} 个未通过", file=sys.stderr)
    return 1 if bad else 0
