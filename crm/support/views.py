"""How support items are shown: every word ready, marks and their explanations beside the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crm.core.clock import today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.profile.rules import label
from crm.support.rules import KINDS, STATES, SUBJECTS, TONES, cleared, waits_for
from crm.support.rules_city import kind_label
from crm.support.rules_marks import cited, explained, find, pieces
from crm.support.rules_measures import STEP_TONES, STEPS, measures
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS

if TYPE_CHECKING:
    from crm.support.queries import ItemRow
    from crm.support.queries_list import EventRow, TextRow
    from crm.support.rules_marks import Article, Mark, Piece

EVENTS = {
    "proposed": say("proposed"),
    "reworded": say("worded anew; a review of the earlier text is void"),
    "heard": say("somebody was heard"),
    "sent": say("handed to the reviewer"),
    "concluded_allowed": say("review concluded: may be issued"),
    "concluded_changed": say("review concluded: may be issued after changes"),
    "concluded_refused": say("review concluded: not to be issued"),
    "concluded_exception": say("review concluded: an exception applies"),
    "confirmed": say("the changed text was confirmed"),
    "agreed": say("a signed contract carries it"),
    "released": say("the contract was voided; the item stands reviewed again"),
    "in_force": say("took effect"),
    "fulfilled": say("fulfilled"),
    "ended": say("ended or withdrawn"),
}
TEXT_LABELS = {
    "title": say("What is promised, in a few words"),
    "legal_basis": say("Legal basis"),
    "beneficiary": say("Who may receive it"),
    "condition": say("Wording of the clause"),
    "kind": say("Kind of support"),
    "measure": say("Form"),
    "amount_fen": say("Amount"),
    "starts_on": say("From"),
    "ends_on": say("Until"),
}


@dataclass(frozen=True)
class Shown:
    """One item with its words."""

    row: ItemRow
    kind: str
    measure: str
    state: str
    tone: str
    step: str
    step_tone: str
    subject: str
    park: str
    conclusion: str
    conclusion_tone: str
    term: str
    waits: str
    marks: int


def shown(row: ItemRow) -> Shown:
    """Prepare one item for a list or a page."""
    one = row.standing
    waits = "" if row.state not in ("proposed", "reviewed") or cleared(one, today()) else render(
        waits_for(one, today())
    )
    measure = measures().get(row.measure)
    return Shown(
        row, _sort(row), render(measure.label) if measure else "",
        render(STATES[row.state]), TONES[row.state], render(STEPS[row.step]), STEP_TONES[row.step],
        render(SUBJECTS[row.subject]), _whose(row),
        render(CONCLUSIONS[row.conclusion]) if row.conclusion else "", CONCLUSION_TONES.get(row.conclusion, "line"),
        term(row.starts_on, row.ends_on), waits, len(find(row.condition)),
    )  # fmt: skip


def _sort(row: ItemRow) -> str:
    """Return the kind of support, or which rule of the city it is."""
    told = KINDS.get(row.kind) or kind_label(row.rule_version)
    return render(told) if told else ""


def _whose(row: ItemRow) -> str:
    """Return the park of an item, or the version of a rule."""
    version = row.rule_version.partition(" ")[2]
    if version:
        return _("version %(version)s", version=version)
    return render(label("parks", row.park)) if row.park else ""


def term(starts: date | None, ends: date | None) -> str:
    """Return a term in words; empty when nothing is said."""
    if not starts and not ends:
        return ""
    return f"{starts or '…'} – {ends or '…'}"


@dataclass(frozen=True)
class Marked:
    """A text with its marks: stretches for the page, and each mark once with the words it found."""

    pieces: list[Piece]
    marks: list[tuple[Mark, list[str]]]
    articles: list[Article]


def marked(text: str) -> Marked:
    """Mark a text."""
    hits = find(text)
    told = explained(hits)
    return Marked(pieces(text, hits), told, cited(mark for mark, _words in told))


def event_text(row: EventRow) -> str:
    """Return one entry of an item's history as a sentence."""
    if row.what.startswith("step_"):
        return _("application: %(step)s", step=render(STEPS.get(row.what[5:], say("—"))))
    return render(EVENTS.get(row.what, say("—")))


def timeline(events: list[EventRow], texts: list[TextRow]) -> list[dict[str, Any]]:
    """Return an item's history as the page tells it, with old and new words of each edition."""
    changes = _changes(texts)
    editions = iter(sorted(changes, reverse=True))
    found = []
    for row in events:
        entry: dict[str, Any] = {"when": row.happened_on.isoformat(), "who": row.by_name, "tone": "", "changes": [],
                 "text": event_text(row) + (f"：{row.note}" if row.note else "")}  # fmt: skip
        if row.what == "reworded":
            entry["changes"] = changes.get(next(editions, 0), [])
        if row.what.startswith(("concluded", "confirmed", "agreed", "in_force")):
            entry["tone"] = "strong"
        found.append(entry)
    return found


def _changes(texts: list[TextRow]) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = {}
    for new, old in pairwise(texts):
        found[new.edition] = [
            {"name": render(TEXT_LABELS[name]), "old": _word(name, old.body.get(name)),
             "new": _word(name, new.body.get(name))}
            for name in TEXT_LABELS
            if new.body.get(name) != old.body.get(name)
        ]  # fmt: skip
    return found


def _word(name: str, value: str | None) -> str:
    if not value:
        return "—"
    if name == "amount_fen":
        return show_wan(int(value))
    if name == "kind":
        return render(KINDS.get(value, say("—")))
    if name == "measure" and value in measures():
        return render(measures()[value].label)
    return value


def facts_shown(row: ItemRow) -> list[tuple[str, str | None]]:
    """Return the facts that this form of support has, in words; None is unknown."""
    measure = measures().get(row.measure)
    known = measure.facts if measure else ()
    return [(render(fact.label), _fact(fact.type, row.facts.get(fact.code))) for fact in known]


def _fact(kind: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if kind == "wan":
        return f"{show_wan(int(value))} {_('10k yuan')}"
    if kind == "percent":
        return f"{int(value) / 100:g} %"
    return str(value)


def facts_typed(row: ItemRow) -> dict[str, Any]:
    """Return the kept facts as the form takes them."""
    measure = measures().get(row.measure)
    found = {}
    for fact in measure.facts if measure else ():
        value = row.facts.get(fact.code)
        found[fact.code] = date.fromisoformat(value) if fact.type == "day" and value else value
    return found
