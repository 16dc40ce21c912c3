"""Calls about vouchers of paid-in money: brought as a file, looked at by two offices before the money counts."""

from __future__ import annotations

from crm.api.endpoints import Call, endpoint
from crm.api.operations import Answer
from crm.api.shapes import told
from crm.capital.forms import CheckForm, VoucherForm
from crm.capital.operations_checks import attach_voucher, check_paid_in
from crm.capital.queries import lead_of
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.leads.operations_papers import with_paper


@endpoint("POST", "/paid-in/<int:entry_id>/voucher", permission="capital.record", scope="capital.write", gives="Made",
          form=VoucherForm, read=lambda _call, body: VoucherForm(body), file=True, status=201,
          without=frozenset({"file"}), summary=say("Bring the voucher of a paid-in entry as a file"),
          group="capital")  # fmt: skip
def add_voucher(call: Call) -> Answer:
    """Bring the voucher of an entry."""
    if call.file is None:
        raise refuse("file.none", say("Choose the file of the document."), "file")
    entry_id = call.ids["entry_id"]
    warnings = with_paper(
        lambda file_id: attach_voucher(entry_id, file_id, by=call.by, at=call.at), call.file,
        action="paid_in.voucher", lead_id=lead_of(entry_id), by=call.by, at=call.at,
    )  # fmt: skip
    return Answer({"id": entry_id, "warnings": told(warnings)}, 201)


@endpoint("POST", "/paid-in/<int:entry_id>/checks", permission="capital.check", scope="capital.check", gives="Checked",
          form=CheckForm, group="capital",
          summary=say("Confirm the voucher of a paid-in entry or object to it"))  # fmt: skip
def check_voucher(call: Call) -> Answer:
    """Confirm a voucher or object to it; tells whether the money counts now."""
    values = check(call.form)
    counts = check_paid_in(
        call.ids["entry_id"], values["verdict"], reason=values["reason"] or "", by=call.by, at=call.at
    )
    return Answer({"counts": counts})
