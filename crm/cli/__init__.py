"""The commands of the product: results to stdout, everything else to stderr, standard input never read."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from config import Settings
    from crm.core.actor import Actor

HELP = """用法：python3 run.py [命令] [选项]

  serve [--host H] [--port P]        启动服务（默认命令），默认 http://127.0.0.1:8000
  worker [--once]                    再启动一个后台任务进程（serve 已自带一个）
  sample                             在空的数据目录中建立示例单位，打印每个角色的登录账号
  assess 文件.csv|.xlsx --out F      评估表格中的项目（不入库），写出带评估结果的表格
  import 文件 [--dry-run] [--json]   导入台账；--dry-run 只读不存
  export 名称 --out F.xlsx [--as-of 日期] [--json]（pipeline、weekly、meeting、parks 等）
                                     导出项目台账工作簿
  statistics import 文件 [--dry-run] [--json]
                                     导入企业月报表；有一格读不懂就整张不入库，逐格说明
  evaluate --period 周期 --out F     导出挂职干部考核工作簿（.xlsx）；
                                     加 --person 姓名 导出个人实绩表（.docx）或档案（.zip）
  credit [--replay] [--check] [--json]
                                     结算挂职干部积分；--replay 从零重算并与台账核对，--check 只核对不入账
  gate 项目编号 [--json] [--recognise]
                                     查看一个项目的落地关口：三要件、缺什么、谁来办；--recognise 认定（须 --as 领导）
  doctor                             检查数据库、佐证文件、操作记录链和设置；发现问题退出码为 1
  scan [--all]                       让病毒扫描程序检查未扫描的（或全部）文件（见 CRM_SCAN_COMMAND）
  backup F / restore F               备份到一个文件 / 从备份恢复到空的数据目录
  schema NAME|--check                开发用：按数据表写出下一个迁移文件
  words [--check]                    开发用：更新并编译中英文词条
  test · check · lock · wheels       开发用：测试、检查、锁定依赖、准备离线安装包
  help                               显示本帮助

数据目录由环境变量 CRM_INSTANCE 指定（默认 instance/），数据库可用 DATABASE_URL 指定。
加 --as 登录名 以该账号的权限执行；否则以命令行身份执行（记入操作记录）。
"""
BAD_USE = 2


def main(argv: list[str]) -> int:
    """Run one command; wrong use and refusals end in one clear sentence, never in a traceback."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    word, arguments = _word(argv)
    if word == "help":
        print(HELP, end="")
        return 0
    if word not in COMMANDS:
        print(f"没有命令“{word}”。Unknown command; see `python3 run.py help`.", file=sys.stderr)
        return BAD_USE
    from config import BadSetting, Settings
    from crm.core.errors import Refusal
    from crm.core.words import render

    try:
        return COMMANDS[word](arguments, Settings.from_env())
    except BadSetting as wrong:
        print(wrong, file=sys.stderr)
    except Refusal as refusal:
        for finding in refusal.findings:
            print(render(finding.text), file=sys.stderr)
    return BAD_USE


def _word(argv: list[str]) -> tuple[str, list[str]]:
    if argv and argv[0] in ("-h", "--help"):
        return "help", []
    if not argv or argv[0].startswith("-"):
        return "serve", list(argv)
    return argv[0], list(argv[1:])


def _as_whom(arguments: list[str]) -> tuple[Actor, list[str]]:
    """Take `--as NAME` out of the arguments and return who acts."""
    from crm.accounts.queries import actor_of, people
    from crm.cadres.queries import posting_on
    from crm.core.actor import CLI
    from crm.core.clock import today
    from crm.core.errors import refuse, say

    if "--as" not in arguments:
        return CLI, arguments
    at = arguments.index("--as")
    login, rest = "".join(arguments[at + 1 : at + 2]), arguments[:at] + arguments[at + 2 :]
    found = people(login=login, active_only=True) if login else []
    if not found:
        raise refuse("login.unknown", say("There is no active account with the user name “%(login)s”.", login=login))
    return actor_of(found[0], posted=posting_on(found[0].id, today()) is not None, door="cli"), rest


def _open(settings: Settings) -> None:
    from crm.web.house import open_house

    open_house(settings)


def _serve(arguments: list[str], settings: Settings) -> int:
    from crm.cli import serve

    return serve.run(arguments, settings)


def _worker(arguments: list[str], settings: Settings) -> int:
    from crm.cli import worker

    return worker.run(arguments, settings)


def _sample(arguments: list[str], settings: Settings) -> int:
    from crm.cli import sample

    del arguments
    _open(settings)
    return sample.run()


def _assess(arguments: list[str], settings: Settings) -> int:
    from crm.cli import assess

    _open(settings)
    return assess.run(arguments)


def _import(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.intake.cli import run_import
    from crm.web.work import prepare_work

    prepare_work(settings)  # a long ledger is work in batches

    actor, rest = _as_whom(arguments)
    return run_import(rest, actor)


def _export(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.reports.cli import run_export

    actor, rest = _as_whom(arguments)
    return run_export(rest, actor)


def _evaluate(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.reports.cli import run_evaluate

    actor, rest = _as_whom(arguments)
    return run_evaluate(rest, actor)


def _statistics(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.cli import statistics

    actor, rest = _as_whom(arguments)
    return statistics.run(rest, actor)


def _credit(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.pipeline.cli import run_credit

    actor, rest = _as_whom(arguments)
    return run_credit(rest, actor)


def _gate(arguments: list[str], settings: Settings) -> int:
    _open(settings)
    from crm.pipeline.cli import run_gate

    actor, rest = _as_whom(arguments)
    return run_gate(rest, actor)


def _doctor(arguments: list[str], settings: Settings) -> int:
    from crm.cli import doctor

    del arguments
    _open(settings)
    return doctor.run(settings)


def _scan(arguments: list[str], settings: Settings) -> int:
    from crm.cli import scan

    _open(settings)
    return scan.run(arguments)


def _backup(arguments: list[str], settings: Settings) -> int:
    from crm.cli import backup

    _open(settings)
    return backup.save(arguments, settings)


def _restore(arguments: list[str], settings: Settings) -> int:
    from crm.cli import backup

    return backup.restore(arguments, settings)


def _schema(arguments: list[str], settings: Settings) -> int:
    from crm.cli import schema

    del settings
    return schema.run(arguments)


def _words(arguments: list[str], settings: Settings) -> int:
    from crm.cli import words

    del settings
    return words.run(arguments)


COMMANDS: dict[str, Callable[[list[str], Settings], int]] = {
    "serve": _serve,
    "worker": _worker,
    "sample": _sample,
    "assess": _assess,
    "import": _import,
    "export": _export,
    "statistics": _statistics,
    "evaluate": _evaluate,
    "credit": _credit,
    "gate": _gate,
    "doctor": _doctor,
    "scan": _scan,
    "backup": _backup,
    "restore": _restore,
    "schema": _schema,
    "words": _words,
}
