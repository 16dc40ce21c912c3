"""What can be changed for many leads at once, and what each change asks of whoever does it."""

from __future__ import annotations

import re

from crm.core.errors import say

KINDS = {
    "owner": say("Officer in charge"),
    "next": say("Next steps"),
    "stage": say("Stage"),
    "status": say("Status"),
    "landed": say("Recognise as landed"),
}
PERMISSIONS = {
    "owner": "lead.edit", "next": "lead.edit", "stage": "stage.move", "status": "status.change",
    "landed": "landing.recognise",
}  # fmt: skip
MOST = 200
"""So many leads are changed at once; more is a matter for a ledger."""
ID = re.compile(r"[1-9]\d{0,17}", re.ASCII)


def chosen(values: list[str]) -> list[int]:
    """Read which leads are chosen: ids one by one or joined by commas; each once, in the order given."""
    parts = [part.strip() for value in values for part in value.split(",")]
    return list(dict.fromkeys(int(part) for part in parts if ID.fullmatch(part)))


def versions(values: list[str]) -> dict[int, int]:
    """Read which version of each lead somebody looked at, from `id:version`."""
    found = {}
    for value in values:
        lead_id, _colon, version = value.partition(":")
        if ID.fullmatch(lead_id) and ID.fullmatch(version):
            found[int(lead_id)] = int(version)
    return found
