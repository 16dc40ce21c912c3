"""Who acts, through which door: the one value that every operation gets as `by`."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Actor:
    """A signed-in person (or the command line) as rules see it: identity, roles, unit, scope and door."""

    person_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    unit_id: int | None = None
    door: str = "page"
    posted: bool = False
    """True while a seconded cadre's posting runs; a cadre's access follows it."""

    def through(self, door: str) -> Actor:
        """Return the same actor coming in by another door (import, api, cli)."""
        return replace(self, door=door)


CLI = Actor(person_id=None, name="cli", roles=frozenset({"cli"}), door="cli")
"""The audited actor of the command line: the whole bureau, but it never verifies, recognises or passes a gate."""

SYSTEM = Actor(person_id=None, name="system", roles=frozenset({"system"}), door="system")
"""The product itself (set-up, re-assessment after a new rule version)."""
