"""How many leads the fit rules assess a second on one core: `python -m bench.fit`."""

from __future__ import annotations

import time

from crm.scoring.rules_fit import assess
from tests.scoring import measure

ROUNDS = 10


def main() -> None:
    """Assess the labelled projects several times over and print leads per second of processor time."""
    projects = measure.load("dev")
    assess(projects[0].text)
    begun = time.process_time()
    for project in projects * ROUNDS:
        assess(project.text)
    print(f"{len(projects) * ROUNDS / (time.process_time() - begun):.0f} leads a second")


if __name__ == "__main__":
    main()
