"""Which units and officers somebody may choose for a lead, the same at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.accounts.rules import scope

if TYPE_CHECKING:
    from crm.core.actor import Actor


def offered_to(form: Any, by: Actor) -> Any:
    """Offer the units and officers that an actor may choose, and those that stand already."""
    wide = scope(by, "lead.create") == "all" or scope(by, "lead.edit") == "all"
    all_units = units()
    offered = (
        all_units
        if wide or by.unit_id is None or scope(by, "lead.create") == "own"
        else [unit for unit in all_units if unit.id == by.unit_id]
    )
    kept = {str(form.unit_id.data or ""), *(str(unit.id) for unit in offered)}
    staff = [person for person in people(active_only=True) if "officer" in person.roles]
    kept_owner = str(form.owner_id.data or "")
    form.offer(
        [(unit.id, unit.name) for unit in all_units if str(unit.id) in kept],
        [
            (person.id, f"{person.name} · {person.unit_name}")
            for person in staff
            if wide or person.unit_id == by.unit_id or str(person.id) == kept_owner
        ],
    )
    return form
