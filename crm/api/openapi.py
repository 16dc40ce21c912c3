"""The interface described as OpenAPI 3.1, made from the table of calls and the forms that check them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apispec import APISpec

from crm.accounts.rules_tokens import SCOPES
from crm.api import calls
from crm.api.calls_statistics import STATISTICS_PLAIN, STATISTICS_SHAPES
from crm.api.forms_json import schema_of
from crm.api.rules import KEY, limit
from crm.api.shapes import FINDING, PLAIN, SHAPES
from crm.api.shapes_services import MORE_SHAPES
from crm.core.errors import Text, say
from crm.core.words import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.api.endpoints import Endpoint, Query

VERSION = "1.0.0"
PREFIX = "/api/v1"
PLACE = re.compile(r"<(?:(int):)?(\w+)>")
PROBLEM_TYPE = "application/problem+json"
LARGEST = 2**63 - 1
GROUPS = {
    "leads": say("Projects"),
    "moves": say("Stages and statuses"),
    "capital": say("Contracts and money"),
    "support": say("Support and review"),
    "approvals": say("Approvals"),
    "matters": say("Requests, complaints, talents, decisions"),
    "land": say("Land"),
    "statistics": say("Statistics"),
    "landing": say("Landing"),
    "cadres": say("Seconded cadres"),
    "work": say("Workbooks and long work"),
    "self": say("The token itself"),
}
PROBLEMS = {
    400: say("The call cannot be read."),
    401: say("No token, or one that is not valid any more."),
    403: say("The role or the token does not allow this."),
    404: say("There is no such thing, or it is not yours to see."),
    409: say("It contradicts what stands there now, or the key was used for another call."),
    412: say("The version of If-Match is not the present one."),
    413: say("The body is too large."),
    415: say("The body is of another kind than asked for."),
    422: say("Refused; every finding is told at once."),
    428: say("If-Match is missing."),
    429: say("Too many calls in this minute."),
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": FINDING},
        "reference": {"type": "string"},
    },
    "required": ["type", "title", "status", "errors"],
    "additionalProperties": False,
}
ABOUT = say(
    "The interface goes through the same forms, operations and rights as the pages: what a page refuses, it refuses "
    "with the same finding. Amounts are in 10,000 yuan, land in mu, days are days in Shanghai, moments are UTC. "
    "An unknown value is null, never 0."
)


def description() -> dict[str, Any]:
    """Return the whole description in the language of the request."""
    spec = APISpec(
        title=render(say("Luodi interface")), version=VERSION, openapi_version="3.1.0",
        info={"description": render(ABOUT)}, servers=[{"url": PREFIX}],
        tags=[{"name": code, "description": render(text)} for code, text in GROUPS.items()],
        security=[{"token": []}],
    )  # fmt: skip
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for shape in (*SHAPES, *MORE_SHAPES, *STATISTICS_SHAPES):
        spec.components.schema(shape.name, shape.schema())
    for name, schema in {**PLAIN, **STATISTICS_PLAIN, "Problem": PROBLEM}.items():
        spec.components.schema(name, schema)
    for status, text in PROBLEMS.items():
        content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        spec.components.response(f"Problem{status}", {"description": render(text), "content": content})
    for item in calls.every():
        spec.path(path=PLACE.sub(r"{\2}", item.path), operations={item.method.lower(): operation(item)})
    return dict(spec.to_dict())


def operation(item: Endpoint) -> dict[str, Any]:
    """Return one call as OpenAPI tells it."""
    told: dict[str, Any] = {
        "operationId": item.name,
        "summary": render(item.summary),
        "tags": [item.group],
        "parameters": list(_parameters(item)),
        "responses": {str(item.status): _success(item), **{
            str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in _refusals(item)
        }},
    }  # fmt: skip
    if item.scope:
        told["description"] = f"{render(say('The token needs'))} `{item.scope}`: {render(SCOPES[item.scope])}"
        told["x-scope"] = item.scope
    if item.tagged and item.method == "GET":
        told["responses"]["304"] = {"description": render(say("Unchanged since the version of If-None-Match"))}
    if item.form is not None:
        told["requestBody"] = _body(item)
    return told


def _refusals(item: Endpoint) -> Iterator[int]:
    yield from (400, 401, 403, 404, 429)
    if item.method != "GET":
        yield from (409, 413, 415, 422)
    if item.match:
        yield from (412, 428)


def _parameters(item: Endpoint) -> Iterator[dict[str, Any]]:
    for found in PLACE.finditer(item.path):
        number = {"type": "integer", "minimum": 1, "maximum": LARGEST}
        schema: dict[str, Any] = number if found[1] else {"type": "string", "minLength": 1}
        yield {"name": found[2], "in": "path", "required": True, "schema": schema}
    for query in item.query:
        yield {
            "name": query.name, "in": "query", "description": render(query.label), "schema": _query(query),
        }  # fmt: skip
    if item.match:
        text = render(say("The ETag of the version that you read"))
        yield {"name": "If-Match", "in": "header", "description": text, "schema": {"type": "string"}}
    if item.method == "POST":
        text = render(say("A key of your own: the same call sent again with it is done once"))
        schema = {"type": "string", "pattern": f"^{KEY.pattern}$"}
        yield {"name": "Idempotency-Key", "in": "header", "description": text, "schema": schema}


def _query(query: Query) -> dict[str, Any]:
    if query.codes is not None:
        return {"type": "string", "enum": list(query.codes)}
    if query.number is not None:
        low, high = query.number
        return {"type": "integer", "minimum": low, "maximum": high}
    schema: dict[str, Any] = {"type": "string", "maxLength": query.longest}
    if query.pattern:
        schema["pattern"] = f"^{query.pattern}$"
    return schema


def _success(item: Endpoint) -> dict[str, Any]:
    if item.gives == "file":
        content: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {"description": render(say("The file")), "content": content}
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{item.gives}"}
    if item.many:
        schema = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": schema}, "next": {"type": ["string", "null"]}},
            "required": ["items", "next"],
        }
    told: dict[str, Any] = {"description": render(item.summary), "content": {"application/json": {"schema": schema}}}
    if item.tagged:
        told["headers"] = {"ETag": {"description": render(say("The version")), "schema": {"type": "string"}}}
    return told


def _body(item: Endpoint) -> dict[str, Any]:
    form = item.form() if item.form else None
    schema = schema_of(form, partial=item.partial, without=item.without)
    if item.file:
        schema["properties"]["file"] = {"type": "string", "format": "binary"}
        schema["required"] = [*schema.get("required", []), "file"]
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return {"required": bool(schema.get("required")), "content": {"application/json": {"schema": schema}}}


def limits_in_words() -> list[Text]:
    """Return what one token may ask for, for the page."""
    return [
        say("%(n)s calls a minute for each token", n=limit("requests_per_minute")),
        say("at most %(n)s rows a page, then `next`", n=limit("page_most")),
        say("bodies up to %(n)s KB, evidence files up to 20 MB", n=limit("body_bytes") // 1024),
        say("an idempotency key is remembered for %(n)s hours", n=limit("idempotency_hours")),
    ]
