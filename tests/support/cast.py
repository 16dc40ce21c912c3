"""The story of support tests: zhang of 招商 proposes, bai of the market regulator reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import cast as story
from tests.cast import AT, DAY

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f03000500"
    "01ff8a5c3e3a0000000049454e44ae426082"
)
TEN_YEARS = "乙方注册地址十年内不得迁出西昌市。"
PLAIN = "甲方指派专人协助乙方办理项目备案、环评和施工许可手续。"


def reviewer(name: str = "bai", unit_id: int | None = None) -> Any:
    """Enter a reviewer, of the market regulator unless said otherwise."""
    from crm.accounts.models import Unit

    market = Unit.get_or_none(Unit.code == "market")
    place = unit_id or (market.id if market else story.unit("market", "市场监管局", "market"))
    return story.person(name, f"白审查{name}", "reviewer", place)


def texts(**others: Any) -> dict[str, Any]:
    """Return the text of an item that lacks nothing."""
    return {
        "kind": "approval", "measure": "", "title": "专人代办手续", "legal_basis": "《优化营商环境条例》第十九条",
        "beneficiary": "全市所有新建工业项目", "condition": PLAIN, "amount_fen": None, "starts_on": DAY,
        "ends_on": DAY + timedelta(days=365), **others,
    }  # fmt: skip


def proposed(people: story.Cast, lead_id: int, **others: Any) -> int:
    """Propose an item by zhang."""
    from crm.support.operations import propose

    return propose(texts(**others), lead_id=lead_id, by=people.zhang, at=AT)


def sent(people: story.Cast, lead_id: int, **others: Any) -> int:
    """Propose an item and hand it in."""
    from crm.support.operations_review import hear, send

    item_id = proposed(people, lead_id, **others)
    hear(item_id, {"who": "市食品行业协会", "heard_on": DAY, "how": "meeting", "said": "无意见"}, by=people.zhang, at=AT)
    send(item_id, first_opinion="未见排除竞争的内容。", by=people.zhang, at=AT)
    return item_id


def conclusion(**others: Any) -> dict[str, Any]:
    """Return a conclusion that lacks nothing."""
    return {
        "conclusion": "allowed", "concluded_on": DAY, "opinion": "普遍适用，不违反条例第八至十条。",
        "document_no": "西市监审〔2026〕7号", "asked_change": "", "ground": "", "no_milder": "", "exception_until": None,
        "end_conditions": "", **others,
    }  # fmt: skip


EXCEPTION: Any = {
    "conclusion": "exception", "ground": "public", "no_milder": "已比较普惠补助，无法达到减排目标",
    "exception_until": DAY + timedelta(days=40), "end_conditions": "碳排放强度达标即终止",
}  # fmt: skip


def concluded(item_id: int, by: Any, *, edition: int = 1, **others: Any) -> int:
    """Conclude a review by somebody."""
    from crm.support.operations_review import conclude

    return conclude(item_id, conclusion(**others), edition=edition, file_id=story.evidence_file(by, f"opinion-{item_id}"),
                    by=by, at=AT)  # fmt: skip


def state(item_id: int) -> Any:
    """Return an item's row."""
    from crm.support.models import SupportItem

    return SupportItem.get_by_id(item_id)


def tables() -> dict[str, list[Any]]:
    """Return everything in this room's tables and the trade's, to show that a refusal left them alone."""
    from crm.support import models

    names = ("SupportItem", "SupportText", "SupportHearing", "SupportReview", "SupportEvent", "KeyEnterprise",
             "ParkIndustries", "OldPaper", "OldClause", "OldClauseStep")  # fmt: skip
    found = {name: list(getattr(models, name).select().order_by(getattr(models, name).id).tuples()) for name in names}
    return {**found, **story.business()}


def rule_sent(kind: str, by: Any, version: str = "") -> int:
    """Hand a version of a rule of the city in (its draft when none is named), as far as the reviewer's desk."""
    from crm.reports.operations_rules import hand_in
    from crm.support.operations_review import send

    item_id = hand_in(kind, version, by=by, at=AT)
    if state(item_id).sent_at is None:
        send(item_id, first_opinion="不以注册地、迁移、纳税地为条件。", unheard_reason="内部规则", by=by, at=AT)
    return item_id


def rule_reviewed(kind: str, by: Any, version: str = "", **others: Any) -> int:
    """Take a version of a rule through its review."""
    item_id = rule_sent(kind, by, version)
    concluded(item_id, _market(), edition=state(item_id).edition, **others)
    return item_id


def _market() -> Any:
    from crm.accounts.models import Person

    known = Person.get_or_none(Person.login == "market-bai")
    if known is None:
        return reviewer("market-bai")
    from crm.core.actor import Actor

    return Actor(known.id, known.name, frozenset({"reviewer"}), known.unit_id)
