"""The forms of landing: the local entity, evidence, a verifier's answer, the end of a recognition."""

from __future__ import annotations

from wtforms import Form, HiddenField
from wtforms.validators import Optional

from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, LongField, WanField, at_most, required
from crm.landing.rules import (
    END_KINDS,
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEGS,
    RECHECK_RESULTS,
    TAXPAYER_STATUSES,
)

NONE = [("", say("—"))]
YES_NO = [*NONE, ("yes", say("yes")), ("no", say("no"))]


class EntityForm(Form):
    """The local entity's facts; empty is unknown."""

    version = HiddenField(validators=[Optional()])
    kind = CodeField(FACT_LABELS["kind"], [required], choices=list(ENTITY_KINDS.items()))
    name = LineField(FACT_LABELS["name"], [required, at_most(120)])
    uscc = LineField(FACT_LABELS["uscc"], [at_most(40)])
    address = LineField(FACT_LABELS["address"], [at_most(200)])
    registrar = LineField(FACT_LABELS["registrar"], [at_most(80)])
    registered_on = DayField(FACT_LABELS["registered_on"])
    capital_fen = WanField(FACT_LABELS["capital_fen"])
    tax_office = LineField(FACT_LABELS["tax_office"], [at_most(80)])
    taxpayer_status = CodeField(FACT_LABELS["taxpayer_status"], choices=[*NONE, *TAXPAYER_STATUSES.items()], default="")
    taxed_on = DayField(FACT_LABELS["taxed_on"])
    accounting = CodeField(FACT_LABELS["accounting"], choices=YES_NO, default="")
    books_kept_at = LineField(FACT_LABELS["books_kept_at"], [at_most(200)])
    statistics_relation = LineField(FACT_LABELS["statistics_relation"], [at_most(120)])
    increment_fen = WanField(FACT_LABELS["increment_fen"])
    note = LongField(FACT_LABELS["note"], [at_most(2000)])
    reason = LineField(say("Why it changes"), [at_most(200)])


class EvidenceForm(Form):
    """One version of evidence; the file itself comes beside the form."""

    leg = CodeField(say("Leg"), [required], choices=list(LEGS.items()))
    kind = CodeField(say("Document"), [required], choices=list(EVIDENCE_LABELS.items()))
    valid_until = DayField(say("The paper holds until (if it names an end)"))
    note = LongField(say("Note (a lawful zero is explained here)"), [at_most(1000)])


class RejectForm(Form):
    """Why a leg is sent back."""

    reason = LongField(say("Reason"), [required, at_most(500)])


class RecheckForm(Form):
    """What a yearly look at a recognition found."""

    result = CodeField(say("What the re-check found"), [required], choices=list(RECHECK_RESULTS.items()))
    reason = LongField(say("What was looked at, or what is in doubt"), [at_most(1000)])


class ReasonForm(Form):
    """Why a recognition is suspended, or why no longer."""

    reason = LongField(say("Reason"), [required, at_most(1000)])


class EndForm(Form):
    """How and why a recognition ends."""

    kind = CodeField(say("How it ends"), [required], choices=list(END_KINDS.items()))
    ended_on = DayField(say("Ended on"), [required])
    reason = LongField(say("Reason"), [required, at_most(1000)])
