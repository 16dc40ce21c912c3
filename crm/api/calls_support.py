"""Calls about support items: read, propose, word anew, hand in; and their review with its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.api.calls_leads import check_match, opened
from crm.api.calls_moves import DONE
from crm.api.endpoints import Call, endpoint
from crm.api.operations import Answer
from crm.api.rules import etag
from crm.api.shapes import SUPPORT_ITEM
from crm.capital.operations import carry_later
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.files.operations import store_evidence
from crm.support.forms import CarryForm, ConclusionForm, HearingForm, ItemForm, RewordForm, SendForm
from crm.support.operations import propose, reword
from crm.support.operations_review import conclude, confirm, hear, send
from crm.support.queries import ItemRow, item, items_of

if TYPE_CHECKING:
    from collections.abc import Mapping

EDITION_STANDS_IN_IF_MATCH = frozenset({"edition"})


def item_of(call: Call, permission: str = "support.view") -> ItemRow:
    """Return the item that a call is about."""
    found = item(int(call.ids["item_id"]), call.by, permission)
    if found is None:
        raise refuse("support.unknown", say("There is no such support item, or it is not yours to open."), status=404)
    return found


@endpoint("GET", "/leads/<int:lead_id>/support", permission="support.view", scope="leads.read", many=True,
          gives="SupportItem", summary=say("Support items of a project, with what their reviews concluded"),
          group="support")  # fmt: skip
def list_support(call: Call) -> Answer:
    """Answer with the support items of a project."""
    row = opened(call, "support.view")
    return Answer({"items": [SUPPORT_ITEM.of(one) for one in items_of(row["id"])], "next": None})


@endpoint("POST", "/leads/<int:lead_id>/support", permission="support.edit", scope="leads.write", gives="Made",
          form=ItemForm, status=201, summary=say("Propose a support item for a project"), group="support")  # fmt: skip
def add_support(call: Call) -> Answer:
    """Propose a support item."""
    row = opened(call, "support.edit")
    made = propose(check(call.form), lead_id=row["id"], by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)


@endpoint("GET", "/support/<int:item_id>", permission="support.view", scope="leads.read", gives="SupportItem",
          tagged=True, summary=say("One support item"), group="support")  # fmt: skip
def show_support(call: Call) -> Answer:
    """Answer with one item; its ETag is the edition of its text."""
    row = item_of(call)
    return Answer(SUPPORT_ITEM.of(row), headers={"ETag": etag(row.edition)})


@endpoint("PUT", "/support/<int:item_id>", permission="support.edit", scope="leads.write", gives="Done",
          form=RewordForm, without=EDITION_STANDS_IN_IF_MATCH, match=True, group="support",
          summary=say("Word a support item anew; a review of the earlier text is void"))  # fmt: skip
def put_support(call: Call) -> Answer:
    """Word an item anew."""
    row = item_of(call, "support.edit")
    check_match(call, row.edition)
    values = check(call.form)
    reword(row.id, values, edition=row.edition, reason=values["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/support/<int:item_id>/hearings", permission="support.hear", scope="leads.write", gives="Made",
          form=HearingForm, status=201, summary=say("Record somebody who was heard"), group="support")  # fmt: skip
def add_hearing(call: Call) -> Answer:
    """Record a hearing."""
    made = hear(item_of(call, "support.hear").id, check(call.form), by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)


@endpoint("POST", "/support/<int:item_id>/hand-in", permission="support.edit", scope="leads.write", gives="Done",
          form=SendForm, summary=say("Hand a support item to the reviewer"), group="support")  # fmt: skip
def hand_in_support(call: Call) -> Answer:
    """Hand an item in."""
    values = check(call.form)
    send(item_of(call, "support.edit").id, first_opinion=values["first_opinion"],
         unheard_reason=values["unheard_reason"] or "", by=call.by, at=call.at)  # fmt: skip
    return Answer(DONE)


def _conclusion(_call: Call, body: Mapping[str, Any]) -> Any:
    return ConclusionForm(body)


@endpoint("POST", "/support/<int:item_id>/conclusion", permission="support.review", scope="support.review",
          gives="Made", form=ConclusionForm, read=_conclusion, file=True, status=201, match=True,
          without=EDITION_STANDS_IN_IF_MATCH, group="support",
          summary=say("Conclude a fair-competition review with its document"))  # fmt: skip
def conclude_support(call: Call) -> Answer:
    """Conclude a review."""
    row = item_of(call, "support.review")
    check_match(call, row.edition)
    values = check(call.form)
    file_id = None
    if call.file is not None:
        name, data = call.file
        file_id = store_evidence(data, name=name, by=call.by, at=call.at)
    made = conclude(row.id, values, edition=row.edition, file_id=file_id, by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)


@endpoint("POST", "/support/<int:item_id>/confirmation", permission="support.review", scope="support.review",
          gives="Done", form=CarryForm, without=frozenset({"contract_id"}), match=True, group="support",
          summary=say("Confirm that the new text is what the review asked for"))  # fmt: skip
def confirm_support(call: Call) -> Answer:
    """Confirm a changed text."""
    row = item_of(call, "support.review")
    check_match(call, row.edition)
    confirm(row.id, edition=row.edition, by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/support/<int:item_id>/contract", permission="support.edit", scope="capital.write", gives="Done",
          form=CarryForm, summary=say("Let a recorded contract carry a reviewed item"), group="support")  # fmt: skip
def carry_support(call: Call) -> Answer:
    """Let a contract carry an item that was reviewed after it was signed."""
    row, values = item_of(call, "support.edit"), check(call.form)
    carry_later(row.id, values["contract_id"] or 0, by=call.by, at=call.at)
    return Answer(DONE)
