"""What the Word forms are built of: A4, Chinese fonts, header and footer with page numbers, tables with fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

LATIN, BODY, HEAD = "Times New Roman", "宋体", "黑体"
A4 = (Mm(210), Mm(297))
INK, QUIET = RGBColor(0x1B, 0x26, 0x2E), RGBColor(0x55, 0x60, 0x68)
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
SHADE = "EEF3F4"
THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def sheet(*, header: str, footer: str = "", landscape: bool = False, margin_mm: float = 22) -> Document:
    """Begin an A4 document with a line on top, page numbers below, and fonts that know Chinese."""
    document: Any = docx.Document()
    section = document.sections[0]
    width, height = A4
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(margin_mm)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    for style in document.styles:
        if style.element.rPr is not None or style.name == "Normal":
            _fonts(style.element.get_or_add_rPr(), HEAD if style.name.startswith(("Heading", "Title")) else BODY)
    _fonts(document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr")), BODY)
    normal = document.styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(10.5), INK
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.25
    top = section.header.paragraphs[0]
    write(top, header, size=9, color=QUIET)
    top.paragraph_format.tab_stops.clear_all()
    _page_numbers(section.footer.paragraphs[0], footer)
    return document  # type: ignore[no-any-return]


def _fonts(properties: Any, east: str) -> None:
    """Name the fonts for Latin and for Chinese; a theme's names would win over them, so they go."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in THEME_FONTS:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), value)
    language = properties.find(qn("w:lang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")


def write(
    paragraph: Any, text: str, *, size: float | None = None, bold: bool = False, head: bool = False,
    color: RGBColor | None = None,
) -> Any:  # fmt: skip
    """Add text to a paragraph; a field stands in one run, so that Word never tears its braces apart."""
    run = paragraph.add_run(text)
    _fonts(run._element.get_or_add_rPr(), HEAD if head or bold else BODY)  # noqa: SLF001 - python-docx hides its XML
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    return run


def line(
    place: Any, text: str = "", *, size: float | None = None, bold: bool = False, head: bool = False,
    align: str = "left", before: float = 0, after: float = 4, color: RGBColor | None = None, keep: bool = False,
) -> Any:  # fmt: skip
    """Add a paragraph to a document or a cell."""
    paragraph = place.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    paragraph.paragraph_format.keep_with_next = keep or None
    if text:
        write(paragraph, text, size=size, bold=bold, head=head, color=color)
    return paragraph


def title(document: Document, text: str, under: str = "") -> None:
    """Add the document's title, and a quiet line under it."""
    line(document, text, size=20, bold=True, head=True, align="center", before=4, after=4 if under else 12, keep=True)
    if under:
        line(document, under, size=10, align="center", after=12, color=QUIET, keep=True)


def heading(document: Document, text: str) -> None:
    """Add the heading of a part."""
    line(document, text, size=13, bold=True, head=True, before=10, after=5, keep=True)


def table(document: Document, widths_mm: Sequence[float]) -> Any:
    """Add an empty table with thin lines and fixed widths."""
    made: Any = document.add_table(rows=0, cols=len(widths_mm))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)
    return made


def row(
    made: Any, texts: Sequence[str], *, head: Sequence[int] | bool = (), align: str | Sequence[str] = "left",
    size: float = 10.5, repeat: bool = False,
) -> Any:  # fmt: skip
    """Add a row; `head` says which cells (all, when True) are labels; `repeat` repeats it on every page."""
    added = made.add_row()
    marks = range(len(texts)) if head is True else (head or ())
    for place, (cell, text) in enumerate(zip(added.cells, texts, strict=True)):
        cell.width = made.columns[place].width
        fit(cell, text, label=place in marks, align=align if isinstance(align, str) else align[place], size=size)
    properties = added._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx hides its XML
    properties.append(OxmlElement("w:cantSplit"))
    if repeat:
        properties.append(OxmlElement("w:tblHeader"))
    return added


def fit(cell: Any, text: str, *, label: bool = False, align: str = "left", size: float = 10.5) -> None:
    """Write one cell's text; a label is shaded and set in the font of headings."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.15
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    write(paragraph, text, size=size, head=label, color=QUIET if label else None)
    if label:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx hides its XML


def facts(document: Document, pairs: Sequence[tuple[str, str]], widths_mm: Sequence[float] = (38, 128)) -> Any:
    """Add a table of two columns: label and field."""
    made = table(document, widths_mm)
    for label, text in pairs:
        row(made, (label, text), head=(0,))
    return made


def repeated(
    document: Document, loop: str, columns: Sequence[tuple[str, str, float]], *, size: float = 9.5,
    align: str | Sequence[str] = "left",
) -> Any:  # fmt: skip
    """Add a table with one row for each thing: `loop` like `row in rows`, columns as header, field and width."""
    made = table(document, [width for _header, _field, width in columns])
    row(made, [header for header, _field, _width in columns], head=True, align="center", size=size, repeat=True)
    blank = [""] * (len(columns) - 1)
    row(made, [f"{{%tr for {loop} %}}", *blank], size=size)
    row(made, [text for _header, text, _width in columns], size=size, align=align)
    row(made, ["{%tr endfor %}", *blank], size=size)
    return made


def _page_numbers(paragraph: Any, note: str) -> None:
    paragraph.alignment = ALIGN["center"]
    if note:
        write(paragraph, note, size=9, color=QUIET)
        paragraph.add_run().add_break()
    for text in ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页"):
        if not text.isupper():
            write(paragraph, text, size=9, color=QUIET)
            continue
        for kind in ("begin", text, "separate", "1", "end"):
            run = write(paragraph, "", size=9, color=QUIET)
            if kind in ("begin", "separate", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText" if kind.isupper() else "w:t")
                mark.text = f" {kind} " if kind.isupper() else kind
                mark.set(qn("xml:space"), "preserve")
            run._element.append(mark)  # noqa: SLF001 - python-docx hides its XML
