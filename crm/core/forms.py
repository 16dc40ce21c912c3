"""Fields and checks that every room's forms use; the same form reads a page, a workbook row and an API call."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, TextInput

from crm.core.errors import Finding, Refusal, Text, say
from crm.core.money import MAX_FEN, parse_wan, plain_decimal, plain_wan
from crm.core.words import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

EARLIEST = date(1978, 1, 1)
LATEST = date(2099, 12, 31)
"""No agreed date of a project lies further ahead; a later one is a slip of the year."""
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
LONGEST_COUNT = 18
LINE_ENDS = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")


def storable(text: str) -> bool:
    """Tell whether every character can be stored and printed: no controls but line ends and tabs, no halves."""
    return not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t" for char in text)


def required(form: Form, field: Field) -> None:
    """Refuse an empty field."""
    del form
    if field.data is None or field.data in ("", []):
        raise StopValidation(say("Fill in this field."))


required.field_flags = {"required": True}  # type: ignore[attr-defined]


def at_most(limit: int) -> Callable[[Form, Field], None]:
    """Refuse text longer than a limit and control characters."""

    def check(form: Form, field: Field) -> None:
        del form
        text = field.data or ""
        if len(text) > limit:
            raise StopValidation(say("At most %(limit)s characters; this has %(n)s.", limit=limit, n=len(text)))
        if not storable(text):
            raise StopValidation(say("The text holds characters that cannot be stored; type it anew."))

    check.field_flags = {"maxlength": limit}  # type: ignore[attr-defined]
    return check


class ParsedField(Field):
    """A one-line field whose text is read into a value; the text as typed is shown again when it cannot be read."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        """Remember the text as typed."""
        super().__init__(label, list(validators), **kwargs)
        self.typed: str | None = None
        self.data: Any

    def read(self, text: str) -> object:
        """Turn text into the value; raises ValueError with a Text."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Turn a value into the text of the field."""
        return str(value)

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; empty is unknown."""
        if not valuelist:
            return
        self.typed = str(valuelist[0])
        text = self.typed.strip()
        self.data = self.read(text) if text else None


class WanField(ParsedField):
    """An amount typed in 万元, kept in fen; empty is unknown, 0 is zero."""

    def read(self, text: str) -> int:
        """Read 万元; refuses what is no number, negative, or beyond the largest project."""
        try:
            fen = parse_wan(text)
        except ValueError:
            sentence = say("Give a number in 10,000 yuan, like 12000 or 3.5; leave it empty when unknown.")
            raise ValueError(sentence) from None
        if not 0 <= fen <= MAX_FEN:
            raise ValueError(say("The amount must lie between 0 and 10,000,000 (in 10,000 yuan)."))
        return fen

    def write(self, value: Any) -> str:
        """Show fen as plain 万元."""
        return plain_wan(value)


class HundredthsField(ParsedField):
    """A number with up to two decimals, kept in hundredths (land in mu, per cent)."""

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, most: int = 1_000_000, **kwargs: Any
    ) -> None:
        """Keep the largest value that makes sense."""
        super().__init__(label, validators, **kwargs)
        self.most = most

    def read(self, text: str) -> int:
        """Read a decimal; refuses what is no number, negative, finer than two decimals or too large."""
        try:
            value = plain_decimal(text) * 100
        except ValueError:
            raise ValueError(say("Give a number, like 120 or 35.5; leave it empty when unknown.")) from None
        if value != value.to_integral_value():
            raise ValueError(say("At most two decimals."))
        if not 0 <= value <= self.most * 100:
            raise ValueError(say("The number must lie between 0 and %(most)s.", most=self.most))
        return int(value)

    def write(self, value: Any) -> str:
        """Show hundredths as a plain decimal."""
        return f"{Decimal(value) / 100:f}"


class CountField(ParsedField):
    """A whole number from 0 up; empty is unknown."""

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, most: int = 10_000_000, **kwargs: Any
    ) -> None:
        """Keep the largest value that makes sense."""
        super().__init__(label, validators, **kwargs)
        self.most = most

    def read(self, text: str) -> int:
        """Read a whole number; refuses anything else."""
        plain = unicodedata.normalize("NFKC", text).replace(",", "")
        if not plain.isascii() or not plain.isdigit():
            raise ValueError(say("Give a whole number; leave it empty when unknown."))
        if len(plain) > LONGEST_COUNT or int(plain) > self.most:
            raise ValueError(say("The number must lie between 0 and %(most)s.", most=self.most))
        return int(plain)


class DayField(ParsedField):
    """A calendar day, typed as 2026-11-23 (2026/11/23 and 2026.11.23 are read too)."""

    widget = DateInput()

    def read(self, text: str) -> date:
        """Read a day; refuses what is none and years that cannot be meant."""
        found = DAY.fullmatch(unicodedata.normalize("NFKC", text))
        try:
            value = date(*(int(part) for part in found.groups())) if found else None
        except ValueError:
            value = None
        if value is None:
            raise ValueError(say("Give a day like 2026-11-23."))
        if not EARLIEST <= value <= LATEST:
            raise ValueError(say("This day lies too far away; check the year."))
        return value

    def write(self, value: Any) -> str:
        """Show a day in ISO form."""
        return str(value.isoformat())


class LineField(StringField):
    """One line of text, outer blanks trimmed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Trim what was typed; a line has no line ends."""
        super().process_formdata(valuelist)
        self.data: str | None = LINE_ENDS.sub(" ", self.data or "").strip()


class LongField(TextAreaField):
    """Several lines of text, line ends unified, outer blanks trimmed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Trim what was typed."""
        super().process_formdata(valuelist)
        self.data: str | None = (self.data or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class CodeField(SelectField):
    """A choice of codes; the form that opens it gives the choices, an unknown code is refused in words."""

    def iter_choices(self) -> Iterator[tuple[Any, str, bool, dict[str, Any]]]:
        """Give the choices with their words in the language of the request."""
        for value, label, chosen, extra in super().iter_choices():
            yield value, render(label), chosen, extra

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that is not offered."""
        del form
        if str(self.data) not in {str(value) for value, *_ in self.iter_choices()}:
            raise StopValidation(say("Choose one of the offered values."))


def findings_of(form: Form) -> list[Finding]:
    """Return every error of a form as a finding with its field."""
    found = []
    for name, errors in form.errors.items():
        for error in errors:
            text = error if isinstance(error, Text) else say("%(error)s", error=error)
            found.append(Finding(f"{name}.invalid", text, str(name)))
    return found


def check(form: Form) -> dict[str, Any]:
    """Return the values of a form, or refuse with every error at once."""
    if not form.validate():
        raise Refusal(findings_of(form))
    return dict(form.data)


def formdata(values: Mapping[str, object]) -> MultiDict[str, str]:
    """Turn a plain mapping (a workbook row, an API body) into what a form reads."""
    return MultiDict({key: "" if value is None else str(value) for key, value in values.items()})
