"""Questions about the cooperation: where each standard stands, whom to call, works and what is paid, agreements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.cooperation.models import PartnerContact, SharingAgreement, StandardNote, Works, WorksProgress

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class NoteRow:
    """One judgement of a standard."""

    id: int
    standard: str
    verdict: str
    happened_on: date
    evidence: str
    next_step: str
    file_id: int | None
    by_name: str
    recorded_at: datetime


def standard_notes() -> dict[str, list[NoteRow]]:
    """Return the judgements of each standard, the one of the latest day first."""
    found: dict[str, list[NoteRow]] = {}
    for row in StandardNote.select().order_by(StandardNote.happened_on.desc(), StandardNote.id.desc()):
        found.setdefault(row.standard, []).append(
            NoteRow(row.id, row.standard, row.verdict, row.happened_on, row.evidence, row.next_step, row.file_id,
                    row.by_name, row.recorded_at)
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class ContactRow:
    """Somebody of the partner side."""

    id: int
    unit: str
    name: str
    post: str
    phone: str
    field: str


def partner_contacts() -> list[ContactRow]:
    """Return whom one may call, by unit."""
    query = PartnerContact.select().where(PartnerContact.ended_at.is_null()).order_by(
        PartnerContact.unit, PartnerContact.id
    )  # fmt: skip
    return [ContactRow(row.id, row.unit, row.name, row.post, row.phone, row.field) for row in query]


@dataclass(frozen=True)
class ProgressRow:
    """How far works had come on a day."""

    happened_on: date
    percent: int
    ours_paid_fen: int | None
    theirs_paid_fen: int | None
    note: str
    by_name: str


@dataclass(frozen=True)
class WorksRow:
    """A piece of infrastructure with its progress, the latest first."""

    id: int
    name: str
    kind: str
    park: str
    total_fen: int
    ours_fen: int | None
    theirs_fen: int | None
    basis: str
    planned_on: date | None
    note: str
    progress: tuple[ProgressRow, ...]


def all_works() -> list[WorksRow]:
    """Return the infrastructure that both sides pay for."""
    steps: dict[int, list[ProgressRow]] = {}
    order = (WorksProgress.happened_on.desc(), WorksProgress.id.desc())
    for row in WorksProgress.select().order_by(*order):
        steps.setdefault(row.works_id, []).append(
            ProgressRow(row.happened_on, row.percent, row.ours_paid_fen, row.theirs_paid_fen, row.note, row.by_name)
        )
    return [
        WorksRow(row.id, row.name, row.kind, row.park, row.total_fen, row.ours_fen, row.theirs_fen, row.basis,
                 row.planned_on, row.note, tuple(steps.get(row.id, ())))
        for row in Works.select().order_by(Works.id)
    ]  # fmt: skip


def works_named(works_id: int) -> str | None:
    """Return the name of a piece of infrastructure, or None."""
    row = Works.get_or_none(Works.id == works_id)
    return row.name if row else None


@dataclass(frozen=True)
class AgreementRow:
    """A sharing agreement, standing or voided."""

    id: int
    title: str
    ours: str
    theirs: str
    item: str
    ours_bps: int
    theirs_bps: int
    starts_on: date
    ends_on: date | None
    document_no: str
    file_id: int
    legal_basis: str
    by_name: str
    voided_at: datetime | None
    voided_by_name: str
    void_reason: str


def agreements() -> list[AgreementRow]:
    """Return all sharing agreements, the standing ones first."""
    order = (SharingAgreement.voided_at.is_null(False), SharingAgreement.starts_on.desc(), SharingAgreement.id)
    query = SharingAgreement.select().order_by(*order)
    return [
        AgreementRow(row.id, row.title, row.ours, row.theirs, row.item, row.ours_bps, row.theirs_bps, row.starts_on,
                     row.ends_on, row.document_no, row.file_id, row.legal_basis, row.by_name, row.voided_at,
                     row.voided_by_name, row.void_reason)
        for row in query
    ]  # fmt: skip


def own_file(file_id: int) -> bool:
    """Tell whether a file belongs to the cooperation."""
    noted = StandardNote.select().where(StandardNote.file_id == file_id).exists()
    return bool(noted or SharingAgreement.select().where(SharingAgreement.file_id == file_id).exists())
