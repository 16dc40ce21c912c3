"""What is done to tokens: make one (shown once), use it, revoke it; a closed account's tokens end with it."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from peewee import Case

from crm.accounts.models_tokens import ApiToken
from crm.accounts.queries_tokens import TokenRow, living_tokens, token_by_hash
from crm.accounts.rules import may, require
from crm.accounts.rules_tokens import PREFIX, token_findings
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Refusal, refuse, say

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from crm.core.actor import Actor

HINT = 4


def _digest(token: str) -> str:
    # A token has 256 bits of chance: nothing to stretch, and a request must not wait for argon2.
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(name: str, scopes: Collection[str], expires_on: date, *, by: Actor, at: datetime) -> tuple[int, str]:
    """Make a token for one's own account; returns its id and the token, which nobody can see again."""
    with deed("token.make", by=by, at=at, kind="token", label=name) as doing:
        require(by, "self")
        if by.person_id is None or by.door != "page":
            raise refuse("token.person", say("Only a person who signed in makes a token."), status=403)
        today = shanghai_date(at)
        findings = token_findings(scopes, expires_on, today=today, living=living_tokens(by.person_id, today))
        if findings:
            raise Refusal(findings)
        token = PREFIX + secrets.token_urlsafe(32)
        kept = " ".join(sorted(scopes))
        row = ApiToken.create(
            person=by.person_id, name=name, token_hash=_digest(token), hint=token[-HINT:], scopes=kept, created_at=at,
            expires_on=expires_on,
        )  # fmt: skip
        doing.on("token", row.id, name)
        doing.change("scopes", None, kept)
        doing.change("ends_on", None, expires_on)
        return int(row.id), token


def revoke_token(token_id: int, *, by: Actor, at: datetime) -> None:
    """End a token at once: one's own, or anybody's as administrator."""
    with deed("token.revoke", by=by, at=at, kind="token", thing_id=token_id) as doing:
        require(by, "self")
        row = ApiToken.get_or_none(ApiToken.id == token_id)
        if row is None or (row.person_id != by.person_id and not may(by, "account.manage")):
            raise refuse("token.unknown", say("There is no such token."), status=404)
        doing.on("token", token_id, row.name)
        standing = (ApiToken.id == token_id) & ApiToken.revoked_at.is_null()
        if not ApiToken.update(revoked_at=at, revoked_by=by.person_id).where(standing).execute():
            doing.silent = True
            return
        doing.change("active", old=True, new=False)


def end_tokens(person_id: int, *, by: Actor, at: datetime) -> None:
    """End every token of a person (a closed account, a password set by an administrator)."""
    standing = (ApiToken.person == person_id) & ApiToken.revoked_at.is_null()
    ApiToken.update(revoked_at=at, revoked_by=by.person_id).where(standing).execute()


def use_token(token: str, *, address: str, at: datetime) -> TokenRow | None:
    """Return the living token that a request brings and count the request in its minute; None for any other."""
    row = token_by_hash(_digest(token)) if token.startswith(PREFIX) else None
    if row is None or not row.living(shanghai_date(at)):
        return None
    minute = at.replace(second=0, microsecond=0)
    count = Case(None, [(ApiToken.window_at == minute, ApiToken.window_count + 1)], 1)
    ApiToken.update(window_count=count, window_at=minute, last_used_at=at, last_address=address[:64]).where(
        ApiToken.id == row.id
    ).execute()
    return token_by_hash(_digest(token))
