"""Long work of scoring: re-assessing what older rules judged, and dry runs of a draft."""

from __future__ import annotations

from crm.core.errors import say
from crm.jobs.registry import Handler
from crm.scoring.operations_reassess import keep, work_out
from crm.scoring.operations_trial import keep_trial, try_batch

HANDLERS = (
    Handler("scoring.reassess", say("Assess anew by the rules in force"), keep, prepare=work_out,
            permission="rules.reassess"),
    Handler("scoring.trial", say("Dry run of a draft of rules"), keep_trial, prepare=try_batch,
            permission="rules.edit"),
)  # fmt: skip
