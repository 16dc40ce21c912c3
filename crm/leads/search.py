"""Finding leads by words: bigrams of Chinese made by us, FTS5 on SQLite and tsvector on PostgreSQL."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from peewee import SQL

from crm.core.db import database, is_sqlite

CHINESE = "\u3400-\u9fff\U00020000-\U0003134f"
TOKEN = re.compile(rf"[{CHINESE}]+|[^\W_{CHINESE}]+")
IS_CHINESE = re.compile(f"[{CHINESE}]")
NOTHING = SQL("1 = 0")
LONGEST = 4000
"""Only so much of a long text is indexed: the facts people search by stand at its start."""


def bigrams(text: str) -> list[str]:
    """Return the words a text is found by: runs of letters and digits, single characters and pairs of Chinese."""
    words: list[str] = []
    for run in TOKEN.findall(unicodedata.normalize("NFKC", text[:LONGEST]).lower()):
        if not IS_CHINESE.match(run):
            words.append(run)
            continue
        words.extend(run[i : i + 2] for i in range(len(run) - 1))
        words.append(run[-1])
        words.extend(run[:-1])
    return words


def query_words(text: str) -> list[str]:
    """Return the words that must all be there: pairs for Chinese of two and more, else the single character."""
    words: list[str] = []
    for run in TOKEN.findall(unicodedata.normalize("NFKC", text[:100]).lower()):
        if len(run) == 1 or not IS_CHINESE.match(run):
            words.append(run)
        else:
            words.extend(run[i : i + 2] for i in range(len(run) - 1))
    return words


def put(lead_id: int, texts: list[str]) -> None:
    """Index a lead's texts anew."""
    body = " ".join(dict.fromkeys(word for text in texts for word in bigrams(text)))
    if is_sqlite():
        database.execute_sql("DELETE FROM lead_search WHERE rowid = ?", (lead_id,))
        database.execute_sql("INSERT INTO lead_search (rowid, body) VALUES (?, ?)", (lead_id, body))
    else:
        database.execute_sql("DELETE FROM lead_search WHERE lead_id = %s", (lead_id,))
        database.execute_sql(
            "INSERT INTO lead_search (lead_id, body) VALUES (%s, array_to_tsvector(%s))", (lead_id, body.split(" "))
        )


def matching(text: str) -> Any:
    """Return the clause that keeps leads with all words of the text; signs without a word find nothing."""
    words = query_words(text)
    if not words:
        return NOTHING
    if is_sqlite():
        asked = " AND ".join(f'"{word}"' + ("*" if _begins(word) else "") for word in words)
        return SQL('"t1"."id" IN (SELECT rowid FROM lead_search WHERE lead_search MATCH ?)', (asked,))
    asked = " & ".join(f"'{word}'" + (":*" if _begins(word) else "") for word in words)
    return SQL('"t1"."id" IN (SELECT lead_id FROM lead_search WHERE body @@ %s::tsquery)', (asked,))


def _begins(word: str) -> bool:
    """Tell whether a word stands for all that begin with it: letters and digits do, Chinese is cut small already."""
    return not IS_CHINESE.match(word)
