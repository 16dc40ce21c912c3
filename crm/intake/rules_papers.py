"""Which columns of a workbook say an agreement's name, partner, day and clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.intake.rules_cells import Cell

HEADS = {
    "text": re.compile(r"条款|内容|约定|正文|优惠政策|承诺"),
    "title": re.compile(r"(?:协议|合同|文件|项目)?名称|标题|^协议$|^合同$"),
    "counterpart": re.compile(r"签约方|乙方|企业|公司|投资方"),
    "signed_on": re.compile(r"签[订署约].*(?:时间|日期|日)|日期|时间"),
}
ORDER = ("signed_on", "counterpart", "title", "text")
LOOKED_AT = 15
"""Rows from the top among which the heading is looked for."""
MOST = 500
DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2}))?")


@dataclass(frozen=True)
class Paper:
    """One agreement as it was read: what it is called, its text, with whom and when it was signed."""

    title: str
    text: str
    counterpart: str = ""
    signed_on: date | None = None


def papers_of_table(sheets: Sequence[Sequence[Sequence[Cell]]]) -> list[Paper]:
    """Return the agreements of a workbook: rows of the same name are clauses of one agreement."""
    found: dict[str, list[Paper]] = {}
    for rows in sheets:
        table = list(rows)
        for at, row in enumerate(table[:LOOKED_AT]):
            heads = _heads(row)
            if "text" in heads and "title" in heads:
                for later in table[at + 1 :]:
                    paper = _paper(later, heads)
                    if paper is not None:
                        found.setdefault(paper.title, []).append(paper)
                break
    return [_joined(papers) for papers in list(found.values())[:MOST]]


def _heads(row: Sequence[Cell]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for place, cell in enumerate(row):
        if not isinstance(cell, str):
            continue
        said = "".join(cell.split())
        for name in ORDER:
            if name not in heads and HEADS[name].search(said):
                heads[name] = place
                break
    return heads


def _paper(row: Sequence[Cell], heads: dict[str, int]) -> Paper | None:
    said = {name: _words(row[place]) if place < len(row) else "" for name, place in heads.items()}
    if not said["title"] or not said["text"]:
        return None
    return Paper(said["title"][:200], said["text"], said.get("counterpart", "")[:120], _day(said.get("signed_on", "")))


def _words(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    iso = getattr(cell, "iso", None)
    return str(iso) if iso else f"{cell:g}" if isinstance(cell, (int, float)) else ""


def _day(text: str) -> date | None:
    hit = DAY.search(text)
    if not hit:
        return None
    try:
        return date(int(hit[1]), int(hit[2]), int(hit[3] or 1))
    except ValueError:
        return None


def _joined(papers: Sequence[Paper]) -> Paper:
    first = papers[0]
    day = next((one.signed_on for one in papers if one.signed_on), None)
    return Paper(first.title, "\n\n".join(one.text for one in papers), first.counterpart, day)
