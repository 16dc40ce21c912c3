"""What a version of rules says in words that a reviewer reads: substance, changes, the mark of its exact text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.words import render
from crm.profile.rules import label
from crm.scoring.rules_scorecard import UNITS, Scorecard
from crm.scoring.rules_versions import KINDS, compare, read_rules, reviewed_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.scoring.rules_lexicon import Lexicon
    from crm.scoring.rules_scorecard import Band, Criterion, Scale

MOST_CHANGES = 80
CHANGES = say("What changes against the version before:")
BASES = {"seed": say("the speech"), "practice": say("usual practice"), "ours": say("this project's proposal")}
SIGNS = {"gone": "－", "new": "＋"}


def rule_texts(kind: str, rules: Lexicon | Scorecard, text: str, before: str) -> dict[str, Any]:
    """Return what is handed in for review: title, basis, whom it touches, and the words of the version."""
    lines = _lines(rules)
    changes = list(_changes(kind, lines, before, text)) if before else []
    if changes:
        lines += [render(CHANGES), *changes]
    lines.append(render(say("Mark of the exact text (SHA-256): %(mark)s", mark=reviewed_hash(text))))
    name = KINDS[kind]
    return {
        "title": render(say("%(rule)s, version %(version)s", rule=name, version=rules.version)),
        "legal_basis": render(
            say("%(basis)s; Regulation on Fair Competition Review, art. 2", basis=BASES.get(rules.basis, rules.basis))
        ),
        "beneficiary": render(say("Every project alike, by the same criteria.")),
        "condition": "\n".join(lines),
    }  # fmt: skip


def _lines(rules: Lexicon | Scorecard) -> list[str]:
    return [render(one) for one in (_card(rules) if isinstance(rules, Scorecard) else _lexicon(rules))]


def _card(card: Scorecard) -> Iterator[Text]:
    yield say("Projects are scored out of 100 by these criteria, every project alike:")
    for one in card.criteria:
        yield say("%(label)s: at most %(n)s points; %(how)s", label=say(one.label), n=one.most, how=_how(one))


def _how(one: Criterion) -> Text:
    if one.kind == "judged":
        return say("marked by people: %(guide)s", guide=say(one.guide)) if one.guide else say("marked by people")
    if one.kind == "yes_no":
        return say("full points when it holds, else none")
    bands = "；".join(
        render(say("%(themes)s: %(bands)s", themes=_themes(scale), bands="，".join(_band(one) for one in scale.bands)))
        for scale in one.scales
    )
    return say("by bands of %(unit)s. %(bands)s", unit=UNITS.get(one.unit, one.unit), bands=bands)


def _themes(scale: Scale) -> Any:
    return [label("themes", code) for code in sorted(scale.themes)] or say("other projects")


def _band(band: Band) -> str:
    if band.end is None:
        return render(say("from %(start)s on %(n)s points", start=f"{band.start:g}", n=band.points))
    return render(say("%(start)s to %(end)s %(n)s points", start=f"{band.start:g}", end=f"{band.end:g}", n=band.points))


def _lexicon(lexicon: Lexicon) -> Iterator[Text]:
    yield say("Words in a project's description decide which theme, cluster and park it is counted under; it gives and "
              "refuses nothing.")  # fmt: skip
    yield say("%(n)s trades: %(names)s", n=len(lexicon.trades),
              names="、".join(one.label for one in lexicon.trades.values()))  # fmt: skip


def _changes(kind: str, lines: list[str], before: str, text: str) -> Iterator[str]:
    """Return what changed: of a scorecard in its own words, of a lexicon by the lines of its text."""
    old, new = before, text
    if kind == "scorecard":
        old, new = "\n".join(_lines(read_rules(kind, before))), "\n".join(lines)
    changed = [line for line in compare(old, new, around=0) if line.kind in SIGNS]
    for line in changed[:MOST_CHANGES]:
        yield f"{SIGNS[line.kind]} {line.text.strip()}"
    if len(changed) > MOST_CHANGES:
        yield render(say("… and %(n)s more lines; the page of the version shows all", n=len(changed) - MOST_CHANGES))
