#!/usr/bin/env python3
"""The one entry point: makes `.venv` from the hash-checked lock on first use, then runs the word inside it.

Only the standard library may be used here, and the syntax stays readable for old interpreters, so that they
can say one clear sentence instead of a traceback.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)


def python_refusal(version: tuple) -> str:  # type: ignore[type-arg]  # `tuple[int, ...]` would break on 3.8
    """Return the sentence that refuses an interpreter older than the lock supports, or nothing."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return ""
    return (
        "需要 Python 3.11 或更高版本，当前为 {0}.{1}。"
        "Python 3.11 or newer is needed, this is {0}.{1}."
    ).format(*version)


if python_refusal(sys.version_info):
    sys.exit(python_refusal(sys.version_info))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
WHEELS = ROOT / "wheels"
INSTALL_LOG = ROOT / ".venv-install.log"
PIP_WHEEL = REQUIREMENTS / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
OFFLINE_PYTHONS = ("3.11", "3.12", "3.13")
GLIBC_MINORS = range(5, 37)  # Debian 12 has glibc 2.36; newer manylinux tags would not load there
LOCKS = ("runtime", "dev")


class SetupError(Exception):
    """The environment cannot be made; the message is the one sentence that the person reads."""


def tell(sentence: str) -> None:
    """Write one line of progress to stderr, so that stdout holds results only."""
    print(sentence, file=sys.stderr, flush=True)


