"""A running product and a real browser for the tests of this folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests import provide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from tests.browser.test_journeys import Journey

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
CHROMIUM_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as slow and as needing a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            item.add_marker("slow")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `both_sizes` on a desk and on a phone."""
    if metafunc.definition.get_closest_marker("both_sizes"):
        metafunc.fixturenames.append("viewport")
        metafunc.parametrize("viewport", [DESK, PHONE], ids=["1440", "390"], indirect=True)


# --- the product, running


@dataclass
class Server:
    """A product that serves on this machine, with its own data folder."""

    url: str
    instance: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    outputs: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        """What the server wrote to its terminal so far."""
        return (self.instance.parent / "server.log").read_text(encoding="utf-8")

    def command(self, *words: str) -> str:
        """Run another command of the product on the same data folder and return what it printed."""
        line = [sys.executable, str(ROOT / "run.py"), *words]
        done = subprocess.run(
            line,
            check=False,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Serve in a process of its own and wait until it answers."""
        with (self.instance.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), "serve"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None, f"the server stopped at once:\n{self.log}"
            assert time.monotonic() < until, f"the server does not answer:\n{self.log}"
            time.sleep(0.1)

    def answers(self) -> bool:
        """Tell whether an HTTP request gets any answer."""
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status > 0
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End the process and wait for it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_server(folder: Path) -> Server:
    """Prepare a product on an empty data folder, not yet started."""
    instance = folder / "instance"
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CRM_INSTANCE"}}
    environment = {**kept, "CRM_INSTANCE": str(instance), "CRM_HOST": "127.0.0.1", "CRM_PORT": str(port)}
    return Server(f"http://127.0.0.1:{port}", instance, environment)


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """Serve an empty data folder: the first-run page, for one test alone."""
    server = new_server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the sample bureau; one per worker. `outputs[0]` is what `run.py sample` printed (the logins)."""
    server = new_server(tmp_path_factory.mktemp("bureau"))
    server.outputs.append(server.command("sample"))
    server.start()
    yield server
    server.stop()


# --- the browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser per worker; where there is none the test fails and says how to bring it."""
    lacking = provide.missing_packages()
    if lacking:
        pytest.fail(f"not provided: {' '.join(lacking)}; as root run: {provide.bring_command(lacking)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=provide.browser(), args=CHROMIUM_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    """Give the size of the window: a desk unless the test asks for another one."""
    return dict(getattr(request, "param", DESK))


@pytest.fixture
def new_page(chromium: Browser, viewport: dict[str, int]) -> Iterator[Callable[[], Page]]:
    """Give pages of separate people: each has its own cookies. An error in any of them fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    def open_page() -> Page:
        context = chromium.new_context(viewport=dict(viewport), locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "response",
            lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """Give one empty page in Chinese, in a window of the asked size."""
    return new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Give a check that a page as it stands violates no rule of WCAG 2.2 A and AA."""
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(script)
        rules = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", rules)
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"])
            for violation in found["violations"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture
def people(new_page: Callable[[], Page], live_server: Server, axe: Callable[[Page], None]) -> Callable[[str], Journey]:
    """Give somebody of a role in a browser of their own, signed in; a cadre holds a phone."""
    from tests.browser.test_journeys import Journey  # it reads this file in its turn

    def start(role: str) -> Journey:
        made = Journey(new_page(), live_server, axe, role)
        made.sign_in()
        if role == "cadre":
            made.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        return made

    return start
