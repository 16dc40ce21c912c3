"""The words `backup` and `restore`: database and files in one archive with a manifest of hashes."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from crm.core.clock import now

if TYPE_CHECKING:
    from config import Settings

MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
FORMAT = 1
ON_POSTGRESQL = (
    "数据库在 PostgreSQL 上：请用 pg_dump -Fc 备份、pg_restore 恢复数据库，并单独复制 {files} 文件夹。"
    "This database is PostgreSQL: use pg_dump and pg_restore, and copy the files folder."
)
OWN_FILES = {"migrate.lock", "secret.key"}
"""What a data folder may hold and still count as empty."""


class BadArchive(Exception):  # noqa: N818 - it names the thing that is bad
    """An archive that is no backup or was damaged."""


def _target(arguments: list[str], word: str) -> Path:
    parser = argparse.ArgumentParser(prog=f"run.py {word}")
    parser.add_argument("file", type=Path)
    found: Path = parser.parse_args(arguments).file
    return found


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save(arguments: list[str], settings: Settings) -> int:
    """Write the archive; the product may go on working meanwhile."""
    target = _target(arguments, "backup")
    source = settings.sqlite_file
    if source is None:
        _tell(ON_POSTGRESQL.format(files=settings.files))
        return 1
    if target.exists():
        _tell(f"{target} 已存在，未覆盖。The file exists and was not overwritten.")
        return 1
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=settings.instance) as folder:
            copy = Path(folder) / DATABASE
            # The database first: every file that its rows name stands on the disk already, and files never change.
            with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as still:
                live.backup(still)
            _pack(part, copy, settings)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        _tell(f"无法写入 {target}：{error.strerror}")
        return 1
    _tell(f"已备份到 {target}（{target.stat().st_size // 1024} KB）")
    return 0


def _pack(part: Path, copy: Path, settings: Settings) -> None:
    members = {DATABASE: copy}
    for path in sorted(settings.files.rglob("*")):
        if path.is_file() and path.suffix != ".part":
            members[f"files/{path.relative_to(settings.files).as_posix()}"] = path
    hashes = {name: _hash(path) for name, path in members.items()}
    manifest = {"format": FORMAT, "made_at": now().isoformat(), "sha256": hashes}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name, path in members.items():
            archive.write(path, name)
    part.chmod(0o600)


def restore(arguments: list[str], settings: Settings) -> int:
    """Fill an empty data folder from an archive whose every hash holds; a used folder is left alone."""
    source = _target(arguments, "restore")
    if settings.sqlite_file is None:
        _tell(ON_POSTGRESQL.format(files=settings.files))
        return 1
    if _in_use(settings):
        _tell(
            f"数据目录 {settings.instance} 不是空的，未做任何改动。The data folder is not empty; nothing was changed."
        )
        return 1
    settings.make_folders()
    try:
        with tempfile.TemporaryDirectory(dir=settings.instance) as folder:
            _unpack(source, Path(folder))
            shutil.rmtree(settings.files)
            unpacked = Path(folder) / "files"
            unpacked.mkdir(mode=0o700, exist_ok=True)
            unpacked.replace(settings.files)
            (Path(folder) / DATABASE).replace(settings.sqlite_file)
    except (OSError, zipfile.BadZipFile, BadArchive, ValueError, KeyError) as error:
        settings.make_folders()
        _tell(f"无法从 {source} 恢复：{error}")
        return 1
    from crm.web.house import open_house

    open_house(settings)
    _tell(f"已从 {source} 恢复。请运行 python3 run.py doctor 检查。")
    return 0


def _in_use(settings: Settings) -> bool:
    if not settings.instance.exists():
        return False
    held = [path for path in settings.instance.rglob("*") if path.is_file() and path.name not in OWN_FILES]
    return bool(held)


def _unpack(source: Path, folder: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if manifest.get("format") != FORMAT or DATABASE not in manifest["sha256"]:
            raise BadArchive("不是本系统的备份文件")
        for name, expected in manifest["sha256"].items():
            parts = PurePosixPath(name)
            if parts.is_absolute() or ".." in parts.parts:
                raise BadArchive(f"备份中有不安全的路径：{name}")
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with archive.open(name) as packed, path.open("wb") as out:
                shutil.copyfileobj(packed, out)
            if _hash(path) != expected:
                raise BadArchive(f"备份已损坏：{name}")
