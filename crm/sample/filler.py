"""Makes an empty database the sample bureau: every story happens through the real operations, on its own past day.

Everything is one transaction: an empty house stays empty when something goes wrong half-way.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.accounts.queries import anybody
from crm.accounts.rules import roles
from crm.core.db import transaction
from crm.core.errors import refuse, say
from crm.core.words import render
from crm.profile.queries import bureau
from crm.sample.filler_books import take_away
from crm.sample.filler_calendar import Calendar
from crm.sample.filler_chain import show_chains
from crm.sample.filler_credit import evaluate
from crm.sample.filler_leads import Telling, tell
from crm.sample.filler_people import found, settle
from crm.sample.filler_support import show_support
from crm.sample.stories import story

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from crm.sample.stories_shapes import Story

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without signs that are mistaken for others when they are typed from a print."""
GROUPS = 4
GROUP_LENGTH = 4
WHAT = {
    "officer": say("Enter and follow projects of the own unit, prove and move them"),
    "cadre": say("Report projects during the posting, see the own ones"),
    "manager": say("See everything, recognise landed projects, approve withdrawals, export"),
    "liaison": say("Read and export for the leaders"),
    "verifier": say("Check the evidence of other units' projects"),
    "reviewer": say("Review support items of all units"),
    "organiser": say("Keep postings, divide credit, export the evaluation"),
    "auditor": say("Read everything, the trail too; change nothing"),
    "admin": say("Keep accounts and settings; leave the sample bureau"),
}


@dataclass(frozen=True)
class Credential:
    """One account that is shown once, so that somebody can look around in this role."""

    role: str
    role_label: str
    name: str
    username: str
    password: str
    what: str = ""


def fill(*, at: datetime, progress: Callable[[int, int], None] | None = None) -> list[Credential]:
    """Fill the current empty database and return one login per role; a database in use is refused."""
    if anybody() or bureau() is not None:
        text = say("The data folder is in use; sample data only goes into an empty one.")
        raise refuse("sample.used", text, status=409)
    told = story()
    calendar = Calendar(at)
    passwords = {person.login: new_password() for person in told.people}
    with transaction():
        found(told, calendar)
        cast = settle(told, calendar, passwords)
        tell(Telling(told, cast, calendar), progress)
        show_chains(cast, calendar)
        show_support(cast, calendar)
        evaluate(told, cast, calendar)
        take_away(told, cast, calendar)
    return _shown(told, passwords)


def new_password() -> str:
    """Return a random password that is easy to type: four groups of four signs, about 79 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def _shown(told: Story, passwords: dict[str, str]) -> list[Credential]:
    by_role = {role: person for person in told.people if person.show for role in person.roles}
    return [
        Credential(
            role, render(say(label)), by_role[role].name, by_role[role].login, passwords[by_role[role].login],
            render(WHAT[role]) if role in WHAT else "",
        )
        for role, label in roles().items()
        if role in by_role
    ]  # fmt: skip
