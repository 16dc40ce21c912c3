"""What a file may be: its kind is told by its content, never by its name."""

from __future__ import annotations

from crm.core.errors import Finding, say

MAX_EVIDENCE_BYTES = 20 * 1024 * 1024
MAX_LEDGER_BYTES = 50 * 1024 * 1024
EVIDENCE_KINDS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_type(head: bytes) -> str:
    """Tell PDF, JPEG and PNG by their first bytes; anything else is a plain stream of bytes."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    return "application/octet-stream"


def evidence_findings(data: bytes) -> list[Finding]:
    """Return what is wrong with an evidence file (empty, too large, not PDF, JPEG or PNG)."""
    if not data:
        return [Finding("file.empty", say("The file is empty. Choose it again."), "file")]
    if len(data) > MAX_EVIDENCE_BYTES:
        limit = MAX_EVIDENCE_BYTES // 1024 // 1024
        return [Finding("file.large", say("The file is larger than %(limit)s MB.", limit=limit), "file")]
    if media_type(data[:16]) not in EVIDENCE_KINDS:
        return [Finding("file.kind", say("Evidence is a PDF, JPEG or PNG file; this is none of them."), "file")]
    return []


def safe_name(name: str) -> str:
    """Return the last part of an uploaded name without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:200] or "file"
