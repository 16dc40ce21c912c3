"""The navigation: every place under a heading, the phone's bar with at most five, each role its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.web.nav import DOCK_SIZE, GROUPS, PLACES, navigation, places
from tests import cast as story

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def test_every_place_stands_under_a_heading() -> None:
    assert {place.group for place in PLACES} <= set(GROUPS)
    order = [place.group for place in PLACES]
    assert order == sorted(order, key=list(GROUPS).index)


def test_each_role_reaches_all_its_places_from_side_and_phone(app: Flask, cast: story.Cast) -> None:
    with app.test_request_context("/"):
        for _, person in cast.people():
            wanted = {place.endpoint for place in places(person)}
            shown = navigation(person)
            side = [link.endpoint for _, links in shown.side for link in links]
            more = [link.endpoint for _, links in shown.more for link in links]
            dock = [link.endpoint for link in shown.dock]
            assert set(side) == wanted
            assert sorted(dock + more) == sorted(wanted)
            assert len(dock) + bool(more) <= DOCK_SIZE
            assert all(links for _, links in shown.side + shown.more)


def test_a_cadre_begins_where_projects_are_reported(app: Flask, cast: story.Cast) -> None:
    with app.test_request_context("/"):
        shown = navigation(cast.sun)
        assert shown.home == "/cadres"
        assert shown.dock[0].endpoint == "cadres.index"
