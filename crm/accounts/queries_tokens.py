"""Questions about tokens: a person's, everybody's, and the one that a request brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.accounts.models_tokens import ApiToken

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class TokenRow:
    """One token as lists show it; the token itself is known to nobody any more."""

    id: int
    person_id: int
    person_name: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_on: date
    last_used_at: datetime | None
    last_address: str
    revoked_at: datetime | None
    used: int
    """Requests within the present minute."""

    def living(self, today: date) -> bool:
        """Tell whether the token still opens the door."""
        return self.revoked_at is None and today <= self.expires_on


def _rows(query: Any) -> list[TokenRow]:
    return [
        TokenRow(
            row["id"], row["person"], row["person_name"], row["name"], row["hint"], tuple(row["scopes"].split()),
            row["created_at"], row["expires_on"], row["last_used_at"], row["last_address"], row["revoked_at"],
            row["window_count"],
        )
        for row in query.dicts()
    ]  # fmt: skip


def _base() -> Any:
    joined = ApiToken.select(ApiToken, Person.name.alias("person_name")).join(Person)
    return joined.order_by(ApiToken.id.desc())


def tokens(*, person_id: int | None = None) -> list[TokenRow]:
    """Return a person's tokens, or everybody's, the newest first."""
    query = _base()
    return _rows(query if person_id is None else query.where(ApiToken.person == person_id))


def token_by_hash(token_hash: str) -> TokenRow | None:
    """Return the token of a hash."""
    found = _rows(_base().where(ApiToken.token_hash == token_hash))
    return found[0] if found else None


def living_tokens(person_id: int, today: date) -> int:
    """Return how many of a person's tokens still open the door."""
    living = ApiToken.revoked_at.is_null() & (ApiToken.expires_on >= today)
    return int(ApiToken.select().where((ApiToken.person == person_id) & living).count())
