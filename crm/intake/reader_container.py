"""Looks at a file before it is opened: what it really is, its size unpacked, whether it brings a DTD."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Never
from xml.parsers import expat

from crm.intake.reader_limits import Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_MAGICS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "RTF",
}
MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<head", b"<meta")
XML_PARTS = (".xml", ".rels", ".vml")
CHUNK = 1 << 16
ENCRYPTED_FLAG = 1
CONTROL_SHARE = 0.05


def sniff(data: bytes) -> str:
    """Tell what content really is, whatever its name says."""
    if data.startswith((ZIP_MAGIC, b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(OLE_MAGIC):
        return _ole_kind(data)
    for magic, kind in OTHER_MAGICS.items():
        if data.startswith(magic):
            return kind
    head = data[:CHUNK]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(MARKUP):
        return "HTML/XML"
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return "text"
    controls = sum(1 for byte in head if byte < 32 and byte not in b"\t\r\n\f\x1a")  # noqa: PLR2004 - control characters
    half_empty = head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4
    if controls > len(head) * CONTROL_SHARE and not half_empty:
        return "binary"
    return "text"


def _zip_kind(data: bytes) -> str:
    """Tell which kind of document an archive is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & ENCRYPTED_FLAG for info in archive.infolist()):
                return "encrypted"
            if "mimetype" in names:
                kind = archive.open("mimetype").read(100)
                if b"opendocument.spreadsheet" in kind:
                    manifest = (
                        archive.open("META-INF/manifest.xml").read(CHUNK) if "META-INF/manifest.xml" in names else b""
                    )
                    return "encrypted" if b"encryption-data" in manifest else "ods"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return "damaged"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.lower().endswith("workbook.xml") for name in names):
        return "xlsx"
    return "damaged" if any(name.startswith("xl/") for name in names) else "ZIP"


def _ole_kind(data: bytes) -> str:
    """Tell which kind of document an OLE container is."""
    import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - only old files need it

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"/".join(stream).lower() for stream in container.listdir()}
    except (OSError, ValueError, IndexError, TypeError):
        return "damaged"
    if "encryptioninfo" in streams or "encryptedpackage" in streams:
        return "encrypted"
    if streams & {"workbook", "book"}:
        return "xls"
    return "doc" if "worddocument" in streams else "OLE"


def decrypt(data: bytes, password: str | None) -> bytes:
    """Open a protected workbook with its password, or say that one is needed."""
    if not password or not data.startswith(OLE_MAGIC):
        msg = "file.encrypted"
        raise UnreadableError(msg)
    import msoffcrypto  # noqa: PLC0415 - only protected files need it
    from msoffcrypto import exceptions  # noqa: PLC0415

    plain = io.BytesIO()
    try:
        office: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password)
        office.decrypt(plain)
    except exceptions.InvalidKeyError:
        msg = "file.password_wrong"
        raise UnreadableError(msg) from None
    except Exception:  # noqa: BLE001 - a broken container fails in many ways, all mean the same
        msg = "file.damaged"
        raise UnreadableError(msg) from None
    return plain.getvalue()


def check_container(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive that would unpack too large or whose parts bring a DTD."""
    parts = archive.infolist()
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        msg = "file.bomb"
        raise UnreadableError(msg)
    for part in parts:
        if part.filename.lower().endswith(XML_PARTS):
            with archive.open(part) as stream:
                _refuse_dtd(stream.read)


def _refuse_dtd(read: Callable[[int], bytes]) -> None:
    """Read the beginning of a part up to its first element; a DTD can stand nowhere else."""
    parser = guarded_parser()
    begun: list[str] = []
    parser.StartElementHandler = lambda name, _attributes: begun.append(name)
    while not begun:
        chunk = read(CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except expat.ExpatError:
            return
        if not chunk:
            return


def guarded_parser() -> expat.XMLParserType:
    """Make an XML parser that refuses every DTD, and with it every entity."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK

    def refuse(*_: object) -> Never:
        """Refuse the declaration."""
        msg = "file.dtd"
        raise UnreadableError(msg)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, name: str) -> None:
    """Feed one part of an archive to a parser piece by piece."""
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """List the elements of a small part in order: local name and attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = guarded_parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    feed(parser, archive, name)
    return found
