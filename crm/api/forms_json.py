"""JSON read by the forms of the pages: same class, same checks, same findings; and those forms described."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, SelectMultipleField

from crm.api.rules import outside
from crm.capital.forms import PlanField
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.forms import CodeField, CountField, DayField, HundredthsField, WanField
from crm.core.words import render

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD_JSON = 400
DEEPEST_EXPONENT = 30
NUMBERS = (WanField, HundredthsField, CountField)
MACHINE = frozenset({"csrf_token", "version", "base", "client_key"})
"""What only pages send; the interface has headers for it."""


class Number(str):
    """A JSON number as it was written: nothing is lost on its way to the form."""

    __slots__ = ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; refuses what is none, a name given twice, and numbers that are none."""
    try:
        found = json.loads(
            body.decode(), parse_float=Number, parse_int=Number, parse_constant=_no_number, object_pairs_hook=_once
        )
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise refuse("body.unreadable", say("The body must be one JSON object in UTF-8."), status=BAD_JSON)
    return found


def fields_of(form: Any, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a form's fields by the names they have outside, without those that only pages need."""
    return {
        outside(field.name): field for field in form if field.name not in MACHINE and field.name not in without
    }


def typed(form: Any, body: Mapping[str, Any], without: frozenset[str] = frozenset()) -> MultiDict[str, str]:
    """Turn a JSON object into what a person would have typed into the form; refuses every wrong kind at once."""
    fields, findings = fields_of(form, without), []
    found: MultiDict[str, str] = MultiDict()
    for name, value in body.items():
        field = fields.get(name)
        if field is None:
            text = say("There is no field %(name)s here.", name=name[:60])
            findings.append(Finding("field.unknown", text, name[:60].encode(errors="replace").decode()))
            continue
        texts = _texts(field, value)
        if texts is None:
            text = say("This value is of the wrong kind: %(kind)s is asked for.", kind=_kind(field))
            findings.append(Finding("field.kind", text, field.name))
        else:
            found.setlist(field.name, texts)
    if findings:
        raise Refusal(findings)
    return found


def _kind(field: Any) -> Any:
    if isinstance(field, BooleanField):
        return say("true or false")
    if isinstance(field, NUMBERS):
        return say("a number")
    if isinstance(field, SelectMultipleField):
        return say("a list of codes")
    return say("a text")


def _texts(field: Any, value: Any) -> list[str] | None:
    """Return a JSON value as typed texts; None when a form could not have brought it."""
    if isinstance(field, BooleanField):
        return (["y"] if value else []) if isinstance(value, bool) else None
    if isinstance(field, SelectMultipleField):
        listed = isinstance(value, list) and all(type(item) is str for item in value)
        return value if listed else None
    if value is None:
        return [""]
    if isinstance(field, PlanField) and isinstance(value, dict):
        if not all(isinstance(amount, Number) for amount in value.values()):
            return None
        return ["\n".join(f"{year}: {_plain(amount)}" for year, amount in value.items())]
    if isinstance(value, Number):
        by_id = isinstance(field, CodeField) and field.name.endswith("_id")
        return [_plain(value)] if isinstance(field, NUMBERS) or by_id else None
    return [value] if isinstance(value, str) else None


def _plain(number: Number) -> str:
    """Write 1e5 as 100000; what is too large stays as it is and is refused by the field."""
    if "e" not in number.lower():
        return str(number)
    value = Decimal(number)
    return f"{value:f}" if abs(value.adjusted()) < DEEPEST_EXPONENT else str(number)


# --- the same forms, described


def schema_of(form: Any, *, partial: bool = False, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a form as JSON Schema: kinds, required, longest texts, codes with their words."""
    fields = fields_of(form, without)
    needed = [name for name, field in fields.items() if field.flags.required and field.default is None]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: describe(field) for name, field in fields.items()},
        "additionalProperties": False,
    }
    if needed and not partial:
        schema["required"] = needed
    return schema


def describe(field: Any) -> dict[str, Any]:
    """Return one field as JSON Schema."""
    told = {"title": render(field.label.text)}
    must = bool(field.flags.required)
    if isinstance(field, BooleanField):
        return {**told, "type": "boolean"}
    if isinstance(field, SelectMultipleField):
        return {**told, "type": "array", "items": {"type": "string", "oneOf": _codes(field)}}
    if isinstance(field, (SelectField,)):
        if field.name.endswith("_id"):
            hint = render(say("The id of an offered one"))
            return {**told, "type": ["integer", "string", "null"], "description": hint}
        codes = _codes(field)
        blank = any(code == "" for code, *_rest in field.iter_choices())
        return {**told, "oneOf": codes} if must or not blank else {**told, "oneOf": [*codes, {"type": "null"}]}
    if isinstance(field, PlanField):
        plan = {"type": "object", "additionalProperties": {"type": "number"}}
        return {**told, "anyOf": [plan, {"type": "string"}, {"type": "null"}]}
    if isinstance(field, NUMBERS):
        return {**told, "type": ["number", "string"] if must else ["number", "string", "null"], **_unit(field)}
    text: dict[str, Any] = {**told, "type": "string" if must else ["string", "null"]}
    if isinstance(field, DayField):
        return {**text, "description": render(say("A day like 2026-11-23"))}
    if field.flags.maxlength:
        text["maxLength"] = field.flags.maxlength
    if must:
        text["minLength"] = 1
    return text


def _codes(field: Any) -> list[dict[str, Any]]:
    return [{"const": str(code), "title": render(label)} for code, label, *_rest in field.iter_choices() if code != ""]


def _unit(field: Any) -> dict[str, str]:
    if isinstance(field, WanField):
        return {"description": render(say("In 10,000 yuan"))}
    if isinstance(field, CountField):
        return {"description": render(say("A whole number"))}
    return {"description": render(say("At most two decimals."))}
