"""The form by which older agreements are read in."""

from __future__ import annotations

from wtforms import FileField

from crm.core.errors import say
from crm.core.forms import LineField, at_most
from crm.support.forms import PaperForm


class ReadForm(PaperForm):
    """An older agreement, pasted or as a file; a file brings its own name."""

    title = LineField(say("Name of the agreement"), [at_most(200)])
    file = FileField(say("Or the file (.docx, .txt, .xlsx, .csv)"))
