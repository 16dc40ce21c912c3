"""The `assess` command's table: rows in, the same rows with scores, codes, park and a sentence out."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

from crm.profile.rules_industries import plain_code
from crm.scoring.rules_fit import assess
from crm.scoring.rules_lexicon import CLUSTERS, THEMES
from crm.scoring.rules_text import LIMIT, ProjectText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from crm.core.errors import Text
    from crm.scoring.rules_fit import Fit
    from crm.scoring.rules_lexicon import Lexicon

RESULTS = (
    *(f"theme_{code}" for code in THEMES),
    *(f"cluster_{code}" for code in CLUSTERS),
    "themes",
    "clusters",
    "park",
    "why",
)
PARK_NAMES = {"P1": "北工业园区", "P2": "经久工业园区", "P3": "太和工业集中区"}
NO_PARK = "无"
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "项目名称", "招商项目名称", "项目", "名称", "project name", "project", "name", "title",
    ),
    "investor": (
        "投资方", "投资方名称", "投资企业", "投资主体", "投资单位", "投资公司", "投资商", "投资人",
        "业主", "业主单位", "企业名称", "公司名称", "建设单位",
        "investor", "investors", "company", "investing company",
    ),
    "content": (
        "建设内容", "主要建设内容", "建设内容及规模", "建设规模及内容", "建设规模及主要内容",
        "主要建设内容及规模", "建设规模",
        "项目内容", "主要内容", "项目建设内容", "项目概况", "项目简介", "项目描述",
        "内容", "描述", "简介",
        "description", "content", "contents", "project description", "construction content",
        "scope", "summary",
    ),
    "products": (
        "主要产品", "产品", "产品及产能", "产品与产能", "产品方案", "产品名称", "products", "product", "main products",
    ),
    "industry_code": (
        "行业代码", "国民经济行业代码", "行业分类代码", "industry code", "gb/t 4754", "gb/t 4754-2017",
    ),
}  # fmt: skip
CHINESE = {
    "The text does not say what the project makes or does, so nothing fits.": (
        "文字没有说明项目生产什么或做什么，暂不属于任何主题和集群。"
    ),
    "“%(phrases)s” says %(trade)s, which belongs to no theme and no cluster.": (
        "“%(phrases)s”说明是%(trade)s，不属于五大主题和六大集群。"
    ),
    "“%(phrases)s” says %(trade)s, besides %(others)s: %(codes)s.": (
        "“%(phrases)s”说明以%(trade)s为主，兼有%(others)s，归入%(codes)s。"
    ),
    "“%(phrases)s” says %(trade)s: %(codes)s.": "“%(phrases)s”说明是%(trade)s，归入%(codes)s。",
}
ENCODINGS = ("utf-8-sig", "gb18030")
LOOK_FOR_HEADER = 12
TOTALS = frozenset(("合计", "总计", "小计", "共计"))
TOTAL = "合计行，未评估。"


def in_chinese(text: Text) -> str:
    """Say a verdict in Chinese; the table is read by Chinese offices whatever language the screen has."""
    return CHINESE[text.msgid] % text.params


def plain_header(header: object) -> str:
    """Fold a column's name for comparing: narrow, lower case, without units, marks and doubled blanks."""
    text = unicodedata.normalize("NFKC", str(header or "")).lower()
    text = re.sub(r"\(.*?\)|\[.*?\]|[*:_\s]+", " ", text)
    latin = re.search(r"[a-z]", text)
    return " ".join(text.split()) if latin else re.sub(r"\s+", "", text)


def find_columns(header: Sequence[object]) -> dict[str, int]:
    """Find which columns hold name, investor and content; the first name of the list that is there wins."""
    plain = [plain_header(cell) for cell in header]
    found: dict[str, int] = {}
    for field, names in HEADERS.items():
        places = [plain.index(name) for name in names if name in plain]
        if places:
            found[field] = places[0]
    return found


def carried(header: Sequence[object]) -> list[str]:
    """Name the input's columns in the output: one that has the name of a result comes out as in_NAME."""
    names: list[str] = []
    for place, cell in enumerate(header, 1):
        name = str(cell if cell is not None else "").strip() or f"column_{place}"
        while name.lower() in {result.lower() for result in RESULTS}:
            name = f"in_{name}"
        while name in names:
            name = f"{name}_{place}"
        names.append(name)
    return names


