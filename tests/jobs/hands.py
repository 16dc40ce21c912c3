"""Worker processes that tests start and kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a worker process that runs the code, and wait until it says that it takes up work."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    hands = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert hands.stdout is not None
    assert hands.stdout.readline() == "ready\n"
    return hands
