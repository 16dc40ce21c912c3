"""Statements spelled out once answer like peewee's own, on both databases."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from peewee import fn

from crm.cadres.models import Posting
from crm.core.prepared import Prepared
from tests import cast as story

if TYPE_CHECKING:
    from tests.cast import Cast

START, END = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def cast(db: Any) -> Cast:
    return story.assemble()


@pytest.fixture
def postings(cast: Cast) -> list[int]:
    at = datetime(2026, 1, 2, 3, 4, 5, 678_901)
    return [
        int(Posting.create(cadre=cast.sun.person_id, host_place=place, host_unit="局", starts_on=START, ends_on=END,
                           created_at=at).id)
        for place in ("双流", "佛山", "宁波")
    ]  # fmt: skip


def _asked(cadre: Any, day: Any, places: Any) -> Any:
    return (
        Posting.select(Posting.id, Posting.starts_on, Posting.created_at, Posting.offline, fn.COALESCE(Posting.post, ""))
        .where((Posting.cadre == cadre) & (Posting.ends_on >= day) & Posting.host_place.in_(places))
        .order_by(Posting.id)
    )


def test_it_answers_like_the_plain_statement_for_every_value_and_length(cast: Cast, postings: list[int]) -> None:
    asked = Prepared(_asked)
    for places in (["双流"], ["双流", "佛山"], ["宁波", "无"], ["双流"]):
        for day in (START, date(2027, 1, 1)):
            values = (cast.sun.person_id, day, places)
            assert asked.rows(*values) == list(_asked(*values).tuples())
    first = asked.rows(cast.sun.person_id, START, ["双流", "佛山", "宁波"])
    assert [row[0] for row in first] == postings
    assert type(first[0][1]) is date
    assert type(first[0][2]) is datetime
    assert first[0][3] is False


def test_a_value_that_is_lost_on_the_way_or_has_no_mark_is_told(cast: Cast) -> None:
    lost = Prepared(lambda cadre, _unused: Posting.select(Posting.id).where(Posting.cadre == cadre))
    with pytest.raises(LookupError):
        lost.rows(cast.sun.person_id, 7)
    with pytest.raises(TypeError):
        Prepared(lambda flag: Posting.select(Posting.id).where(Posting.offline == flag)).rows(True)
