"""How much of a file is read at all, and the one way in which reading gives up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may cost; beyond it is refused with one sentence."""

    file_bytes: int = 60_000_000
    unpacked_bytes: int = 600_000_000
    parts: int = 5_000
    rows: int = 200_000
    columns: int = 400
    cells: int = 10_000_000
    cell_characters: int = 100_000
    merges: int = 200_000
    sheets: int = 200
    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 120
    wall_seconds: float = 180.0


class UnreadableError(Exception):
    """A file that is not read: the code of the reason and what its sentence names."""

    def __init__(self, code: str, **params: object) -> None:
        """Keep code and parameters."""
        super().__init__(code)
        self.code = code
        self.params = params
