"""Mukta, the typeface of all that is printed, in Latin and in Devanagari letters."""

from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from fontTools.ttLib.woff2 import decompress
from fpdf import FPDF

_STYLES = {"": "400", "B": "600"}


def set_in_mukta(document: FPDF, fonts: Path) -> None:
    """Give a document the families `latin` and `devanagari`, regular and bold, with letters joined as Hindi wants them.

    `fonts`: the folder of Mukta's WOFF2 files, one for each script and weight.
    """
    for script in ("latin", "devanagari"):
        for style, weight in _STYLES.items():
            document.add_font(script, style, _unpacked(fonts / f"mukta-{script}-{weight}-normal.woff2"))
    document.set_text_shaping(True)


def _unpacked(font: Path) -> Path:
    """The same as a TrueType file, once in a process: to unpack it for each page takes longer than to draw the page."""
    file = Path(_folder().name) / f"{font.stem}.ttf"
    if not file.exists():
        with NamedTemporaryFile(dir=file.parent, delete=False) as whole:
            decompress(font, whole)
        # At once, as another thread may look for it.
        Path(whole.name).rename(file)
    return file


@cache
def _folder() -> TemporaryDirectory[str]:
    """Goes with the process."""
    return TemporaryDirectory(prefix="pravah-fonts-")
