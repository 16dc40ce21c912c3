"""The description says what the interface does: made from the forms, read by strangers, tried by schemathesis."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import just
from schemathesis.checks import CHECKS

from crm.accounts.models_tokens import ApiToken
from crm.accounts.rules_tokens import SCOPES
from crm.api.calls import every
from crm.core.clock import now
from crm.files.operations import keep_files_in
from tests.api.conftest import Program, token_for
from tests.api.test_leads import GOOD
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast

EXAMPLES = 10
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
LEFT_OUT = {
    # A body can keep every rule of the schema and still break one of the trade (a date before another): 422 is right.
    "positive_data_acceptance",
}


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_description_is_open_and_whole(spec: dict[str, Any]) -> None:
    assert spec["openapi"] == "3.1.0"
    described = {(method, path) for path, calls in spec["paths"].items() for method in calls}
    assert len(described) == len(every())
    assert "在谈" not in str(spec["paths"]["/leads"]["get"]["parameters"][0]["schema"])


def test_what_the_form_asks_for_is_what_the_description_says(spec: dict[str, Any]) -> None:
    body = spec["paths"]["/leads"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name"]
    assert body["additionalProperties"] is False
    assert body["properties"]["name"]["maxLength"] == 120
    assert body["properties"]["name"]["title"] == "项目名称"
    assert {"const": "chengdu_liangshan", "title": "成凉合作"} in body["properties"]["source"]["oneOf"]
    assert {"version", "base", "client_key", "csrf_token"}.isdisjoint(body["properties"])
    patch = spec["paths"]["/leads/{lead_id}"]["patch"]["requestBody"]["content"]["application/json"]["schema"]
    assert "required" not in patch


def test_the_description_speaks_the_callers_language(client: FlaskClient, cast: Cast) -> None:
    english = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"}).get_json()
    assert english["paths"]["/leads"]["post"]["summary"] == "Enter a project"


def test_people_read_it_on_a_page(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "reviewer")
    page = client.get("/help/api").text
    for item in every():
        assert f"/api/v1{item.path.replace('<int:', '{').replace('<', '{').replace('>', '}')}" in page
    assert "investment_wan" in page
    assert all(scope in page for scope in SCOPES)


@pytest.mark.slow
def test_schemathesis_finds_nothing(app: Flask, client: FlaskClient, cast: Cast, tmp_path: Path) -> None:
    program = Program(client, token_for(cast, "manager"))
    leads = [
        program.post("/leads", {**GOOD, "name": f"第{place}个项目", "unit_id": cast.unit}).get_json()["id"]
        for place in range(3)
    ]
    keep_files_in(tmp_path)
    ApiToken.update(window_count=-10**6, window_at=now().replace(second=0, microsecond=0)).execute()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    checks = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
    seen: dict[int, int] = {}

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    def attempt(case: Any, mode: Any) -> None:
        ApiToken.update(window_count=-(10**6), window_at=now().replace(second=0, microsecond=0)).execute()
        if mode is MODES[0] and "lead_id" in case.path_parameters:
            case.path_parameters["lead_id"] = leads[len(seen) % 3]  # a number by chance would be no lead's
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"}, checks=checks)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1

    for result, mode in itertools.product(list(schema.get_all_operations()), MODES):
        given(case=result.ok().as_strategy(generation_mode=mode), mode=just(mode))(attempt)()
    assert {200, 201, 400, 404, 422} <= set(seen)
    assert sum(seen.values()) > EXAMPLES * len(every())
