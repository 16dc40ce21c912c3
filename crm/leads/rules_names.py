"""How names are compared: full width folded, blanks and brackets ignored, legal forms dropped; never for storing."""

from __future__ import annotations

import re
import unicodedata

LEGAL_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|控股集团|集团|公司|股份)+$"
)
NOISE = re.compile(r"[\s\W_]+")
PROJECT_TAIL = re.compile(r"(建设)?项目$")


def fold(text: str) -> str:
    """Fold widths and case and drop blanks and punctuation."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def name_key(name: str) -> str:
    """Return the key under which project names are compared."""
    folded = fold(name)
    return PROJECT_TAIL.sub("", folded) or folded


def company_key(name: str) -> str:
    """Return the key under which companies are compared (without their legal form)."""
    folded = fold(name)
    return LEGAL_FORMS.sub("", folded) or folded
