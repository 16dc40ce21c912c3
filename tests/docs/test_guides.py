"""What the README and the guides name is there: images, files, commands, words of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm.cli import COMMANDS
from crm.core.words import catalogue

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
TEXTS = [ROOT / "README.md", *GUIDES]
OUTSIDE = {"test", "check", "lock", "wheels"}
"""Words that run.py answers itself."""


def test_there_is_a_guide_for_each_kind_of_work() -> None:
    wanted = {"officer", "cadre", "verifier", "manager", "organiser", "admin", "services", "statistics", "reviewer"}
    assert {path.stem for path in GUIDES} == wanted


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_command_is_one(path: Path) -> None:
    words = re.findall(r"python3 run\.py ([a-z]+)", path.read_text(encoding="utf-8"))
    assert [word for word in words if word not in COMMANDS and word not in OUTSIDE] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_quoted_labels_are_words_of_the_pages(path: Path) -> None:
    known = set(catalogue("zh_CN")._catalog.values())
    quoted = re.findall(r"「([^」]+)」", path.read_text(encoding="utf-8"))
    assert [label for label in quoted if label not in known] == []


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "crm").glob("*/__init__.py")}
    assert [room for room in sorted(rooms) if f"`{room}`" not in text] == []
