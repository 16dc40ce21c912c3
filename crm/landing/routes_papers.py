"""The papers themselves, shown in place or saved, to whoever may open their lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from crm.core.errors import refuse, say
from crm.core.web import actor, needs, send_bytes
from crm.files.operations import read_cleared
from crm.files.queries import stored_file
from crm.landing.queries import evidence
from crm.landing.routes import blueprint
from crm.leads.queries import lead_row

if TYPE_CHECKING:
    from flask import Response

EMBEDDED = "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""This answer only: our own pages may show it in a frame, and the browser's reader of PDF may draw it."""


@blueprint.get("/evidence/<int:evidence_id>/file")
@needs("lead.view")
def file(evidence_id: int) -> Response:
    """Send a paper to whoever may open its lead; with `save` in the address as a file to keep."""
    item = evidence(evidence_id)
    row = lead_row(item.lead_id, actor()) if item else None
    kept = stored_file(item.file_id) if item else None
    if item is None or row is None or kept is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), status=404)
    save = "save" in request.args
    answer = send_bytes(read_cleared(kept), name=kept.original_name, media_type=kept.media_type, attach=save)
    if not save:
        answer.headers["Content-Security-Policy"] = EMBEDDED
        answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
