"""What a ledger calls a project's progress, and the stage and status that it means (stages.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crm.core.errors import Text, say
from crm.core.rulebook import Rulebook, beside
from crm.leads.rules_names import plain

LONGEST_WORD = 12
MESSAGES = {
    "stage.unclear": say("“%(value)s” is not a stage that we know for certain: please choose one"),
    "stage.framework": say("“%(value)s”: a framework agreement does not count as signed"),
    "stage.before_signed": say("The stage is “%(value)s”, yet a signing date is given: please check"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """The stage and status that a word means; None where it says nothing."""

    stage_code: str | None = None
    status_code: str | None = None
    warning: str = ""


UNKNOWN_PROGRESS = Progress(warning="stage.unclear")


@dataclass(frozen=True)
class StageTable:
    """The table in a shape that answers fast."""

    words: dict[str, Progress]
    patterns: tuple[tuple[re.Pattern[str], Progress], ...]


def compile_table(rules: Rulebook) -> StageTable:
    """Turn the rule table into look-ups."""
    words = {word: _progress(entry) for entry in rules.tables["stage"] for word in entry["words"]}
    patterns = tuple((re.compile(entry["text"]), _progress(entry)) for entry in rules.tables["pattern"])
    return StageTable(words, patterns)


def _progress(entry: dict[str, str]) -> Progress:
    """Make one answer of the table."""
    return Progress(entry["stage"] or None, entry["status"] or None, entry.get("ask", ""))


@lru_cache
def stage_table() -> StageTable:
    """Load the table that stands beside this module."""
    return compile_table(beside(__file__, "stages.toml"))


def fold_stage(text: str) -> str:
    """Fold widths, case, blanks and the punctuation around a stage word."""
    folded = re.sub(r"\s+", " ", plain(text)).strip().lower()
    if not folded.isascii():
        folded = folded.replace(" ", "")
    return (
        re.sub(r"^\(?\d{0,2}[.、)]?", "", folded).strip("()[]。.;,、:“”\"'").removesuffix("阶段").removesuffix("状态")
    )


@lru_cache(maxsize=2048)
def read_stage(text: str) -> Progress:
    """Find the stage and status that a text means; what is not in the table is asked about."""
    folded = fold_stage(text)
    if not folded or folded in {"/", "-", "—", "无", "待定"}:
        return Progress()
    table = stage_table()
    known = table.words.get(folded)
    if known:
        return known
    return next(
        (progress for pattern, progress in table.patterns if pattern.search(folded)),
        UNKNOWN_PROGRESS,
    )


def is_stage_word(text: str) -> bool:
    """Tell whether a text is a stage word of the table (used to recognise a column by its values)."""
    return len(text) <= LONGEST_WORD and fold_stage(text) in stage_table().words


def stage_text(code: str, value: str) -> Text:
    """Say what is wrong with a stage."""
    return Text(MESSAGES[code].msgid, {"value": value})
