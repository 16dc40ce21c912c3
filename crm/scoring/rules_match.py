"""Finding phrases in a text: one walk over a tree of letters, longest phrase first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END = ""


class Tree:
    """A tree of letters that holds phrases, each with what it means."""

    def __init__(self, phrases: Iterable[tuple[str, object]] = ()) -> None:
        """Plant the phrases; the first meaning of a phrase stays."""
        self.root: dict[str, Any] = {}
        self.plant(phrases)

    def plant(self, phrases: Iterable[tuple[str, object]]) -> None:
        """Add phrases written out in full; only before grafting."""
        for phrase, meaning in phrases:
            node = self.root
            for letter in phrase:
                node = node.setdefault(letter, {})
            node.setdefault(END, meaning)

    def graft(self, heads: Iterable[str], tails: Iterable[str], meaning: object) -> None:
        """Let every head be followed by every tail, sharing the tails' branches instead of writing them all out."""
        branch = Tree((tail, meaning) for tail in tails).root
        for head in heads:
            node = self.root
            for letter in head[:-1]:
                node[letter] = dict(node.get(letter, {}))
                node = node[letter]
            node[head[-1]] = _merged(node.get(head[-1], {}), branch)

    def find(self, text: str) -> Iterator[tuple[int, int, Any]]:
        """Yield (start, end, meaning) from left to right, longest first, none overlapping another."""
        place, length = 0, len(text)
        while place < length:
            node = self.root.get(text[place])
            if node is None:
                place += 1
                continue
            best = self._walk(text, place, node)
            if best is None:
                place += 1
            else:
                yield place, best[0], best[1]
                place = best[0]

    @staticmethod
    def _walk(text: str, start: int, node: dict[str, Any]) -> tuple[int, Any] | None:
        """Follow the tree from one place; return the end and meaning of the longest phrase there."""
        best, place, length = None, start + 1, len(text)
        while True:
            if END in node and _whole(text, start, place):
                best = (place, node[END])
            if place >= length:
                return best
            following = node.get(text[place])
            if following is None:
                return best
            node, place = following, place + 1


def _merged(mine: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Join two branches into a new one; where both end a phrase, the first meaning stays."""
    joined = dict(mine)
    for letter, branch in other.items():
        if letter not in joined:
            joined[letter] = branch
        elif letter != END:
            joined[letter] = _merged(joined[letter], branch)
    return joined


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a Latin phrase stands as whole words; Chinese needs no gaps."""
    if _latin(text[start]) and start and _latin(text[start - 1]):
        return False
    if not _latin(text[end - 1]) or end >= len(text) or not _latin(text[end]):
        return True
    return text[end] == "s" and (end + 1 >= len(text) or not _latin(text[end + 1]))


def _latin(letter: str) -> bool:
    """Tell a Latin letter from everything else (digits may touch a word: 5G, 10MW)."""
    return "a" <= letter <= "z"


def planted(
    plain: Iterable[tuple[str, object]], grafts: Iterable[tuple[list[str], list[str], object]]
) -> Tree:
    """Plant own phrases first, so that they win over those made of lists."""
    made = list(grafts)
    alone = [(head, meaning) for heads, tails, meaning in made if tails == [""] for head in heads]
    tree = Tree([*plain, *alone])
    for heads, tails, meaning in made:
        if tails != [""]:
            tree.graft(heads, tails, meaning)
    return tree
