"""What stands in a page of the docs."""

import re
from pathlib import Path

from tests.conftest import ROOT

DOCS = ROOT / "docs"
COMMANDS = DOCS / "reference/commands.md"


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fenced(page: Path, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text(page), re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text(page), flags=re.MULTILINE | re.DOTALL)


def section(page: Path, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text(page), re.MULTILINE)
    assert found, f"{page.name} has no heading {heading}"
    rest = text(page)[found.end() :]
    end = re.search(rf"^#{{1,{len(found.group(1))}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(markdown: str) -> list[list[str]]:
    """The cells of every table row that begins with code."""
    return [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in markdown.splitlines()
        if line.startswith("| `")
    ]


def codes(markdown: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", markdown)


def first_codes(markdown: str) -> list[str]:
    """What stands in backticks in the first column of tables."""
    return [code for row in rows(markdown) for code in codes(row[0])]
