"""A job is a row: taken up once, kept batch by batch, taken up again when its worker is gone, and ended in words."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from crm.audit.models import AuditEntry
from crm.core.actor import Actor
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.jobs import operations as jobs
from crm.jobs import operations_results as results
from crm.jobs import registry
from crm.jobs.models import Job, JobSchedule
from crm.jobs.operations_schedule import plan, tick, unplan
from crm.jobs.queries import JobRow, job, jobs_page, schedules, stuck
from crm.jobs.worker import Worker, drain

ZHANG = Actor(7, "张招商", frozenset({"officer"}), 1)
LONG_AGO = timedelta(hours=1)


def order(upto: int = 12, kind: str = "test.count", **others: Any) -> int:
    return jobs.submit(kind, {"upto": upto}, by=ZHANG, at=others.pop("at", now()), **others)


def seen(job_id: int) -> JobRow:
    found = job(job_id)
    assert found is not None
    return found


def counted(job_id: int) -> list[str]:
    query: Any = AuditEntry.select().where((AuditEntry.action == "test.count") & AuditEntry.thing_label.startswith(f"{job_id}:"))
    return sorted(row.thing_label for row in query)


def undone(job_id: int) -> int:
    return int(AuditEntry.select().where((AuditEntry.action == "test.undo") & (AuditEntry.thing_label == str(job_id))).count())


def test_work_is_done_in_batches_and_leaves_its_result(db: Any) -> None:
    job_id = order()
    assert seen(job_id).state == "queued"
    assert drain() == 1
    row = seen(job_id)
    assert (row.state, row.done, row.total, row.result) == ("done", 12, 12, {"counted": 12})
    assert len(counted(job_id)) == 12
    assert results.read(row.file_stored) == b"12"
    assert row.file_name == "数.txt"
    assert row.ended_at is not None


def test_the_same_order_twice_is_one_job(db: Any) -> None:
    assert order(order_key="k") == order(order_key="k")
    assert Job.select().count() == 1


def test_an_unknown_kind_is_refused(db: Any) -> None:
    with pytest.raises(Refusal):
        jobs.submit("no.such", {}, by=ZHANG, at=now())


def test_work_of_a_forsaken_worker_goes_on_from_its_last_batch(db: Any) -> None:
    job_id = order()
    before = now() - LONG_AGO
    Job.update(not_before=before).execute()
    first = jobs.claim("one", at=before)
    assert first is not None
    handler = registry.handler_of("test.count")
    work = registry.Work(first.id, first.arguments, first.by, before)
    jobs.keep_step(first, handler, work, handler.prepare(work))
    assert len(counted(job_id)) == 5
    assert drain() == 1
    assert counted(job_id) == sorted(f"{job_id}:{n}" for n in range(12))


def test_who_lost_the_lease_writes_nothing(db: Any) -> None:
    job_id = order()
    before = now() - LONG_AGO
    Job.update(not_before=before).execute()
    lost = jobs.claim("one", at=before)
    assert lost is not None
    assert jobs.claim("two", at=now()) is not None
    handler = registry.handler_of("test.count")
    work = registry.Work(lost.id, lost.arguments, lost.by, now())
    with pytest.raises(jobs.LeaseLost):
        jobs.keep_step(lost, handler, work, handler.prepare(work))
    assert counted(job_id) == []
    with pytest.raises(jobs.LeaseLost):
        jobs.beat(lost, at=now())
    with pytest.raises(jobs.LeaseLost):
        jobs.show(lost, 3, None, at=now())
    with pytest.raises(jobs.LeaseLost):
        jobs.cancel_asked(lost)


def test_a_beat_keeps_others_away(db: Any) -> None:
    order()
    start = now()
    mine = jobs.claim("one", at=start)
    assert mine is not None
    jobs.beat(mine, at=start + timedelta(seconds=25))
    assert jobs.claim("two", at=start + timedelta(seconds=40)) is None
    assert jobs.claim("two", at=start + timedelta(seconds=60)) is not None


def test_what_breaks_rests_and_is_tried_again_then_fails_with_nothing_half_done(db: Any) -> None:
    job_id = order(kind="test.break")
    assert drain() == 1
    row = seen(job_id)
    assert row.state == "queued"
    assert jobs.claim("one", at=now()) is None
    Job.update(not_before=now()).execute()
    assert drain() == 1
    row = seen(job_id)
    assert row.state == "failed"
    assert "reference" in str(row.messages[0])
    assert "secret" not in str(row.messages[0])
    assert AuditEntry.select().where(AuditEntry.action == "test.broken").count() == 0
    assert undone(job_id) == 1


def test_work_whose_workers_die_each_time_ends_as_failed(db: Any) -> None:
    job_id = order()
    Job.update(state="running", lease="gone", attempts=5, lease_until=now() - LONG_AGO, started_at=now()).execute()
    assert drain() == 1
    row = seen(job_id)
    assert row.state == "failed"
    assert "5" in str(row.messages[0])
    assert undone(job_id) == 1


def test_a_refusal_ends_the_job_with_its_sentence(db: Any) -> None:
    job_id = order(kind="test.refuse")
    drain()
    assert [str(text) for text in seen(job_id).messages] == ["The day is missing."]


def test_work_that_waits_is_cancelled_at_once(db: Any) -> None:
    job_id = order()
    jobs.cancel(job_id, by=ZHANG, at=now())
    assert seen(job_id).state == "cancelled"
    assert drain() == 0
    jobs.cancel(job_id, by=ZHANG, at=now())
    assert AuditEntry.select().where(AuditEntry.action == "job.cancel").count() == 1


def test_work_that_runs_is_cancelled_with_its_step_and_taken_back(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = order(upto=100)
    keep = jobs.keep_step

    def keep_and_wish(row: JobRow, *rest: Any, **named: Any) -> JobRow:
        after = keep(row, *rest, **named)
        if after.done == 10:
            jobs.cancel(job_id, by=ZHANG, at=now())
        return after

    monkeypatch.setattr(jobs, "keep_step", keep_and_wish)
    drain()
    row = seen(job_id)
    assert (row.state, row.done) == ("cancelled", 10)
    assert undone(job_id) == 1


def test_nobody_cancels_anothers_work(db: Any) -> None:
    job_id = order()
    with pytest.raises(Refusal) as refused:
        jobs.cancel(job_id, by=Actor(8, "李", frozenset({"officer"}), 1), at=now())
    assert refused.value.status == 404
    with pytest.raises(Refusal):
        jobs.cancel(job_id, by=Actor(None, "cli"), at=now())
    jobs.cancel(job_id, by=Actor(9, "马", frozenset({"admin"})), at=now(), anyones=True)
    assert seen(job_id).state == "cancelled"


def test_a_stopping_worker_lays_its_job_down_for_the_next(db: Any) -> None:
    job_id = order()
    worker = Worker()
    worker.stopping.set()
    worker.look()
    assert seen(job_id).state == "queued"
    assert drain() == 1
    assert len(counted(job_id)) == 12


def test_rights_are_those_of_today(db: Any) -> None:
    first, second = order(kind="test.guarded"), order(kind="test.guarded")
    registry.judge_with(lambda by: by, lambda _by, _permission: False)
    Worker().look()
    assert seen(first).state == "failed"
    assert "role" in str(seen(first).messages[0])

    def closed(_by: Actor) -> Actor:
        raise refuse("person.closed", say("The account that ordered this work is closed."))

    registry.judge_with(closed, lambda _by, _permission: True)
    drain()
    assert "closed" in str(seen(second).messages[0])
    assert counted(second) == []


def test_the_list_is_paged_by_key(db: Any) -> None:
    ids = [order() for _place in range(5)]
    page = jobs_page(7, size=2)
    assert [row.id for row in page.rows] == ids[:2:-1]
    second = jobs_page(7, page.next_cursor, size=2)
    assert [row.id for row in second.rows] == [ids[2], ids[1]]
    assert [row.id for row in jobs_page(7, second.previous_cursor, size=2).rows] == ids[:2:-1]
    assert not jobs_page(8).rows


def test_stuck_work_is_known(db: Any) -> None:
    job_id = order()
    assert stuck(now()) == []
    assert [row.id for row in stuck(now() + LONG_AGO)] == [job_id]
    jobs.claim("gone", at=now())
    assert [row.id for row in stuck(now() + LONG_AGO)] == [job_id]


def test_produced_files_are_removed_after_a_while(db: Any) -> None:
    job_id = order()
    drain()
    row = seen(job_id)
    assert results.sweep(now()) == 0
    assert results.sweep(now() + timedelta(days=15)) == 1
    assert seen(job_id).file_stored == ""
    with pytest.raises(Refusal) as refused:
        results.read(row.file_stored)
    assert refused.value.status == 410


# --- what comes again


def test_a_missed_time_is_never_lost_and_never_done_twice(db: Any) -> None:
    monday = datetime(2026, 11, 23)
    plan("weekly", "test.count", "weekly 1 08:00", by=ZHANG, at=monday - timedelta(days=1), arguments={"upto": 1})
    assert tick(monday - timedelta(seconds=1)) == []
    three_weeks_later = monday + timedelta(days=15)
    made = tick(three_weeks_later)
    assert len(made) == 1
    assert seen(made[0]).arguments == {"upto": 1, "due": "2026-12-07T00:00:00"}
    assert tick(three_weeks_later) == []
    assert schedules()[0].next_due == monday + timedelta(days=21)


def test_every_missed_time_can_be_made_up_for(db: Any) -> None:
    monday = datetime(2026, 11, 23)
    plan("all", "test.count", "weekly 1 08:00", by=ZHANG, at=monday - timedelta(days=1), every_missed=True)
    made = tick(monday + timedelta(days=15))
    assert [seen(job_id).arguments["due"] for job_id in made] == [
        "2026-11-23T00:00:00", "2026-11-30T00:00:00", "2026-12-07T00:00:00",
    ]  # fmt: skip


def test_planning_again_changes_the_rule_and_unplanning_ends_it(db: Any) -> None:
    at = datetime(2026, 11, 22)
    assert plan("x", "test.count", "daily 08:00", by=ZHANG, at=at) == plan("x", "test.count", "weekly 1 08:00", by=ZHANG, at=at)
    assert schedules()[0].next_due == datetime(2026, 11, 23)
    unplan("x")
    assert tick(at + timedelta(days=9)) == []
    assert JobSchedule.select().count() == 1


# --- several hands at once, with transactions that really commit


def test_of_several_workers_one_gets_each_job(own_database: str) -> None:
    ids = [order(upto=6) for _place in range(8)]

    def work() -> None:
        drain()

    threads = [threading.Thread(target=work) for _place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for job_id in ids:
        assert counted(job_id) == sorted(f"{job_id}:{n}" for n in range(6))


def test_the_embedded_worker_does_what_is_ordered_and_stops(own_database: str) -> None:
    worker = Worker(look_every=0.05)
    worker.start()
    job_id = order()
    for _try in range(200):
        if seen(job_id).state == "done":
            break
        threading.Event().wait(0.05)
    worker.stop()
    assert seen(job_id).state == "done"
    assert worker.thread is not None
    assert not worker.thread.is_alive()


def test_a_long_step_keeps_its_lease_by_beating(own_database: str) -> None:
    lease = timedelta(milliseconds=300)
    job_id = order(upto=1)
    slow = registry.Handler(
        "test.count", say("Count"), registry.handler_of("test.count").store,
        prepare=lambda _work: [int(threading.Event().wait(1.0))],
    )  # fmt: skip
    registry.register([slow])
    worker = Worker(lease=lease)
    thread = threading.Thread(target=worker.look)
    thread.start()
    threading.Event().wait(0.7)
    assert jobs.claim("other", at=now()) is None
    thread.join()
    assert seen(job_id).state == "done"
