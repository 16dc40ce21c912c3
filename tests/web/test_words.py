"""Every sentence has its Chinese, the compiled catalogue is fresh, and values are shown as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from crm.cli.words import MO, PO, load, missing, updated, written
from crm.core.errors import say
from crm.core.words import gettext, render, speaking
from crm.web.words import day, mask_phone, moment

if TYPE_CHECKING:
    from flask import Flask

PLACE = re.compile(r"%\(\w+\)[sd]")


def test_every_message_has_a_chinese_translation() -> None:
    assert missing(updated(load())) == []


def test_the_catalogue_and_its_compiled_form_are_fresh() -> None:
    po, mo = written(updated(load()))
    # Told apart first: a line-by-line difference of the whole catalogue would take minutes.
    stale = [path.name for path, fresh in ((PO, po), (MO, mo)) if path.read_bytes() != fresh]
    assert stale == [], "run `python3 run.py words`"


def test_every_translation_keeps_the_places_of_its_message() -> None:
    wrong = []
    for message in load():
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if any(set(PLACE.findall(text or "")) != set(PLACE.findall(ids[-1])) for text in strings):
            wrong.append(message.id)
    assert wrong == []


def test_chinese_is_the_default_and_english_can_be_forced() -> None:
    assert gettext("Sign in") == "登录"
    with speaking("en"):
        assert gettext("Sign in") == "Sign in"


def test_a_text_becomes_words_when_a_page_escapes_it(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.from_string("{{ text }}|{{ [text, text]|join('<') }}")
        shown = template.render(text=say("%(n)s days left", n="<b>"))
    word = render(say("%(n)s days left", n="<b>")).replace("<", "&lt;").replace(">", "&gt;")
    assert shown == f"{word}|{word}&lt;{word}"


def test_days_and_moments_are_shown_in_shanghai_time() -> None:
    assert day(date(2026, 3, 5)) == "2026-03-05"
    assert day(datetime(2026, 3, 5, 20, 0, tzinfo=UTC).replace(tzinfo=None)) == "2026-03-06"
    assert moment(datetime(2026, 3, 5, 20, 0, tzinfo=UTC).replace(tzinfo=None)) == "2026-03-06 04:00"
    assert day(None) == moment(None) == "—"


def test_a_masked_phone_keeps_its_ends_only() -> None:
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone("13800138000；0834-3222222") == "138****8000；083****2222"
    assert mask_phone("12345") == "****"
    assert mask_phone("") == mask_phone(None) == ""
