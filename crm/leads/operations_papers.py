"""A paper that comes with a deed: looked at first, kept for it, and gone with it when the deed is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from crm.audit.operations import deed
from crm.core.errors import Refusal
from crm.files.operations import store_evidence, withdraw
from crm.files.rules import evidence_findings
from crm.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from crm.core.actor import Actor

Done = TypeVar("Done")


def with_paper(act: Callable[[int], Done], sent: tuple[str, bytes], *, action: str, lead_id: int, by: Actor,
               at: datetime) -> Done:  # fmt: skip
    """Keep a file (name, bytes) for a deed and do it; refused, it leaves one entry and neither a row nor bytes.

    The bytes are kept before the deed's transaction opens: a virus scanner may take its time.
    """
    name, data = sent
    wrong = evidence_findings(data)
    if wrong:
        with deed(action, by=by, at=at, kind="lead", thing_id=lead_id) as doing:
            row: Any = Lead.get_or_none(Lead.id == lead_id)
            doing.on("lead", lead_id, f"{row.number} {row.name}" if row else "")
            raise Refusal(wrong)
    file_id = store_evidence(data, name=name, by=by, at=at)
    try:
        return act(file_id)
    except Refusal:
        withdraw(file_id)
        raise
