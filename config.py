"""Settings: the only reader of the environment; frozen once read."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent
PORTS = range(1, 65536)
LONGEST_SCAN = 600
YES = frozenset({"1", "true", "yes", "on"})


class BadSetting(Exception):  # noqa: N818 - it names the thing that is wrong
    """A setting that cannot be used; the message is the sentence that the person reads."""


@dataclass(frozen=True)
class Settings:
    """What one running product knows of its surroundings."""

    instance: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    threads: int = 8
    upload_bytes: int = 64 * 1024 * 1024
    public_url: str = ""
    scan_command: str = ""
    scan_seconds: int = 60

    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment; anything unset gets its default."""
        environ = os.environ if environ is None else environ
        instance = Path(environ.get("CRM_INSTANCE") or ROOT / "instance").resolve()
        return Settings(
            instance=instance,
            database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'luodi.db'}",
            host=environ.get("CRM_HOST") or "127.0.0.1",
            port=_port(environ.get("CRM_PORT") or "8000"),
            secure_cookies=environ.get("CRM_SECURE_COOKIES", "").lower() in YES,
            public_url=_address(environ.get("CRM_URL") or ""),
            scan_command=environ.get("CRM_SCAN_COMMAND") or "",
            scan_seconds=_seconds(environ.get("CRM_SCAN_SECONDS") or "60"),
        )

    @property
    def files(self) -> Path:
        """Where uploaded files are kept."""
        return self.instance / "files"

    @property
    def exports(self) -> Path:
        """Where produced workbooks are kept."""
        return self.instance / "exports"

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None

    def make_folders(self) -> None:
        """Create the data folder when it is missing; only its owner may look inside."""
        try:
            self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.files.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            message = f"无法创建数据目录 {self.instance}。Cannot create the data folder: {error.strerror}."
            raise BadSetting(message) from error

    def secret_key(self) -> str:
        """Return the key that signs form tokens, made once and readable by its owner only."""
        path = self.instance / "secret.key"
        if not path.exists():
            own = self.instance / f"secret.key.{os.getpid()}"
            with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            # A link is made whole or not at all: of two processes the first one wins, and both read the same key.
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(own)
            own.unlink()
        return path.read_text(encoding="ascii").strip()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) not in PORTS:
        message = f"端口号无效：{text}。The port must be a number from 1 to 65535."
        raise BadSetting(message)
    return int(text)


def _address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        message = f"内网地址无效：{text}。CRM_URL must begin with http:// or https://."
        raise BadSetting(message)
    return text.rstrip("/")


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LONGEST_SCAN:
        message = f"病毒扫描时限无效：{text}。CRM_SCAN_SECONDS must be a whole number from 1 to {LONGEST_SCAN}."
        raise BadSetting(message)
    return int(text)
