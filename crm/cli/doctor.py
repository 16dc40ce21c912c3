"""The word `doctor`: is everything there and whole? Every finding is one sentence; any finding ends in 1."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from peewee import DatabaseError
from playhouse.migrations import Runner

from crm.accounts.rules import matrix
from crm.audit.queries import broken_links
from crm.cli.schema import tables
from crm.core.clock import now
from crm.core.db import MIGRATIONS, database, is_sqlite
from crm.core.rulebook import BrokenRules
from crm.core.words import render
from crm.files.operations import path_of
from crm.files.queries import every_file
from crm.jobs.queries import stuck
from crm.profile.queries import bureau
from crm.profile.rules import city
from crm.reports.queries_closes import damaged_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config import Settings

OTHERS = 0o077


def run(settings: Settings) -> int:
    """Run every check and print what was found."""
    findings = []
    for name, check in CHECKS.items():
        try:
            found = list(check(settings))
        except DatabaseError as broken:  # a table that is not as it should be must not hide the other findings
            found = [f"无法检查：{broken}"]
        print(f"{'✗' if found else '✓'} {name}")
        for sentence in found:
            print(f"  - {sentence}")
        findings += found
    print(f"发现 {len(findings)} 个问题" if findings else "一切正常")
    return 1 if findings else 0


def _settings(settings: Settings) -> Iterator[str]:
    key = settings.instance / "secret.key"
    if key.exists() and key.stat().st_mode & OTHERS:
        yield f"密钥文件 {key} 可被他人读取，请执行 chmod 600"
    if settings.files.exists() and settings.files.stat().st_mode & OTHERS:
        yield f"文件目录 {settings.files} 可被他人读取，请执行 chmod 700"
    here = bureau()
    if here is not None and here.kind not in ("real", "sample"):
        yield f"单位类别无法识别：{here.kind}"


def _migrations(settings: Settings) -> Iterator[str]:
    del settings
    for migration in Runner(database.obj, str(MIGRATIONS)).status():
        if migration.path is None:
            yield f"数据库由更新的版本建立：{migration.name}"
        elif not migration.applied:
            yield f"迁移未执行：{migration.name}"
    for model in tables():
        name = model._meta.table_name  # noqa: SLF001 - peewee keeps what describes a table there
        there = {column.name for column in database.get_columns(name)}
        lacking = sorted(set(model._meta.columns) - there)  # noqa: SLF001
        if lacking:
            yield f"数据表 {name} 与本版本不符，缺少：{'、'.join(lacking)}"


def _database(settings: Settings) -> Iterator[str]:
    del settings
    if not is_sqlite():
        return
    for (answer,) in database.execute_sql("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield f"数据库损坏：{answer}"
    for table, row, parent, _key in database.execute_sql("PRAGMA foreign_key_check").fetchall():
        yield f"{table} 第 {row} 行引用的 {parent} 不存在"


def _trail(settings: Settings) -> Iterator[str]:
    del settings
    broken = broken_links()
    if broken:
        yield f"操作记录链在 {len(broken)} 处不完整，首处编号 {broken[0]}"


def _files(settings: Settings) -> Iterator[str]:
    del settings
    for row in every_file():
        path = path_of(row.stored_name)
        if not path.is_file():
            yield f"文件缺失：{row.original_name}（编号 {row.id}）"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            yield f"文件内容已改变：{row.original_name}（编号 {row.id}）"


def _closes(settings: Settings) -> Iterator[str]:
    del settings
    yield from map(render, damaged_months())


def _jobs(settings: Settings) -> Iterator[str]:
    del settings
    for row in stuck(now()):
        yield f"任务 {row.id}（{row.kind}，{row.person_name}）已等待过久：确认服务在运行，或执行 python3 run.py worker"


def _rules(settings: Settings) -> Iterator[str]:
    del settings
    for load in (matrix, city):
        try:
            load()
        except BrokenRules as broken:
            yield f"规则表有误：{broken}"


CHECKS = {
    "设置": _settings,
    "数据库结构": _migrations,
    "数据库完整性": _database,
    "操作记录链": _trail,
    "佐证文件": _files,
    "月结": _closes,
    "后台任务": _jobs,
    "规则表": _rules,
}
