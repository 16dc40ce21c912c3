"""Partners' hints: shut by default, by a secret link only, in quarantine until an officer decides."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from crm.accounts import operations
from crm.audit.models import AuditEntry
from crm.core.actor import Actor
from crm.core.clock import now, today
from crm.core.errors import Refusal
from crm.intake.models_partner import Partner, PartnerHint
from crm.intake.operations_partner import accept_hint, add_partner, decline_hint, open_form, take_hint
from crm.intake.queries_due_partner import waiting_hints
from crm.leads.models import Lead
from tests.web.cast import Cast, assemble, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

HINT: dict[str, Any] = {
    "name": "蓉凉冷链物流项目", "investor": "成都蓉凉物流有限公司", "investor_place": "成都市双流区",
    "content": "建设农产品冷链仓储中心，年周转10万吨", "investment_fen": "12000", "contact_name": "陈经理",
    "contact_phone": "028-85800000", "recommender": "双流区投促局 吴科长", "told": "y", "website": "",
}  # fmt: skip


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Give the cast of the pages."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()
    return assemble()


def who(cast: Cast, role: str) -> Actor:
    return Actor(cast.people[role], f"{role}员", frozenset({role}), cast.unit)


@pytest.fixture
def link(cast: Cast) -> str:
    """Give the address of an open partner's form."""
    open_form(is_open=True, by=who(cast, "admin"), at=now())
    return f"/partner/{add_partner('双流区投促局', by=who(cast, 'admin'), at=now())}"


def waiting() -> list[Any]:
    return list(PartnerHint.select().where(PartnerHint.state == "waiting").order_by(PartnerHint.id))


def test_it_is_shut_until_somebody_opens_it(client: FlaskClient, cast: Cast) -> None:
    code = add_partner("双流区投促局", by=who(cast, "admin"), at=now())
    assert client.get(f"/partner/{code}").status_code == 404
    assert client.post(f"/partner/{code}", data=HINT).status_code == 404
    with pytest.raises(Refusal):
        take_hint(code, HINT, at=now())
    open_form(is_open=True, by=who(cast, "admin"), at=now())
    assert client.get(f"/partner/{code}").status_code == 200
    assert client.get("/partner/nonsense").status_code == 404
    open_form(is_open=False, by=who(cast, "admin"), at=now())
    assert client.get(f"/partner/{code}").status_code == 404
    assert not waiting()


def test_a_hint_waits_and_is_no_lead(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data=HINT)
    assert answer.status_code == 200
    assert re.search(r"HB-\d{4}-\d{4}", answer.text)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    (row,) = waiting()
    assert json.loads(row.values)["investment_fen"] == 12_000 * 1_000_000
    assert set(json.loads(row.values)) == {
        "name", "investor", "investor_place", "content", "investment_fen", "contact_name", "contact_phone", "recommender",
    }  # fmt: skip
    assert Lead.select().count() == 0
    entry: Any = AuditEntry.get(AuditEntry.action == "partner.hint")
    assert (entry.actor_name, entry.door) == ("双流区投促局", "partner")


def test_the_same_hint_sent_twice_is_one(client: FlaskClient, link: str) -> None:
    numbers = {re.search(r"HB-\d{4}-\d{4}", client.post(link, data=HINT).text).group() for _place in range(3)}  # type: ignore[union-attr]
    assert len(numbers) == 1
    assert len(waiting()) == 1


def test_what_is_wrong_is_told_at_once_and_nothing_typed_is_lost(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data={**HINT, "name": "", "investment_fen": "很多", "contact_phone": "1", "told": ""})
    assert answer.status_code == 422
    for sentence in ("请填写此项。", "成都蓉凉物流有限公司", "很多"):
        assert sentence in answer.text
    assert not waiting()


def test_the_trap_and_the_size_keep_programs_out(client: FlaskClient, link: str) -> None:
    assert client.post(link, data={**HINT, "website": "http://spam.example"}).status_code == 200
    assert client.post(link, data={**HINT, "content": "x" * 70_000}).status_code == 413
    assert not waiting()


