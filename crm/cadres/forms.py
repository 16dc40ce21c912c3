"""The forms of postings: a new one, and a change of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField

from crm.cadres.rules import DIRECTIONS, POST_KINDS
from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, at_most, required
from crm.core.web import PageForm, offered

if TYPE_CHECKING:
    from collections.abc import Iterable


class PostingForm(PageForm):
    """A cadre's posting."""

    cadre_id = CodeField(say("Cadre"), [required])
    direction = CodeField(say("Direction"), [required], default="out")
    post_kind = CodeField(say("Kind of post"), default="")
    host_place = LineField(say("Host place"), [required, at_most(60)])
    host_unit = LineField(say("Host unit"), [required, at_most(60)])
    post = LineField(say("Post held there"), [at_most(60)])
    home_unit_id = CodeField(say("Home unit"), default="")
    home_elsewhere = LineField(say("Home unit elsewhere (of who is received)"), [at_most(60)])
    offline = BooleanField(say("The host place cannot reach this network: officers enter the reports"))
    starts_on = DayField(say("From"), [required])
    ends_on = DayField(say("To"), [required])

    def offer(self, cadres: Iterable[tuple[int, str]], units: Iterable[tuple[int, str]]) -> None:
        """Offer the cadres, the units and the directions there are."""
        self.cadre_id.choices = [("", "—"), *((str(key), name) for key, name in cadres)]
        self.home_unit_id.choices = [("", "—"), *((str(key), name) for key, name in units)]
        self.direction.choices = offered(DIRECTIONS)
        self.post_kind.choices = [("", "—"), *offered(POST_KINDS)]


class EndForm(PageForm):
    """The new end of a posting and why."""

    new_end = DayField(say("New end"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])
