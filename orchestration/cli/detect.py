"""The command that looks for personal data in a column of a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import show
from orchestration.cli.usage import UsageFault

if TYPE_CHECKING:
    # What personal data are found with takes its time to load, and only one command needs it.
    from transforms.privacy.pack.column import Texts


def detect(
    file: Annotated[Path, typer.Argument(help="A file as the department sends it, or lines of text (.txt).")],
    column: Annotated[str | None, typer.Option(help="The column's name in the file; not for lines of text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line for each finding.")] = False,
) -> None:
    """Personal data in a column: entity, row, start, end and score of each finding, never the value."""
    from transforms.privacy.pack.batch import recognise

    if not file.is_file():
        raise UsageFault(f"{file}: no such file; name a file as the department sends it")
    show.findings(recognise(_texts(file, column), column or "").to_pylist(), as_json)


def _texts(file: Path, column: str | None) -> "Texts":
    """The texts to look at: a text file's lines, or the column's cells."""
    from transforms.drafting import sampling
    from transforms.drafting.sniff import structure

    if column is None and file.suffix == ".txt":
        return file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    if column is None:
        raise UsageFault(f"{file}: is a table; name one of its columns with --column")
    built = structure(file)
    try:
        return sampling.column(file, built, column)
    except KeyError:
        names = ", ".join(found.title for found in built.columns)
        raise UsageFault(f"--column: no such column; the file has {names}") from None
