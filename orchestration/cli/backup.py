"""The commands that save an installation and bring it back, and the drill that proves it."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.backup import back_up
from orchestration.cli.usage import As, UsageFault, acting
from orchestration.project import Project, Settings
from orchestration.store.releases import SHORT


def backup(
    to: Annotated[Path, typer.Option(help="A folder, or a file that is not there yet; outside PRAVAH_HOME.")],
    who: As = None,
) -> None:
    """Write one archive of everything but the keys, which are kept apart; no run is at work meanwhile."""
    name, project = acting(who), Project.open(Settings.read())
    file, manifest = back_up(project, name, to)
    typer.echo(f"{len(manifest.files):,} files and the ledger in {file}")
    typer.echo("the keys are not in it: keep the master key, and the zone key if there is one, in another place")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that pravah backup made.")],
    to: Annotated[Path | None, typer.Option(help="An empty home; else PRAVAH_HOME.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Restore it aside, verify everything, remove it.")] = False,
    who: As = None,
) -> None:
    """Bring an installation back into an empty home, every file proved by its hash; exit 1 where one is not."""
    from orchestration.drill import drilled
    from orchestration.restore import restored

    if not file.is_file():
        raise UsageFault("FILE: no such file; name an archive that pravah backup made")
    name, settings = acting(who), Settings.read()
    if drill:
        if to:
            raise UsageFault("--drill: restores nothing to a home; leave out --to")
        faults = drilled(Project.open(settings), name, file)
        for fault in faults:
            typer.echo(f"drill: {fault}")
        if not faults:
            typer.echo("drill: the archive restores; its files, ledger, release and audit log are whole")
        raise typer.Exit(1 if faults else 0)
    project, manifest = restored(settings, name, file, to)
    release = f"release {manifest.release[:SHORT]} is current" if manifest.release else "no release is current yet"
    typer.echo(f"{len(manifest.files):,} files of {manifest.made_at} in {project.home.root}; {release}")
