"""The question whose database this is."""

from __future__ import annotations

from dataclasses import dataclass

from crm.profile.models import Bureau


@dataclass(frozen=True)
class BureauRow:
    """The bureau this database belongs to."""

    name: str
    kind: str

    @property
    def sample(self) -> bool:
        """True for the sample bureau."""
        return self.kind == "sample"


def bureau() -> BureauRow | None:
    """Return the bureau, or None before the first set-up."""
    row = Bureau.get_or_none(Bureau.id == 1)
    return BureauRow(row.name, row.kind) if row else None
