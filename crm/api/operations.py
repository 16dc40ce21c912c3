"""Doing a call once: its key, its deed and its answer are kept in one transaction, or none of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crm.api.models import ApiAnswer
from crm.api.rules import limit
from crm.core.db import database
from crm.core.errors import refuse, say

if TYPE_CHECKING:
    from collections.abc import Callable

FAULT = 500


@dataclass(frozen=True)
class Answer:
    """What a call is answered with: something that JSON holds, its status, and headers."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return what a call under a key is compared by."""
    total = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def once(token_id: int, key: str, request_hash: str, act: Callable[[], Answer], *, at: datetime) -> Answer:
    """Do a call under its key; sent again it gets the first answer, with another body it is refused.

    `act` turns refusals into answers itself, so that they are kept as well and their entry in the trail stands.
    """
    with database.atomic():
        ApiAnswer.delete().where(ApiAnswer.created_at < at - timedelta(hours=limit("idempotency_hours"))).execute()
        # Of two at once the second waits here (PostgreSQL) or at the transaction's door (SQLite) for the first.
        ApiAnswer.insert(
            token_id=token_id, key=key, request_hash=request_hash, created_at=at
        ).on_conflict_ignore().execute()
        mine = (ApiAnswer.token_id == token_id) & (ApiAnswer.key == key)
        known: Any = ApiAnswer.get(mine)
        if known.request_hash != request_hash:
            text = say("This idempotency key was used for another call; take a new key for each new call.")
            raise refuse("idempotency.other", text, "Idempotency-Key", 409)
        if known.status:
            return Answer(
                json.loads(known.body), known.status, {**json.loads(known.headers), "Idempotency-Replayed": "true"}
            )
        answer = act()
        if answer.status < FAULT:
            ApiAnswer.update(
                status=answer.status, body=json.dumps(answer.body, ensure_ascii=False),
                headers=json.dumps(answer.headers, ensure_ascii=False),
            ).where(mine).execute()  # fmt: skip
        return answer
