"""The word `assess`: a table in, the same table with the assessment out; nothing is stored."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from crm.core.errors import Refusal
from crm.core.words import render
from crm.intake.reader import read_file
from crm.scoring.assess_table import assess_rows, doubts, find_columns, header_row, read_csv, write_csv
from exports.plain_book import plain_book

UNREADABLE = 2
SHOWN = 20


def run(arguments: list[str]) -> int:
    """Assess every row; 0 whenever the result is written."""
    parser = argparse.ArgumentParser(prog="run.py assess")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    try:
        header, rows = _read(asked.file)
    except Refusal as refusal:
        for finding in refusal.findings:
            print(render(finding.text), file=sys.stderr)
        return UNREADABLE
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else error.strerror
        print(f"无法读取 {asked.file}：{reason}", file=sys.stderr)
        return UNREADABLE
    if not _tellable(asked.file, header, rows):
        return UNREADABLE
    names, told = assess_rows(header, rows)
    try:
        if asked.out.suffix.lower() == ".xlsx":
            asked.out.write_bytes(plain_book(names, told, title="评估"))
        else:
            write_csv(asked.out, names, told)
    except OSError as error:
        print(f"无法写入 {asked.out}：{error.strerror}", file=sys.stderr)
        return UNREADABLE
    print(f"{asked.out}：{len(told)} 行", file=sys.stderr)
    return 0


def _read(path: Path) -> tuple[list[Any], list[list[Any]]]:
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        header, rows = read_csv(path.read_bytes())
        return list(header), [list(row) for row in rows]
    for sheet in read_file(path):
        rows = [[_plain(cell) for cell in row.cells] for row in sheet.rows]
        rows = [row for row in rows if any(cell not in (None, "") for cell in row)]
        if rows:
            place = header_row(rows)
            width = max(len(row) for row in rows)
            full = [row + [None] * (width - len(row)) for row in rows]
            return full[place], full[place + 1 :]
    return [], []


def _tellable(path: Path, header: list[Any], rows: list[list[Any]]) -> bool:
    """Say what of the table cannot be assessed; tell whether anything is left to assess."""
    if not header:
        print(f"{path} 没有数据：第一行应为表头，下面每行一个项目", file=sys.stderr)
        return False
    if not {"name", "content"} & find_columns(header).keys():
        shown = "、".join(str(cell) for cell in header[:8] if cell not in (None, ""))
        wanted = "表头中没有“项目名称”或“建设内容”（英文 name、description）"
        print(f"{path}：{wanted}，读到的是：{shown}", file=sys.stderr)
        return False
    found = doubts(header, rows)
    for line in found[:SHOWN]:
        print(line, file=sys.stderr)
    if len(found) > SHOWN:
        print(f"……另有 {len(found) - SHOWN} 行", file=sys.stderr)
    return True


def _plain(cell: Any) -> Any:
    """Turn a cell of the reader into what a plain table holds: dates as ISO text, numbers as numbers."""
    for name in ("iso", "number", "formula", "sign"):
        if hasattr(cell, name):
            return getattr(cell, name)
    return cell
