"""Turn a workbook into pictures through LibreOffice: python3 -m tests.exports.render FILE FOLDER."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def render(workbook: Path, folder: Path, dots: int = 80) -> list[Path]:
    """Make one picture of each printed page."""
    soffice, pdftoppm = shutil.which("soffice"), shutil.which("pdftoppm")
    if not soffice or not pdftoppm:
        message = "LibreOffice (soffice) and poppler (pdftoppm) are needed to look at a workbook"
        raise FileNotFoundError(message)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        home = f"-env:UserInstallation={Path(profile).as_uri()}"
        convert = [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
    pdf = folder / f"{workbook.stem}.pdf"
    subprocess.run(
        [pdftoppm, "-r", str(dots), "-png", str(pdf), str(folder / workbook.stem)], check=True, timeout=300
    )
    return sorted(folder.glob(f"{workbook.stem}-*.png"))


if __name__ == "__main__":
    for picture in render(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(f"{picture}\n")
