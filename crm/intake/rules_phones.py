"""Telephone numbers in a cell: several of them, with words and separators around; the first mobile counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MOBILE = r"1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}"
AREA = r"(?:\(?0\d{2,3}\)?[ \-]{0,2})"
EXTENSION = r"(?:(?:[ ]?(?:转|ext\.?)[ ]?|-)\d{1,6})?"
PHONE = re.compile(
    rf"(?:(?:\+|00)?86[ \-]?)?(?P<mobile>(?<!\d){MOBILE}|(?<=86){MOBILE})(?!\d)"
    rf"|(?P<service>(?<!\d)[48]00[ \-]?\d{{3,4}}[ \-]?\d{{3,4}}(?!\d))"
    rf"|(?P<line>(?<!\d){AREA}[2-9]\d{{6,7}}{EXTENSION}(?!\d)|(?<!\d){AREA}\d{{7,8}}{EXTENSION}(?!\d)|(?<!\d)[2-9]\d{{6,7}}(?!\d))"
    r"|(?P<foreign>\+(?!86)\d[\d \-]{6,16}\d)",
    re.IGNORECASE,
)
SPACED = re.compile(r"^\d(?: \d){10}$")
"""Eleven digits set apart for the eye."""
DIGITS = re.compile(r"\d(?:[ \-]?\d){4,}")
LABELS = re.compile(
    r"手机号?码?|电话|座机|联系方式|联系电话|办公室?|传真|tel|mobile|phone|微信同?号?",
    re.IGNORECASE,
)
EDGES = " :：;；,，、/|()（）[]-—.。\t\r\n"


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers in a cell, the first mobile (or else the first number), and the words around them."""

    first: str = ""
    numbers: tuple[str, ...] = ()
    words: str = ""
    unread: bool = False


NO_PHONES = Phones()


@lru_cache(maxsize=4096)
def read_phones(text: str) -> Phones:
    """Find every telephone number in a text."""
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1" and text[1] > "2":  # noqa: PLR2004
        return Phones(text, (text,))
    if not text:
        return NO_PHONES
    folded = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").replace("－", "-")
    if SPACED.match(folded.strip()):
        folded = folded.replace(" ", "")
    numbers: list[str] = []
    first = ""
    for found in PHONE.finditer(folded):
        number = _plain(found)
        first = first or (number if found["mobile"] else "")
        if number not in numbers:
            numbers.append(number)
    rest = PHONE.sub(" ", folded)
    words = _words(text, folded)
    lost = bool(DIGITS.search(rest)) or (not numbers and any(sign.isdigit() for sign in rest))
    return Phones(first or (numbers[0] if numbers else ""), tuple(numbers), words, lost)


def _words(text: str, folded: str) -> str:
    """Give the words around the numbers as typed, without labels and idle separators."""
    source = text if len(text) == len(folded) else folded
    pieces, end = [], 0
    for found in PHONE.finditer(folded):
        pieces.append(source[end : found.start()])
        end = found.end()
    rest = LABELS.sub(" ", " ".join([*pieces, source[end:]]))
    rest = re.sub(r"[\s:：]*([;；,，、/])[\s;；,，、/:：]*", r"\1", rest)
    words = re.sub(r"\s+", " ", rest).strip(EDGES)
    return (
        words + ")）"["（" in words]
        if words.count("(") + words.count("（") > words.count(")") + words.count("）")
        else words
    )


def _plain(found: re.Match[str]) -> str:
    """Write a number plainly: a mobile as digits alone, a landline with its hyphen."""
    if found["mobile"]:
        return re.sub(r"\D", "", found["mobile"])
    if found["line"]:
        return re.sub(r"[ \-]{2,}", "-", re.sub(r"[()]", "", found["line"].replace(")", "-"))).strip()
    return (found["service"] or found["foreign"]).strip()


def is_mobile(text: str) -> bool:
    """Tell whether a text is one mobile number and nothing else."""
    return re.fullmatch(MOBILE, text) is not None
