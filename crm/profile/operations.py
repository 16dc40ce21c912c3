"""Founding the bureau of this database, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.audit.operations import deed
from crm.core.errors import refuse, say
from crm.profile.models import Bureau

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def found_bureau(name: str, kind: str, *, by: Actor, at: datetime) -> None:
    """Say whose database this is; refuses when that has been said before."""
    with deed("bureau.found", by=by, at=at, kind="bureau", thing_id=1, label=name) as doing:
        if Bureau.select().exists():
            raise refuse("bureau.exists", say("This data folder already belongs to a bureau."), status=409)
        Bureau.insert(id=1, name=name, kind=kind, created_at=at).execute()
        doing.change("kind", None, kind)
