"""The forms of matters, with their limits in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, LongField, at_most, required
from crm.core.web import offered
from crm.services.rules import CATEGORIES, RATINGS, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable


class MatterForm(Form):
    """A matter as it is raised."""

    kind = CodeField(say("Kind"), [required])
    title = LineField(say("In one line"), [required, at_most(120)])
    source = LineField(say("Raised by"), [at_most(120)])
    lead_number = LineField(say("Project number, if it is about one"), [at_most(20)])
    about_unit_id = CodeField(say("Unit complained of"), default="")
    owner_unit_id = CodeField(say("Unit that answers"), [required])
    raised_on = DayField(say("Raised on"), [required])
    due_on = DayField(say("Answer due by"), description=say("Empty: the usual number of working days."))
    detail = LongField(say("What it is about"), [at_most(4000)])

    def offer(self, category: str, units: Iterable[tuple[int, str]]) -> None:
        """Offer the kinds of a category and the units; words of the source follow the category."""
        named = [("", "—"), *((str(key), name) for key, name in units)]
        self.kind.choices = offered(kinds(category))
        self.owner_unit_id.choices = named
        self.about_unit_id.choices = named
        self.source.label.text = {
            "decision": say("Meeting"), "talent": say("Talent (work contact only)"),
        }.get(category, say("Enterprise"))  # fmt: skip


class AnyMatterForm(MatterForm):
    """A matter as a program raises it: it names the category, too."""

    category = CodeField(say("Category"), [required], choices=list(CATEGORIES.items()))

    def offer_all(self, units: Iterable[tuple[int, str]]) -> None:
        """Offer the kinds of every category; which belongs to which is judged with the rest."""
        self.offer("decision", units)
        self.kind.choices = offered({code: text for category in CATEGORIES for code, text in kinds(category).items()})


class ProgressForm(Form):
    """How far a matter is."""

    text = LongField(say("Progress"), [required, at_most(2000)])


class DeadlineForm(Form):
    """A new deadline."""

    due_on = DayField(say("New deadline"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])


class OwnerForm(Form):
    """Who answers from now on."""

    owner_unit_id = CodeField(say("Unit that answers"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        """Offer the units."""
        self.owner_unit_id.choices = [("", "—"), *((str(key), name) for key, name in units)]


class AnswerForm(Form):
    """The answer."""

    answer = LongField(say("Answer"), [required, at_most(4000)])


class CloseForm(Form):
    """What whoever raised it says of the answer."""

    rating = CodeField(say("Whoever raised it says"), [required], choices=list(RATINGS.items()))
    note = LineField(say("Note"), [at_most(200)])


class ReopenForm(Form):
    """Why a matter is opened again, and its new deadline."""

    due_on = DayField(say("New deadline"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])
