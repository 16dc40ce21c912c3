"""Reads .xlsx, .xlsm (and the .et that is one inside) as a stream that nothing can hold up."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from crm.intake.reader_container import elements, feed, guarded_parser
from crm.intake.reader_formats import BUILT_IN_DATES, date_of, meaning
from crm.intake.reader_limits import UnreadableError

if TYPE_CHECKING:
    import zipfile

    from crm.intake.reader_child import Writer

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
FAR_TOLD = 10
EXACT_WHOLE = 10**15


def read_xlsx(archive: zipfile.ZipFile, writer: Writer) -> None:
    """Write every worksheet of a workbook."""
    names = {name.lower(): name for name in archive.namelist()}
    workbook = _workbook_part(archive, names)
    folder = posixpath.dirname(workbook)
    links = _links(archive, names, workbook)
    parts = elements(archive, workbook)
    date1904 = any(
        tag == "workbookPr" and attributes.get("date1904") in {"1", "true", "on"} for tag, attributes in parts
    )
    shared = next(
        (target for kind, target in links.values() if kind == "sharedStrings"),
        f"{folder}/sharedStrings.xml",
    )
    strings = _strings(archive, names[shared.lower()]) if shared.lower() in names else []
    style_part = next((target for kind, target in links.values() if kind == "styles"), f"{folder}/styles.xml")
    formats = _formats(archive, names[style_part.lower()]) if style_part.lower() in names else []
    for tag, attributes in parts:
        if tag != "sheet":
            continue
        link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        kind, target = links.get(link, ("", ""))
        if kind != "worksheet":
            continue
        writer.begin(attributes.get("name", ""), attributes.get("state", "visible"), date1904=date1904)
        sheet = SheetParser(writer, strings, formats, date1904=date1904)
        sheet.parse(archive, names[target.lower()])
        writer.end(sheet.merges, sheet.hidden_columns, sheet.far)


def _workbook_part(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    """Find the workbook's part by the package's links, or by its usual name."""
    if "_rels/.rels" in names:
        for tag, attributes in elements(archive, names["_rels/.rels"]):
            if tag == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                target = attributes["Target"].lstrip("/").lower()
                if target in names:
                    return names[target]
    return names["xl/workbook.xml"]


def _links(archive: zipfile.ZipFile, names: dict[str, str], part: str) -> dict[str, tuple[str, str]]:
    """List a part's links: id → kind and target."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels".lower()
    found = {}
    for tag, attributes in elements(archive, names[rels]):
        if tag == "Relationship":
            target = attributes["Target"]
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[attributes["Id"]] = (attributes.get("Type", "").rpartition("/")[2], target)
    return found


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Read the shared strings: runs joined, phonetic hints left out."""
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(name: str, _attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = name.rpartition(":")[2]
        if tag == "si":
            pieces.clear()
        elif tag in inside:
            inside[tag] = True

    def end(name: str) -> None:
        """End an element."""
        tag = name.rpartition(":")[2]
        if tag == "si":
            strings.append(unescape("".join(pieces)))
        elif tag in inside:
            inside[tag] = False

    def characters(text: str) -> None:
        """Keep the text of runs."""
        if inside["t"] and not inside["rPh"]:
            pieces.append(text)

    parser = guarded_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    feed(parser, archive, part)
    return strings


def unescape(text: str) -> str:
    """Undo the escapes of control characters (_x000D_)."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _formats(archive: zipfile.ZipFile, part: str) -> list[str]:
    """List what each cell style makes of a number."""
    custom: dict[int, str] = {}
    styles: list[str] = []
    inside = False
    for tag, attributes in elements(archive, part):
        if tag == "numFmt":
            custom[int(attributes["numFmtId"])] = meaning(attributes.get("formatCode", ""))
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            number = int(attributes.get("numFmtId", 0))
            styles.append(custom.get(number, BUILT_IN_DATES.get(number, "")))
    return styles


