"""What may be done for the cooperation: judge a standard, name partners, enter works and progress, keep agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.cooperation.models import PartnerContact, SharingAgreement, StandardNote, Works, WorksProgress
from crm.cooperation.rules import agreement_findings, cooperation, progress_findings, works_findings
from crm.core.clock import shanghai_date
from crm.core.errors import Refusal, refuse, say
from crm.files.queries import stored_file

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

EDIT = "cooperation.edit"
TEXTS = ("note", "basis", "park", "next_step", "post", "phone", "field", "legal_basis")


def judge_standard(values: dict[str, Any], *, by: Actor, at: datetime, file_id: int | None = None) -> int:
    """Record how far a standard is met on a day; earlier judgements stay on record."""
    with deed("cooperation.standard", by=by, at=at, kind="cooperation", label=values["standard"]) as doing:
        require(by, EDIT)
        if values["standard"] not in cooperation().standards:
            raise refuse("standard.unknown", say("There is no such standard."), "standard")
        if values["happened_on"] > shanghai_date(at):
            raise refuse("date.future", say("This day has not come yet."), "happened_on")
        made = StandardNote.create(**_kept(values, "standard", "verdict", "happened_on", "evidence", "next_step"),
                                   file_id=_known_file(file_id), **_who(by, at))  # fmt: skip
        doing.change("verdict", None, values["verdict"])
        doing.change("evidence", None, values["evidence"][:200])
        return int(made.id)


def add_contact(values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter somebody of the partner side."""
    with deed("cooperation.contact", by=by, at=at, kind="cooperation", label=values["name"]) as doing:
        require(by, EDIT)
        made = PartnerContact.create(**_kept(values, "unit", "name", "post", "phone", "field"), **_who(by, at))
        doing.change("unit", None, values["unit"])
        return int(made.id)


def end_contact(contact_id: int, *, by: Actor, at: datetime) -> None:
    """End a contact of the partner side; the row stays."""
    with deed("cooperation.contact_end", by=by, at=at, kind="cooperation") as doing:
        require(by, EDIT)
        row = PartnerContact.get_or_none(PartnerContact.id == contact_id)
        if row is None or row.ended_at is not None:
            raise refuse("contact.unknown", say("There is no such contact."), status=404)
        doing.on("cooperation", contact_id, row.name)
        PartnerContact.update(ended_at=at, ended_by_name=by.name).where(PartnerContact.id == contact_id).execute()


def add_works(values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter a piece of infrastructure; shares that do not add up are refused, unknown ones stay unknown."""
    with deed("cooperation.works", by=by, at=at, kind="cooperation", label=values["name"]) as doing:
        require(by, EDIT)
        findings = works_findings(values)
        if findings:
            raise Refusal(findings)
        names = ("name", "kind", "park", "total_fen", "ours_fen", "theirs_fen", "basis", "planned_on", "note")
        made = Works.create(**_kept(values, *names), **_who(by, at))
        for name in ("total_fen", "ours_fen", "theirs_fen"):
            doing.change(name, None, values.get(name))
        return int(made.id)


def record_progress(works_id: int, values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    """Record how far the works have come and what each side has paid."""
    with deed("cooperation.progress", by=by, at=at, kind="cooperation", thing_id=works_id) as doing:
        require(by, EDIT)
        row = Works.get_or_none(Works.id == works_id)
        if row is None:
            raise refuse("works.unknown", say("There are no such works."), status=404)
        doing.on("cooperation", works_id, row.name)
        Works.update(name=Works.name).where(Works.id == works_id).execute()  # the row lock on PostgreSQL
        last = (
            WorksProgress.select()
            .where(WorksProgress.works == works_id)
            .order_by(WorksProgress.happened_on.desc(), WorksProgress.id.desc())
            .first()
        )
        findings = progress_findings(
            values, last_percent=last.percent if last else 0, last_on=last.happened_on if last else None,
            today=shanghai_date(at), shares=(row.ours_fen, row.theirs_fen),
        )  # fmt: skip
        if findings:
            raise Refusal(findings)
        names = ("happened_on", "percent", "ours_paid_fen", "theirs_paid_fen", "note")
        made = WorksProgress.create(works=works_id, **_kept(values, *names), **_who(by, at))
        doing.change("percent", last.percent if last else None, values["percent"])
        return int(made.id)


def add_agreement(values: dict[str, Any], *, by: Actor, at: datetime, file_id: int | None) -> int:
    """Keep a sharing agreement with its document; ratios that are not the whole are refused."""
    with deed("cooperation.agreement", by=by, at=at, kind="cooperation", label=values["title"]) as doing:
        require(by, EDIT)
        findings = agreement_findings(values, has_file=_known_file(file_id) is not None)
        if findings:
            raise Refusal(findings)
        names = ("title", "ours", "theirs", "item", "ours_bps", "theirs_bps", "starts_on", "ends_on", "document_no",
                 "legal_basis")  # fmt: skip
        made = SharingAgreement.create(**_kept(values, *names), file_id=file_id, **_who(by, at))
        doing.change("ours_bps", None, values["ours_bps"])
        doing.change("document_no", None, values["document_no"])
        return int(made.id)


def void_agreement(agreement_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Void a sharing agreement with a reason; it stays on record."""
    with deed("cooperation.agreement_void", by=by, at=at, kind="cooperation", thing_id=agreement_id) as doing:
        require(by, EDIT)
        row = SharingAgreement.get_or_none(SharingAgreement.id == agreement_id)
        if row is None or row.voided_at is not None:
            raise refuse("agreement.unknown", say("There is no such agreement."), status=404)
        doing.on("cooperation", agreement_id, row.title)
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("void_reason", None, reason)
        SharingAgreement.update(voided_at=at, voided_by_name=by.name, void_reason=reason[:200]).where(
            SharingAgreement.id == agreement_id
        ).execute()


def _kept(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: ("" if name in TEXTS and values.get(name) is None else values.get(name)) for name in names}


def _who(by: Actor, at: datetime) -> dict[str, Any]:
    return {"by": by.person_id, "by_name": by.name, "recorded_at": at}


def _known_file(file_id: int | None) -> int | None:
    if file_id is None:
        return None
    if stored_file(file_id) is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), "file")
    return file_id
