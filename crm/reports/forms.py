"""The forms of workbooks: what to make (pages, interface and command line alike), layouts, meeting items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form
from wtforms.validators import ValidationError

from crm.core.errors import say
from crm.core.forms import CodeField, CountField, DayField, LineField, LongField, at_most, required
from crm.core.web import PageForm
from crm.leads.queries_list import CODE, FILTERS, SORTS
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.profile.rules import dictionary
from crm.reports.operations_ledger import ORDERS
from crm.reports.rules_books import KINDS, MONEY, BookOrder
from crm.reports.rules_layouts import GROUPS
from crm.support.rules_city import RULE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE = [("", say("—"))]
MOST_WORDS = 100


def _coded(form: Form, field: Any) -> None:
    del form
    if field.data and not CODE.fullmatch(field.data):
        raise ValidationError(say("This value cannot be read."))


def _choices(name: str) -> list[tuple[str, Any]]:
    none = [] if name == "sources" else [("none", say("None of these"))]
    return [*NONE, *((code, say(text)) for code, text in dictionary(name).items()), *none]


class BookForm(Form):
    """Which workbook, of which day, and of which projects: the list's own filters."""

    book = CodeField(say("Workbook"), [required], choices=[(kind.code, kind.name) for kind in KINDS])
    as_of = DayField(say("As of"))
    known = DayField(say("As known on"))
    since = DayField(say("Last meeting on"))
    money = CodeField(say("Unit of money"), choices=list(MONEY.items()), default="wan")
    period = LineField(say("Period"), [at_most(40)])
    layout = CountField(say("Layout"))
    stage = CodeField(say("Stage"), choices=[*NONE, *STAGE_LABELS.items()], default="")
    status = CodeField(say("Status"), choices=[*NONE, *STATUS_LABELS.items()], default="")
    source = CodeField(say("Source"), choices=_choices("sources"), default="")
    park = CodeField(say("Park"), choices=_choices("parks"), default="")
    theme = CodeField(say("Main theme"), choices=_choices("themes"), default="")
    cluster = CodeField(say("Main cluster"), choices=_choices("clusters"), default="")
    landed = CodeField(say("Landed"), choices=[*NONE, ("yes", say("yes")), ("no", say("no"))], default="")
    unit = LineField(say("Responsible unit"), [at_most(20), _coded])
    owner = LineField(say("Officer in charge"), [at_most(20), _coded])
    cadre = LineField(say("Seconded cadre"), [at_most(20), _coded])
    q = LineField(say("Words, pinyin or a number"), [at_most(MOST_WORDS)])
    sort = CodeField(say("Order"), choices=[(code, ORDERS[code]) for code in SORTS], default="updated")


def order_of(values: Mapping[str, Any]) -> BookOrder:
    """Return the order that a checked form holds."""
    filters = {name: values[name] for name in FILTERS if values.get(name)}
    return BookOrder(
        values["book"], filters, values.get("q") or "", values.get("sort") or "updated", values.get("as_of"),
        values.get("known"), values.get("since"), values.get("money") or "wan", values.get("period") or "",
        values.get("layout"),
    )  # fmt: skip


class LayoutForm(PageForm):
    """A ledger of one's own: its name, how it is grouped and sorted, of which projects; columns come beside it."""

    name = LineField(say("Layout name"), [required, at_most(60)])
    group_by = CodeField(say("Group by"), choices=[("", say("no group")), *GROUPS.items()], default="")
    sort = CodeField(say("Order"), choices=[(code, ORDERS[code]) for code in SORTS], default="updated")
    stage = CodeField(say("Stage"), choices=[*NONE, *STAGE_LABELS.items()], default="")
    status = CodeField(say("Status"), choices=[*NONE, *STATUS_LABELS.items()], default="")
    source = CodeField(say("Source"), choices=_choices("sources"), default="")
    park = CodeField(say("Park"), choices=_choices("parks"), default="")
    theme = CodeField(say("Main theme"), choices=_choices("themes"), default="")
    cluster = CodeField(say("Main cluster"), choices=_choices("clusters"), default="")
    landed = CodeField(say("Landed"), choices=[*NONE, ("yes", say("yes")), ("no", say("no"))], default="")
    words = LineField(say("Words, pinyin or a number"), [at_most(MOST_WORDS)])
    shared = BooleanField(say("Others may use it"))
    version = CountField(say("Version"))


LAYOUT_FILTERS = ("stage", "status", "source", "park", "theme", "cluster", "landed")


class MeetingForm(PageForm):
    """What a leaders' meeting needs of a project."""

    code_name = LineField(say("Code name"), [at_most(60)])
    matter = LongField(say("To be decided by the city's leaders"), [at_most(2000)])
    version = CountField(say("Version"))


class BulletinForm(PageForm):
    """The sentences of the printed bulletin, as somebody mended them."""

    first = LongField(say("Where we are"), [required, at_most(600)])
    second = LongField(say("What moved"), [required, at_most(600)])
    third = LongField(say("What is stuck"), [required, at_most(600)])
    note = LongField(say("Further remarks"), [at_most(600)])


class HandInForm(Form):
    """Which version of which rule is proposed for review."""

    kind = CodeField(say("Rule"), [required], choices=list(RULE_NAMES.items()))
    version_name = LineField(say("Version, empty for the draft"), [at_most(40)])
