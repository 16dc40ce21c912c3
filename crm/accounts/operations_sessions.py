"""Server-side sessions: the browser keeps a random token, the database its hash and the payload."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from crm.accounts.models import SetupCode, SignIn
from crm.accounts.queries import SignInRow, setup_code, sign_in
from crm.core.db import database
from crm.core.errors import refuse, say

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
TOUCH = timedelta(minutes=2)
"""`seen_at` moves at most this often, so that reading a page does not write."""
SETUP_TRIES = 10


def digest(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a token nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def find(token: str, at: datetime) -> SignInRow | None:
    """Return the living session of a token; an idle or old one is ended."""
    row = sign_in(digest(token))
    if row is None:
        return None
    if at - row.seen_at > IDLE or at - row.created_at > LONGEST:
        end(token)
        return None
    return row


def save(token: str, payload: dict[str, Any], *, at: datetime, address: str, agent: str) -> None:
    """Store a session's payload under its token."""
    person_id = payload.get("_user_id")
    values = {
        "payload": json.dumps(payload, ensure_ascii=False),
        "person": int(person_id) if person_id else None,
        "seen_at": at,
    }
    with database.atomic():
        if not SignIn.update(**values).where(SignIn.token_hash == digest(token)).execute():
            SignIn.insert(
                token_hash=digest(token), created_at=at, address=address[:64], agent=agent[:255], **values
            ).execute()


def end(token: str) -> None:
    """End one session."""
    with database.atomic():
        SignIn.delete().where(SignIn.token_hash == digest(token)).execute()


def end_one(sign_in_id: int, person_id: int) -> None:
    """End one of a person's own sessions."""
    with database.atomic():
        SignIn.delete().where((SignIn.id == sign_in_id) & (SignIn.person == person_id)).execute()


def sweep(at: datetime) -> int:
    """Delete sessions that are over; returns how many."""
    with database.atomic():
        dead = (SignIn.seen_at < at - IDLE) | (SignIn.created_at < at - LONGEST)
        return int(SignIn.delete().where(dead).execute())


def new_setup_code(at: datetime) -> str:
    """Make the one-time code that opens the first-run set-up, and keep its hash."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    code = "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))
    with database.atomic():
        SetupCode.delete().execute()
        SetupCode.insert(id=1, code_hash=digest(code), made_at=at).execute()
    return code


def check_setup_code(code: str) -> None:
    """Refuse a wrong set-up code; after ten mistakes only a restart makes a new one."""
    kept = setup_code()
    normal = "".join(code.upper().split())
    if kept is None or kept[1] >= SETUP_TRIES:
        raise refuse(
            "setup.code_spent", say("This code is no longer valid. Start the program again to get a new one."), "code"
        )
    if not secrets.compare_digest(kept[0], digest(normal)):
        with database.atomic():
            SetupCode.update(failures=SetupCode.failures + 1).execute()
        raise refuse(
            "setup.code_wrong",
            say("The code is wrong. It stands in the terminal where the program was started."),
            "code",
        )


def spend_setup_code() -> None:
    """Forget the set-up code once it was used."""
    SetupCode.delete().execute()
