"""Two people at the gate at the same moment, on connections of their own: one wins, the other is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Callable


def _together(*deeds: Callable[[], Any]) -> list[str]:
    """Do several things at the same moment, each on a connection of its own, and say how each ended."""
    from crm.core.db import database

    start, ends = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with database.connection_context():
            start.wait()
            try:
                deed()
                ends[place] = "done"
            except Refusal as refusal:
                ends[place] = refusal.findings[0].code

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.mark.slow
def test_two_verifiers_and_two_leaders_at_the_same_moment(own_database: str) -> None:
    from crm.core.db import database
    from crm.landing.operations import verify_leg
    from crm.pipeline import gate

    with database.connection_context():
        cast = story.assemble()
        first = story.ready(cast)
        second = story.ready(cast, name="抢同一主体的项目")
        item = story.submitted(first, "taxed", cast.zhang)
    verified = _together(
        lambda: verify_leg(item, by=cast.wang, at=AT),
        lambda: verify_leg(item, by=cast.zhou, at=AT),
    )
    assert verified == ["done", "evidence.decided"]
    ends = _together(
        lambda: gate.recognise(first, by=cast.chen, at=AT),
        lambda: gate.recognise(second, by=cast.chen, at=AT),
    )
    assert ends in (["done", "gate.entity_used"], ["done", "gate.taken"])


@pytest.mark.slow
def test_a_contract_cannot_be_voided_while_the_gate_opens(own_database: str) -> None:
    from crm.capital.operations import void_contract
    from crm.capital.queries import formal_contract
    from crm.core.db import database
    from crm.pipeline import gate

    with database.connection_context():
        cast = story.assemble()
        lead_id = story.ready(cast)
        contract = formal_contract(lead_id)
        assert contract is not None
    ends = _together(
        lambda: gate.recognise(lead_id, by=cast.chen, at=AT),
        lambda: void_contract(contract.id, reason="录错", by=cast.zhang, at=AT),
    )
    assert ends in (["contract.landed", "done"], ["done", "gate.contract"])
