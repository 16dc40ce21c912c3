"""Beginning and emptying a house: the first run of a real bureau, the sample bureau, and leaving the sample again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from crm.accounts.operations import add_first_admin
from crm.accounts.operations_sessions import check_setup_code, new_setup_code, spend_setup_code
from crm.accounts.queries import anybody
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.actor import SYSTEM
from crm.core.errors import refuse, say
from crm.profile.operations import found_bureau
from crm.profile.queries import bureau
from crm.web.house import empty_house

if TYPE_CHECKING:
    from datetime import datetime

    from config import Settings
    from crm.core.actor import Actor


def open_bureau(code: str, *, bureau_name: str, name: str, login: str, password: str, at: datetime) -> int:
    """Open a real bureau with its first administrator and return the administrator's id."""
    _before_setup(code)
    try:
        with deed("bureau.open", by=SYSTEM, at=at, kind="bureau", thing_id=1, label=bureau_name):
            found_bureau(bureau_name, "real", by=SYSTEM, at=at)
            person_id = add_first_admin(login, name, password, by=SYSTEM, at=at)
            spend_setup_code()
    except IntegrityError as error:
        raise _closed() from error
    return person_id


def open_sample(code: str, *, at: datetime) -> list[Any]:
    """Fill the empty house with the sample bureau and return its logins (passwords are shown only now)."""
    from crm.sample.filler import fill  # noqa: PLC0415 - invented people are loaded only when asked for

    _before_setup(code)
    logins = list(fill(at=at))
    spend_setup_code()
    return logins


def _before_setup(code: str) -> None:
    if anybody():
        raise _closed()
    check_setup_code(code)


def _closed() -> Exception:
    return refuse("setup.closed", say("The set-up is closed: accounts exist."), status=409)


def leave_sample(settings: Settings, *, by: Actor) -> None:
    """Remove the sample bureau with its files and open the set-up again; a real bureau is never removed."""
    require(by, "account.manage")
    here = bureau()
    if here is None or not here.sample:
        raise refuse("sample.real", say("This is a real bureau; only sample data can be removed."), status=409)
    empty_house(settings)


def announce_setup(settings: Settings, *, at: datetime) -> None:
    """Print a new one-time code and where to enter it, while no account exists."""
    if anybody():
        return
    code = new_setup_code(at)
    sys.stderr.write(
        f"\n首次使用，请在浏览器打开 http://{settings.host}:{settings.port}/setup\n"
        f"Open this address in a browser to set up.\n一次性代码 One-time code: {code}\n\n"
    )
    sys.stderr.flush()
