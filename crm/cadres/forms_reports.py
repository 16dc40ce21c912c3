"""The forms of monthly reports: the report itself, and an excuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, LineField, LongField, at_most, required

if TYPE_CHECKING:
    from collections.abc import Iterable


class MonthForm(Form):
    """A month in a cadre's own words; what happened is filled in beside it."""

    work = LongField(say("Work of the month"), [required, at_most(2000)])
    difficulties = LongField(say("Difficulties and what would help"), [at_most(2000)])
    plan = LongField(say("Next month"), [at_most(2000)])


class ExcuseForm(Form):
    """A month that need not be reported."""

    cadre_id = CodeField(say("Cadre"), [required])
    month = LineField(say("Month"), [required, at_most(7)])
    reason = LineField(say("Reason"), [required, at_most(200)])

    def offer(self, cadres: Iterable[tuple[int, str]]) -> None:
        """Offer the cadres there are."""
        self.cadre_id.choices = [(str(key), name) for key, name in cadres]
