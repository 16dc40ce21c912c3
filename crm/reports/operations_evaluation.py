"""Producing one person's form and dossier, closing a period, and changing the form's template."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import render
from crm.credit.operations_evaluation import close_period, replace_template
from crm.credit.queries_evaluation import own_template, period, period_named
from crm.files.operations import read, store
from crm.files.queries import stored_file
from crm.pipeline.operations_credit import settle_everything
from crm.reports.books_forms import annex_values, evidence_index, person_of
from crm.reports.operations import Produced, evaluation_figures
from crm.reports.operations_imprint import bureau_name
from crm.reports.queries_evaluation import figures
from crm.reports.rules_period import Period
from exports.plain_book import plain_book
from exports.word import FormError, fill, look_over

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from exports.word import FormReport

ANNEX = "annex"
FORM_NAME = say("Annex of results")
INDEX_NAME = say("Index of evidence")
DOSSIER_NAME = say("Personal dossier")


def own_form() -> bytes | None:
    """Return the bureau's own template of the annex, when one is in use and its file is there."""
    row = own_template(ANNEX)
    file = stored_file(row.file_id) if row else None
    return read(file.stored_name) if file else None


def _reached(cadre_id: int, by: Actor) -> None:
    """Refuse somebody else's form to a cadre; the organisation department and leaders take everybody's."""
    if by.person_id == cadre_id and may(by, "evaluation.own"):
        return
    require(by, "evaluation.export")


def _person(wanted: Period, cadre_id: int, at: datetime) -> tuple[dict[str, Any], dict[str, Any], bool]:
    found, closed = evaluation_figures(wanted, at=at, only=cadre_id)
    person = person_of(found, cadre_id)
    if person is None:
        text = say("This person has no posting, project or points in the period.")
        raise refuse("evaluation.nobody", text, status=404)
    return found, person, closed


def _annex(wanted: Period, cadre_id: int, at: datetime) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    found, person, closed = _person(wanted, cadre_id, at)
    opened = period_named(wanted.name)
    state = render(say("closed, figures frozen") if closed else say("draft"))
    values = annex_values(
        found, person, bureau=bureau_name(), state=state, at=at,
        fingerprint=opened.sha256 if opened and closed else render(say("draft")),
    )  # fmt: skip
    try:
        return fill(ANNEX, values, stamp=at, own=own_form()), found, person
    except FormError as error:
        raise Refusal(template_findings(error.report)) from error


def export_annex(wanted: Period, cadre_id: int, *, by: Actor, at: datetime) -> Produced:
    """Make one person's form of a period as a Word document."""
    with deed("report.evaluation", by=by, at=at, kind="report", label=wanted.name) as doing:
        _reached(cadre_id, by)
        data, found, person = _annex(wanted, cadre_id, at)
        doing.on("report", cadre_id, f"{wanted.name} {person['name']}")
        doing.change("kind", None, "form")
        name = f"{render(FORM_NAME)}_{person['name']}_{wanted.name}.docx"
        return Produced(data, name, person["projects"], wanted.name, date.fromisoformat(found["as_of"]))


def export_dossier(wanted: Period, cadre_id: int, *, by: Actor, at: datetime) -> Produced:
    """Make one person's dossier: the form, and the index of the evidence behind every point."""
    with deed("report.evaluation", by=by, at=at, kind="report", label=wanted.name) as doing:
        _reached(cadre_id, by)
        data, found, person = _annex(wanted, cadre_id, at)
        doing.on("report", cadre_id, f"{wanted.name} {person['name']}")
        doing.change("kind", None, "dossier")
        heads, rows = evidence_index(person)
        out = BytesIO()
        moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in (
                (f"{render(FORM_NAME)}.docx", data),
                (f"{render(INDEX_NAME)}.xlsx",
                 plain_book(heads, rows, title=render(INDEX_NAME))),
            ):  # fmt: skip
                archive.writestr(zipfile.ZipInfo(name, moment), part, compress_type=zipfile.ZIP_DEFLATED)
        name = f"{render(DOSSIER_NAME)}_{person['name']}_{wanted.name}.zip"
        return Produced(out.getvalue(), name, rows_of(person), wanted.name, date.fromisoformat(found["as_of"]))


def rows_of(person: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines behind a person's points."""
    return list(person["lines"])


def close(period_id: int, *, by: Actor, at: datetime) -> str:
    """Close a period: everything is settled first, then the figures are frozen; returns their fingerprint."""
    require(by, "evaluation.manage")
    settle_everything(at=at)
    row = period(period_id)
    wanted = Period(row.name, row.starts_on, row.ends_on) if row else None

    def collect(last: int) -> dict[str, Any]:
        if wanted is None:
            raise refuse("period.unknown", say("There is no such evaluation period."), status=404)
        return figures(wanted, today=shanghai_date(at), until=last, opened=row)

    return close_period(period_id, collect, by=by, at=at)


def template_findings(report: FormReport) -> list[Finding]:
    """Say what is wrong with a template: what it asks for in vain, or why it cannot be read."""
    found = []
    if report.broken:
        text = say("The template cannot be used: %(why)s", why=report.broken)
        found.append(Finding("template.broken", text, "file"))
    if report.unknown:
        text = say("The template asks for fields that do not exist: %(names)s.", names=list(report.unknown))
        found.append(Finding("template.unknown", text, "file"))
    return found


def change_template(data: bytes, name: str, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Put a checked template in the place of the shipped one; returns the fields that it leaves out."""
    require(by, "evaluation.manage")
    report = look_over(ANNEX, data)
    findings = template_findings(report)
    file_id = 0 if findings else store(data, name=name, purpose="template", by=by, at=at)
    replace_template(
        ANNEX, file_id=file_id, sha256=hashlib.sha256(data).hexdigest(), name=name, findings=findings, by=by, at=at
    )
    return report.missing
