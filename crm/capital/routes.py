"""Pages on which contracts and paid-in money are entered, and voided with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.capital.forms import ContractForm, PaidInPageForm, VoidForm
from crm.capital.operations import record_contract, record_paid_in, void_contract, void_paid_in
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.leads.operations_papers import with_paper
from crm.leads.queries import lead_row
from crm.support.queries import open_items, to_carry

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("capital", __name__)
CONTRACT_FIELDS = [
    ("kind", "", 4),
    ("signed_on", "", 4),
    ("amount_fen", "wan", 4),
    ("counterpart", "", 12),
    ("agreed_start_on", "", 4),
    ("agreed_completion_on", "", 4),
    ("agreed_production_on", "", 4),
    ("yearly_plan", "", 12),
    ("carries", "", 12),
    ("note", "", 12),
]
PAID_IN_FIELDS = [
    ("paid_on", "", 4),
    ("amount_fen", "wan", 4),
    ("kind", "", 4),
    ("outside_bps", "%", 4),
    ("voucher_no", "", 8),
    ("file", "", 12),
    ("excess_reason", "", 12),
    ("note", "", 12),
]


def lead_for(lead_id: int, permission: str = "capital.record") -> dict[str, Any]:
    """Return the lead's row when the actor's permission reaches it, else answer as if it did not exist."""
    row = lead_row(lead_id, actor(), permission)
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


def sent_voucher() -> tuple[str, bytes] | None:
    """Return the voucher file that came with the request; None when none was chosen."""
    sent = request.files.get("file")
    return (sent.filename, sent.read()) if sent is not None and sent.filename else None


def entry_form(
    lead_id: int,
    form: Any,
    title: str,
    fields: list[tuple[str, str, int]],
    record: Callable[..., Any],
    done: str,
    anchor: str,
    *,
    files: bool = False,
) -> Any:
    """Show the form, or record what it says and go back to the lead."""
    lead = lead_for(lead_id)
    back = url_for("lead.show", lead_id=lead_id) + f"#{anchor}"
    status = 200
    if request.method == "POST":
        try:
            recorded = record(lead_id, check(form), by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            warnings = getattr(recorded, "warnings", ())
            if warnings:
                flash_refusal(Refusal(warnings))
            return redirect(back)
    unit = _("10k yuan")
    return page(
        "_form_page.html",
        status=status,
        title=title,
        note=lead["name"],
        form=form,
        save=_("Record"),
        back_url=back,
        crumb=lead["number"],
        files=files,
        fields=[(name, unit if mark == "wan" else mark, width) for name, mark, width in fields],
    )


def promised(lead_id: int) -> Any:
    """Say which support items a paper signed now carries, and which ones keep it from being recorded."""
    reviewed, waiting = to_carry(lead_id), open_items(lead_id)
    if waiting:
        return say("Not reviewed yet, so nothing can be signed: %(titles)s.", titles=[row.title for row in waiting])
    if reviewed:
        return say("Reviewed, carried by this paper: %(titles)s. Whatever else the paper promises must be entered and "
                   "reviewed first.", titles=[row.title for row in reviewed])  # fmt: skip
    return say("No support item is on record. Whatever the paper promises must be entered and reviewed first.")


@blueprint.route("/leads/<int:lead_id>/contracts/new", methods=["GET", "POST"])
@needs("capital.record")
def contract(lead_id: int) -> Any:
    """Record a contract."""
    form = ContractForm(request.form)
    form.carries.description = promised(lead_id)
    return entry_form(
        lead_id,
        form,
        _("Record a contract"),
        CONTRACT_FIELDS,
        record_contract,
        _("The contract is recorded."),
        "capital",
    )


@blueprint.route("/leads/<int:lead_id>/paid-in/new", methods=["GET", "POST"])
@needs("capital.record")
def paid_in(lead_id: int) -> Any:
    """Record money that came in."""

    def record(to: int, values: dict[str, Any], **who: Any) -> Any:
        del values["file"]
        sent = sent_voucher()
        if sent is None:
            return record_paid_in(to, {**values, "file_id": None}, **who)
        return with_paper(
            lambda file_id: record_paid_in(to, {**values, "file_id": file_id}, **who), sent,
            action="paid_in.record", lead_id=to, **who,
        )  # fmt: skip

    form = PaidInPageForm(request.form)
    return entry_form(
        lead_id,
        form,
        _("Record paid-in capital"),
        PAID_IN_FIELDS,
        record,
        _("The money is recorded; it counts once two offices have checked its voucher."),
        "capital",
        files=True,
    )


@blueprint.route("/leads/<int:lead_id>/contracts/<int:entry_id>/void", methods=["GET", "POST"])
@needs("capital.record")
def void_one_contract(lead_id: int, entry_id: int) -> Any:
    """Void a contract with a reason."""
    return _voiding(lead_id, entry_id, void_contract, _("Void a contract"))


@blueprint.route("/leads/<int:lead_id>/paid-in/<int:entry_id>/void", methods=["GET", "POST"])
@needs("capital.record")
def void_one_paid_in(lead_id: int, entry_id: int) -> Any:
    """Void a paid-in entry with a reason."""
    return _voiding(lead_id, entry_id, void_paid_in, _("Void a paid-in entry"))


def _voiding(lead_id: int, entry_id: int, void: Callable[..., None], title: str) -> Any:
    def record(_lead_id: int, values: dict[str, Any], **who: Any) -> None:
        void(entry_id, reason=values["reason"], **who)

    form = VoidForm(request.form)
    return entry_form(
        lead_id,
        form,
        title,
        [("reason", "", 12)],
        record,
        _("The entry is voided; it stays on record."),
        "capital",
    )
