"""Pages on which a voucher is brought, looked at and checked by two people of two offices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.capital.forms import CheckForm, VoucherForm
from crm.capital.operations_checks import attach_voucher, check_paid_in
from crm.capital.queries import paid_in_of, same_voucher_number
from crm.capital.queries_checks import CheckRow, checker_facts, checks_of, same_voucher_file, state_on
from crm.capital.routes import blueprint, entry_form, lead_for, sent_voucher
from crm.capital.rules import PAID_IN_KINDS
from crm.capital.rules_checks import STATES, VERDICTS, checker_findings
from crm.core.clock import now, shanghai_time
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.money import show_hundredths, show_wan
from crm.core.web import actor, needs, page, refuse_into, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import read_cleared
from crm.files.queries import stored_file
from crm.leads.operations_papers import with_paper

if TYPE_CHECKING:
    from flask import Response

    from crm.capital.queries import PaidInRow, SameVoucher

FRAMED = "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""This answer only: our own pages may show it in a frame, and the browser's reader of PDF may draw it."""


def _row(lead_id: int, entry_id: int) -> PaidInRow:
    found = next((row for row in paid_in_of(lead_id) if row.id == entry_id), None)
    if found is None:
        raise refuse("entry.unknown", say("There is no such entry."), status=404)
    return found


@blueprint.route("/leads/<int:lead_id>/paid-in/<int:entry_id>/voucher", methods=["GET", "POST"])
@needs("capital.record")
def voucher(lead_id: int, entry_id: int) -> Any:
    """Bring the voucher file of an entry."""
    lead_for(lead_id)
    _row(lead_id, entry_id)

    def record(_lead_id: int, _values: dict[str, Any], **who: Any) -> Any:
        sent = sent_voucher()
        if sent is None:
            raise refuse("file.none", say("Choose the file of the document."), "file")
        return _Warned(with_paper(
            lambda file_id: attach_voucher(entry_id, file_id, **who), sent, action="paid_in.voucher", lead_id=lead_id,
            **who,
        ))  # fmt: skip

    return entry_form(
        lead_id, VoucherForm(request.form), _("Bring the voucher"), [("file", "", 12)], record,
        _("The voucher is on record; two offices check it now."), "capital", files=True,
    )  # fmt: skip


class _Warned:
    """What is odd about something done."""

    def __init__(self, warnings: tuple[Any, ...]) -> None:
        """Keep the warnings."""
        self.warnings = warnings


@blueprint.get("/leads/<int:lead_id>/paid-in/<int:entry_id>/file")
@needs("lead.view")
def voucher_file(lead_id: int, entry_id: int) -> Response:
    """Send a voucher to whoever may open its lead; with `save` in the address as a file to keep."""
    lead_for(lead_id, "lead.view")
    row = _row(lead_id, entry_id)
    kept = stored_file(row.file_id) if row.file_id else None
    if kept is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), status=404)
    save = "save" in request.args
    answer = send_bytes(read_cleared(kept), name=kept.original_name, media_type=kept.media_type, attach=save)
    if not save:
        answer.headers["Content-Security-Policy"] = FRAMED
        answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@blueprint.route("/leads/<int:lead_id>/paid-in/<int:entry_id>", methods=["GET", "POST"])
@needs("lead.view")
def check_one(lead_id: int, entry_id: int) -> Any:
    """Show one entry with its voucher and its checks; whoever may checks it here."""
    by, lead = actor(), lead_for(lead_id, "lead.view")
    row = _row(lead_id, entry_id)
    form = CheckForm(request.form)
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            counts = check_paid_in(entry_id, values["verdict"], reason=values["reason"] or "", by=by, at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("Both offices have checked it: the money counts.") if counts else _("Your check is on record."))
            return redirect(url_for(".check_one", lead_id=lead_id, entry_id=entry_id))
    return _check_page(lead, row, form, status)


def _check_page(lead: dict[str, Any], row: PaidInRow, form: CheckForm, status: int) -> tuple[str, int]:
    by, checks = actor(), checks_of(row.lead_id).get(row.id, [])
    kept = stored_file(row.file_id) if row.file_id else None
    barred = [render(item.text) for item in checker_findings(checker_facts(row.id, by))]
    open_to = may(by, "capital.check") and row.standing
    return page(
        "capital/check.html",
        status=status,
        lead=lead,
        form=form,
        back_url=url_for("lead.show", lead_id=row.lead_id) + "#capital",
        state=render(STATES[state_on(row, checks)]),
        facts=_facts(row),
        checks=[_told(one) for one in checks],
        barred=barred if open_to else [],
        may_check=open_to and not barred,
        file_url=url_for(".voucher_file", lead_id=row.lead_id, entry_id=row.id) if kept else None,
        file_name=kept.original_name if kept else "",
        picture=bool(kept and kept.media_type.startswith("image/")),
        voucher_url=url_for(".voucher", lead_id=row.lead_id, entry_id=row.id)
        if row.standing and not row.file_id and may(by, "capital.record")
        else None,
        twins=_twins(same_voucher_file(row.file_id, but=row.id)),
        numbered=_twins(same_voucher_number(row.voucher_no, but=row.id) if row.standing else []),
    )


def _twins(found: list[SameVoucher]) -> list[str]:
    return [
        _("%(number)s (%(unit)s), paid in on %(day)s", number=twin.number, unit=twin.unit_name, day=twin.paid_on)
        for twin in found
    ]


def _facts(row: PaidInRow) -> list[dict[str, Any]]:
    share = show_hundredths(row.outside_bps) if row.outside_bps is not None else None
    found = [
        (_("Paid on"), row.paid_on),
        (_("Amount (10k yuan)"), show_wan(row.amount_fen)),
        (_("What was paid"), render(PAID_IN_KINDS[row.kind])),
        (_("From outside the city"), f"{share} %" if share is not None else None),
        (_("Voucher number"), row.voucher_no or None),
        (_("Recorded by"), f"{row.recorded_by} {shanghai_time(row.recorded_at):%Y-%m-%d %H:%M}"),
        (_("Note"), row.note or None),
        (_("Why more than contracted"), row.excess_reason or None),
        (_("Taken back"), row.void_reason if not row.standing else None),
    ]
    return [{"label": label, "value": value} for label, value in found if value is not None]


def _told(one: CheckRow) -> str:
    return _(
        "%(when)s · %(name)s (%(unit)s): %(verdict)s%(reason)s",
        when=f"{shanghai_time(one.at):%Y-%m-%d %H:%M}", name=one.by_name, unit=one.unit_name or "—",
        verdict=render(VERDICTS[one.check.verdict]), reason=f"（{one.reason}）" if one.reason else "",
    )  # fmt: skip
