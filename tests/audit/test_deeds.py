"""Deeds on both databases: one entry each, nothing half-done, a chain that shows every tampering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from peewee import DatabaseError, IntegrityError, InternalError

from crm.core.actor import SYSTEM
from crm.core.errors import Refusal, refuse, say
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = refuse("no.way", say("No."))


@pytest.fixture
def told(db: Any) -> Callable[[], list[tuple[str, str, str]]]:
    """Give what the trail says: action, outcome, label."""
    from crm.audit.models import AuditEntry

    return lambda: [
        (row.action, row.outcome, row.thing_label) for row in AuditEntry.select().order_by(AuditEntry.id)
    ]


def unit_count() -> int:
    """Count units, the thing these deeds make."""
    from crm.accounts.models import Unit

    return int(Unit.select().count())


def make(name: str, *, fails: bool = False, **options: Any) -> None:
    """Enter a unit as a deed, and refuse it afterwards when asked."""
    from crm.audit.operations import deed

    with deed("make", by=SYSTEM, at=AT, label=name, **options):
        story.unit(name, name)
        if fails:
            raise REFUSED


def test_a_deed_done_is_one_entry(told: Any) -> None:
    make("a")
    assert told() == [("make", "done", "a")]


def test_a_refused_deed_leaves_the_tables_alone_and_one_entry(told: Any) -> None:
    with pytest.raises(Refusal):
        make("a", fails=True)
    assert unit_count() == 0
    assert told() == [("make", "refused", "a")]


def test_a_fault_leaves_nothing_at_all(told: Any) -> None:
    from crm.audit.operations import deed

    def faulty() -> None:
        with deed("make", by=SYSTEM, at=AT):
            story.unit("a", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        faulty()
    assert (unit_count(), told()) == (0, [])


def test_a_deed_within_a_deed_tells_both_and_is_refused_once(told: Any) -> None:
    from crm.audit.operations import deed

    with deed("outer", by=SYSTEM, at=AT, label="o"):
        make("a")
    assert told() == [("make", "done", "a"), ("outer", "done", "o")]
    with pytest.raises(Refusal), deed("outer", by=SYSTEM, at=AT):
        make("b")
        make("c", fails=True, kind="unit")
    assert unit_count() == 1
    assert told()[2:] == [("outer", "refused", "c")]


def test_a_deed_of_several_leaves_the_telling_to_them(told: Any) -> None:
    from crm.audit.operations import deed

    with deed("outer", by=SYSTEM, at=AT, several=True):
        make("a")
        make("b")
    assert told() == [("make", "done", "a"), ("make", "done", "b")]
    with pytest.raises(Refusal), deed("outer", by=SYSTEM, at=AT, several=True, label="o", kind="x"):
        make("c", fails=True)
    assert told()[2:] == [("outer", "refused", "o")]


def test_findings_and_changes_are_kept_by_name(db: Any) -> None:
    from crm.audit.operations import deed
    from crm.audit.queries import entries_of

    with pytest.raises(Refusal), deed("make", by=SYSTEM, at=AT, kind="x", thing_id=1) as doing:
        doing.change("same", 1, 1)
        doing.change("day", None, AT.date())
        raise REFUSED
    (entry,) = entries_of("x", 1)
    assert entry.changes == [{"name": "day", "old": None, "new": "2026-06-01"}]
    assert entry.findings[0]["code"] == "no.way"


@pytest.mark.parametrize("table", ["audit_entry", "lead_fact"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_changes(db: Any, table: str, statement: str) -> None:
    cast = story.assemble()
    story.lead(cast)
    with pytest.raises((IntegrityError, InternalError, DatabaseError), match="append-only"), db.atomic():
        db.execute_sql(statement.format(table))


def without_triggers(db: Any) -> None:
    """Take the triggers away, as somebody with the file in hand could."""
    from crm.core.db import is_sqlite

    if is_sqlite():
        for verb in ("update", "delete"):
            db.execute_sql(f"DROP TRIGGER audit_entry_no_{verb}")
    else:
        db.execute_sql("DROP TRIGGER audit_entry_no_change ON audit_entry")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_name = 'else' WHERE id = {second}",
        "UPDATE audit_entry SET changes = '[1]' WHERE id = {second}",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE id = {second}",
        "DELETE FROM audit_entry WHERE id = {second}",
        "DELETE FROM audit_entry WHERE id = {last}",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET entries = entries + 1",
    ],
)
def test_tampering_shows(db: Any, statement: str) -> None:
    from crm.audit.models import AuditEntry
    from crm.audit.queries import broken_links

    for name in "abcd":
        make(name)
    assert broken_links(batch=2) == []
    without_triggers(db)
    ids = [row.id for row in AuditEntry.select().order_by(AuditEntry.id)]
    db.execute_sql(statement.format(second=ids[1], last=ids[-1]))
    assert broken_links(batch=2)


def test_the_trail_is_paged_and_a_mangled_cursor_is_its_first_page(db: Any) -> None:
    from crm.audit.queries import trail

    for name in "abcde":
        make(name)
    found, cursor = [], None
    while True:
        page = trail(cursor=cursor, size=2)
        found += [row.thing_label for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == list("edcba")
    for mangled in ("x", "WzAsInkiXQ", "WzAsMTBd0"):
        assert trail(cursor=mangled, size=2).rows[0].thing_label == "e"
    assert [row.thing_label for row in trail(action="make", outcome="done", actor_name="system").rows] == list("edcba")
    assert trail(outcome="refused").rows == ()
