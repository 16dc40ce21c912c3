"""Calls about leads: list, one, enter, edit, follow-up contacts; and what may be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.api.endpoints import PAGING, Call, Query, endpoint, unknown_lead
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.rules import etag, limit, versions_of
from crm.api.shapes import CONTACT, LEAD, LEAD_IN_LIST
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.core.paging import unpack
from crm.core.words import render
from crm.leads.forms import ContactForm, LeadForm
from crm.leads.forms_choices import offered_to
from crm.leads.operations_facts import record_contact
from crm.leads.queries import contacts_of, lead_row, within
from crm.leads.queries_list import SORTS, Ask, list_page
from crm.leads.rules import FACTS, STAGE_LABELS, STATUS_LABELS
from crm.pipeline.operations import create_assessed, edit_assessed
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

MUST_MATCH = 428
CHANGED = 412
DICTIONARIES = {"parks": "park", "sources": "source", "themes": "theme", "clusters": "cluster"}
NONE_OF = {"none": ""}
PEOPLE_FILTERS = (
    ("unit", say("Responsible unit")), ("owner", say("Officer in charge")), ("cadre", say("Seconded cadre")),
)  # fmt: skip


def _list_query() -> tuple[Query, ...]:
    codes: list[Query] = [
        Query("stage", say("Stage"), codes=STAGE_LABELS),
        Query("status", say("Status"), codes=STATUS_LABELS),
        *(
            Query(name, say("Filter"), codes={**dictionary(table), **NONE_OF})
            for table, name in DICTIONARIES.items()
        ),
        Query("landed", say("Landed"), codes={"yes": "", "no": ""}),
        *(
            Query(name, label, number=(1, 10**17))
            for name, label in PEOPLE_FILTERS
        ),
        Query("q", say("Words, pinyin or a number"), longest=100),
        Query("sort", say("Order"), codes=SORTS),
    ]
    return (*codes, *PAGING)


@endpoint("GET", "/leads", permission="lead.view", scope="leads.read", summary=say("List projects"), gives="LeadInList",
          many=True, query=_list_query(), group="leads")  # fmt: skip
def list_leads(call: Call) -> Answer:
    """Answer with one page of the list."""
    cursor = page_mark(call, 2)
    found = list_page(Ask.of(call.asked), call.by, cursor, call.number("limit", limit("page_default")))
    return Answer({"items": [LEAD_IN_LIST.of(row) for row in found.rows], "next": found.next_cursor})


def page_mark(call: Call, width: int) -> str | None:
    """Return where a page begins; a mangled mark is refused, not taken for the first page."""
    cursor = call.asked.get("cursor")
    if cursor is not None and unpack(cursor, width) is None:
        raise refuse("cursor.unreadable", say("This value cannot be read."), "cursor", 400)
    return cursor


def opened(call: Call, permission: str = "lead.view") -> dict[str, Any]:
    """Return the lead that a call is about."""
    row = lead_row(call.ids["lead_id"], call.by, permission)
    if row is None:
        raise unknown_lead()
    return row


def shown(row: dict[str, Any], call: Call) -> dict[str, Any]:
    """Return a lead as the caller may see it: the phone only to whom the page would show it."""
    found = LEAD.of(row)
    if not within(row, call.by, "lead.phone"):
        found["contact_phone"] = None
    return found


@endpoint("GET", "/leads/<int:lead_id>", permission="lead.view", scope="leads.read", summary=say("One project"),
          gives="Lead", tagged=True, group="leads")  # fmt: skip
def show_lead(call: Call) -> Answer:
    """Answer with one lead and its version."""
    row = opened(call)
    return Answer(shown(row, call), headers={"ETag": etag(row["version"])})


def _blank() -> Any:
    form = LeadForm()
    form.offer([], [])
    return form


def _new(call: Call, body: Mapping[str, Any]) -> Any:
    by = call.by
    given = {"unit_id": by.unit_id, **({"source": "seconded_cadre"} if "cadre" in by.roles else {})}
    return offered_to(LeadForm(typed(_blank(), body), data=given), by)


@endpoint("POST", "/leads", permission="lead.create", scope="leads.write", summary=say("Enter a project"), gives="Lead",
          form=_blank, read=_new, status=201, tagged=True, group="leads")  # fmt: skip
def create_lead(call: Call) -> Answer:
    """Enter a lead and assess it, as the page does."""
    check(call.form)
    lead_id = create_assessed(
        call.form.values(), by=call.by, at=call.at, despite_similar=bool(call.form.another_project.data)
    )
    return _now(call, lead_id, 201)


def _now(call: Call, lead_id: int, status: int = 200) -> Answer:
    row = lead_row(lead_id, call.by)
    if row is None:
        return Answer({"id": lead_id}, status)
    headers = {"ETag": etag(row["version"]), "Location": f"/api/v1/leads/{lead_id}"}
    return Answer(shown(row, call), status, headers)


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    return {fact.name: row[fact.name] for fact in FACTS}


EDIT_WITHOUT = frozenset({"another_project"})


def check_match(call: Call, version: int) -> None:
    """Refuse a change that does not say which version it changes, or names another than the present one."""
    if not call.match:
        text = say('Send If-Match with the version that you read, like "v3".')
        raise refuse("match.missing", text, "If-Match", MUST_MATCH)
    wanted = versions_of(call.match)
    if wanted is not None and version not in wanted:
        text = say("Somebody else changed this meanwhile; read it again.")
        raise refuse("match.changed", text, "If-Match", CHANGED)


def _edited(call: Call, body: Mapping[str, Any]) -> Any:
    row = opened(call, "lead.edit")
    check_match(call, row["version"])
    return offered_to(LeadForm(typed(_blank(), body, EDIT_WITHOUT), data=_seen(row)), call.by)


@endpoint("PATCH", "/leads/<int:lead_id>", permission="lead.edit", scope="leads.write", form=_blank, read=_edited,
          summary=say("Change some facts of a project"), gives="Lead", partial=True, match=True, tagged=True,
          without=EDIT_WITHOUT, group="leads")  # fmt: skip
def edit_lead(call: Call) -> Answer:
    """Change the given facts; the others stay."""
    row = opened(call, "lead.edit")
    check(call.form)
    values = call.form.values()
    edit_assessed(row["id"], values, base=_seen(row), version=row["version"], by=call.by, at=call.at)
    return _now(call, row["id"])


@endpoint("GET", "/leads/<int:lead_id>/contacts", permission="lead.view", scope="leads.read", many=True,
          gives="Contact", summary=say("Follow-up contacts of a project, the latest first"), group="leads")  # fmt: skip
def list_contacts(call: Call) -> Answer:
    """Answer with the latest contacts."""
    row = opened(call)
    return Answer({"items": [CONTACT.of(item) for item in contacts_of(row["id"])], "next": None})


@endpoint("POST", "/leads/<int:lead_id>/contacts", permission="lead.contact", scope="leads.write", gives="Made",
          form=ContactForm, status=201, summary=say("Record a follow-up contact"), group="leads")  # fmt: skip
def add_contact(call: Call) -> Answer:
    """Record a contact."""
    made = record_contact(call.ids["lead_id"], check(call.form), by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)


@endpoint("GET", "/choices", permission="lead.view", scope="leads.read", gives="Choices",
          summary=say("Codes and their words, units and officers"), group="leads")  # fmt: skip
def choices(call: Call) -> Answer:
    """Answer with what may be chosen, in the caller's language."""
    del call
    tables: dict[str, Any] = {"stages": STAGE_LABELS, "statuses": STATUS_LABELS}
    tables |= {name: {code: say(words) for code, words in dictionary(name).items()} for name in DICTIONARIES}
    found = {
        name: [{"code": code, "words": render(text)} for code, text in rows.items()] for name, rows in tables.items()
    }
    found["units"] = [{"code": unit.id, "words": unit.name} for unit in units()]
    found["officers"] = [{"code": row.id, "words": row.name} for row in people(role="officer", active_only=True)]
    return Answer(found)
