"""Fixtures of the tests of long work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.jobs import operations_results, registry
from tests.jobs.example import HANDLERS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def example_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the example's kinds known and the only ones, with nobody's rights asked."""
    monkeypatch.setattr(registry, "_registry", registry._Registry())
    monkeypatch.setattr(operations_results, "_folder", [tmp_path / "exports"])
    registry.register(HANDLERS)