def test_so_many_an_hour_and_no_more(client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.intake.operations_partner.PER_HOUR", 2)
    answers = [client.post(link, data={**HINT, "name": f"第{place}个"}).status_code for place in range(3)]
    assert answers == [200, 200, 429]
    assert len(waiting()) == 2


def test_an_accepted_hint_is_a_project_of_the_cooperation(client: FlaskClient, link: str, cast: Cast) -> None:
    client.post(link, data=HINT)
    (row,) = waiting()
    sign_in(client, "officer")
    assert "蓉凉冷链物流项目" in client.get("/import/partners").text
    assert "028-85800000" in client.get(f"/import/partners/{row.id}").text
    answer = client.post(f"/import/partners/{row.id}/accept")
    lead: Any = Lead.get()
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert (lead.source, lead.unit_id, lead.owner_id) == ("chengdu_liangshan", cast.unit, cast.people["officer"])
    assert lead.recommender == "双流区投促局 吴科长"
    assert lead.investment_fen == 12_000 * 1_000_000
    assert lead.themes == "T5"
    kept = PartnerHint.get_by_id(row.id)
    assert (kept.state, kept.lead_id) == ("accepted", lead.id)
    assert json.loads(kept.values)["contact_phone"] is None
    assert client.post(f"/import/partners/{row.id}/accept").status_code == 409
    assert client.post(f"/import/partners/{row.id}/decline", data={"reason": "x"}).status_code == 409
    assert Lead.select().count() == 1


def test_a_look_alike_is_shown_and_asked_about(client: FlaskClient, link: str) -> None:
    client.post(link, data=HINT)
    client.post(link, data={**HINT, "content": "同名另一期"})
    first, second = waiting()
    sign_in(client, "officer")
    client.post(f"/import/partners/{first.id}/accept")
    assert "LD-" in client.get(f"/import/partners/{second.id}").text
    assert client.post(f"/import/partners/{second.id}/accept").status_code == 409
    assert Lead.select().count() == 1
    assert client.post(f"/import/partners/{second.id}/accept", data={"another_project": "y"}).status_code == 302
    assert Lead.select().count() == 2


def test_a_declined_hint_keeps_its_reason_and_no_person(client: FlaskClient, link: str) -> None:
    client.post(link, data=HINT)
    (row,) = waiting()
    sign_in(client, "manager")
    assert client.post(f"/import/partners/{row.id}/decline", data={"reason": " "}).status_code == 422
    assert client.post(f"/import/partners/{row.id}/decline", data={"reason": "不符合产业方向"}).status_code == 302
    kept = PartnerHint.get_by_id(row.id)
    assert (kept.state, kept.reason) == ("declined", "不符合产业方向")
    assert "陈经理" not in kept.values
    assert "吴科长" not in kept.values
    assert "不符合产业方向" in client.get("/import/partners?state=declined").text
    assert Lead.select().count() == 0


def test_a_waiting_hint_stands_on_the_list_of_things_to_do(client: FlaskClient, link: str, cast: Cast) -> None:
    client.post(link, data=HINT)
    (row,) = waiting()
    (line,) = waiting_hints(who(cast, "officer"), today())
    assert (line.label, line.light, line.args) == ("蓉凉冷链物流项目", "calm", {"hint_id": row.id})
    assert line.due_on >= today() + timedelta(days=3)
    assert waiting_hints(who(cast, "officer"), line.due_on)[0].light == "yellow"
    assert waiting_hints(who(cast, "officer"), line.due_on + timedelta(days=1))[0].light == "red"
    decline_hint(row.id, reason="重复", by=who(cast, "officer"), at=now())
    assert not waiting_hints(who(cast, "officer"), today())


def test_a_leader_without_a_unit_accepts_too(link: str, client: FlaskClient, cast: Cast) -> None:
    client.post(link, data=HINT)
    (row,) = waiting()
    chief = Actor(cast.people["manager"], "领导", frozenset({"manager"}), None)
    lead: Any = Lead.get_by_id(accept_hint(row.id, by=chief, at=now()))
    assert lead.source == "chengdu_liangshan"


def test_who_may_not_import_decides_nothing(link: str, client: FlaskClient, cast: Cast) -> None:
    client.post(link, data=HINT)
    (row,) = waiting()
    for role in ("liaison", "cadre", "auditor", "admin", "verifier"):
        with pytest.raises(Refusal) as refused:
            accept_hint(row.id, by=who(cast, role), at=now())
        assert refused.value.status == 403
        with pytest.raises(Refusal):
            decline_hint(row.id, reason="x", by=who(cast, role), at=now())
    with pytest.raises(Refusal):
        open_form(is_open=False, by=who(cast, "manager"), at=now())


def test_links_are_shown_once_renewed_and_closed(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    assert client.post("/settings/partners/switch", data={"is_open": "yes"}).status_code == 302
    page = client.post("/settings/partners", data={"name": "双流区投促局"}).text
    first = address(page)
    assert client.get(first).status_code == 200
    assert "/partner/" not in client.get("/settings/partners").text.replace("/settings/partners", "")
    assert client.post("/settings/partners", data={"name": "双流区投促局"}).status_code == 409
    row: Any = Partner.get()
    second = address(client.post(f"/settings/partners/{row.id}/renew").text)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    client.post(f"/settings/partners/{row.id}/close")
    assert client.get(second).status_code == 404


def address(page: str) -> str:
    found = re.search(r"(/partner/[\w-]+)</code>", page)
    assert found is not None
    return found.group(1)
