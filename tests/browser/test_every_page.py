"""Every page that a role reaches by links: it opens, says nothing that only programs say, and speaks one language.

Each role starts where it begins and follows the links of its pages, a few addresses of each kind of page. A link that
leads to a refusal fails, and so do the leavings of programs (None, null, NaN, a code with dots or underscores) and
whole English sentences on a Chinese page.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.test_journeys import LOGINS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.test_journeys import Journey

ONE_KIND = 2
"""So many addresses of one kind of page are opened."""
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
LEAVINGS = re.compile(r"\b(None|null|NaN|undefined|True|False)\b|\b[a-z]+_[a-z_]+\b|%\(\w+\)s|\{\{|\.md\b|§")
SENTENCE = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b")
NOT_PAGES = re.compile(
    r"^/(language|logout|static|api|help)\b|/(file|export|print|workbook|form|sheet|certificate|minutes|docx|xlsx)\b|\."
)
QUOTED = ("code", "pre", "textarea", "script", "style", "kbd", "option")
ADMINS = ("/settings/permissions", "/jobs", "/rules/lexicon", "/rules/scorecard", "/rules/disagreements", "/audit")
"""Pages that show codes on purpose, to those who look after the rules and the machine."""


class Shown(HTMLParser):
    """What a page says and where it leads, without what it only quotes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.held: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where a link leads; step into what is quoted or said in another language."""
        known = dict(attrs)
        if tag == "a" and "download" not in known and known.get("href"):
            self.links.append(str(known["href"]))
        inside = tag == self.held[0] if self.held else tag in QUOTED or (tag != "html" and "lang" in known)
        if inside:
            self.held.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Step out of what is quoted."""
        if self.held and tag == self.held[0]:
            self.held.pop()

    def handle_data(self, data: str) -> None:
        """Keep what is said."""
        if not self.held and data.strip():
            self.texts.append(data.strip())


def kind_of(path: str) -> str:
    """Return what addresses of one kind of page have in common: words stay, numbers and names do not."""
    parts = path.strip("/").split("/")
    return "/".join(part if at == 0 or WORD.fullmatch(part) else "*" for at, part in enumerate(parts))


@pytest.mark.parametrize("role", sorted(LOGINS))
def test_a_role_opens_all_that_its_pages_lead_to(role: str, people: Callable[[str], Journey]) -> None:
    journey = people(role)
    base, asked = journey.server.url, journey.page.request
    todo = deque([(urlsplit(journey.page.url).path, "")])
    opened: Counter[str] = Counter()
    siblings: Counter[str] = Counter()
    seen: set[str] = set()
    wrong: list[str] = []
    while todo:
        path, by = todo.popleft()
        kind = kind_of(urlsplit(path).path)
        parent = kind.rpartition("/")[0]
        if path in seen or NOT_PAGES.search(urlsplit(path).path) or opened[kind] >= ONE_KIND or siblings[parent] > 12 * ONE_KIND:
            continue
        seen.add(path)
        opened[kind] += 1
        siblings[parent] += 1
        answer = asked.get(base + path)
        if answer.status >= 400:
            wrong.append(f"{path} answers {answer.status} (linked from {by})")
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        shown = Shown(answer.text())
        if not path.startswith(ADMINS):
            wrong += [f"{path}: {text[:90]}" for text in shown.texts if LEAVINGS.search(text) or SENTENCE.search(text)]
        todo.extend((link.partition("#")[0], path) for link in shown.links if link.startswith("/") and link != "/")
    assert len(seen) > 12, "a role that goes almost nowhere was not walked"
    assert not wrong, "\n".join(wrong)
