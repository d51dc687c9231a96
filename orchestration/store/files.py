"""Files that are either whole or not there: written aside, synced, renamed."""

import os
import shutil
from collections.abc import Container
from pathlib import Path


def settle(aside: Path, final: Path) -> None:
    """Move a finished file or folder to its place so that a crash leaves it there whole, or not at all."""
    final.parent.mkdir(parents=True, exist_ok=True)
    if aside.is_dir():
        for file in sorted(aside.rglob("*")):
            _sync(file)
        if final.exists():
            shutil.rmtree(final)
    _sync(aside)
    aside.replace(final)
    _sync(final.parent)


def write_pointer(file: Path, text: str) -> None:
    """Replace a small text file in one step."""
    aside = file.with_name(f".{file.name}.aside")
    aside.write_text(text + "\n", encoding="utf-8")
    settle(aside, file)


def sweep(folder: Path, kept: Container[str]) -> None:
    """Remove every entry of a folder whose name is not kept."""
    for entry in sorted(folder.iterdir()):
        if entry.name not in kept:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
