"""The forms of moves, statuses and dated proofs."""

from __future__ import annotations

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, LongField, at_most, required
from crm.leads.rules import STAGE_LABELS
from crm.pipeline.rules import MILESTONE_KINDS


class MoveForm(Form):
    """When a stage was really reached, and a word on it."""

    happened_on = DayField(say("The day it really happened"), [required])
    reason = LongField(say("Note"), [at_most(1000)])


class StatusForm(Form):
    """A change of status with its reason."""

    status = CodeField(say("Status"), [required])
    happened_on = DayField(say("The day it really happened"), [required])
    lost_to = LineField(say("Where the project went (when lost)"), [at_most(80)])
    reason = LongField(say("Reason"), [required, at_most(200)])


class MilestoneForm(Form):
    """A dated proof of works."""

    kind = CodeField(say("Kind of proof"), [required], choices=list(MILESTONE_KINDS.items()))
    happened_on = DayField(say("Date of the document"), [required])
    document_no = LineField(say("Number or name of the document"), [required, at_most(120)])
    note = LineField(say("Note"), [at_most(200)])


class RecogniseForm(Form):
    """Only the decision itself; the gate asks for everything else."""


class OwnerForm(Form):
    """Another officer in charge."""

    owner_id = CodeField(say("Officer in charge"), [required])


class NextForm(Form):
    """What is to be done next."""

    next_steps = LongField(say("Next steps"), [required, at_most(4000)])


class StageForm(MoveForm):
    """A move of several projects to one stage."""

    to = CodeField(say("Stage"), [required], choices=list(STAGE_LABELS.items()))
