"""Builds the files of all Word forms anew: python3 -m exports.word_forms (their look stands in `form_*.py`)."""

from __future__ import annotations

import pkgutil
import sys
from datetime import datetime

import exports
from exports.word import FORMS, Form, form, pressed

BUILT = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed day, so that the same form makes the same bytes
PREFIX = "form_"


def every_form() -> list[Form]:
    """Return all forms that have a builder, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(exports.__path__) if info.name.startswith(PREFIX))
    return [form(name.removeprefix(PREFIX)) for name in names]


def built(known: Form) -> bytes:
    """Return the file of a form as its builder makes it."""
    return pressed(known.build(), title=known.title, stamp=BUILT)


def build_all() -> None:
    """Write every form's file."""
    FORMS.mkdir(exist_ok=True)
    for known in every_form():
        path = FORMS / f"{known.name}.docx"
        path.write_bytes(built(known))
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    build_all()
