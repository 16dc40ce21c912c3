"""How good the fit rules are: strict and lenient shares on each labelled corpus, with every miss on request.

Run `python3 -m tests.scoring.measure` (add `--misses` to see them, `--markdown` for the table of docs/assessment.md).
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crm.scoring.assess_table import NO_PARK, PARK_NAMES
from crm.scoring.rules_fit import ProjectText, assess

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.scoring.rules_fit import Fit

DATA = Path(__file__).parents[1] / "data" / "projects"
PARTS = {0: "held out", 1: "read while writing the rules", 2: "read after the first measurement"}
FIGURES = ("themes", "themes_lenient", "clusters", "clusters_lenient", "main_theme", "park")


@dataclass(frozen=True)
class Project:
    """One labelled project: the sets that are right (the first is the label itself) and its park."""

    id: str
    text: ProjectText
    themes: tuple[frozenset[str], ...]
    clusters: tuple[frozenset[str], ...]
    main: str
    park: str


def sets(label: str, others: str) -> tuple[frozenset[str], ...]:
    """Read a label and its alternatives as sets of codes."""
    named = [label, *filter(None, (other.strip() for other in others.split(" / ")))]
    return tuple(frozenset(code for code in one.split(";") if code and code != NO_PARK) for one in named)


def part(project_id: str) -> int:
    """Return the part of a project of the given corpus: 0 was never read, only scored."""
    return int(hashlib.sha256(project_id.encode()).hexdigest(), 16) % 3


def load(name: str) -> list[Project]:
    """Read one labelled corpus."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Project(
                row["id"],
                ProjectText(row["name"], row["description"], investor=row["investor"]),
                sets(row["themes"], row["alt_themes"]),
                sets(row["clusters"], row["alt_clusters"]),
                row["themes"].split(";")[0],
                row["park"],
            )
            for row in csv.DictReader(file)
        ]


def judge(project: Project, fit: Fit) -> dict[str, bool]:
    """Compare one verdict with its label."""
    themes, clusters = frozenset(fit.themes), frozenset(fit.clusters)
    park = PARK_NAMES[fit.park] if fit.park else NO_PARK
    return {
        "themes": themes == project.themes[0],
        "themes_lenient": themes in project.themes,
        "clusters": clusters == project.clusters[0],
        "clusters_lenient": clusters in project.clusters,
        "main_theme": (fit.themes[0] if fit.themes else "") == project.main,
        "park": park == project.park,
    }


def measure(projects: Iterable[Project]) -> dict[str, float]:
    """Return the share of right verdicts of each kind."""
    counts: Counter[str] = Counter()
    known = list(projects)
    for project in known:
        counts.update(judge(project, assess(project.text)))
    return {figure: counts[figure] / len(known) for figure in FIGURES}


def corpora() -> dict[str, list[Project]]:
    """Return every corpus, the given one in its three parts."""
    dev = load("dev")
    parts = {f"dev, {PARTS[number]}": [p for p in dev if part(p.id) == number] for number in PARTS}
    rest = sorted(path.stem for path in DATA.glob("*.csv") if path.stem != "dev")
    return {"dev, all": dev, **parts, **{name: load(name) for name in rest}}


def markdown() -> list[str]:
    """Return the table of figures as docs/assessment.md shows it."""
    rows = []
    for name, projects in corpora().items():
        f = measure(projects)
        themes = f"{f['themes']:.3f} / {f['themes_lenient']:.3f}"
        clusters = f"{f['clusters']:.3f} / {f['clusters_lenient']:.3f}"
        rows.append(f"| {name} | {len(projects)} | {themes} | {clusters} | {f['park']:.3f} |")
    return rows


def misses(projects: Iterable[Project]) -> list[str]:
    """Describe every verdict that is not the label, without the held-out part's texts."""
    lines = []
    for project in projects:
        fit = assess(project.text)
        judged = judge(project, fit)
        if all(judged.values()):
            continue
        wrong = ", ".join(figure for figure in FIGURES if not judged[figure])
        got = "/".join((";".join(fit.themes), ";".join(fit.clusters), fit.park or NO_PARK))
        lines.append(f"  {project.id} {project.text.name}: {wrong}; got {got}: {fit.why()}")
    return lines


def main(arguments: list[str]) -> None:
    """Print the table, and the misses where asked."""
    if "--markdown" in arguments:
        sys.stdout.write("\n".join([*markdown(), ""]))
        return
    sys.stdout.write(f"{'corpus':42}{'rows':>6}" + "".join(f"{figure:>18}" for figure in FIGURES) + "\n")
    for name, projects in corpora().items():
        figures = measure(projects)
        row = "".join(f"{figures[figure]:18.3f}" for figure in FIGURES)
        sys.stdout.write(f"{name:42}{len(projects):6}{row}\n")
        if "--misses" in arguments and name not in {"dev, all", f"dev, {PARTS[0]}"}:
            sys.stdout.write("\n".join([*misses(projects), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