def digest(*parts: bytes) -> str:
    """Return the SHA-256 of the parts, each delimited by its length."""
    total = hashlib.sha256()
    for part in parts:
        total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def verified_pip(wheel: Path = PIP_WHEEL, expected: str = PIP_SHA256) -> Path:
    """Return the committed pip wheel after comparing its hash; a changed or absent one is refused."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest() if wheel.is_file() else "absent"
    if found != expected:
        message = (
            f"requirements/{wheel.name} 缺失或已被改动，未使用。"
            f"requirements/{wheel.name} is missing or was changed, so it was not used (sha256 {found})."
        )
        raise SetupError(message)
    return wheel


# --- the stamp: what is installed, compared at every start so that pip is not run again


def stamp_text(kind: str) -> str:
    """Return what the stamp of a lock reads once that lock is installed for this Python."""
    version = "{}.{}".format(*sys.version_info)
    return f"{version}\n{digest(version.encode(), (REQUIREMENTS / f'{kind}.lock').read_bytes())}\n"


def stamp_file(kind: str) -> Path:
    """Return where the stamp of a lock lies."""
    return VENV / f"installed-{kind}"


def is_ready(kind: str) -> bool:
    """Tell whether `.venv` holds exactly this lock for this Python."""
    try:
        return PYTHON.exists() and stamp_file(kind).read_text(encoding="utf-8") == stamp_text(kind)
    except OSError:
        return False


def must_be_remade() -> bool:
    """Tell whether `.venv` is absent, half-made, broken or of another Python."""
    unfinished = VENV / "unfinished"
    if unfinished.exists() or not PYTHON.exists() or not stamp_file("runtime").exists():
        return True
    version = "{}.{}\n".format(*sys.version_info)
    if not stamp_file("runtime").read_text(encoding="utf-8").startswith(version):
        return True
    trial = subprocess.run([PYTHON, "-c", ""], check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return trial.returncode != 0


@contextlib.contextmanager
def only_one_setup() -> Iterator[None]:
    """Let only one first start at a time build `.venv`; the others wait here."""
    try:
        handle = (ROOT / ".venv.lock").open("w", encoding="utf-8")
    except OSError as error:
        message = f"无法在 {ROOT} 中创建文件：没有写入权限。Cannot write in {ROOT}: {error.strerror}."
        raise SetupError(message) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def provide(kinds: Sequence[str]) -> None:
    """Make `.venv` hold the given locks, doing nothing where the stamps agree already."""
    if all(is_ready(kind) for kind in kinds):
        return
    if VENV.is_symlink():  # it belongs to another copy, whose locks may differ: each would rebuild it for the other
        message = (
            f".venv 是指向 {VENV.resolve()} 的链接，不能共用。请删除该链接后重试，会自动新建。"
            ".venv is a link and cannot be shared: remove the link and start again; a new one is made."
        )
        raise SetupError(message)
    with only_one_setup():
        if must_be_remade():
            shutil.rmtree(VENV, ignore_errors=True)
            tell("正在创建运行环境 .venv（仅首次）…… Making the environment .venv (once only) …")
            venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(VENV)
        for kind in kinds:
            if not is_ready(kind):
                install(kind)


def install(kind: str) -> None:
    """Install one lock into `.venv` by hash and stamp it; an interrupted try leaves its mark behind."""
    unfinished = VENV / "unfinished"
    unfinished.touch()
    lock = REQUIREMENTS / f"{kind}.lock"
    source = ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else ["--retries", "2"]
    options = ["--no-input", "--no-deps", "--progress-bar", "off", "--root-user-action", "ignore"]
    options += ["--disable-pip-version-check", "--no-warn-script-location", "--require-hashes"]
    options += ["--only-binary", ":all:", *source, "-r", str(lock)]
    total = len(re.findall(r"^\w", lock.read_text(encoding="utf-8"), re.MULTILINE))
    tell(f"正在安装 requirements/{kind}.lock（{total} 个组件）…… Installing {total} packages …")
    with INSTALL_LOG.open("w", encoding="utf-8") as log:
        code = follow([str(PYTHON), str(verified_pip() / "pip"), "install", *options], log.write, total)
    if code != 0:
        raise SetupError(install_refusal(INSTALL_LOG.read_text(encoding="utf-8")))
    stamp_file(kind).write_text(stamp_text(kind), encoding="utf-8")
    unfinished.unlink()


def follow(command: Sequence[str], keep: Callable[[str], object], total: int) -> int:
    """Run pip, keep what it prints, and count the packages on a terminal."""
    seen = 0
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            keep(line)
            if line.startswith("Collecting ") and sys.stderr.isatty():
                seen += 1
                print(f"\r  {seen}/{total} {line.split()[1]:<48.48}", end="", file=sys.stderr, flush=True)
    if seen:
        tell("")
    return process.returncode


def install_refusal(log: str) -> str:
    """Return the one sentence that says why pip failed, read from its log."""
    if "DO NOT MATCH THE HASHES" in log:
        chinese, english = "下载的组件与锁定的校验值不符，未安装", "a package does not match its locked hash"
    elif "No space left" in log:
        chinese, english = "磁盘空间不足", "the disk is full"
    elif WHEELS.is_dir():
        chinese = "wheels/ 文件夹缺少所需组件，请用 python3 run.py wheels 重新制作"
        english = "wheels/ lacks a package, make it again with `python3 run.py wheels`"
    elif re.search(r"connection|resolution|timed out|unreachable|No matching|SSL|Proxy", log, re.IGNORECASE):
        chinese = "无法连接软件包服务器，请检查网络，或从联网电脑拷来 wheels/（python3 run.py wheels 制作）"
        english = "no package server answers; check the network, or bring wheels/ from elsewhere"
    else:
        chinese, english = "安装组件失败，原因见日志", "installing the packages failed"
    return f"{chinese}。Not set up: {english} (log: {INSTALL_LOG.name})."


# --- the words that run.py itself knows


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest: everything with coverage by default, or what the arguments ask for."""
    from tests.provide import provide_browser  # noqa: PLC0415  # test code is loaded for this word only

    provide_browser(tell)
    chosen = list(arguments)
    if not chosen:
        chosen = ["-n", "2", "--cov", "--cov-report=term:skip-covered"]
    elif not any(word.startswith(("-n", "--pdb")) or Path(word.split("::")[0]).exists() for word in chosen):
        chosen = ["-n", "2", *chosen]
    return call([sys.executable, "-m", "pytest", *chosen])


def call(command: Sequence[str]) -> int:
    """Run one tool in the project's folder, never with our standard input."""
    return subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL).returncode


def check(arguments: Sequence[str]) -> int:  # noqa: ARG001  # every word has the same signature
    """Run the linters, the type checker, the import contracts and the freshness of the locks."""
    python = sys.executable
    tools = {
        "ruff": [python, "-m", "ruff", "check", "."],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [str(VENV / "bin" / "lint-imports"), "--no-logo"],
    }
    failed = [name for name, command in tools.items() if call(command) != 0]
    failed += [f"{kind}.lock" for kind in LOCKS if not lock_is_fresh(kind)]
    tell("check: " + (f"FAILED: {', '.join(failed)}" if failed else "ok"))
    return 1 if failed else 0


def lock_header(kind: str) -> str:
    """Return the first line of a lock, which names the hash of what it was made from."""
    sources = [REQUIREMENTS / f"{kind}.in"] + ([REQUIREMENTS / "runtime.lock"] if kind == "dev" else [])
    made_from = digest(*(source.read_bytes() for source in sources))
    return f"# Made by `python3 run.py lock` from {kind}.in; sources sha256:{made_from}\n"