def result_cells(fit: Fit, speak: Callable[[Text], str] = in_chinese) -> list[object]:
    """Write one verdict as the cells of the result columns."""
    return [
        *(fit.scores[code] for code in (*THEMES, *CLUSTERS)),
        ";".join(fit.themes),
        ";".join(fit.clusters),
        PARK_NAMES[fit.park] if fit.park else NO_PARK,
        speak(fit.why()),
    ]


def assess_rows(
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    lexicon: Lexicon | None = None,
    speak: Callable[[Text], str] = in_chinese,
) -> tuple[list[str], list[list[object]]]:
    """Assess a table: every column is carried through, results are added; only text columns are read."""
    columns = find_columns(header)
    known = [list(row) for row in rows]
    width = max([len(header), *(len(row) for row in known)])
    names = carried([*header, *[""] * (width - len(header))])
    out: list[list[object]] = []
    for row in known:
        cells = [*row, *[""] * (width - len(row))]
        text = {field: _words(cells[place]) for field, place in columns.items()}
        if is_total(cells, text):
            out.append([*cells, *[""] * (len(RESULTS) - 1), TOTAL])
            continue
        text["industry_code"] = plain_code(text.get("industry_code", "")) or ""
        out.append([*cells, *result_cells(assess(_project(text), lexicon), speak)])
    return [*names, *RESULTS], out


def _project(text: Mapping[str, str]) -> ProjectText:
    """Make what may be read of one row; a column that is not there reads as empty."""
    return ProjectText(
        text.get("name", ""), text.get("content", ""), text.get("products", ""), text.get("investor", ""),
        text["industry_code"],
    )  # fmt: skip


def is_total(row: Sequence[object], text: Mapping[str, str]) -> bool:
    """Tell a ledger's line of totals: it describes nothing, and says so in the name or, without one, anywhere."""
    name = text.get("name", "")
    said = [name] if name else [_words(cell) for cell in row]
    return not text.get("content") and any(re.sub(r"\s", "", one) in TOTALS for one in said)


def doubts(header: Sequence[object], rows: Sequence[Sequence[object]]) -> list[str]:
    """Say which rows could not be read as they stand, by their number below the header, and why."""
    columns = find_columns(header)
    found = []
    for number, row in enumerate(rows, 1):
        text = {field: _words(row[place]) if place < len(row) else "" for field, place in columns.items()}
        words = "".join(text.get(field, "") for field in ("name", "content", "products"))
        code = text.get("industry_code", "")
        if is_total(row, text):
            continue
        if not words:
            found.append(f"第 {number} 行没有项目名称和建设内容，判为无。")
        elif len(words) > LIMIT:
            found.append(f"第 {number} 行超过 {LIMIT} 字，只读前 {LIMIT} 字。")
        if code and plain_code(code) is None:
            found.append(f"第 {number} 行的行业代码“{code[:20]}”不在 GB/T 4754-2017 中，未采用。")
    return found


def _words(cell: object) -> str:
    """Read one cell as text."""
    return "" if cell is None else str(cell).strip()


def header_row(rows: Sequence[Sequence[object]]) -> int:
    """Find the header below title rows: the first row that names a project's columns, else the first row."""
    for place, row in enumerate(rows[:LOOK_FOR_HEADER]):
        found = find_columns(row)
        if "content" in found or {"name", "investor"} <= found.keys():
            return place
    return 0


def decode(data: bytes) -> str:
    """Read a CSV file's bytes as text: UTF-8 (with or without mark), UTF-16 with mark, or GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def read_csv(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Read a CSV file into its header and rows; comma, semicolon or tab, blank rows left out."""
    text = decode(data).replace("\0", "")
    first = text.split("\n", 1)[0]
    comma = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    rows = [row for row in reader if any(map(str.strip, row))]
    if not rows:
        return [], []
    place = header_row(rows)
    return rows[place], rows[place + 1 :]


def write_csv(path: Path, header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8 with its mark, so that every spreadsheet program reads the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
