"""The page about the interface, made from the same description that programs read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from crm.accounts.rules_tokens import SCOPES
from crm.api.calls import every
from crm.api.openapi import GROUPS, PREFIX, description, limits_in_words
from crm.core.web import needs, render

blueprint = Blueprint("api_pages", __name__)


@blueprint.get("/help/api")
@needs("self")
def read() -> str:
    """Show every call with what it asks for and gives."""
    spec = description()
    groups = [
        {"code": code, "title": title, "calls": [_call(item, spec) for item in every() if item.group == code]}
        for code, title in GROUPS.items()
    ]
    return render(
        "api/read.html", groups=groups, scopes=SCOPES, limits=limits_in_words(), prefix=PREFIX,
        about=spec["info"]["description"], base=request.host_url.rstrip("/"),
    )  # fmt: skip


def _call(item: Any, spec: dict[str, Any]) -> dict[str, Any]:
    path = item.path.replace("<int:", "{").replace("<", "{").replace(">", "}")
    told = spec["paths"][path][item.method.lower()]
    content: dict[str, Any] = next(iter(told.get("requestBody", {}).get("content", {}).values()), {})
    schema = content.get("schema", {})
    needed = set(schema.get("required", ()))
    return {
        "method": item.method, "path": path, "summary": told["summary"], "scope": item.scope, "status": item.status,
        "gives": item.gives, "many": item.many, "match": item.match, "file": item.file,
        "query": [row for row in told["parameters"] if row["in"] == "query"],
        "fields": [
            {"name": name, "title": field.get("title", ""), "must": name in needed, **_shown(field)}
            for name, field in schema.get("properties", {}).items()
        ],
    }  # fmt: skip


def _shown(field: dict[str, Any]) -> dict[str, Any]:
    codes = [item for item in field.get("oneOf", field.get("items", {}).get("oneOf", ())) if "const" in item]
    kinds = field.get("type", "object" if "anyOf" in field else "string")
    kind = kinds if isinstance(kinds, str) else " | ".join(kinds)
    return {"kind": kind, "codes": codes, "longest": field.get("maxLength"), "hint": field.get("description", "")}
