"""The fit lexicon as data: loads lexicon.toml, checks every entry, refuses a broken copy by line and id."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.rulebook import BrokenRules, parse
from crm.scoring.rules_match import Tree, planted
from crm.scoring.rules_trades import CLUSTERS, PARKS, THEMES, Context, Lexicon, Rule, Sizes, Stuff, Trade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["CLUSTERS", "PARKS", "THEMES", "Context", "Lexicon", "Rule", "Sizes", "Stuff", "Trade", "current", "read"]

LINKS = ("upstream", "middle", "downstream")
BASES = ("seed", "practice", "ours")
FULL = 100
SETTINGS = (
    "threshold", "ratio", "more", "kin", "later", "later_floor", "content", "name_head", "name_before", "industry_code",
)  # fmt: skip
SINCE = {"kin": 0.0}
"""What a lexicon kept from before these settings counts with: nothing, as it did then."""
NO_SIZES = {"times": FULL, "main": 1.0, "minor": 1.0}
NARROW = str.maketrans({"，": ",", "；": ";", "：": ":", "！": "!", "？": "?", "（": r"\(", "）": r"\)"})
"""Texts are folded to narrow marks before they are read, so the patterns must be too."""


def _is_word(value: object) -> bool:
    """Tell a usable phrase from anything else."""
    return isinstance(value, str) and bool(value.strip())


class _Reader:
    """Reads one parsed lexicon and names the line of whatever is wrong."""

    def __init__(self, text: str, name: str) -> None:
        """Parse the text; a syntax error already carries its line."""
        self.text, self.name = text, name
        book = parse(text, name)
        self.book, self.tables = book, book.tables
        self.trades: dict[str, Trade] = {}
        self.seen: dict[str, str] = {}

    def broken(self, where: str, what: Text) -> BrokenRules:
        """Make the refusal that names the line where an id or word stands."""
        lines = self.text.splitlines()
        line = next((number for number, row in enumerate(lines, 1) if f'"{where}"' in row or where in row), 0)
        sentence = say("%(where)s: %(what)s", where=where, what=what)
        return BrokenRules(f"{self.name}:{line}: {where}: {what}", line=line, text=sentence)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the entries of one table, refusing those without an id or with one that is taken."""
        taken: set[str] = set()
        for row in self.tables.get(table, []):
            key = row.get("id")
            if not isinstance(key, str) or not key:
                raise self.broken(f"[[{table}]]", say("an entry has no id"))
            if key in taken:
                raise self.broken(key, say("the id is used twice"))
            taken.add(key)
            yield row

    def number(self, row: Mapping[str, Any], key: str, top: float = FULL) -> float:
        """Read a number between 0 and its top."""
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= top:
            what = say("%(key)s is not a number from 0 to %(top)s", key=key, top=f"{top:g}")
            raise self.broken(str(row.get("id", key)), what)
        return float(value)

    def one_of(self, row: Mapping[str, Any], key: str, known: Iterable[str]) -> str:
        """Read a word that must be among the known ones."""
        value = row.get(key)
        if value not in set(known):
            raise self.broken(str(row.get("id", key)), say("unknown %(key)s %(value)s", key=key, value=repr(value)))
        return str(value)

    def shares(self, row: Mapping[str, Any], key: str, known: tuple[str, ...]) -> dict[str, float]:
        """Read the codes of a trade with how strongly it belongs to each."""
        shares = row.get(key, {})
        for code in shares:
            if code not in known:
                raise self.broken(row["id"], say("unknown code %(code)s in %(key)s", code=repr(code), key=key))
            self.number({"id": row["id"], code: shares[code]}, code, 1)
        return dict(shares)

    def read_trades(self) -> None:
        """Read all trades, then check whom each takes in."""
        for row in self.rows("trade"):
            self.trades[row["id"]] = Trade(
                row["id"],
                str(row.get("label", row["id"])),
                self.shares(row, "themes", THEMES),
                self.shares(row, "clusters", CLUSTERS),
                self.one_of(row, "park", (*PARKS, "")),
                frozenset(row.get("absorbs", ())),
                frozenset(row.get("absorbs_small", ())),
                frozenset(row.get("outranks", ())),
                frozenset(row.get("beside", ())),
                row.get("park_wins") is True,
                self.one_of(row, "basis", BASES),
            )
        if not self.trades:
            raise self.broken("[[trade]]", say("there is no trade"))
        for trade in self.trades.values():
            named = trade.absorbs | trade.absorbs_small | trade.outranks | trade.beside
            for other in named - self.trades.keys():
                raise self.broken(trade.id, say("unknown trade %(trade)s in absorbs or outranks", trade=repr(other)))

    def parts(self, phrase: str, owner: str) -> tuple[list[str], list[str]]:
        """Split a phrase with {list} places into what may stand first and what may follow."""
        found = re.fullmatch(r"\{(\w+)\}(?:\{(\w+)\}|([^{}]*))", phrase)
        if not found:
            what = say("phrase %(phrase)s must be {list}, {list}words or {list}{list}", phrase=repr(phrase))
            raise self.broken(owner, what)
        lists = self.tables.get("lists", {})
        for name in found.group(1, 2):
            if name and name not in lists:
                raise self.broken(owner, say("unknown list %(name)s", name=repr(name)))
        heads = [str(word).lower() for word in lists[found[1]]]
        tails = [str(word).lower() for word in lists[found[2]]] if found[2] else [found[3].lower()]
        return heads, tails

    def phrases(self, row: Mapping[str, Any]) -> tuple[list[str], list[tuple[list[str], list[str]]]]:
        """Return a row's own phrases and those made of lists; no own phrase may have two owners."""
        found = row.get("phrases")
        if not isinstance(found, list) or not found or not all(_is_word(word) for word in found):
            raise self.broken(row["id"], say("phrases must be a list of words"))
        plain = [phrase.lower() for phrase in found if "{" not in phrase]
        for phrase in plain:
            if phrase in self.seen:
                what = say("phrase %(phrase)s already stands in %(rule)s", phrase=repr(phrase), rule=self.seen[phrase])
                raise self.broken(row["id"], what)
            self.seen[phrase] = row["id"]
        framed = (phrase for phrase in found if "{" in phrase)
        return plain, [self.parts(phrase, row["id"]) for phrase in framed]

    def target(self, row: Mapping[str, Any], owner: str) -> tuple[str, float]:
        """Read a trade with a weight."""
        self.one_of({**row, "id": owner}, "trade", self.trades)
        return str(row["trade"]), self.number({**row, "id": owner}, "weight")

    def read_rules(self) -> Tree:
        """Read the phrases that name a trade and the words that mislead; own phrases win over expanded ones."""
        plain: list[tuple[str, object]] = []
        grafts: list[tuple[list[str], list[str], object]] = []
        for row in self.rows("rule"):
            trade, weight = self.target(row, row["id"])
            also = self.target(row["also"], row["id"]) if "also" in row else None
            link, basis = self.one_of(row, "link", LINKS), self.one_of(row, "basis", BASES)
            rule = Rule(row["id"], trade, weight, link, basis, also)
            own, framed = self.phrases(row)
            plain += [(phrase, rule) for phrase in own]
            grafts += [(heads, tails, rule) for heads, tails in framed]
        for row in self.rows("stop"):
            plain += [(phrase, None) for phrase in self.phrases(row)[0]]
        return planted(plain, grafts)

    def read_materials(self) -> Tree:
        """Read raw materials and the signals that turn them into a trade."""
        plain: list[tuple[str, object]] = []
        grafts: list[tuple[list[str], list[str], object]] = []
        names = {row["name"] for row in self.rows("signal")}
        for row in self.rows("signal"):
            self.seen = {}
            plain += [(phrase, row["name"]) for phrase in self.phrases(row)[0]]
        for row in self.rows("stuff"):
            becomes = []
            for turn in row.get("becomes", []):
                self.one_of({**turn, "id": row["id"]}, "signal", names)
                becomes.append((turn["signal"], *self.target(turn, row["id"])))
            self.seen = {}
            stuff = Stuff(row["id"], tuple(becomes))
            own, framed = self.phrases(row)
            plain += [(phrase, stuff) for phrase in own]
            grafts += [(heads, tails, stuff) for heads, tails in framed]
        return planted(plain, grafts)

    def pattern(self, row: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
        """Compile one regular expression of the data."""
        if key not in row:
            return None
        try:
            return re.compile(row[key].translate(NARROW))
        except (re.error, TypeError, AttributeError) as error:
            what = say("%(key)s is no regular expression: %(error)s", key=key, error=error)
            raise self.broken(str(row.get("id", key)), what) from error

    def read_contexts(self) -> tuple[Context, ...]:
        """Read how context changes a phrase."""
        contexts = []
        for row in self.rows("context"):
            if "before" not in row and "after" not in row:
                raise self.broken(row["id"], say("neither before nor after is given"))
            spares, only = frozenset(row.get("spares", ())), frozenset(row.get("only", ()))
            for other in (spares | only) - self.trades.keys():
                raise self.broken(row["id"], say("unknown trade %(trade)s in spares or only", trade=repr(other)))
            contexts.append(
                Context(
                    row["id"],
                    str(row.get("label", row["id"])),
                    self.number(row, "factor", 2),
                    self.pattern(row, "before"),
                    self.pattern(row, "after"),
                    self.pattern(row, "unless_before"),
                    spares,
                    only,
                    self.target(row["shift"], row["id"]) if "shift" in row else None,
                    self.one_of({"field": "", **row}, "field", ("", "name", "content")),
                )
            )
        return tuple(contexts)

    def read_masks(self) -> tuple[re.Pattern[str], ...]:
        """Compile what hides names of companies, owners and places."""
        masks = self.tables.get("masks", {})
        boundary, endings = masks.get("boundary", "$"), masks.get("companies", "公司")
        company = f"(?:(?!{boundary})[\\u4e00-\\u9fffa-z]){{1,14}}{endings}"
        rows = {"id": "[masks]", "company": company, **masks}
        compiled = [self.pattern(rows, key) for key in ("events", "owners", "company", "inside", "places")]
        return tuple(pattern for pattern in compiled if pattern)

    def read_industries(self) -> dict[str, str]:
        """Read which trade a GB/T 4754-2017 code belongs to."""
        industries: dict[str, str] = {}
        for row in self.tables.get("industry", []):
            trade = self.one_of({**row, "id": "[[industry]]"}, "trade", self.trades)
            for code in row.get("codes", []):
                if not re.fullmatch(r"\d{2,4}", str(code)) or code in industries:
                    raise self.broken(str(code), say("no industry code, or given twice"))
                industries[code] = trade
        return industries

    def read_sizes(self) -> Sizes:
        """Read how stated sizes count; a lexicon kept from before them compares none."""
        row = {"id": "[sizes]", **self.tables.get("sizes", NO_SIZES)}
        trades, open_land = frozenset(row.get("trades", ())), frozenset(row.get("open_land", ()))
        for other in (trades | open_land) - self.trades.keys():
            raise self.broken("[sizes]", say("unknown trade %(trade)s in sizes", trade=repr(other)))
        main, minor = self.number(row, "main", 2), self.number(row, "minor", 1)
        labels = {key: str(row.get(f"{key}_label", key)) for key in ("size_main", "size_minor")}
        return Sizes(trades, open_land, self.number(row, "times"), main, minor, labels)

    def lexicon(self) -> Lexicon:
        """Check and assemble everything."""
        decide = self.tables.get("decide", {})
        settings = {key: self.number({"id": key, **SINCE, **decide}, key) for key in SETTINGS}
        self.read_trades()
        phrases, materials, contexts = self.read_rules(), self.read_materials(), self.read_contexts()
        return Lexicon(
            self.book.version,
            self.book.in_force_from,
            self.book.basis,
            settings,
            self.trades,
            phrases,
            materials,
            contexts,
            _hints(contexts),
            self.read_masks(),
            self.read_industries(),
            self.read_sizes(),
            self.text,
        )


def _hints(contexts: Iterable[Context]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Join all contexts into one look before and one after: where neither finds anything, none can hold."""
    before = [context.before.pattern for context in contexts if context.before and not context.after]
    after = [context.after.pattern for context in contexts if context.after]
    never = "(?!)"
    return re.compile("|".join(before) or never), re.compile("|".join(after) or never)


def read(text: str, name: str = "scoring/lexicon.toml") -> Lexicon:
    """Read a lexicon from its text or refuse it, naming the line and the id."""
    return _Reader(text, name).lexicon()


@lru_cache
def current() -> Lexicon:
    """Load the lexicon that stands beside this module once."""
    return read(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
