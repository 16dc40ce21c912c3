"""Questions about support items: who sees which, what stands open before a signature, one item whole."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL

from crm.accounts.models import Unit
from crm.accounts.rules import scope
from crm.core.clock import today
from crm.core.errors import Finding, say
from crm.core.look import once_a_look
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.support.models import KeyEnterprise, SupportItem, SupportReview
from crm.support.rules import BEFORE_SIGNING, KEY_LIST, SUPPORT, Standing, cleared, is_open, waits_for
from crm.support.rules_marks import holding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from crm.core.actor import Actor

BATCH = 500


@dataclass(frozen=True)
class ItemRow:
    """One item as lists and pages show it; the lead is named, never opened from here."""

    id: int
    subject: str
    lead_id: int | None
    lead_number: str
    lead_name: str
    lead_unit_id: int | None
    park: str
    unit_id: int | None
    unit_name: str
    kind: str
    measure: str
    rule_version: str
    title: str
    legal_basis: str
    beneficiary: str
    condition: str
    amount_fen: int | None
    starts_on: date | None
    ends_on: date | None
    facts: dict[str, Any]
    step: str
    state: str
    edition: int
    first_opinion: str
    unheard_reason: str
    sent_at: datetime | None
    sent_by_name: str
    conclusion: str
    cleared_edition: int | None
    cleared_until: date | None
    contract_id: int | None
    agreed_on: date | None
    proposed_by_id: int | None
    proposed_by_name: str
    proposed_at: datetime
    updated_at: datetime

    @property
    def standing(self) -> Standing:
        """Return what decides whether it may be carried."""
        return Standing(self.id, self.subject, self.title, self.state, self.edition, self.conclusion,
                        self.cleared_edition, self.cleared_until, self.sent_at)  # fmt: skip

    @property
    def cleared(self) -> bool:
        """Tell whether it may be carried today."""
        return cleared(self.standing, today())


def reachable(by: Actor, permission: str = "support.view") -> Any:
    """Return the clause that keeps the items a permission reaches: of the own unit, of leads that are seen, or all."""
    reach = scope(by, permission)
    if reach == "all":
        return SQL("1 = 1")
    if reach == "none":
        return SQL("1 = 0")
    leads = Lead.select(Lead.id).where(visible(by, permission))
    of_leads = SupportItem.lead.in_(leads)
    return (SupportItem.unit == by.unit_id) | of_leads if reach == "unit" else of_leads


def selected() -> Any:
    """Return the statement that every list of items begins with."""
    return (
        SupportItem.select(
            SupportItem, Lead.number, Lead.name, Lead.unit.alias("lead_unit"), Unit.name.alias("unit_name")
        )
        .left_outer_join(Lead, on=(SupportItem.lead == Lead.id))
        .left_outer_join(Unit, on=(SupportItem.unit == Unit.id))
    )  # fmt: skip


def row_of(row: dict[str, Any]) -> ItemRow:
    """Return one item of a selected row."""
    return ItemRow(
        row["id"], row["subject"], row["lead"], row["number"] or "", row["name"] or "", row["lead_unit"], row["park"],
        row["unit"], row["unit_name"] or "", row["kind"], row["measure"], row["rule_version"], row["title"],
        row["legal_basis"], row["beneficiary"], row["condition"], row["amount_fen"], row["starts_on"], row["ends_on"],
        json.loads(row["facts"] or "{}"), row["step"], row["state"], row["edition"], row["first_opinion"],
        row["unheard_reason"], row["sent_at"], row["sent_by_name"], row["conclusion"], row["cleared_edition"],
        row["cleared_until"], row["contract_id"], row["agreed_on"], row["proposed_by"], row["proposed_by_name"],
        row["proposed_at"], row["updated_at"],
    )  # fmt: skip


def item(item_id: int, by: Actor | None = None, permission: str = "support.view") -> ItemRow | None:
    """Return one item, when a permission reaches it."""
    query = selected().where(SupportItem.id == item_id)
    found = list((query.where(reachable(by, permission)) if by else query).dicts())
    return row_of(found[0]) if found else None


@once_a_look
def items_of(lead_id: int) -> list[ItemRow]:
    """Return the support items of a lead, the newest first."""
    query = selected().where((SupportItem.lead == lead_id) & (SupportItem.subject == SUPPORT))
    return [row_of(row) for row in query.order_by(SupportItem.id.desc()).dicts()]


def items_of_contract(contract_id: int) -> list[ItemRow]:
    """Return the items that a contract carries."""
    query = selected().where(SupportItem.contract_id == contract_id).order_by(SupportItem.id)
    return [row_of(row) for row in query.dicts()]


# --- before a signature


def open_items(lead_id: int, on: date | None = None) -> list[ItemRow]:
    """Return the items of a lead that no signed contract may carry yet: not reviewed, or an exception that lapsed."""
    return [row for row in items_of(lead_id) if is_open(row.standing, on or today())]


def leads_with_open_items(lead_ids: list[int], on: date | None = None) -> set[int]:
    """Return which of several leads have an open item."""
    found: set[int] = set()
    for start in range(0, len(lead_ids), BATCH):
        query: Any = SupportItem.select(
            SupportItem.id, SupportItem.lead, SupportItem.subject, SupportItem.title, SupportItem.state,
            SupportItem.edition, SupportItem.conclusion, SupportItem.cleared_edition, SupportItem.cleared_until,
        ).where(
            SupportItem.lead.in_(lead_ids[start : start + BATCH]) & (SupportItem.subject == SUPPORT)
            & SupportItem.state.in_(BEFORE_SIGNING)
        )  # fmt: skip
        for row in query.dicts():
            one = Standing(row["id"], row["subject"], row["title"], row["state"], row["edition"], row["conclusion"],
                           row["cleared_edition"], row["cleared_until"])  # fmt: skip
            if is_open(one, on or today()):
                found.add(int(row["lead"]))
    return found


def against_signing(lead_id: int, texts: Iterable[str] = (), on: date | None = None) -> list[Finding]:
    """Return everything that keeps a paper of a lead from being signed: the one gate of §8 behind every door.

    Open items, marked or not; and a marked clause that somebody writes into the paper's note instead of an item.
    """
    day = on or today()
    found = []
    for row in open_items(lead_id, day):
        text = say(
            "Support item “%(title)s” may not stand in a signed contract: %(why)s. Have its review concluded, or "
            "withdraw it.",
            title=row.title, why=waits_for(row.standing, day),
        )  # fmt: skip
        found.append(Finding("support.open", text, "carries", f"/support/{row.id}"))
    reviewed = [row.condition for row in items_of(lead_id) if cleared(row.standing, day)]
    for text_ in texts:
        for hit in holding(text_):
            if any(hit.text in clause for clause in reviewed):
                continue
            sentence = say(
                "“%(words)s” reads like a promise of support (%(cited)s). Enter it as a support item and have it "
                "reviewed; it does not go into a note.",
                words="".join(hit.text.split())[:60], cited=hit.mark.cited,
            )  # fmt: skip
            found.append(Finding("support.unreviewed_words", sentence, "note"))
    return found


def to_carry(lead_id: int, on: date | None = None) -> list[ItemRow]:
    """Return the reviewed items that a new contract of a lead carries."""
    day = on or today()
    return [row for row in reversed(items_of(lead_id)) if row.state == "reviewed" and cleared(row.standing, day)]


# --- parks


@dataclass(frozen=True)
class KeyRow:
    """One enterprise of the list in force of a park."""

    park: str
    name: str
    uscc: str
    reason: str
    list_id: int
    since: date | None
    criteria: str
    basis: str
    document_no: str


def key_enterprises(park: str) -> list[KeyRow]:
    """Return the key-support enterprises of a park: only of a list whose review stands (domain.md §2, §8)."""
    return key_enterprises_of([park]).get(park, [])


def key_enterprises_of(parks: Iterable[str]) -> dict[str, list[KeyRow]]:
    """Return the key-support enterprises in force of several parks, in the order of their lists."""
    query: Any = (
        KeyEnterprise.select(
            SupportItem.park, KeyEnterprise.name, KeyEnterprise.uscc, KeyEnterprise.reason, SupportItem.id,
            SupportItem.agreed_on, SupportItem.condition, SupportItem.legal_basis, SupportReview.document_no,
            SupportItem.cleared_until,
        )
        .join(SupportItem, on=(KeyEnterprise.item == SupportItem.id))
        .left_outer_join(SupportReview, on=((SupportReview.item == SupportItem.id) & SupportReview.voided_at.is_null()))
        .where(
            SupportItem.park.in_(list(parks)) & (SupportItem.subject == KEY_LIST) & (SupportItem.state == "in_force")
            & (KeyEnterprise.edition == SupportItem.edition) & (SupportItem.cleared_edition == SupportItem.edition)
        )
        .order_by(SupportItem.park, KeyEnterprise.position, SupportReview.id.desc())
    )  # fmt: skip
    found: dict[str, list[KeyRow]] = defaultdict(list)
    for *facts, until in query.tuples():
        row = KeyRow(*facts)
        if (until is None or until >= today()) and all(known.name != row.name for known in found[row.park]):
            found[row.park].append(row)
    return dict(found)
