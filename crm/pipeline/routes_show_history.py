"""A lead's trail in plain sentences, newest first: who did what, old → new, and why something was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.audit.rules_words import action_words
from crm.capital.rules import CONTRACT_KINDS, PAID_IN_KINDS
from crm.capital.rules_checks import VERDICTS
from crm.core.clock import shanghai_time
from crm.core.errors import Text, say
from crm.core.money import show_hundredths, show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.rules import ENTITY_KINDS, FACT_LABELS, LEGS, RECHECK_RESULTS, STATE_LABELS, TAXPAYER_STATUSES
from crm.leads.rules import BY_NAME, STAGE_LABELS, STATUS_LABELS, label_of
from crm.pipeline.rules import MILESTONE_KINDS
from crm.profile.rules import label, labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crm.audit.queries import Entry

ACTIONS = {
    "lead.create": say("entered the project"),
    "lead.edit": say("changed facts"),
    "lead.contact": say("recorded a contact"),
    "lead.share": say("divided the credit"),
    "lead.assess": say("had the project assessed"),
    "fit.override": say("decided themes and clusters"),
    "fit.override_end": say("let the rules decide themes and clusters again"),
    "acceptance.decide": say("decided the acceptance score"),
    "committee.convene": say("convened a committee on the acceptance score"),
    "committee.mark": say("handed in marks to the committee"),
    "committee.dissolve": say("dissolved the committee"),
    "veto.confirm": say("confirmed a veto"),
    "veto.lift": say("lifted a veto"),
    "contract.record": say("recorded a contract"),
    "contract.void": say("voided a contract"),
    "paid_in.record": say("recorded paid-in capital"),
    "paid_in.void": say("voided a paid-in entry"),
    "paid_in.voucher": say("brought the voucher of paid-in money"),
    "paid_in.check": say("checked the voucher of paid-in money"),
    "milestone.record": say("recorded a dated proof"),
    "milestone.void": say("voided a dated proof"),
    "stage.move": say("moved the stage"),
    "status.change": say("changed the status"),
    "landing.entity": say("recorded the local entity"),
    "landing.submit": say("handed in evidence"),
    "landing.verify": say("verified a leg"),
    "landing.reject": say("sent a leg back"),
    "landing.recognise": say("recognised the project as landed"),
    "landing.end": say("ended the recognition"),
    "landing.revoke": say("revoked the recognition"),
    "landing.recheck": say("re-checked the recognition"),
    "landing.suspend": say("suspended the recognition"),
    "landing.lift": say("lifted the suspension"),
    "landing.expire": say("marked evidence as expired"),
    "landing.certificate": say("took the certificate"),
}
NAMES = {
    "contact": say("Contact"),
    "shares": say("Shares"),
    "acceptance": say("Acceptance score"),
    "assessors": say("Assessors"),
    "veto": say("Veto"),
    "reason": say("Reason"),
    "kind": say("Kind"),
    "landed_on": say("Landed"),
    "counted_fen": say("Counts with"),
    "recheck": say("Re-check"),
    "recheck_due": say("To be re-checked by"),
    "suspended_on": say("Suspended since"),
    "ended_on": say("Ended on"),
    "valid_until": say("Holds until"),
    "same_file": say("Same file as in"),
    "happened_on": say("Day"),
    "document_no": say("Document number"),
    "file": say("File"),
    "contract.kind": say("Kind of contract"),
    "contract.signed_on": say("Signed on"),
    "contract.amount_fen": say("Contract amount"),
    "contract.counterpart": say("Signed with"),
    "contract.agreed_start_on": say("Agreed start"),
    "contract.agreed_completion_on": say("Agreed completion"),
    "contract.agreed_production_on": say("Agreed production"),
    "contract.note": say("Note"),
    "contract.carries": say("Carried support item"),
    "contract.voided": say("Voided, reason"),
    "paid_in.kind": say("What was paid"),
    "paid_in.paid_on": say("Paid on"),
    "paid_in.amount_fen": say("Amount paid in"),
    "paid_in.voucher_no": say("Voucher number"),
    "paid_in.note": say("Note"),
    "paid_in.outside_bps": say("From outside the city, hundredths of a per cent"),
    "paid_in.excess_reason": say("Why more than contracted"),
    "paid_in.check": say("Check of the voucher"),
    "paid_in.file": say("Voucher file"),
    "paid_in.voided": say("Voided, reason"),
    **{f"entity.{name}": text for name, text in FACT_LABELS.items()},
    **{f"leg.{leg}": text for leg, text in LEGS.items()},
}
UNTOLD = frozenset({"sha256", "contract.yearly_plan"})
"""What the trail keeps and the page need not say."""
CODES: dict[str, Mapping[str, Text]] = {
    "stage": STAGE_LABELS,
    "status": STATUS_LABELS,
    "contract.kind": CONTRACT_KINDS,
    "paid_in.kind": PAID_IN_KINDS,
    "paid_in.check": VERDICTS,
    "kind": MILESTONE_KINDS,
    "entity.kind": ENTITY_KINDS,
    "entity.taxpayer_status": TAXPAYER_STATUSES,
    "recheck": RECHECK_RESULTS,
    **{f"leg.{leg}": STATE_LABELS for leg in LEGS},
}


def history(entries: Iterable[Entry], names: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Return a lead's trail; `names` turns ids of units and people into names."""
    return [
        {
            "when": shanghai_time(entry.at).strftime("%Y-%m-%d %H:%M"),
            "who": entry.actor_name,
            "text": _sentence(entry),
            "tone": "refused" if entry.outcome == "refused" else "",
            "changes": [_change(change, names) for change in entry.changes if change["name"] not in UNTOLD],
        }
        for entry in entries
    ]


def _sentence(entry: Entry) -> str:
    what = render(ACTIONS.get(entry.action) or action_words(entry.action))
    if entry.outcome != "refused":
        return what
    # A place that held words was kept as its message id: a leg that was missing is named in the reader's language.
    whys = [
        render(Text(item["msgid"], {key: _(said) if said else "" for key, said in item["params"].items()}))
        if "msgid" in item else str(item["text"])
        for item in entry.findings
    ]
    return _("%(what)s — refused: %(why)s", what=what, why=" ".join(dict.fromkeys(whys)))


def _change(change: dict[str, Any], names: dict[str, dict[str, str]]) -> dict[str, str]:
    name = str(change["name"])
    return {
        "name": render(NAMES.get(name) or label_of(name)),
        "old": _value(name, change["old"], names),
        "new": _value(name, change["new"], names),
    }


def _value(name: str, value: Any, names: dict[str, dict[str, str]]) -> str:
    if value is None or value == "":
        return "—"
    if name in names:
        return names[name].get(str(value), str(value))
    if name in CODES:
        return render(CODES[name].get(str(value)) or str(value))
    return _shown(name, value)


def _shown(name: str, value: Any) -> str:
    """Show a plain value by its kind."""
    shape: dict[bool, Callable[[], str]] = {
        name in ("themes", "clusters"): lambda: render(labels(name, str(value))) or "—",
        name in BY_NAME and bool(BY_NAME[name].dictionary): lambda: render(label(BY_NAME[name].dictionary, str(value))),
        name.endswith("_fen") and isinstance(value, int): lambda: f"{show_wan(value)} {_('10k yuan')}",
        name == "land_cmu" and isinstance(value, int): lambda: show_hundredths(value),
        isinstance(value, bool): lambda: render(say("yes") if value else say("no")),
    }
    return shape[True]() if True in shape else str(value)
