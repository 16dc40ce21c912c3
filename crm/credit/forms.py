"""The forms of evaluation: periods, opinions and grades, objections, bases, reviews, cases, confirmations."""

from __future__ import annotations

from wtforms import FileField

from crm.core.errors import say
from crm.core.forms import CodeField, CountField, DayField, LineField, LongField, at_most, required
from crm.core.web import PageForm, offered
from crm.credit.operations_false import DECISIONS
from crm.credit.operations_review import LISTS
from crm.credit.rules_evaluation import GRADES, STAFF

OPINION = 2000
ANSWERS = {"upheld": say("upheld"), "rejected": say("rejected")}


class PeriodForm(PageForm):
    """A new evaluation period."""

    name = LineField(say("Name of the period"), [required, at_most(40)])
    starts_on = DayField(say("From"), [required])
    ends_on = DayField(say("To"), [required])
    objections_until = DayField(say("Objections until"), [required])


class PersonForm(PageForm):
    """Opinions and the grade on one person's form."""

    host_opinion = LongField(say("Opinion of the host unit"), [at_most(OPINION)])
    home_opinion = LongField(say("Opinion of the home unit"), [at_most(OPINION)])
    department_opinion = LongField(say("Opinion of the organisation department"), [at_most(OPINION)])
    staff = CodeField(say("Kind of staff"), default="")
    grade = CodeField(say("Grade"), default="")

    def offer(self) -> None:
        """Offer kinds of staff and grades."""
        self.staff.choices = [("", "—"), *offered(STAFF)]
        self.grade.choices = [("", "—"), *offered(GRADES)]


class SummaryForm(PageForm):
    """The own summary."""

    summary = LongField(say("Own summary"), [required, at_most(OPINION)])


class ObjectionForm(PageForm):
    """An objection to the own draft."""

    text = LongField(say("What is wrong with the draft"), [required, at_most(OPINION)])


class AnswerForm(PageForm):
    """The answer to an objection."""

    upheld = CodeField(say("Decision"), [required], default="")
    answer = LongField(say("Reasons"), [required, at_most(OPINION)])

    def offer(self) -> None:
        """Offer both answers."""
        self.upheld.choices = [("", "—"), *offered(ANSWERS)]


class BaseForm(PageForm):
    """The base of the quota for one kind of staff."""

    staff = CodeField(say("Kind of staff"), [required], default="")
    base = CountField(say("Base of the quota (people)"), [required], most=100_000)
    note = LineField(say("Where the base comes from"), [required, at_most(200)])

    def offer(self) -> None:
        """Offer kinds of staff."""
        self.staff.choices = [("", "—"), *offered(STAFF)]


class CaseForm(PageForm):
    """A suspected false report."""

    number = LineField(say("Project number"), [required, at_most(40)])
    cadre_id = CodeField(say("Cadre"), [required], default="")
    grounds = LongField(say("Grounds"), [required, at_most(OPINION)])

    def offer(self, cadres: list[tuple[int, str]]) -> None:
        """Offer the cadres."""
        self.cadre_id.choices = [("", "—"), *((str(key), name) for key, name in cadres)]


class HeardForm(PageForm):
    """A statement or an appeal."""

    text = LongField(say("Text"), [required, at_most(OPINION)])


class DecisionForm(PageForm):
    """A decision with its reason."""

    decision = CodeField(say("Decision"), [required], default="")
    reason = LongField(say("Reason"), [required, at_most(OPINION)])

    def offer(self) -> None:
        """Offer both decisions."""
        self.decision.choices = [("", "—"), *offered(DECISIONS)]


class HonourForm(PageForm):
    """The confirmation of a top-500 enterprise."""

    number = LineField(say("Project number"), [required, at_most(40)])
    list_name = CodeField(say("List"), [required], default="")
    year = CountField(say("Year"), [required], most=2100)
    document = LineField(say("Document"), [required, at_most(120)])

    def offer(self) -> None:
        """Offer the lists."""
        self.list_name.choices = [("", "—"), *offered(LISTS)]


class TemplateForm(PageForm):
    """A Word template."""

    file = FileField(say("Word template (.docx)"))
