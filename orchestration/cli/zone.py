"""The commands for what lies in the restricted zone: a new key for it, and what leaves it for good."""

from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.cli.usage import As, acting
from orchestration.project import Project, Settings
from orchestration.purge import expired
from orchestration.purge import purge as remove
from orchestration.store.zone import rotate as seal_anew

keys = typer.Typer(no_args_is_help=True, help="The keys of the landing zone.")


@keys.callback()
def _keys() -> None:
    """The keys of the landing zone."""


@keys.command("rotate")
def rotate(who: As = None) -> None:
    """Seal all landed objects with a new key, the first time with the first one."""
    name, project = acting(who), Project.open(Settings.read())
    with project.writing():
        project.audit.record(name, "rotate")
        count = seal_anew(project.home)
    typer.echo(f"{count} objects sealed anew; back up the new key, and destroy the old one when no backup needs it")


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    keep: Annotated[
        list[str] | None, typer.Option(help="A delivery that stays, by the beginning of its SHA-256; may come again.")
    ] = None,
    who: As = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove the deliveries whose retention is over from landing and the restricted zone."""
    project = Project.open(Settings.read())
    if dry_run:
        show.records(expired(project, keep or []), as_json)
        return
    show.records(remove(project, acting(who), keep or []), as_json)
