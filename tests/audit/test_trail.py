"""The trail: sealed, paged by key, read by auditors only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.accounts.operations import add_unit
from crm.audit.models import AuditEntry, AuditHead
from crm.audit.queries import broken_links, trail
from crm.audit.rules import GENESIS, seal
from crm.core.actor import SYSTEM, Actor
from crm.core.clock import now
from crm.core.errors import Refusal
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.cast import Cast


def test_a_seal_depends_on_every_value_and_on_the_entry_before() -> None:
    entry: dict[str, object] = {
        "at": "2026-01-01", "actor_id": 1, "actor_name": "甲", "door": "page", "action": "lead.edit", "outcome": "done",
        "thing_kind": "lead", "thing_id": 1, "thing_label": "x", "changes": "[]", "findings": "[]",
    }  # fmt: skip
    first = seal(GENESIS, entry)
    assert len(first) == 64
    assert all(seal(GENESIS, {**entry, key: "changed"}) != first for key in entry)
    assert seal(first, entry) != first


def test_the_chain_is_whole_and_a_forged_head_is_noticed(cast: Cast) -> None:
    assert AuditEntry.select().count() > 5
    assert broken_links() == []
    AuditHead.update(last_hash="f" * 64).execute()
    assert broken_links()


def test_a_refused_attempt_leaves_exactly_one_entry_and_no_unit(cast: Cast) -> None:
    before = AuditEntry.select().count()
    with pytest.raises(Refusal):
        add_unit("tzcj", "投资促进一科", "investment", by=SYSTEM, at=now())
    with pytest.raises(Refusal):
        add_unit("new", "新单位", "other", by=Actor(cast.people["officer"], "某人", frozenset({"officer"})), at=now())
    entries = list(AuditEntry.select().order_by(AuditEntry.id.desc()).limit(2))
    assert AuditEntry.select().count() == before + 2
    assert {entry.outcome for entry in entries} == {"refused"}
    assert broken_links() == []


def test_the_trail_is_paged_by_key_without_gaps(cast: Cast) -> None:
    everything = [row.id for row in trail(size=1000).rows]
    seen: list[int] = []
    cursor = None
    while True:
        page = trail(size=3, cursor=cursor)
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == everything == sorted(everything, reverse=True)


def test_the_page_filters_and_shows_old_and_new(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "auditor")
    text = client.get("/trail?action=unit.add").text
    assert "投资促进一科" in text
    assert "双流区" not in text
    assert client.get("/trail?action=unit.add&outcome=refused").status_code == 200
    assert client.get("/trail?after=nonsense").status_code == 200


@pytest.mark.parametrize("role", ["admin", "manager", "officer"])
def test_nobody_but_the_auditor_reads_it(role: str, client: FlaskClient, cast: Cast) -> None:
    sign_in(client, role)
    assert client.get("/trail").status_code == 403
