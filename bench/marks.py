"""How long the marks of a fifty-page agreement take, beside plainly reading its letters: `python3 -m bench.marks`."""

from __future__ import annotations

import statistics
import sys
import time
import unicodedata

from crm.support.rules_marks import explained, find, pieces

PAGES = 50
ROUNDS = 15
LETTERS = 1_200
"""Letters on a printed page of an agreement, on the generous side."""
PLAIN = (
    "第三条 甲方协助乙方办理项目备案、环境影响评价、节能审查和施工许可手续，按公布的时限办结，并指定专人联络。"
    "乙方项目总投资五亿元，分两期建设，一期建设年产二万吨石榴深加工生产线，配套冷链仓储和检验检测中心。"
    "双方约定开工、竣工和投产日期见附件，因不可抗力延期的应当书面通知对方并说明原因。"
)
MARKED = "乙方注册地址十年内不得迁出西昌市；缴纳的税收地方留成部分按百分之五十返还；按优惠电价供电。"


def agreement(pages: int) -> str:
    """Return an agreement of so many pages, each with three clauses that are marked."""
    page = (PLAIN * (LETTERS // len(PLAIN) + 1))[: LETTERS - len(MARKED)] + MARKED + "\n"
    return page * pages


def read_plainly(text: str) -> int:
    """Look at each letter once, as any reader of the text must."""
    return sum(unicodedata.category(letter) == "Lo" for letter in text)


def main(pages: int) -> None:
    """Time both in turn and print the medians."""
    text = agreement(pages)
    marks, plain = [], []
    for _ in range(ROUNDS):
        begin = time.process_time()
        hits = find(text)
        pieces(text, hits)
        explained(hits)
        marks.append(time.process_time() - begin)
        begin = time.process_time()
        read_plainly(text)
        plain.append(time.process_time() - begin)
    took, base = statistics.median(marks), statistics.median(plain)
    sys.stdout.write(
        f"{pages} pages, {len(text):,} letters, {len(hits)} marks: {took * 1000:.0f} ms CPU, "
        f"{took / base:.1f} x reading each letter once ({base * 1000:.1f} ms)\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
