"""Who may do what: the permission matrix as a pure question, and what a password must be."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, refuse, say
from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor

SCOPES = ("none", "own", "credited", "unit", "all")
"""From narrow to wide; with several roles the widest counts."""
INNER_ROLES = frozenset({"cli", "system"})
PASSWORD_LENGTH = (10, 128)
LOCK_AFTER = 8
LOCK_MINUTES = 15


@lru_cache
def matrix() -> Rulebook:
    """Load the permission matrix and refuse a broken one."""
    book = beside(__file__, "permissions.toml")
    check_matrix(book)
    return book


def check_matrix(book: Rulebook) -> None:
    """Refuse a matrix that names an unknown role or scope."""
    roles = set(book.tables["roles"]) | INNER_ROLES
    for permission in book.tables.get("after_posting", ()):
        if permission not in book.tables["permissions"]:
            message = f"{book.name}: after_posting: {permission}"
            raise BrokenRules(message)
    for permission, grants in book.tables["permissions"].items():
        for role, scope in grants.items():
            if role not in roles or scope not in SCOPES:
                message = f"{book.name}: {permission}: {role} = {scope}"
                raise BrokenRules(message)


def roles() -> Mapping[str, str]:
    """Return the roles people can hold with their English names (message ids)."""
    names: Mapping[str, str] = matrix().tables["roles"]
    return names


def scope(actor: Actor, permission: str) -> str:
    """Return how far the actor's permission reaches: none, own, credited, unit or all."""
    grants = matrix().tables["permissions"][permission]
    reach = [grants[role] for role in actor.roles if role in grants and _in_time(role, actor, permission)]
    return max(reach, key=SCOPES.index, default="none")


def _in_time(role: str, actor: Actor, permission: str) -> bool:
    # A cadre's access follows the posting; what concerns only the own account or the own evaluation stays.
    return role != "cadre" or actor.posted or permission in matrix().tables.get("after_posting", ())


def may(actor: Actor, permission: str) -> bool:
    """Tell whether the actor holds a permission at all (for whatever scope)."""
    if permission == "self":
        return bool(actor.roles)
    return scope(actor, permission) != "none"


def require(actor: Actor, permission: str) -> None:
    """Refuse (403) when the actor does not hold a permission."""
    if not may(actor, permission):
        raise refuse(
            "permission.missing", say("Your role may not do this. Ask an administrator if it should."), status=403
        )


def password_findings(password: str, login: str) -> list[Finding]:
    """Return what is wrong with a new password (length, sameness with the login name)."""
    low, high = PASSWORD_LENGTH
    findings = []
    if not low <= len(password) <= high:
        findings.append(
            Finding(
                "password.length", say("A password has %(low)s to %(high)s characters.", low=low, high=high), "password"
            )
        )
    if login and login.lower() in password.lower():
        findings.append(Finding("password.login", say("The password must not contain the user name."), "password"))
    if password and len(set(password)) < 5:  # noqa: PLR2004 - fewer kinds of characters are guessed at once
        findings.append(Finding("password.simple", say("The password repeats too few characters."), "password"))
    return findings
