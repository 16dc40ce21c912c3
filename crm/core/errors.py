"""How the product says no: a text that can be translated later, a finding, and a refusal with all findings at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Text:
    """A sentence as its English message id and its parameters; `crm.core.words.render` turns it into words."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English sentence (logs and tests; people see the translated one)."""
        return self.msgid % self.params if self.params else self.msgid


def say(msgid: str, **params: object) -> Text:
    """Make a Text from an English message id with %(name)s places; pybabel extracts the id."""
    return Text(msgid, params)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or missing: a stable code, a sentence, and the field that would close it."""

    code: str
    text: Text
    field: str | None = None
    link: str | None = None
    warning: bool = False


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Raised by an operation that will not be done; carries every finding, never only the first."""

    def __init__(self, findings: Iterable[Finding], status: int = 422) -> None:
        """Keep the findings and the HTTP status that doors answer with."""
        self.findings = tuple(findings)
        self.status = status
        super().__init__("; ".join(str(finding.text) for finding in self.findings))


def refuse(code: str, text: Text, field: str | None = None, status: int = 422) -> Refusal:
    """Make a refusal of one finding."""
    return Refusal([Finding(code, text, field)], status)