def lock_is_fresh(kind: str) -> bool:
    """Tell whether a lock was made from its source as it stands now."""
    return (REQUIREMENTS / f"{kind}.lock").read_text(encoding="utf-8").startswith(lock_header(kind))


def make_locks(arguments: Sequence[str]) -> int:
    """Resolve both locks again for Python 3.11 and up, with hashes and without any index address."""
    for kind in LOCKS:
        lock = REQUIREMENTS / f"{kind}.lock"
        command = [str(VENV / "bin" / "uv"), "--no-config", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", ".".join(map(str, OLDEST_PYTHON)), "--generate-hashes"]
        command += ["--only-binary", ":all:", "--no-annotate", "--no-header", "--no-emit-index-url"]
        command += ["--no-emit-find-links", *arguments]
        code = call([*command, "-o", str(lock), str(REQUIREMENTS / f"{kind}.in")])
        if code != 0:
            return code
        body = re.sub(r"\A(#.*\n)+", "", lock.read_text(encoding="utf-8"))
        lock.write_text(lock_header(kind) + body, encoding="utf-8")
        tell(f"requirements/{lock.name}: ok")
    return 0


def for_linux(lock: str) -> str:
    """Return a lock without its markers: Windows-only packages fall away, the others are always wanted."""
    blocks = re.split(r"(?m)^(?=[\w#])", lock)
    wanted = (block for block in blocks if not re.search(r";[^\n]*sys_platform == 'win32'", block))
    return "".join(re.sub(r"(?m)^(\S+) ;[^\n]*?( \\)?$", r"\1\2", block) for block in wanted)


def make_wheels(arguments: Sequence[str]) -> int:
    """Fill wheels/ for sites without a network: both locks, each supported Python, Linux on x86_64."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in GLIBC_MINORS]
    platforms += ["manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64", "linux_x86_64", "any"]
    named = [word for platform in platforms for word in ("--platform", platform)]
    with tempfile.TemporaryDirectory() as folder:
        partial = Path(folder) / "wheels"
        for kind in LOCKS:
            plain = Path(folder) / f"{kind}.txt"
            lock = (REQUIREMENTS / f"{kind}.lock").read_text(encoding="utf-8")
            plain.write_text(for_linux(lock), encoding="utf-8")
            for version in OFFLINE_PYTHONS:
                command = [sys.executable, str(verified_pip() / "pip"), "download", "-qq", "--no-deps"]
                command += ["--require-hashes", "--only-binary", ":all:", "--implementation", "cp", *named]
                command += ["--disable-pip-version-check", "--python-version", version]
                code = call([*command, *arguments, "--dest", str(partial), "-r", str(plain)])
                if code != 0:
                    return code
                tell(f"wheels/: {kind}.lock, Python {version}: ok")
        shutil.rmtree(WHEELS, ignore_errors=True)
        shutil.move(partial, WHEELS)
    return 0


TOOLS = {"test": run_tests, "check": check, "lock": make_locks, "wheels": make_wheels}


def dispatch(arguments: Sequence[str]) -> int:
    """Run the word: one of the four above here, every other one in the product."""
    if arguments and arguments[0] in TOOLS:
        return TOOLS[arguments[0]](arguments[1:])
    from crm.cli import main as product  # noqa: PLC0415  # importable only inside .venv

    return product(list(arguments))


def main(arguments: Sequence[str]) -> int:
    """Provide the environment, enter it, and run the word there."""
    kinds = LOCKS if arguments and arguments[0] in TOOLS else LOCKS[:1]
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside and all(is_ready(kind) for kind in kinds):
        return dispatch(arguments)
    try:
        if inside:  # the lock changed under it: let the interpreter that made .venv bring it up to date
            python = Path(sys.base_prefix) / "bin" / "python{}.{}".format(*sys.version_info)
        else:
            provide(kinds)
            python = PYTHON
    except SetupError as refusal:
        tell(str(refusal))
        return 1
    except OSError as error:
        tell(f"无法创建运行环境。The environment cannot be made: {error}.")
        return 1
    except KeyboardInterrupt:  # the mark `unfinished` stays, so the next start begins anew
        tell("已中断。Interrupted.")
        return 130
    return os.execv(python, [str(python), str(ROOT / "run.py"), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
