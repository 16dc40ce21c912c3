"""Workbooks made as long work, in the language of whoever ordered them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.words import speaking
from crm.jobs.registry import Handler, ResultFile, Step, Work
from crm.leads.queries_list import Ask
from crm.reports.operations import Produced, export_evaluation, export_pipeline
from crm.reports.rules_period import read_period

if TYPE_CHECKING:
    from collections.abc import Mapping

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _pipeline(work: Work, _nothing: None) -> Step:
    asked: Mapping[str, Any] = work.arguments
    with speaking(asked["locale"]):
        made = export_pipeline(
            Ask.of(asked["filters"]), by=work.by, at=work.at, as_of=_day(asked["as_of"]), known=_day(asked["known"])
        )
    return _finished(made)


def _evaluation(work: Work, _nothing: None) -> Step:
    with speaking(work.arguments["locale"]):
        made = export_evaluation(read_period(work.arguments["period"]), by=work.by, at=work.at)
    return _finished(made)


def _finished(made: Produced) -> Step:
    rows = len(made.rows)
    file = ResultFile(made.file_name, XLSX, made.data)
    return Step(done=rows, total=rows, finished=True, result={"rows": rows}, file=file)


HANDLERS = (
    Handler("export.pipeline", say("Pipeline ledger"), _pipeline, permission="report.export", most_attempts=3),
    Handler(
        "export.evaluation", say("Evaluation of seconded cadres"), _evaluation, permission="evaluation.export",
        most_attempts=3,
    ),
)  # fmt: skip
