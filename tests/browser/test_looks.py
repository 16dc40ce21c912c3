"""Every place of every role on a phone, in both languages: what a machine can see of a page that looks cheap.

Each page is looked at once, by the first role that may open it; what nobody may open shows as an error of its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po

from tests.browser.conftest import PHONE
from tests.browser.test_journeys import LOGINS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.browser.conftest import Server

ROOT = Path(__file__).resolve().parents[2]
LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
HAN = re.compile(r"[\u4e00-\u9fff]")
ROLES = ("manager", "cadre", "verifier", "reviewer", "organiser", "auditor", "admin")
"""Officers and liaisons open no page that none of these opens."""
DEEPER = (
    r"/leads/new", r"/leads/\d+", r"/leads/\d+/move/\w+", r"/support/\d+", r"/support/parks", r"/support/register",
    r"/support/desk", r"/chains/[a-z]+", r"/opportunities", r"/parks/P1", r"/cooperation/works/new",
    r"/statistics/enterprises/\d+", r"/statistics/questions", r"/statistics/uncounted", r"/cadres/months",
    r"/cadres/\d+", r"/cadres/report", r"/evaluation/\d+", r"/evaluation/tariff", r"/approvals/procedures",
    r"/approvals/projects/\d+", r"/land/parcels/\d+", r"/services/\d+", r"/rules/what-if", r"/rules/disagreements",
    r"/rules/scorecard/versions/[\d.]+", r"/overview/months", r"/overview/compare", r"/settings/permissions",
)  # fmt: skip
"""Pages one step below a place that people open daily or that hold a table."""
WANTED = re.compile("|".join(f"(?:{one})$" for one in DEEPER))
TYPED = ("/trail", "/parks", "/parks/P1", "/support/parks", "/support/old", "/approvals/figures")
"""Pages that repeat what people typed, which may be called like a word of ours and stays as it was typed."""


def sentences() -> tuple[list[str], list[str]]:
    """Return what must not stand on a Chinese page, and what must not stand on an English one."""
    with (ROOT / "translations/zh_CN/LC_MESSAGES/messages.po").open("rb") as file:
        pairs = [(str(one.id), str(one.string)) for one in read_po(file) if isinstance(one.id, str) and one.id]
    pairs = [(said, meant) for said, meant in pairs if said != meant and HAN.search(meant) and not HAN.search(said)]
    english = [said for said, _meant in pairs if len(said) > 3 and said[0].isalpha()]
    return english, [meant for _said, meant in pairs if len(meant) > 1]


def sign_in(page: Page, server: Server, role: str, language: str) -> None:
    """Let somebody of a role in, on a phone and in a language; the way in itself is looked at by the journeys."""
    printed = dict(line.split("\t")[1:] for line in server.outputs[0].splitlines() if line.count("\t") == 2)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{server.url}/login", wait_until="domcontentloaded")
    page.fill("#username", LOGINS[role])
    page.fill("#password", printed[LOGINS[role]])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"), wait_until="domcontentloaded")
    page.goto(f"{server.url}/language/{language}?next=/me", wait_until="domcontentloaded")


def places(page: Page, opened: set[str]) -> Iterator[str]:
    """Give the addresses of the navigation and those one step below that nobody has looked at yet."""
    waiting = page.eval_on_selector_all(".side-link", "links => links.map(link => link.href)")
    waiting.append(page.url)
    for step in (1, 2):
        found: list[str] = []
        for address in waiting:
            path = urlsplit(address).path
            kind = re.sub(r"\d+", "N", path)
            if kind in opened or (step == 2 and not WANTED.match(path)):
                continue
            opened.add(kind)
            yield path
            found += page.eval_on_selector_all("main a[href]", "links => links.map(link => link.href)")
        waiting = found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_looks_cheap_on_a_phone(new_page: Callable[[], Page], live_server: Server, language: str) -> None:
    foreign = sentences()[0 if language == "zh-CN" else 1]
    opened: set[str] = set()
    found = []
    for role in ROLES:
        page = new_page()
        sign_in(page, live_server, role, language)
        for path in places(page, opened):
            answer = page.goto(f"{live_server.url}{path}", wait_until="domcontentloaded")
            if answer is None or answer.status >= 400:
                found.append(f"{role} {path}: answers {answer.status if answer else 'nothing'}")
                continue
            lines = page.evaluate(LOOKS, [] if path in TYPED else foreign)
            found += [f"{role} {path}: {line}" for line in dict.fromkeys(lines)]
        page.goto(f"{live_server.url}/language/zh-CN", wait_until="domcontentloaded")
        page.context.close()
    assert len(opened) > 40
    assert not found, "\n".join(found)
