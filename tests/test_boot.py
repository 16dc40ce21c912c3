"""The entry point: what it refuses, when it installs, and what the locks promise."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [ROOT / "requirements" / f"{kind}.lock" for kind in run.LOCKS]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand `run` on a folder of its own, with two small locks and no environment yet."""
    (tmp_path / "requirements").mkdir()
    for kind in run.LOCKS:
        (tmp_path / "requirements" / f"{kind}.lock").write_text("# empty\n", encoding="utf-8")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "REQUIREMENTS", tmp_path / "requirements")
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "WHEELS", tmp_path / "wheels")
    monkeypatch.setattr(run, "INSTALL_LOG", tmp_path / ".venv-install.log")
    return tmp_path


@pytest.fixture
def installed(house: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace pip by a note of what it would have installed."""
    calls: list[str] = []

    def install(kind: str) -> None:
        calls.append(kind)
        run.stamp_file(kind).write_text(run.stamp_text(kind), encoding="utf-8")

    monkeypatch.setattr(run, "install", install)
    return calls


# --- the interpreter


@pytest.mark.parametrize(("version", "refused"), [((3, 6, 15), True), ((3, 10), True), ((3, 11, 0), False)])
def test_too_old_python_is_refused_in_one_sentence(version: tuple[int, ...], *, refused: bool) -> None:
    sentence = run.python_refusal(version)
    assert bool(sentence) is refused
    if refused:
        assert f"{version[0]}.{version[1]}" in sentence
        assert "3.11" in sentence
        assert "\n" not in sentence


def test_an_old_interpreter_can_parse_the_entry_point() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_entry_point_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


# --- the committed pip


def test_the_committed_pip_has_the_written_hash() -> None:
    assert run.verified_pip() == run.PIP_WHEEL


def test_a_tampered_pip_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / run.PIP_WHEEL.name
    wheel.write_bytes(run.PIP_WHEEL.read_bytes() + b"x")
    with pytest.raises(run.SetupError, match=r"已被改动.*was changed"):
        run.verified_pip(wheel)


def test_an_absent_pip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(run.SetupError, match="absent"):
        run.verified_pip(tmp_path / "pip.whl")


def test_nothing_is_installed_with_a_tampered_pip(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.verified_pip, "__defaults__", (run.PIP_WHEEL, "0" * 64))
    with pytest.raises(run.SetupError, match="pip"):
        run.provide(["runtime"])
    assert not run.is_ready("runtime")


# --- the stamp


def test_a_second_start_installs_nothing(installed: list[str]) -> None:
    run.provide(["runtime"])
    run.provide(["runtime"])
    assert installed == ["runtime"]


def test_tests_bring_the_second_lock_into_the_same_environment(installed: list[str]) -> None:
    run.provide(["runtime"])
    kept = run.VENV / "kept"
    kept.touch()
    run.provide(run.LOCKS)
    assert installed == ["runtime", "dev"]
    assert kept.exists()


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(installed: list[str]) -> None:
    run.provide(["runtime"])
    kept = run.VENV / "kept"
    kept.touch()
    (run.REQUIREMENTS / "runtime.lock").write_text("# changed\n", encoding="utf-8")
    assert not run.is_ready("runtime")
    run.provide(["runtime"])
    assert installed == ["runtime", "runtime"]
    assert kept.exists()


def break_python() -> None:
    """Leave a name that leads nowhere, as after an upgrade of the system."""
    run.PYTHON.unlink()
    run.PYTHON.symlink_to("/nowhere/python3")


def break_stamp() -> None:
    """Leave what a first set-up leaves that was cut off before its end."""
    run.stamp_file("runtime").unlink()


def leave_unfinished() -> None:
    """Leave what an interrupted pip leaves."""
    (run.VENV / "unfinished").touch()
    (run.REQUIREMENTS / "runtime.lock").write_text("# changed\n", encoding="utf-8")


def pretend_other_python() -> None:
    """Leave the stamp of another Python."""
    run.stamp_file("runtime").write_text("3.9\nabc\n", encoding="utf-8")


@pytest.mark.parametrize("harm", [break_python, break_stamp, leave_unfinished, pretend_other_python])
def test_a_broken_environment_is_made_anew(harm: object, installed: list[str]) -> None:
    run.provide(["runtime"])
    leftover = run.VENV / "leftover"
    leftover.touch()
    assert callable(harm)
    harm()
    run.provide(["runtime"])
    assert not leftover.exists()
    assert run.is_ready("runtime")
    subprocess.run([run.PYTHON, "-c", "import sys; assert sys.prefix != sys.base_prefix"], check=True)


def test_an_environment_that_is_another_copys_is_left_alone(house: Path, installed: list[str]) -> None:
    other = house / "elsewhere"
    other.mkdir()
    (other / "kept").write_text("theirs", encoding="utf-8")
    (house / ".venv").symlink_to(other)
    with pytest.raises(run.SetupError, match=r"删除该链接.*remove the link"):
        run.provide(["runtime"])
    assert (other / "kept").exists()
    assert installed == []


def test_two_first_starts_install_once(installed: list[str]) -> None:
    starts = [threading.Thread(target=run.provide, args=(["runtime"],)) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert installed == ["runtime"]


# --- sentences instead of tracebacks


def test_a_refused_setup_ends_with_one_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(kinds: object) -> None:
        raise run.SetupError("一句话。One sentence.")

    monkeypatch.setattr(run, "provide", refuse)
    monkeypatch.setattr(sys, "prefix", "/somewhere/else")
    assert run.main(["serve"]) == 1
    printed = capsys.readouterr()
    assert printed.err == "一句话。One sentence.\n"
    assert printed.out == ""


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("NewConnectionError: Temporary failure in name resolution", "请检查网络"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "校验值"),
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("Segmentation fault", "原因见日志"),
    ],
)
def test_a_failed_install_says_why(house: Path, log: str, words: str) -> None:
    sentence = run.install_refusal(log)
    assert words in sentence
    assert "\n" not in sentence
    assert ".venv-install.log" in sentence


@pytest.mark.slow
def test_without_a_network_pip_fails_in_one_sentence(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    wanted = "waitress==3.0.2 --hash=sha256:" + "0" * 64
    (house / "requirements" / "runtime.lock").write_text(wanted, encoding="utf-8")
    with pytest.raises(run.SetupError, match=r"请检查网络.*no package server"):
        run.provide(["runtime"])
    assert (run.VENV / "unfinished").exists()


@pytest.mark.slow
def test_incomplete_wheels_fail_in_one_sentence(house: Path) -> None:
    (house / "wheels").mkdir()
    wanted = "waitress==3.0.2 --hash=sha256:" + "0" * 64
    (house / "requirements" / "runtime.lock").write_text(wanted, encoding="utf-8")
    with pytest.raises(run.SetupError, match=r"wheels/ 文件夹缺少"):
        run.provide(["runtime"])


# --- the locks


def pins(lock: Path) -> dict[str, str]:
    """Return the version that a lock pins for each package."""
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", LOCKS, ids=run.LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: Path) -> None:
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock.read_text(encoding="utf-8"))[1:]
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ;[^\n]+)? \\\n", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS, ids=run.LOCKS)
def test_no_lock_names_an_address_or_a_folder(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8").lower()
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host| @ ", text)


@pytest.mark.parametrize("kind", run.LOCKS)
def test_every_wanted_package_is_in_its_lock(kind: str) -> None:
    assert run.lock_is_fresh(kind), "run `python3 run.py lock`"
    source = (ROOT / "requirements" / f"{kind}.in").read_text(encoding="utf-8")
    wanted = set(re.findall(r"(?m)^([a-z][a-z0-9-]+)", source))
    assert wanted
    assert wanted <= pins(ROOT / "requirements" / f"{kind}.lock").keys()


def test_both_locks_agree_on_what_they_share() -> None:
    runtime, dev = map(pins, LOCKS)
    shared = runtime.keys() & dev.keys()
    assert shared
    assert {name: runtime[name] for name in shared} == {name: dev[name] for name in shared}


def test_a_lock_for_linux_drops_windows_and_every_marker() -> None:
    lock = (
        "# made by\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:aa\n"
        "cffi==2.1 ; platform_python_implementation != 'PyPy' \\\n    --hash=sha256:bb\n"
        "flask==3.1 \\\n    --hash=sha256:cc\n"
    )
    assert run.for_linux(lock) == (
        "# made by\ncffi==2.1 \\\n    --hash=sha256:bb\nflask==3.1 \\\n    --hash=sha256:cc\n"
    )


# --- what runs before a change lands


def test_ci_runs_the_command_of_the_readme_strictly() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\npython3 run.py test\n" in script
    assert "set -euo pipefail" in script
    assert "export CRM_TEST_STRICT=1" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "python3 run.py test" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("strict", "code"), [("1", 1), ("0", 0)])
@pytest.mark.slow
def test_a_skipped_test_fails_a_strict_run(tmp_path: Path, strict: str, code: int) -> None:
    tests = "import unittest\n\ndef test_a():\n    raise unittest.SkipTest\n\ndef test_b():\n    pass\n"
    (tmp_path / "test_one.py").write_text(tests, encoding="utf-8")
    line = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*line, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "CRM_TEST_STRICT": strict},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("skipped in a strict run" in done.stdout) is (strict == "1")


@pytest.mark.parametrize("kind", run.LOCKS)
def test_every_wanted_package_has_its_line_in_the_decision(kind: str) -> None:
    page = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"(?m)^\| ([a-z0-9-]+) \| (\S+) \|", page))
    source = (ROOT / "requirements" / f"{kind}.in").read_text(encoding="utf-8")
    locked = pins(ROOT / "requirements" / f"{kind}.lock")
    for name in re.findall(r"(?m)^([a-z][a-z0-9-]+)", source):
        assert told.get(name) == locked[name], name


def test_vendored_files_have_the_written_hash() -> None:
    page = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `(\S+)`[^|]*\|.*`([0-9a-f]{64})`", page)
    assert len(rows) == 2
    for name, expected in rows:
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == expected, name
