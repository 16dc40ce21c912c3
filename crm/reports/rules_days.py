"""Which day a page of the reports asks for; the reading itself is shared with the rooms below."""

from __future__ import annotations

from crm.core.days import EARLIEST, read_day, read_days

__all__ = ["EARLIEST", "read_day", "read_days"]
