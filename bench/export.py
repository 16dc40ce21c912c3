"""How fast a large ledger is written, beside openpyxl's own streaming writer: `python3 -m bench.export [leads]`.

Both write the same sheet in the same run: 30 formatted columns, each cell with the same style. openpyxl gets its rows
ready from a list; the product reads them from the database, words, widths, row heights, summaries and charts included.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from python_calamine import CalamineWorkbook

from bench.fill import fill
from config import Settings
from crm.accounts.queries import actor_of, people
from crm.core import db
from crm.core.clock import now
from crm.core.errors import say
from crm.leads.queries_list import Ask
from crm.reports.books import columns_of
from crm.reports.books_cells import cells, needed
from crm.reports.operations_ledger import Ledger, write_ledger
from crm.reports.queries_stream import lead_blocks
from crm.reports.rules_layouts import Layout
from exports import styles
from exports.survey import SCALE

KEYS = (
    "number", "name", "investor", "investor_place", "content", "build_nature", "investment", "contracted", "paid_in",
    "paid_in_recorded", "fixed_assets", "annual_output", "annual_tax", "land", "investment_per_mu", "jobs", "park",
    "industry", "themes", "clusters", "source", "unit", "owner", "contact_phone", "stage", "stage_since", "status",
    "next_steps", "legs", "landed",
)  # fmt: skip
LAYOUT = Layout(say("Pipeline ledger"), KEYS)


def leader() -> Any:
    """Return the leader whom the fill made."""
    return actor_of(next(row for row in people() if row.login == "leader"), posted=False)


def ours(path: Path) -> None:
    """Write the ledger as the product does."""
    with path.open("wb") as out:
        write_ledger(Ledger(LAYOUT, Ask(), say("Pipeline ledger")), out, by=leader(), at=now())


def blocks() -> Any:
    """Give the very cells of the product's sheet, block by block."""
    made = cells(LAYOUT.columns[:30], phones=True, today=now().date())
    for raw in lead_blocks(Ask(), leader(), needed(made)):
        yield [one.make(*(raw[name] for name in one.needs)) for one in made]


def theirs(path: Path) -> None:
    """Write the same cells with openpyxl's streaming writer, each style made once."""
    columns = columns_of(LAYOUT.columns[:30])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    looks = []
    for column in columns:
        cell = WriteOnlyCell(sheet)
        styles.dress_body(cell, column.kind)  # type: ignore[arg-type]
        looks.append((cell._style, SCALE.get(column.kind, 1)))  # noqa: SLF001 - as a careful user of it would
    sheet.append([column.header for column in columns])
    for block in blocks():
        for row in zip(*block, strict=True):
            out = []
            for value, (style, scale) in zip(row, looks, strict=True):
                cell = WriteOnlyCell(sheet, value / scale if scale != 1 and isinstance(value, int) else value)
                cell._style = style  # noqa: SLF001 - as above
                out.append(cell)
            sheet.append(out)
    book.save(path)


def _run(way: str, url: str, path: str, said: Any) -> None:
    db.connect(url)
    with db.database.connection_context():
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun, wall = time.process_time(), time.perf_counter()
        {"ours": ours, "theirs": theirs}[way](Path(path))
        took, wall = time.process_time() - begun, time.perf_counter() - wall
        said.put((took, wall, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024))


def measured(way: str, url: str, path: Path) -> tuple[float, float, float]:
    """Write one file in a process of its own: seconds of the processor, seconds, MB above what stood before."""
    said: Queue[tuple[float, float, float]] = Queue()
    child = Process(target=_run, args=(way, url, str(path), said))
    child.start()
    found = said.get()
    child.join()
    return found


def valid(path: Path, count: int) -> dict[str, Any]:
    """Open the file with two readers and count its rows."""
    sheet = load_workbook(path, read_only=True).worksheets[0]
    sheet.reset_dimensions()
    rows = sum(1 for _ in sheet.iter_rows(values_only=True))
    other = len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False))
    return {"openpyxl_rows": rows, "calamine_rows": other, "leads": count}


def main() -> None:
    """Fill, write both ways, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), f"sqlite:///{folder}/bench.db")
        settings.make_folders()
        db.connect(settings.database_url)
        db.migrate()
        with db.database.connection_context():
            fill(count)
        db.disconnect()
        fast, slow = Path(folder) / "ours.xlsx", Path(folder) / "theirs.xlsx"
        few = measured("ours", settings.database_url, fast)
        plain = measured("theirs", settings.database_url, slow)
        again = measured("ours", settings.database_url, fast)
        best = min(few, again)
        print(json.dumps({
            "leads": count, "columns": 30,
            "ours_cpu_s": round(best[0], 2), "openpyxl_write_only_cpu_s": round(plain[0], 2),
            "ratio_cpu": round(best[0] / plain[0], 3), "ratio_wall": round(best[1] / plain[1], 3),
            "ours_mb_over_start": round(best[2], 1), "openpyxl_mb_over_start": round(plain[2], 1),
            "size_mb": round(fast.stat().st_size / 1e6, 1), **valid(fast, count),
        }))  # fmt: skip


if __name__ == "__main__":
    main()
