"""The commands for what the privacy gate holds: what was found, and the decision that it is false."""

from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.cli.usage import As, acting
from orchestration.gate import allow as decide
from orchestration.gate import listed
from orchestration.project import Project, Settings

gate = typer.Typer(no_args_is_help=True, help="The privacy gate: what it found, and what is false in it.")


@gate.command("list")
def gate_list(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """What was found in the newest version of each public table, and what was decided; never a value."""
    show.gated(listed(Project.open(Settings.read())), as_json)


@gate.command("allow")
def gate_allow(
    version: Annotated[str, typer.Argument(help="The public table's version, or the beginning of it.")],
    column: Annotated[str, typer.Argument(help="The column that holds it.")],
    entity: Annotated[str, typer.Argument(help="What was found there, such as PHONE_NUMBER.")],
    reason: Annotated[str, typer.Option(help="Why it is no personal data; one paragraph.")],
    who: As = None,
) -> None:
    """Decide that a finding is false in this version of its table; the next run lets the table go on."""
    found = decide(Project.open(Settings.read()), acting(who), version, column, entity, reason)
    typer.echo(f"{found.table}: {found.entity} in column {found.column} is allowed; the next run lets it go on")