class SheetParser:
    """Reads one worksheet; keeps one row in memory at a time."""

    def __init__(self, writer: Writer, strings: list[str], formats: list[str], *, date1904: bool) -> None:
        """Prepare for a sheet."""
        self.writer, self.strings, self.formats, self.date1904 = writer, strings, formats, date1904
        self.merges: list[list[int]] = []
        self.hidden_columns: list[int] = []
        self.far: list[str] = []
        self._letters: dict[str, int] = {}
        self._tags: dict[str, str] = {}
        self._row: list[Any] = []
        self._number = self._column = 0
        self._hidden = self._phonetic = self._formula = False
        self._kind = self._style = ""
        self._text: list[str] = []
        self._formula_text = ""
        self._collecting = self._has_value = False

    def parse(self, archive: zipfile.ZipFile, part: str) -> None:
        """Read the part of the sheet."""
        parser = guarded_parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        feed(parser, archive, part)

    def _tag(self, name: str) -> str:
        """Give an element's name without its prefix."""
        tag = self._tags[name] = name.rpartition(":")[2]
        return tag

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = self._tags.get(name) or self._tag(name)
        if tag == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._text.clear()
            self._formula_text = ""
            self._has_value = self._formula = False
        elif tag in {"v", "t"}:
            self._collecting = not self._phonetic
            self._has_value = True
        elif tag == "f":
            self._collecting = self._formula = True
        elif tag == "row":
            self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
            self._column, self._row = 0, []
            self._hidden = attributes.get("hidden") in {"1", "true"}
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            low, high = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.extend(range(low, min(high, self.writer.limits.columns) + 1))

    def _end(self, name: str) -> None:
        """End an element."""
        tag = self._tags[name]
        if tag == "c":
            self._cell()
        elif tag in {"v", "t"}:
            self._collecting = False
        elif tag == "f":
            self._formula_text = "".join(self._text)
            self._text.clear()
            self._collecting = False
        elif tag == "row":
            if self._row:
                self.writer.row(self._number, self._row, hidden=self._hidden)
        elif tag == "rPh":
            self._phonetic = False

    def _characters(self, text: str) -> None:
        """Collect the text of a value, a run or a formula."""
        if self._collecting:
            self._text.append(text)

    def _column_of(self, reference: str) -> int:
        """Give the column of a reference such as AB12."""
        letters = reference.rstrip("0123456789")
        column = self._letters.get(letters)
        if column is None:
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - 64
            self._letters[letters] = column
        return column

    def _cell(self) -> None:
        """Put a cell that holds something into its row."""
        if not self._has_value and not self._formula:
            return
        text = "".join(self._text)
        if len(text) > self.writer.limits.cell_characters:
            text = text[: self.writer.limits.cell_characters]
        value = self._value(text)
        if value is None or value == "":
            return
        if not 0 < self._column <= self.writer.limits.columns:
            if len(self.far) < FAR_TOLD:
                self.far.append(f"{self._letters_of(self._column)}{self._number}")
            return
        row = self._row
        if len(row) < self._column:
            row.extend([None] * (self._column - len(row)))
        row[self._column - 1] = value

    def _letters_of(self, column: int) -> str:
        """Give the letters that a far column was referred to by."""
        return next((letters for letters, number in self._letters.items() if number == column), str(column))

    def _value(self, text: str) -> Any:
        """Make the value of a cell from its type, style and text."""
        kind = self._kind
        if kind == "s":
            return self.strings[int(text)] if text else None
        if kind in {"inlineStr", "str"}:
            if not text and self._formula and not self._has_value:
                return ["f", "=" + self._formula_text]
            return unescape(text)
        if not text:
            return ["f", "=" + self._formula_text] if self._formula else None
        if kind == "b":
            return text.strip() in {"1", "true"}
        if kind == "e":
            return ["e", text]
        if kind == "d":
            return ["d", text[:10], 0, "day"]
        return self._figure(text)

    def _figure(self, text: str) -> Any:
        """Make a number, or what its format makes of it."""
        try:
            number = float(text)
        except ValueError:
            return text
        if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - NaN differs from itself
            return text
        whole = number.is_integer() and abs(number) < EXACT_WHOLE
        figure = int(number) if whole else number
        style = self.formats[int(self._style)] if self._style and int(self._style) < len(self.formats) else ""
        if not style:
            return figure
        if style.startswith("unit:"):
            return ["u", figure, style[5:]]
        iso = date_of(number, date1904=self.date1904)
        return ["d", iso, figure, style] if iso else figure

    def _merge(self, reference: str) -> None:
        """Keep a merged range as four numbers, however large it is."""
        if len(self.merges) >= self.writer.limits.merges:
            msg = "file.too_many_cells"
            raise UnreadableError(msg, limit=self.writer.limits.merges)
        corners = [REFERENCE.match(corner) for corner in reference.upper().split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:  # noqa: PLR2004 - two corners
            left, right = self._column_of(corners[0][1]), self._column_of(corners[1][1])
            self.merges.append([int(corners[0][2]), left, int(corners[1][2]), right])
