"""How many leads the fit rules assess a second on one core: `python -m bench.fit`."""

from __future__ import annotations

import statistics
import time

from crm.scoring.rules_fit import assess
from tests.scoring import measure

ROUNDS = 15
CORPORA = ("dev", "news4", "news6", "mixed3")


def main() -> None:
    """Assess labelled projects of several corpora round after round; a shared machine is told by the spread."""
    projects = [project.text for name in CORPORA for project in measure.load(name)]
    assess(projects[0])
    speeds = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        for project in projects:
            assess(project)
        speeds.append(len(projects) / (time.process_time() - begun))
    low, middle, high = min(speeds), statistics.median(speeds), max(speeds)
    print(f"{middle:.0f} leads a second (median of {ROUNDS} rounds of {len(projects)}; {low:.0f} to {high:.0f})")


if __name__ == "__main__":
    main()
