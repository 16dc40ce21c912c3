"""Exporting disagreement with the fit rules; who, what filter and how many rows go into the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.words import gettext as _
from crm.scoring.queries_disagree import disagreements
from exports.plain_book import plain_book

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def export_disagreements(*, code: str, rule: str, by: Actor, at: datetime) -> bytes:
    """Write the listed disagreements as a workbook: both opinions as codes, the reason, phrases and rules."""
    with deed("fit.disagreements_export", by=by, at=at, kind="report", label="disagreements") as doing:
        require(by, "report.export")
        rows = disagreements(by, code=code, rule=rule)
        doing.change("filter", None, " ".join(filter(None, (code, rule))) or None)
        doing.change("rows", None, len(rows))
        header = [
            _("Number"), _("Project name"), _("What is built"), _("Themes by the rules"), _("Clusters by the rules"),
            _("Themes decided"), _("Clusters decided"), _("Reason"), _("By whom"), _("Day"), _("Version of the rules"),
            _("Phrases that counted"), _("Rules that spoke"),
        ]  # fmt: skip
        lines = [
            [
                row.number, row.name, row.content, ";".join(row.machine_themes), ";".join(row.machine_clusters),
                ";".join(row.person_themes), ";".join(row.person_clusters), row.reason, row.by_name,
                shanghai_date(row.at).isoformat(), row.version, "、".join(row.phrases), "、".join(row.rules),
            ]
            for row in rows
        ]  # fmt: skip
        return plain_book(header, lines, title=_("Disagreements"))
