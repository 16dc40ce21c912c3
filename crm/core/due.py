"""What waits for whom, by when: the one shape of a thing to do, and how a room plugs its own into the page 待办.

A room supplies a file `queries_due.py` (or `queries_due_*.py`) with a tuple `DUE` of `Source`; nothing else has to be
registered, the page finds the file. Each source is one question:

    def due_reports(by: Actor, today: date) -> list[Due]: ...      # one SQL statement, the oldest first, at most MOST
    DUE = (Source("report", say("Monthly reports"), "report.send", due_reports),)

- The question is answered from the tables at each look: ask for "at least N days ago and not done yet", never for
  "exactly N days ago", so that no day without a look can lose an alarm. Nothing is stored and nothing is ticked off:
  a line goes away when the thing is done.
- `by` is who looks. Give only what this person can do something about (`visible(by, permission)`); the source is asked
  only of those who hold its permission.
- `Due.endpoint` and `Due.args` lead to the very form that does it; `anchor` to a place on that page.
- `due_on` is the last day on which it is in time; `light_on(due_on, today, remind)` gives the light.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from crm.core.errors import Text, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from crm.core.actor import Actor

Light = Literal["red", "yellow", "calm"]
LIGHTS: tuple[Light, ...] = ("red", "yellow", "calm")
LIGHT_TITLES: Mapping[str, Text] = {
    "red": say("Overdue or stuck"),
    "yellow": say("Due soon"),
    "calm": say("Open, nothing is late"),
}
MOST = 200
"""So many lines of one kind are told; who has more works them off from the most urgent on."""


@dataclass(frozen=True)
class Due:
    """One thing that waits: what about, in a sentence, until when, how urgent, where it is done, and by whom."""

    kind: str
    thing: str
    thing_id: int
    label: str
    sentence: Text
    due_on: date
    light: Light
    endpoint: str
    args: Mapping[str, object] = field(default_factory=dict)
    anchor: str = ""
    who: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of thing that can wait: its title, who is asked, and the question."""

    kind: str
    title: Text
    permission: str
    ask: Callable[[Actor, date], Sequence[Due]]


@dataclass(frozen=True)
class Answer:
    """What waits for somebody: every line, the most urgent first, and the kinds of which there are more than told."""

    lines: tuple[Due, ...]
    counts: Mapping[str, int]
    cut: frozenset[str]

    def under(self, light: str) -> int:
        """Return how many lines have a light."""
        return sum(line.light == light for line in self.lines)

    @property
    def urgent(self) -> int:
        """Return how many lines are red or yellow: the figure beside the place."""
        return self.under("red") + self.under("yellow")


def light_on(due_on: date, today: date, remind: int = 0) -> Light:
    """Return red once the day has passed, yellow from `remind` days before it on, else calm."""
    if today > due_on:
        return "red"
    return "yellow" if today >= due_on - timedelta(days=remind) else "calm"


def gather(sources: Iterable[Source], by: Actor, today: date, may: Callable[[Actor, str], bool]) -> Answer:
    """Ask every source that the actor's permissions reach; the most urgent first, then the longest waiting."""
    lines: list[Due] = []
    counts: dict[str, int] = {}
    for source in sources:
        if may(by, source.permission):
            found = list(source.ask(by, today))
            counts[source.kind] = counts.get(source.kind, 0) + len(found)
            lines += found
    lines.sort(key=lambda line: (LIGHTS.index(line.light), line.due_on, line.thing, line.thing_id, line.kind))
    return Answer(tuple(lines), counts, frozenset(kind for kind, n in counts.items() if n >= MOST))
