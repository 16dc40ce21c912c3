"""Numbers written in Chinese: 二十三, 三千五百万, 两亿, and the digits of years such as 二〇二四."""

from __future__ import annotations

DIGITS = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
DIGITS |= {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}


def chinese_number(text: str) -> int | None:
    """Read a number written in Chinese numerals, or None when it is none."""
    total, section, digit = 0, 0, -1
    if not text:
        return None
    for sign in text:
        if sign in DIGITS:
            if digit > 0:
                return None
            digit = DIGITS[sign]
        elif sign in TENS:
            if digit < 0 and section:
                return None
            section += (digit if digit > 0 else 1) * TENS[sign]
            digit = -1
        elif sign in MYRIADS:
            section += max(digit, 0)
            if not section and not total:
                return None
            total, section, digit = (
                (total + section) * MYRIADS[sign] if sign == "亿" else total + section * MYRIADS[sign],
                0,
                -1,
            )
        else:
            return None
    return total + section + max(digit, 0)


def plain_digits(text: str) -> str:
    """Turn Chinese numerals inside a date into digits: 二〇二四年十一月五日 becomes 2024年11月5日."""
    result, run = [], ""
    for sign in [*text, ""]:
        if sign and (sign in DIGITS or sign == "十"):
            run += sign
            continue
        if run:
            value = chinese_number(run) if "十" in run else int("".join(str(DIGITS[digit]) for digit in run))
            result.append(run if value is None else str(value))
            run = ""
        result.append(sign)
    return "".join(result)
