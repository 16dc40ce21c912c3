"""Long work and the whole house: brings every room's handlers, people's rights of today, and the embedded worker."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from config import ROOT
from crm.accounts.queries import actor_of, people
from crm.accounts.rules import may
from crm.cadres.queries import posting_on
from crm.core.actor import SYSTEM
from crm.core.clock import today
from crm.core.db import database
from crm.core.errors import refuse, say
from crm.jobs import registry
from crm.jobs.operations_results import keep_results_in
from crm.jobs.operations_schedule import plan

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from config import Settings
    from crm.core.actor import Actor


def today_as(by: Actor) -> Actor:
    """Return a person with the rights of now; work ordered by an account that was closed since is not done."""
    if by.person_id is None:
        return by
    found = people(person_id=by.person_id, active_only=True)
    if not found:
        raise refuse("person.closed", say("The account that ordered this work is closed."), status=403)
    return actor_of(found[0], posted=posting_on(by.person_id, today()) is not None, door=by.door)


def prepare_work(settings: Settings) -> None:
    """Make every kind of work known to this process (the files jobs*.py of all rooms)."""
    keep_results_in(settings.exports)
    registry.judge_with(today_as, may)
    for module in _modules():
        registry.register(module.HANDLERS)


def plan_times(at: datetime) -> None:
    """Let every room's work that comes again by itself fall due (TIMES: code, kind, rule); twice is once."""
    with database.connection_context():
        for module in _modules():
            for code, kind, rule in getattr(module, "TIMES", ()):
                plan(code, kind, rule, by=SYSTEM, at=at)


def _modules() -> list[ModuleType]:
    paths = sorted((ROOT / "crm").glob("*/jobs.py")) + sorted((ROOT / "crm").glob("*/jobs_*.py"))
    return [importlib.import_module(f"crm.{path.parent.name}.{path.stem}") for path in paths]
