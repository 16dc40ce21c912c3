"""The one place that fills Word forms: a form and its values in, bytes out, the same bytes for the same values.

A form is `forms/<name>.docx`, built by `form_<name>.py` beside it (see `word_forms`). A bureau may put its own
version of a form into a folder of its own; `look_over` says beforehand whether that one can be filled.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from exports.safety import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docx.document import Document

FORMS = Path(__file__).with_name("forms")
DASH = "—"
TAKEN = frozenset({"self", "loop", "range", "dict", "lipsum", "cycler", "joiner", "namespace", "caller", "varargs"})
"""Names that Jinja itself uses: a value of this name would never show, or break the form."""
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
EARLIEST = 1980
UNREADABLE = (KeyError, ValueError, zipfile.BadZipFile, SyntaxError, OSError, AttributeError)
"""What python-docx raises when a file is no Word document."""


class FormError(Exception):
    """A form that cannot be filled; the report says why."""

    def __init__(self, report: FormReport) -> None:
        """Keep the report."""
        self.report = report
        super().__init__(report.broken or f"unknown fields: {', '.join(report.unknown)}")


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG that stands in a form, so many millimetres wide."""

    data: bytes
    width_mm: float


@dataclass(frozen=True)
class Form:
    """One kind of form: its file's name, its title, how it is built, and invented values of every field."""

    name: str
    title: str
    example: Mapping[str, Any]
    build: Callable[[], Document] = field(repr=False)

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of the values that fill this form."""
        return frozenset(self.example)


@dataclass(frozen=True)
class FormReport:
    """What was found in a form that shall take another one's place; only `missing` is no obstacle."""

    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    broken: str = ""

    @property
    def usable(self) -> bool:
        """Tell whether the form can be filled."""
        return not self.unknown and not self.broken


def form(name: str) -> Form:
    """Return a form by its name (the module `exports.form_<name>`)."""
    found = import_module(f"exports.form_{name}").FORM
    if not isinstance(found, Form):
        raise TypeError(name)
    return found


def source(name: str, own: Path | bytes | None = None) -> bytes:
    """Return the form's file: the bureau's own (a file, or one in its folder), else the one that came along."""
    if isinstance(own, bytes):
        return own
    given = own / f"{name}.docx" if own else None
    path = given if given and given.is_file() else FORMS / f"{name}.docx"
    return path.read_bytes()


def fill(
    name: str, values: Mapping[str, Any], *, stamp: datetime, own: Path | bytes | None = None
) -> bytes:
    """Fill a form. Unknown (None) shows as a dash; text is escaped; a `Picture` is put in its place.

    `stamp` is the file's date: same values and stamp make the same bytes. Raises FormError when a bureau's
    own form asks for what is not there.
    """
    known = form(name)
    given = set(values)
    if given != known.fields or given & TAKEN:
        raise ValueError(sorted(given ^ known.fields) or sorted(given & TAKEN))
    data = source(name, own)
    try:
        return _filled(data, values, title=known.title, stamp=stamp)
    except (TemplateError, *UNREADABLE) as error:
        raise FormError(look_over(name, data)) from error


def look_over(name: str, data: bytes) -> FormReport:
    """Look at a file that shall take a form's place: fields it asks for in vain, fields it leaves out, or why not."""
    known = form(name)
    problem = _problem(data)
    if problem:
        return FormReport(broken=problem)
    try:
        asked = DocxTemplate(BytesIO(data)).get_undeclared_template_variables(_environment())
    except (TemplateError, *UNREADABLE) as error:
        return FormReport(broken=_told(error))
    unknown, missing = tuple(sorted(asked - known.fields)), tuple(sorted(known.fields - asked))
    if unknown:
        return FormReport(unknown, missing)
    try:
        _filled(data, known.example, title=known.title, stamp=datetime(2026, 1, 1))  # noqa: DTZ001 - a trial
    except (TemplateError, *UNREADABLE) as error:
        return FormReport(unknown, missing, _told(error))
    return FormReport(unknown, missing)


def _problem(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        return "too large"
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                return "too large when unpacked"
            if "word/document.xml" not in archive.namelist():
                return "not a .docx document"
    except zipfile.BadZipFile:
        return "not a .docx document"
    return ""


def _told(error: Exception) -> str:
    line = str(error).strip().splitlines()
    return (line[0] if line else type(error).__name__)[:200]


def _environment() -> SandboxedEnvironment:
    # A form that somebody brings is code to Jinja: the sandbox keeps it to the values it is given.
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _filled(data: bytes, values: Mapping[str, Any], *, title: str, stamp: datetime) -> bytes:
    document = DocxTemplate(BytesIO(data))
    document.init_docx()
    context = {key: _value(document, value) for key, value in values.items()}
    document.render(context, _environment(), autoescape=True)
    return pressed(document.docx, title=title, stamp=stamp)


def _value(document: Any, value: Any) -> Any:
    """Make a value fit for a form: clean text, a dash for unknown, names instead of keys."""
    if value is None or value == "":
        return DASH
    if isinstance(value, str):
        return clean(value.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")
    if isinstance(value, Picture):
        return InlineImage(document, BytesIO(value.data), width=Mm(value.width_mm))
    if isinstance(value, dict):
        # Not a dict: `row.items` would find its method instead of the value.
        return SimpleNamespace(**{key: _value(document, one) for key, one in value.items()})
    if isinstance(value, (list, tuple)):
        return [_value(document, one) for one in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat(*(" ", "minutes") if isinstance(value, datetime) else ())
    return str(value)


def pressed(document: Document, *, title: str, stamp: datetime) -> bytes:
    """Save a document so that the same content makes the same bytes."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, "Luodi", "Luodi", ""
    about.created = about.modified = stamp.replace(microsecond=0)
    about.revision = 1
    loose, out = BytesIO(), BytesIO()
    document.save(loose)
    moment = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, moment if stamp.year >= EARLIEST else (EARLIEST, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, parts.read(name), compresslevel=6)
    return out.getvalue()
