"""The commands: results on stdout, one clear sentence on refusal, a backup that comes back whole."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config import BadSetting, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
Answer = subprocess.CompletedProcess[str]


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "CRM_PORT", "CRM_HOST")}
    return {**kept, "CRM_INSTANCE": str(folder)}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Answer]:
    def command(*words: str, house: str = "house") -> Answer:
        code = "import sys; from crm.cli import main; sys.exit(main(sys.argv[1:]))"
        return subprocess.run(
            [sys.executable, "-c", code, *words], cwd=ROOT, env=environment(tmp_path / house),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return command


def test_settings_come_from_the_environment_only_here(tmp_path: Path) -> None:
    settings = Settings.from_env({"CRM_INSTANCE": str(tmp_path), "CRM_PORT": "8123", "CRM_SECURE_COOKIES": "yes"})
    assert (settings.port, settings.secure_cookies, settings.sqlite_file) == (8123, True, tmp_path / "luodi.db")
    with pytest.raises(BadSetting):
        Settings.from_env({"CRM_PORT": "0"})
    settings.make_folders()
    assert settings.secret_key() == settings.secret_key() != ""
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_help_is_chinese_and_an_unknown_word_is_refused(run: Callable[..., Answer]) -> None:
    told = run("help")
    assert told.returncode == 0
    assert "备份" in told.stdout
    refused = run("fly")
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.slow
def test_doctor_is_content_with_a_new_house_and_names_a_lost_file(run: Callable[..., Answer], tmp_path: Path) -> None:
    assert run("doctor").returncode == 0
    import sqlite3

    with sqlite3.connect(tmp_path / "house" / "luodi.db") as database:
        database.execute(
            "INSERT INTO stored_file (purpose, sha256, size, media_type, original_name, stored_name, "
            "uploaded_at, scan_state, scan_note) "
            "VALUES ('evidence', 'x', 1, 'application/pdf', '执照.pdf', 'abcdef', '2026-01-01', 'off', '')"
        )
    told = run("doctor")
    assert told.returncode == 1
    assert "执照.pdf" in told.stdout


@pytest.mark.slow
def test_doctor_names_a_table_that_is_not_as_this_version_made_it(run: Callable[..., Answer], tmp_path: Path) -> None:
    import sqlite3

    assert run("doctor").returncode == 0
    with sqlite3.connect(tmp_path / "house" / "luodi.db") as database:
        database.execute("ALTER TABLE stored_file DROP COLUMN scan_state")
    told = run("doctor")
    assert told.returncode == 1
    assert "stored_file" in told.stdout
    assert "scan_state" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr


@pytest.mark.slow
def test_a_backup_comes_back_whole_and_never_over_a_used_folder(run: Callable[..., Answer], tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    assert run("backup", str(archive)).returncode == 0
    assert run("backup", str(archive)).returncode == 1
    assert run("restore", str(archive)).returncode == 1
    assert run("restore", str(archive), house="other").returncode == 0
    assert run("doctor", house="other").returncode == 0
    assert run("restore", str(archive), house="other").returncode == 1


@pytest.mark.slow
def test_a_damaged_backup_is_refused_and_leaves_the_folder_empty(run: Callable[..., Answer], tmp_path: Path) -> None:
    archive, forged = tmp_path / "backup.zip", tmp_path / "forged.zip"
    run("backup", str(archive))
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(forged, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        manifest["sha256"]["database.sqlite3"] = "0" * 64
        target.writestr("manifest.json", json.dumps(manifest))
        target.writestr("database.sqlite3", source.read("database.sqlite3"))
    assert run("restore", str(forged), house="other").returncode == 1
    assert not (tmp_path / "other" / "luodi.db").exists()
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    assert run("restore", str(tmp_path / "text.zip"), house="other").returncode == 1


@pytest.mark.slow
def test_assess_carries_every_column_through_and_adds_its_own(run: Callable[..., Answer], tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("项目名称,投资方,建设内容,why\n钒电解液二期,某公司,年产钒电解液2万立方米,旧\n", encoding="utf-8")
    assert run("assess", str(source), "--out", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["in_why"] == "旧"
    assert row["why"]
    assert "T1" in row["themes"].split(";")
    book = tmp_path / "out.xlsx"
    assert run("assess", str(source), "--out", str(book)).returncode == 0
    assert zipfile.is_zipfile(book)
    assert run("assess", str(tmp_path / "none.csv"), "--out", str(out)).returncode == 2


@pytest.mark.slow
def test_acting_as_an_unknown_account_is_refused(run: Callable[..., Answer], tmp_path: Path) -> None:
    refused = run("export", "pipeline", "--out", str(tmp_path / "x.xlsx"), "--as", "nobody")
    assert refused.returncode == 2
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.slow
def test_serve_prints_the_code_and_the_address_and_answers(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from crm.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "--port", str(port)]
    log = tmp_path / "log"
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=ROOT, env=environment(tmp_path / "house"), stdin=subprocess.DEVNULL, stderr=out
        ) as server,
    ):
        try:
            for _try in range(150):
                if "服务已启动" in log.read_text(encoding="utf-8"):
                    break
                time.sleep(0.2)
            told = log.read_text(encoding="utf-8")
            assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", told)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
