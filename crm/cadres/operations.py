"""What is done to postings: post, extend, end early; access follows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.models import Person
from crm.accounts.operations import end_sign_ins
from crm.accounts.operations_tokens import end_tokens
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.cadres.models import Posting, PostingChange
from crm.cadres.rules import DIRECTIONS, POST_KINDS, overlap_findings, period_findings
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


def post_cadre(
    cadre_id: int,
    *,
    host_place: str,
    host_unit: str,
    post: str,
    home_unit_id: int | None,
    starts_on: date,
    ends_on: date,
    direction: str,
    by: Actor,
    at: datetime,
    post_kind: str = "",
    home_elsewhere: str = "",
    offline: bool = False,
) -> int:
    """Post a cadre somewhere for a term; refuses overlapping postings and impossible periods."""
    with deed("posting.add", by=by, at=at, kind="posting") as doing:
        if "system" not in by.roles:
            require(by, "posting.manage")
        # The no-op update takes the row lock on PostgreSQL: two postings entered at once are judged one by one.
        Person.update(failures=Person.failures).where(Person.id == cadre_id).execute()
        cadre = Person.get_or_none(Person.id == cadre_id)
        if cadre is None:
            raise refuse("person.unknown", say("There is no such person."), "cadre_id", 404)
        findings = period_findings(starts_on, ends_on) + _kind_findings(direction, post_kind)
        findings += overlap_findings(starts_on, ends_on, _others(cadre_id))
        if findings:
            raise Refusal(findings)
        row = Posting.create(
            cadre=cadre_id, home_unit=home_unit_id, host_place=host_place, host_unit=host_unit, post=post,
            post_kind=post_kind, home_elsewhere=home_elsewhere, offline=offline, direction=direction,
            starts_on=starts_on, ends_on=ends_on, created_at=at, created_by=by.person_id,
        )  # fmt: skip
        doing.on("posting", row.id, f"{cadre.name} → {host_place}")
        for key, value in (("host_place", host_place), ("starts_on", starts_on), ("ends_on", ends_on)):
            doing.change(key, None, value)
        return int(row.id)


def _kind_findings(direction: str, post_kind: str) -> list[Finding]:
    found = []
    if direction not in DIRECTIONS:
        found.append(Finding("posting.direction", say("Choose a direction of the exchange."), "direction"))
    if post_kind and post_kind not in POST_KINDS:
        found.append(Finding("posting.post_kind", say("Choose a kind of post."), "post_kind"))
    return found


def _others(cadre_id: int, but: int | None = None) -> list[tuple[date, date]]:
    query = Posting.select(Posting.id, Posting.starts_on, Posting.ends_on).where(Posting.cadre == cadre_id)
    return [(row.starts_on, row.ends_on) for row in query if row.id != but]


def change_end(posting_id: int, new_end: date, reason: str, *, by: Actor, at: datetime) -> None:
    """Extend a posting or end it early; the old end stays on record, sessions end when the posting is over."""
    with deed("posting.change_end", by=by, at=at, kind="posting", thing_id=posting_id) as doing:
        if "system" not in by.roles:
            require(by, "posting.manage")
        row = Posting.get_or_none(Posting.id == posting_id)
        if row is None:
            raise refuse("posting.unknown", say("There is no such posting."), status=404)
        findings = period_findings(row.starts_on, new_end)
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        findings += overlap_findings(row.starts_on, new_end, _others(row.cadre_id, but=row.id))
        if findings:
            raise Refusal(findings)
        doing.change("ends_on", row.ends_on, new_end)
        PostingChange.create(
            posting=posting_id,
            kind="extension" if new_end > row.ends_on else "early_return",
            old_end=row.ends_on,
            new_end=new_end,
            reason=reason.strip(),
            by=by.person_id,
            at=at,
        )
        Posting.update(ends_on=new_end, closed_at=None).where(Posting.id == posting_id).execute()
        if new_end < shanghai_date(at):
            _end_access(posting_id, row.cadre_id, by=by, at=at)


def set_reach(posting_id: int, *, offline: bool, reason: str, by: Actor, at: datetime) -> None:
    """Say whether the host place reaches this network; only where it does not may an officer enter reports."""
    with deed("posting.reach", by=by, at=at, kind="posting", thing_id=posting_id) as doing:
        require(by, "posting.manage")
        row = Posting.get_or_none(Posting.id == posting_id)
        if row is None:
            raise refuse("posting.unknown", say("There is no such posting."), status=404)
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("offline", row.offline, offline)
        doing.change("reason", None, reason.strip())
        Posting.update(offline=offline).where(Posting.id == posting_id).execute()


def close_ended(*, by: Actor, at: datetime) -> int:
    """End the sessions and tokens of everybody whose posting is over; returns how many postings were closed now.

    Their rights ended with the posting's last day already; this takes the keys away too. Asked again it does nothing.
    """
    over = Posting.select(Posting.id, Posting.cadre).where(
        (Posting.ends_on < shanghai_date(at)) & Posting.closed_at.is_null()
    )
    closed = 0
    for posting_id, cadre_id in list(over.order_by(Posting.id).tuples()):
        with deed("posting.close", by=by, at=at, kind="posting", thing_id=posting_id) as doing:
            require(by, "posting.close")
            doing.silent = not _end_access(posting_id, cadre_id, by=by, at=at)
            closed += not doing.silent
    return closed


def _end_access(posting_id: int, cadre_id: int, *, by: Actor, at: datetime) -> bool:
    """Take sessions and tokens away, unless another posting of the cadre runs; False when it was done before."""
    mine = (Posting.id == posting_id) & Posting.closed_at.is_null()
    if not Posting.update(closed_at=at).where(mine).execute():
        return False
    day = shanghai_date(at)
    running = (Posting.cadre == cadre_id) & (Posting.starts_on <= day) & (Posting.ends_on >= day)
    if not Posting.select().where(running).exists():
        end_sign_ins(cadre_id)
        end_tokens(cadre_id, by=by, at=at)
    return True
