"""The command that searches finished files for personal data."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.cli.usage import As, UsageFault, acting
from orchestration.project import Project, Settings


def scan(
    path: Annotated[Path, typer.Argument(help="A file, or a folder and all below it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Second scan of what is to go out, decoding its formats: entities by artefact, never a value; exit 1 for any."""
    from transforms.privacy.scan.report import scan as search

    if not path.exists():
        raise UsageFault("PATH: no such file or folder; name a release, a log or any other file")
    report = search(path)
    show.scanned(report, as_json)
    raise typer.Exit(0 if report.clean else 1)


def again(who: As = None) -> None:
    """Scan all files of the current release once more and record what is open in them; exit 1 for any."""
    from orchestration.scanning import again as scan_again

    found = scan_again(Project.open(Settings.read()), acting(who))
    told = [{"table": one.table, "place": one.column, "entity": one.entity, "count": one.rows} for one in found]
    show.rows(told, as_json=False)
    raise typer.Exit(1 if found else 0)
