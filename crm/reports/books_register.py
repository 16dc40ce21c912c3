"""The register of reviews in the shape of a workbook: columns, rows, how it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.words import DEFAULT, render, speaking
from crm.profile.rules import label
from crm.scoring.rules_told import CHANGES
from crm.support.rules import KINDS, RULE, STATES, SUBJECTS
from crm.support.rules_city import kind_label
from crm.support.rules_marks import current, find
from crm.support.rules_review import CONCLUSIONS, GROUNDS
from exports import shapes
from exports.register_book import RegisterBook

if TYPE_CHECKING:
    from crm.core.errors import Text
    from crm.support.queries import ItemRow
    from crm.support.queries_list import RegisterRow

Kind = shapes.Kind
WHAT, WHO, HOW, END = (say("What is reviewed"), say("Drafting unit and hearing"), say("Review"), say("Afterwards"))
COLUMNS: tuple[tuple[str, Text, Kind, Text, float | None], ...] = (
    ("number", say("Register no."), Kind.CODE, WHAT, 7),
    ("title", say("Measure"), Kind.TEXT, WHAT, 18),
    ("subject", say("Sort of measure"), Kind.TEXT, WHAT, 11),
    ("project", say("Project or park"), Kind.TEXT, WHAT, 17),
    ("condition", say("Wording"), Kind.LONG, WHAT, 32),
    ("legal_basis", say("Legal basis"), Kind.LONG, WHAT, 20),
    ("amount", say("Amount"), Kind.MONEY_WAN, WHAT, 9),
    ("marks", say("Marked words"), Kind.TEXT, WHAT, 10),
    ("unit", say("Drafting unit"), Kind.TEXT, WHO, 12),
    ("first_opinion", say("First opinion"), Kind.LONG, WHO, 20),
    ("heard", say("Heard"), Kind.TEXT, WHO, 16),
    ("conclusion", say("Conclusion"), Kind.WORD, HOW, 11),
    ("opinion", say("Opinion of the market regulator"), Kind.LONG, HOW, 30),
    ("document_no", say("Document number"), Kind.TEXT, HOW, 16),
    ("concluded_on", say("Concluded on"), Kind.DATE, HOW, 11),
    ("reviewer", say("Reviewer"), Kind.TEXT, HOW, 12),
    ("exception", say("Exception: case and end"), Kind.LONG, HOW, 20),
    ("exception_until", say("Exception until"), Kind.DATE, HOW, 11),
    ("confirmed", say("Changed text confirmed"), Kind.TEXT, END, 13),
    ("state", say("State"), Kind.WORD, END, 11),
    ("agreed_on", say("In a contract since"), Kind.DATE, END, 11),
)
"""Narrow enough for one sheet of A3 across, whatever font a spreadsheet measures by."""
SHORT, MOST_CHANGES = 10, 12
TONES = {"allowed": "good", "changed": "caution", "refused": "bad", "exception": "calm"}


def columns() -> list[shapes.Column]:
    """Return the register's columns in the reader's language."""
    tones = {render(CONCLUSIONS[code]): shapes.Tone(tone) for code, tone in TONES.items()}
    return [
        shapes.Column(
            key, render(header), kind, render(group), width=width, total=key == "amount", headline=key == "amount",
            tones=tones if key == "conclusion" else {},
        )
        for key, header, kind, group, width in COLUMNS
    ]  # fmt: skip


def values(row: RegisterRow) -> dict[str, Any]:
    """Return one line of the register by column."""
    item, review = row.item, row.review
    marks = dict.fromkeys(hit.mark.group_name for hit in find(item.condition))
    found: dict[str, Any] = {
        "number": f"{item.id:04}", "title": item.title, "subject": _sort(item.subject, item.kind, item.rule_version),
        "project": f"{item.lead_number} {item.lead_name}".strip() or _park(item.park) or _version(item.rule_version),
        "condition": _wording(item), "legal_basis": item.legal_basis, "amount": item.amount_fen,
        "marks": "、".join(marks) or None, "unit": item.unit_name or None,
        "first_opinion": item.first_opinion or None, "state": render(STATES[item.state]),
        "heard": "；".join(row.heard) or item.unheard_reason or None, "agreed_on": item.agreed_on,
    }  # fmt: skip
    if review is None:
        return {key: found.get(key) for key, *_ in COLUMNS}
    ended = f"{render(GROUNDS[review.ground])}；{review.end_conditions}" if review.ground else None
    told = f"{review.by_name}（{review.unit_name}）" if review.unit_name else review.by_name
    found |= {
        "conclusion": render(CONCLUSIONS[review.conclusion]), "opinion": review.opinion,
        "document_no": "\n".join(filter(None, (review.document_no, review.file_name))),
        "concluded_on": review.concluded_on,
        "reviewer": told, "exception": ended, "exception_until": review.exception_until,
        "confirmed": _confirmed(review),
    }  # fmt: skip
    return {key: found.get(key) for key, *_ in COLUMNS}


def _wording(item: ItemRow) -> str:
    """Return what is reviewed; a rule's whole text would fill a page, so its changes and its mark stand for it."""
    lines = item.condition.splitlines()
    if item.subject != RULE or len(lines) <= SHORT:
        return item.condition
    with speaking(DEFAULT):  # the words that it was handed in with
        heading = render(CHANGES)
    begin = lines.index(heading) if heading in lines else None
    told = lines[begin:-1] if begin is not None else [*lines[:2], "……"]
    return "\n".join([*told[:MOST_CHANGES], *(["……"] if len(told) > MOST_CHANGES else []), lines[-1]])


def _sort(subject: str, kind: str, rule_version: str) -> str:
    return "·".join(render(text) for text in (SUBJECTS[subject], KINDS.get(kind) or kind_label(rule_version)) if text)


def _version(rule_version: str) -> str | None:
    version = rule_version.partition(" ")[2]
    return render(say("version %(version)s", version=version)) if version else None


def _confirmed(review: Any) -> str | None:
    if review.voided_at is not None:
        return render(say("void: the text was changed or reviewed anew"))
    if review.confirmed_edition is None:
        return None
    return render(say("edition %(n)s by %(name)s", n=review.confirmed_edition, name=review.confirmed_by_name))


def _park(code: str) -> str:
    return render(label("parks", code)) if code else ""


def register_shapes(rows: list[RegisterRow], imprint: shapes.Imprint, title: str) -> RegisterBook:
    """Put the register into the shape of its workbook."""
    reading = (
        say("Every support item, list of key-support enterprises and rule handed in stands here once, with the "
            "conclusion that came last."),
        say("A conclusion that is void says so; the earlier ones stay in the system and are not deleted."),
        say("Marked words only help the reader; every item is reviewed whether a word is marked or not."),
        say("Municipal staff confirm the law; this register records their conclusions."),
    )  # fmt: skip
    terms = [
        shapes.Definition(mark.group_name + "：" + mark.articles[0].name, mark.why, mark.cited)
        for mark in current().marks
    ]
    return RegisterBook(
        title, render(say("Review register")), imprint, columns(),
        [list(values(row).values()) for row in rows], render(say("Nothing has been handed in for review.")),
        [render(text) for text in reading], terms,
    )  # fmt: skip
