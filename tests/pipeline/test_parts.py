"""The later parts of a lead's page: named on the page, fetched as pieces, opened alone, and shut to strangers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm.pipeline.routes_parts import PARTS
from tests import cast as story
from tests.cast import AT

PIECE = {"HX-Request": "true"}


@pytest.fixture
def people(app: Any, db: Any) -> story.Cast:
    return story.assemble()


def test_the_page_names_its_later_parts_and_each_answers_as_piece_and_alone(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    officer = story.entered(app, people.zhang)
    shown = officer.get(f"/leads/{lead_id}").text
    named = re.findall(r'hx-get="(/leads/\d+/parts/\w+)"', shown)
    assert set(named) == {f"/leads/{lead_id}/parts/{part}" for part in PARTS}
    for address in named:
        assert f'href="{address}"' in shown, "who runs no scripts follows a link"
        piece, alone = officer.get(address, headers=PIECE), officer.get(address)
        assert (piece.status_code, alone.status_code) == (200, 200)
        assert "<html" not in piece.text
        assert "<section" in piece.text
        assert "<html" in alone.text
        assert f'href="/leads/{lead_id}#' in alone.text
    for place in ("acceptance", "vetoes", "share"):
        assert f'id="{place}"' in shown, "a link to a place inside a part finds the part"


def test_a_part_is_as_shut_as_its_lead_and_no_other_part_exists(app: Any, people: story.Cast) -> None:
    lead_id = story.lead(people)
    assert story.entered(app, people.li).get(f"/leads/{lead_id}/parts/history", headers=PIECE).status_code == 404
    assert story.entered(app, people.zhang).get(f"/leads/{lead_id}/parts/secrets", headers=PIECE).status_code == 404


def test_the_trail_is_read_back_to_its_first_entry(app: Any, people: story.Cast) -> None:
    from crm.landing.operations import save_entity
    from crm.pipeline.routes_parts import HISTORY_SHOWN

    lead_id = story.lead(people)
    save_entity(lead_id, story.entity(), by=people.zhang, at=AT)
    for number in range(HISTORY_SHOWN):
        save_entity(lead_id, {"address": f"西昌市北工业园区{number}号"}, by=people.zhang, at=AT)
    officer = story.entered(app, people.zhang)
    address: str | None = f"/leads/{lead_id}/parts/history"
    entries = []
    while address:
        told = officer.get(address, headers=PIECE).text
        entries.append(told.count("story-when"))
        older = re.search(r'hx-get="([^"]+)"', told)
        address = older[1].replace("&amp;", "&") if older else None
    assert (entries[0], sum(entries)) == (HISTORY_SHOWN, HISTORY_SHOWN + 2)
    broken = officer.get(f"/leads/{lead_id}/parts/history?before=nonsense", headers=PIECE)
    assert broken.text.count("story-when") == HISTORY_SHOWN
