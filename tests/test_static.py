"""The design's own promises: vendored files unchanged, no inline code, icons that exist, colours that can be read."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "static"
VENDOR = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_CSS = sorted((STATIC / "css").glob("*.css"))
OWN_JS = sorted((STATIC / "js").glob("*.js"))
READABLE = 4.5
VISIBLE = 3.0
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "act") for ground in ("paper", "canvas", "sunk")),
    *((tone, ground) for tone in ("warn", "bad", "good", "calm") for ground in ("paper", f"{tone}-soft")),
    *((f"stage-{n}", f"stage-{n}-soft") for n in range(1, 8)),
    ("act", "act-soft"), ("act-hover", "act-soft"), ("on-fill", "act-fill"), ("on-fill", "act-fill-hover"),
    ("on-fill", "bad-fill"), ("ink", "mark"), ("ink", "warn-soft"), ("ink", "bad-soft"), ("ink-2", "act-soft"),
    ("ink-3", "warn-soft"), ("paper", "ink"),
]  # fmt: skip
BORDER_PAIRS = [("edge", "paper"), ("edge", "canvas"), ("act", "paper"), ("bad", "paper")]


def named(path: Path) -> str:
    """Name a file in a test's id."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("entry", VENDOR, ids=lambda entry: entry["path"])
def test_vendored_file_is_the_one_we_recorded(entry: dict[str, str]) -> None:
    """A file from elsewhere has the hash, the licence and the origin that VENDOR.toml says."""
    found = hashlib.sha256((STATIC / entry["path"]).read_bytes()).hexdigest()
    assert found == entry["sha256"]
    assert entry["licence"]
    assert entry["package"]
    assert entry["version"][0].isdigit()
    unchanged = entry.get("upstream_sha256") == entry["sha256"]
    assert unchanged or entry["changed"]


def test_every_vendored_file_is_recorded() -> None:
    """Nothing lies in static/vendor without an entry, and each project brings its licence text."""
    lying = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    recorded = {entry["path"] for entry in VENDOR}
    assert lying - {"vendor/VENDOR.toml"} == recorded - {"icons.svg"}
    for folder in (STATIC / "vendor").iterdir():
        assert folder.is_file() or (folder / "LICENSE.txt").is_file()


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_has_no_inline_code(path: Path) -> None:
    """No style or handler attribute, no style or script element with content: the policy would refuse them."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "javascript:" not in text
    assert not re.search(r"\|\s*safe\b", text)
    assert "hx-on" not in text
    assert "data-bs-toggle" not in text


def used_icons() -> set[str]:
    """Collect the names that templates ask the sprite for, where they are written out."""
    found: set[str] = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"\bicon\(\"([a-z0-9-]+)\"", text))
        found |= set(re.findall(r"sprite \}\}#([a-z0-9-]+)", text))
        found |= set(re.findall(r"ui\.empty\(\"([a-z0-9-]+)\"", text))
        found |= set(re.findall(r"ui\.button\([^)]*?\), \"([a-z0-9-]+)\"", text))
        found |= set(re.findall(r"ui\.link_button\(_\([^)]*?\), [^\"]*?, \"([a-z0-9-]+)\"", text))
    return found


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    """An icon that is not in the sprite would be an empty place."""
    sprite = set(re.findall(r"<symbol id=\"([a-z0-9-]+)\"", (STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert len(used_icons()) > 20
    assert used_icons() <= sprite


@pytest.mark.parametrize("path", [*OWN_CSS, *OWN_JS, *TEMPLATES], ids=named)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    """Pages bring everything themselves: no address of another host, no data: picture, no source map."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href|url|action)\s*[=(]\s*[\"']?(?:https?:)?//", text)
    assert "data:image" not in text
    assert "sourceMappingURL" not in text


@pytest.mark.parametrize("path", OWN_CSS, ids=named)
def test_pictures_of_the_sheets_exist(path: Path) -> None:
    """Each url() of a sheet is a file beside it."""
    for target in re.findall(r"url\(\"([^\"]+)\"\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).resolve().is_file()


def palette(theme: str) -> dict[str, str]:
    """Read the colours of one theme; dark keeps what it does not say anew."""
    text = (STATIC / "css" / "luodi.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", text.split('[data-bs-theme="dark"] {')[0]))
    dark = text.split('[data-bs-theme="dark"] {')[1].split("}")[0]
    return light if theme == "light" else light | dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    """Every pair of text and ground reaches 4.5:1 in both themes."""
    colours = palette(theme)
    assert contrast(colours[ink], colours[ground]) >= READABLE


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), BORDER_PAIRS)
def test_edges_of_fields_can_be_seen(theme: str, line: str, ground: str) -> None:
    """The edge of a field and the ring of focus reach 3:1."""
    colours = palette(theme)
    assert contrast(colours[line], colours[ground]) >= VISIBLE
