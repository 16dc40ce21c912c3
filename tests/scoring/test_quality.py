"""Floors under the measured quality of the fit rules, and under their speed."""

from __future__ import annotations

import pytest

from tests.scoring import measure

FLOORS = {
    "dev, all": (0.95, 0.98, 0.95, 0.97, 0.95),
    "dev, held out": (0.90, 0.96, 0.90, 0.95, 0.92),
    "own": (0.98, 0.99, 0.97, 0.99, 0.95),
    "news": (0.93, 0.99, 0.93, 0.99, 0.94),
    "news2": (0.97, 0.99, 0.97, 0.99, 0.96),
    "news3": (0.95, 0.99, 0.99, 0.99, 0.98),
    "fresh": (0.95, 0.99, 0.96, 0.98, 0.91),
    "news4": (0.95, 0.99, 0.95, 0.99, 0.97),
    "news5": (0.95, 0.99, 0.93, 0.99, 0.94),
    "mixed1": (0.96, 0.99, 0.98, 0.99, 0.93),
    "mixed2": (0.92, 0.99, 0.92, 0.99, 0.93),
    "mixed3": (0.94, 0.99, 0.92, 0.99, 0.91),
    "news6": (0.93, 0.99, 0.94, 0.99, 0.90),
    "news7": (0.95, 0.99, 0.96, 0.99, 0.90),
    "news8": (0.99, 0.99, 0.97, 0.99, 0.97),
    "news9": (0.93, 0.99, 0.94, 0.99, 0.86),
    "outer1": (0.95, 0.99, 0.94, 0.99, 0.92),
    "outer2": (0.95, 0.99, 0.95, 0.99, 0.90),
    "outer3": (0.96, 0.98, 0.95, 0.98, 0.95),
    "outer5": (0.94, 0.99, 0.95, 0.99, 0.89),
    "outer4": (0.99, 0.99, 0.98, 0.99, 0.94),
    "outer6": (0.96, 0.99, 0.94, 0.99, 0.91),
    "outer7": (0.94, 0.98, 0.93, 0.97, 0.91),
    "outer8": (0.90, 0.99, 0.92, 0.98, 0.89),
    "outer9": (0.94, 0.99, 0.90, 0.99, 0.88),
    "outer10": (0.94, 0.99, 0.90, 0.98, 0.93),
    "outer11": (0.92, 0.98, 0.91, 0.99, 0.93),
    "own2": (0.91, 0.98, 0.90, 0.98, 0.91),
    "news10": (0.95, 0.98, 0.95, 0.99, 0.90),
    "news11": (0.97, 0.99, 0.95, 0.99, 0.96),
    "news12": (0.99, 0.99, 0.99, 0.99, 0.89),
    "news13": (0.93, 0.98, 0.93, 0.99, 0.91),
    "news14": (0.95, 0.99, 0.99, 0.99, 0.96),
    "classes": (0.98, 0.99, 0.98, 0.98, 0.98),
}


@pytest.mark.parametrize("corpus", FLOORS)
def test_quality_does_not_fall(corpus: str) -> None:
    figures = measure.measure(measure.corpora()[corpus])
    names = ("themes", "themes_lenient", "clusters", "clusters_lenient", "park")
    for name, floor in zip(names, FLOORS[corpus], strict=True):
        assert figures[name] >= floor, (corpus, name, figures)


def test_every_corpus_has_a_floor() -> None:
    assert set(FLOORS) == {name for name in measure.corpora() if not name.startswith("dev, read")}
    assert len(measure.load("own")) >= 200


def test_the_documents_figures_are_the_measured_ones() -> None:
    document = (measure.DATA.parents[2] / "docs" / "assessment.md").read_text(encoding="utf-8")
    missing = [row for row in measure.markdown() if row not in document]
    assert missing == [], "bring docs/assessment.md up to date: python3 -m tests.scoring.measure --markdown"


def test_the_table_of_figures_prints(capsys: pytest.CaptureFixture[str]) -> None:
    measure.main(["--misses"])
    printed = capsys.readouterr().out
    assert "dev, held out" in printed
    assert "got" in printed
