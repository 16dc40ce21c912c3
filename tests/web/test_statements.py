"""How many statements the busiest pages ask: a number that does not grow with what they show, and only falls."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast as story
from tests.cast import AT

LIST = 6
DETAIL = 24
CADRE = 25


@pytest.fixture
def asked(db: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the reading statements in the order in which they were asked."""
    found: list[str] = []
    handle = db.obj
    plain = handle.execute_sql

    def told(sql: str, *given: Any, **named: Any) -> Any:
        if sql.startswith("SELECT"):
            found.append(sql)
        return plain(sql, *given, **named)

    monkeypatch.setattr(handle, "execute_sql", told)
    return found


def statements(client: Any, asked: list[str], path: str) -> int:
    """Return how many statements a page asks once it is warm."""
    assert client.get(path).status_code == 200
    asked.clear()
    assert client.get(path).status_code == 200
    return len(asked)


def test_the_list_asks_the_same_for_one_and_for_many(app: Any, db: Any, asked: list[str]) -> None:
    people = story.assemble()
    story.lead(people)
    client = story.entered(app, people.chen)
    one = statements(client, asked, "/leads")
    for n in range(12):
        story.lead(people, name=f"第{n}个", stage="signed")
    assert statements(client, asked, "/leads") == one <= LIST


def test_a_project_asks_the_same_with_a_little_and_with_much_on_record(app: Any, db: Any, asked: list[str]) -> None:
    from crm.capital.operations import record_contract, record_paid_in
    from crm.capital.rules import PAID_IN_KINDS
    from crm.leads.operations_facts import record_contact
    from tests.pipeline.test_refusals import CONTACT, MONEY

    people = story.assemble()
    lead_id = story.ready(people)
    money = {**MONEY, "kind": next(iter(PAID_IN_KINDS))}
    record_paid_in(lead_id, money, by=people.zhang, at=AT)
    record_contact(lead_id, dict(CONTACT), by=people.zhang, at=AT)
    client = story.entered(app, people.chen)
    little = statements(client, asked, f"/leads/{lead_id}")
    for n in range(5):
        record_contract(lead_id, story.contract(kind="supplementary", amount_fen=n + 1, note="补充"), by=people.zhang,
                        at=AT)  # fmt: skip
        record_paid_in(lead_id, {**money, "voucher_no": f"v{n}"}, by=people.zhang, at=AT)
        record_contact(lead_id, {**CONTACT, "text": f"第{n}次"}, by=people.zhang, at=AT)
    many = statements(client, asked, f"/leads/{lead_id}")
    assert many == little <= DETAIL


def test_a_cadres_page_asks_the_same_for_a_few_and_for_many_projects(app: Any, db: Any, asked: list[str]) -> None:
    from tests.credit.story import credited

    people = story.assemble()

    def report(name: str) -> None:
        for stage in ("lead", "qualified", "negotiating", "signed", "started"):
            credited(people, name=f"{name}{stage}", investor=f"{name}{stage}公司", stage=stage)

    report("甲")
    client = story.entered(app, people.sun)
    few = statements(client, asked, "/cadres")
    for name in "乙丙丁":
        report(name)
    assert statements(client, asked, "/cadres") == few <= CADRE
