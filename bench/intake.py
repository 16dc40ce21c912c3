"""How dear reading a long ledger is: `python -m bench.intake 100000`, against a bare openpyxl pass of the same file.

Both passes run in a process of their own, in turns; CPU counts the process and its confined child. Memory is the
highest resident size of the product's process over the same process before it read anything.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import Workbook, load_workbook

from crm.intake.reader import read_file
from crm.intake.rules_reading import read_ledger

HEAD = [
    "序号",
    "项目名称",
    "投资方",
    "建设内容",
    "总投资（万元）",
    "协议资金（万元）",
    "用地（亩）",
    "来源",
    "责任单位",
    "联系人",
    "联系电话",
    "签约时间",
    "进展阶段",
    "备注",
]
ROUNDS = 3
KIB = 1024


def ledger(path: Path, rows: int) -> None:
    """Write a ledger of so many invented projects."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(["全市招商项目台账"])
    sheet.append(HEAD)
    for n in range(1, rows + 1):
        stage = ("在谈", "签约", "开工", "投产")[n % 4]
        sheet.append(
            [
                n,
                f"{chr(0x4E00 + n % 7000)}{chr(0x5000 + n // 7 % 5000)}{n}号项目",
                f"第{n % 9000}甲乙有限公司",
                f"年产{n}吨产品的生产线及仓储设施",
                n % 9000 + 500,
                n % 8000 + 400,
                n % 300 + 1,
                "成凉合作",
                "市经合局",
                "李工",
                f"138{n % 10**8:08d}",
                f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
                stage,
                None,
            ]
        )
    book.save(path)


def _cpu() -> float:
    mine, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + child.ru_utime + child.ru_stime


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB


def bare(path: Path) -> dict[str, float]:
    """Walk through the file with openpyxl alone."""
    before = _cpu()
    sheet = load_workbook(path, read_only=True).worksheets[0]
    rows = sum(1 for _ in sheet.iter_rows(values_only=True))
    return {"cpu": _cpu() - before, "rows": rows}


def whole(path: Path) -> dict[str, float]:
    """Read and judge the file as an import does, duplicates within it included."""
    idle, before = _peak(), _cpu()
    reading = read_ledger(read_file(path), file=path.name)
    counts = reading.counts()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB
    return {
        "cpu": _cpu() - before,
        "rows": counts["read"],
        "memory": _peak() - idle,
        "child": child,
        "refused": counts["refused"],
    }


def _apart(what: str, path: Path) -> dict[str, float]:
    line = [sys.executable, "-m", "bench.intake", what, str(path)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(rows: int) -> None:
    """Measure both in turns and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        ledger(path, rows)
        pairs = [(_apart("bare", path), _apart("whole", path)) for _ in range(ROUNDS)]
    ratio = statistics.median(ours["cpu"] / theirs["cpu"] for theirs, ours in pairs)
    ours = pairs[-1][1]
    print(
        f"{rows} rows: {ratio:.2f} x openpyxl read_only (aim 1.5); +{ours['memory']:.0f} MiB over idle (aim 300), "
        f"confined child at most {ours['child']:.0f} MiB; {ours['rows']:.0f} read, {ours['refused']:.0f} refused"
    )


if __name__ == "__main__":
    if sys.argv[1] in ("bare", "whole"):
        print(json.dumps({"bare": bare, "whole": whole}[sys.argv[1]](Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]))
