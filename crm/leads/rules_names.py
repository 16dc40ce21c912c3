"""Names compared by meaning at every door: widths, traditional characters, legal forms, regions; never for storing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz

from crm.core.numerals import chinese_number

ALIKE = 85.0
NOISE = re.compile(
    r"\((?:[^()]*?(?:二次|再次|重新|重复)[^()]*|意向|拟|拟建|拟定名?|暂定名?|暂命名|暂名|待定|模拟|示例|新增|续建|新建|改扩建|招商|已签约|在谈|有限公司)\)",
)
PHASE = re.compile(r"第?([一二三四五六七八九十\d]+)(?:(?:\.\d)?(?:期|标段))(?:工程|项目)?")
PHASES_TOGETHER = re.compile(r"第?([一二三四五六七八九十\d]+)[、,和及\-~至]第?([一二三四五六七八九十\d]+)期")
PROJECT_TAIL = re.compile(r"(?:投资|建设|招商|合作|开发|总)*(?:项目|工程)(?:建设|开发)?$")
PUNCTUATION = re.compile(r"[\s\W_]+")
LEGAL_FORMS = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|股份公司|集团公司|总公司|分公司|子公司|有限合伙|普通合伙|合伙企业|责任公司|公司|集团|股份|控股)",
)
LATIN_FORMS = re.compile(
    r"(?:\b(?:co|ltd|inc|corp|corporation|company|group|holdings?|limited|llc|plc|gmbh)\b[.,]*\s*)+",
)
PROVINCES = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
]
NEARBY = [
    "成都",
    "西昌",
    "凉山",
    "双流",
    "攀枝花",
    "德昌",
    "会理",
    "会东",
    "宁南",
    "普格",
    "布拖",
    "金阳",
    "昭觉",
    "喜德",
    "冕宁",
    "越西",
    "甘洛",
    "美姑",
    "雷波",
    "木里",
    "盐源",
]
REGION = re.compile(
    rf"中国|(?:{'|'.join(PROVINCES)})(?:省|市|(?:维吾尔|壮族|回族)?自治区)?|(?:{'|'.join(NEARBY)})(?:市|县|区|彝族自治州|州|藏族自治县)?",
)
SEVERAL = re.compile(r"[、,;/]|(?<=公司)[与和及]|(?<=集团)[与和及]")
NUMBERS = re.compile(r"\d+")
SHORTEST = 2


@lru_cache
def simplified() -> dict[int, str]:
    """Load the table of traditional characters and the simplified ones that they are compared as."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if "\t" in line)
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair[0]) == 1}


def plain(text: str) -> str:
    """Fold widths and traditional characters."""
    return unicodedata.normalize("NFKC", text).translate(simplified())


def fold(text: str) -> str:
    """Fold widths, case and traditional characters."""
    return plain(text).lower()


def tight(text: str) -> str:
    """Fold a text and drop blanks and punctuation."""
    return PUNCTUATION.sub("", fold(text))


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """Give the key by which project names are the same: "#2" behind it marks a second phase."""
    folded = fold(name).replace("【", "(").replace("】", ")").replace("[", "(").replace("]", ")")
    bare = NOISE.sub("", re.sub(r"\s+", "", folded))
    phases: list[str] = []
    for pattern in (PHASES_TOGETHER, PHASE):
        for found in pattern.finditer(bare):
            phases += [_arabic(part) for part in found.groups() if part]
        bare = pattern.sub("", bare)
    core = PUNCTUATION.sub("", bare)
    shorter = PROJECT_TAIL.sub("", core)
    core = shorter if len(shorter) >= SHORTEST else core
    return core + "".join(f"#{phase}" for phase in sorted(set(phases)))


def _arabic(number: str) -> str:
    """Write the number of a phase in digits."""
    value = chinese_number(number)
    return number if value is None else str(value)


def phase_of(key: str) -> str:
    """Tell the phases in a name's key."""
    return key.partition("#")[2]


@lru_cache(maxsize=16384)
def company_key(investor: str) -> str:
    """Give the key by which companies are the same: no brackets, legal forms, suffixes of regions."""
    parts = [_company(part) for part in SEVERAL.split(_bare_company(investor)) if part]
    return "|".join(sorted({part for part in parts if part}))


def _bare_company(investor: str) -> str:
    """Fold a company's name and drop what its brackets say about legal form or certainty."""
    folded = LATIN_FORMS.sub(" ", fold(investor))
    folded = re.sub(r"\s+", "", folded)
    return re.sub(r"\((?:意向|拟|暂定|待定|有限公司|有限合伙|普通合伙|集团|控股)\)", "", folded)


def _company(name: str) -> str:
    """Give the key of one company: a region keeps its name and loses 省, 市, 县."""
    bare = LEGAL_FORMS.sub("", PUNCTUATION.sub("", name))
    kept = REGION.sub(lambda found: _region_name(found.group()), bare)
    return kept if len(kept) >= SHORTEST else PUNCTUATION.sub("", name)


def _region_name(region: str) -> str:
    """Reduce a region to its name: 四川省 is 四川, 凉山彝族自治州 is 凉山, 中国 is nothing."""
    if region == "中国":
        return ""
    return next((name for name in (*PROVINCES, *NEARBY) if region.startswith(name)), region)


@lru_cache(maxsize=16384)
def investor_core(key: str) -> str:
    """Give a company's key without any region: only a first guess, regions are compared besides."""
    return REGION.sub("", key)


def regions_of(key: str) -> frozenset[str]:
    """List the regions that a company's key names."""
    return frozenset(REGION.findall(key))


def same_investor(one: str, other: str) -> bool:
    """Tell whether two keys mean the same company: no region contradicts, or they share a partner."""
    if not one or not other:
        return False
    if one == other or set(one.split("|")) & set(other.split("|")):
        return True
    core = investor_core(one)
    if len(core) < SHORTEST or core != investor_core(other):
        return False
    ours, theirs = regions_of(one), regions_of(other)
    return ours <= theirs or theirs <= ours


def alike(one: str, other: str) -> bool:
    """Tell whether two keys of names are at least 85 % alike and mean the same phase and the same numbers.

    Two names that count (1号厂房, 2号厂房) are meant to differ; a number that only one of them names says nothing.
    """
    if phase_of(one) != phase_of(other) or fuzz.ratio(one, other) < ALIKE:
        return False
    ours, theirs = NUMBERS.findall(one), NUMBERS.findall(other)
    return not ours or not theirs or sorted(ours) == sorted(theirs)


@lru_cache(maxsize=4096)
def site_key(site: str) -> str:
    """Give the key of an address; a mere district is no address and has none."""
    key = tight(site)
    return key if re.search(r"\d|[路街巷道]\S*号|号楼|栋", key) else ""


@lru_cache(maxsize=2048)
def industry_key(industry: str) -> str:
    """Give the key of an industry's name."""
    return tight(industry).removesuffix("产业").removesuffix("行业").removesuffix("业")
