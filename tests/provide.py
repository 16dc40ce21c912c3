"""What the tests need beyond Python packages: a browser, Chinese fonts and one library of its driver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHINESE_FONTS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")


def browser() -> str | None:
    """Return the path of an installed Chromium, or None."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((path for path in found if path), None)


def missing_packages() -> list[str]:
    """Return the Debian packages that the browser tests still lack."""
    present = {
        "chromium": browser() is not None,
        "fonts-noto-cjk": Path(CHINESE_FONTS).exists(),
        "libatomic1": any(Path("/usr/lib").glob("*/libatomic.so.1")),
    }
    return [package for package in PACKAGES if not present[package]]


def bring_command(packages: list[str]) -> str:
    """Return the command that brings packages, as a person would type it."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"


def provide_browser(tell: Callable[[str], None]) -> None:
    """Let apt bring what the browser tests lack where that is allowed; otherwise say how to bring it."""
    packages = missing_packages()
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tell(f"Bringing what the browser tests need: {' '.join(packages)} …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
            line = ["apt-get", *command]
            subprocess.run(line, check=False, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        packages = missing_packages()
    if packages:
        tell(f"浏览器测试缺少 {' '.join(packages)}，请以 root 运行：{bring_command(packages)}")
        tell(f"The browser tests lack {' '.join(packages)}; as root run: {bring_command(packages)}")
