"""The weights of a scorecard's draft are changed beside their names; what cannot stand is refused and stays typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.scoring.queries_versions import draft_of
from crm.scoring.rules_scorecard import current, read
from tests.cast import Cast, assemble, entered

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def drafting(app: Flask) -> tuple[Cast, FlaskClient]:
    """Give the cast and a leader who has begun a draft of the scorecard."""
    with app.app_context():
        cast = assemble()
    client = entered(app, cast.chen)
    assert client.post("/rules/scorecard/draft/start").status_code == 302
    return cast, client


def typed(edition: int = 1, **others: str) -> dict[str, str]:
    """Give the weights in force as a form sends them, some of them others."""
    own = {f"w_{item.code}": str(item.most) for item in current().criteria}
    return {**own, "edition": str(edition), **{f"w_{code}": value for code, value in others.items()}}


def weights(app: Flask) -> dict[str, int]:
    """Give the weights of the draft as it is kept."""
    with app.app_context():
        row = draft_of("scorecard")
        assert row is not None
        return {item.code: item.most for item in read(row.text).criteria}


def test_weights_are_kept_with_their_bands_and_the_page_says_what_they_were(
    app: Flask, drafting: tuple[Cast, FlaskClient],
) -> None:
    _cast, client = drafting
    assert client.post("/rules/scorecard/draft", data=typed(theme="18", intensity="9")).status_code == 302
    assert (weights(app)["theme"], weights(app)["intensity"]) == (18, 9)
    shown = client.get("/rules/scorecard/draft").text
    assert "原为 12" in shown
    assert "原为 15" in shown
    assert "主题契合" in shown


@pytest.mark.parametrize(("others", "said"), [
    ({"theme": "18"}, "权重合计为 106，应为 100。"),
    ({"theme": "0", "cluster": "16"}, "每项权重须为 1 至 100 的整数。"),
    ({"theme": "一二"}, "每项权重须为 1 至 100 的整数。"),
    ({"theme": ""}, "每项权重须为 1 至 100 的整数。"),
])  # fmt: skip
def test_weights_that_cannot_stand_are_refused_and_stay_typed(
    app: Flask, drafting: tuple[Cast, FlaskClient], others: dict[str, str], said: str,
) -> None:
    _cast, client = drafting
    answer = client.post("/rules/scorecard/draft", data=typed(1, **others))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'name="w_theme" inputmode="numeric" maxlength="3" value="{others["theme"]}"' in answer.text
    assert weights(app)["theme"] == 12


def test_the_weights_of_a_draft_that_another_saved_are_not_written_over(
    app: Flask, drafting: tuple[Cast, FlaskClient],
) -> None:
    _cast, client = drafting
    assert client.post("/rules/scorecard/draft", data=typed(theme="14", cluster="2")).status_code == 302
    assert client.post("/rules/scorecard/draft", data=typed(theme="10", cluster="6")).status_code == 409
    assert weights(app)["theme"] == 14


def test_a_lexicon_has_no_weights_and_who_may_not_edit_sends_none(
    app: Flask, drafting: tuple[Cast, FlaskClient],
) -> None:
    cast, client = drafting
    client.post("/rules/lexicon/draft/start")
    assert 'id="weights"' not in client.get("/rules/lexicon/draft").text
    officer = entered(app, cast.zhang)
    assert "保存权重" not in officer.get("/rules/scorecard/draft").text
    assert officer.post("/rules/scorecard/draft", data=typed(theme="14", cluster="2")).status_code == 403
    assert weights(app)["theme"] == 12
