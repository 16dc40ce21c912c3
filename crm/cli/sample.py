"""The word `sample`: makes an empty data folder the sample bureau and prints one login per role."""

from __future__ import annotations

import sys

from crm.accounts.queries import anybody
from crm.core.clock import now
from crm.core.words import render
from crm.profile.queries import bureau


def run() -> int:
    """Fill the empty house; a house that belongs to somebody is left alone."""
    if anybody() or bureau() is not None:
        print("数据目录已有单位，示例数据只能放进空目录。The data folder is in use; nothing was done.", file=sys.stderr)
        return 1
    from crm.sample.filler import fill

    print("正在生成示例数据……", file=sys.stderr, flush=True)
    for login in fill(at=now()):
        print(f"{render(login.role_label)}\t{login.username}\t{login.password}")
    print("以上密码只显示这一次。These passwords are shown only now.", file=sys.stderr)
    return 0
