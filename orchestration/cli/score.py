"""The commands for maturity: a city's scores, decisions on what it declares, rounds that are frozen and recomputed."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.cli.usage import As, UsageFault, acting
from orchestration.project import Project, Settings
from orchestration.store.releases import SHORT

score = typer.Typer(help="Maturity: scores from evidence, and the rounds that are frozen.")

Round = Annotated[str, typer.Argument(help="The round, such as 2026-H1.")]


@score.callback(invoke_without_command=True)
def scored(
    context: typer.Context,
    city: Annotated[str | None, typer.Option("--city", help="The city.")] = None,
    name: Annotated[str | None, typer.Option("--round", help="A round; else the newest, as it stands today.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """A city's scores with every indicator: of a frozen round as it was frozen, else as things stand today."""
    if context.invoked_subcommand is not None:
        return
    from orchestration.scored import scored as find

    if city is None:
        raise UsageFault("--city: is missing; name a city, or see pravah score --help")
    project = _open()
    if city not in project.catalogue.cities:
        raise UsageFault(f"--city: no such city; known are {', '.join(sorted(project.catalogue.cities))}")
    show.scored(find(project, city, name), as_json)


@score.command("sheet")
def score_sheet(out: Annotated[Path, typer.Option(help="Where to write the CSV file; it must not exist.")]) -> None:
    """Write a sheet of the declarations that wait for a reviewer, to be filled and handed to `score review`."""
    from orchestration.reviewing import waiting, write_sheet

    if out.exists():
        raise UsageFault("--out: is there already; name another file")
    typer.echo(f"{write_sheet(out, waiting(_open()))} declarations wait; fill decision and reason in {out}")


@score.command("review")
def score_review(
    file: Annotated[Path, typer.Argument(help="A CSV file of decisions, a line each.")], who: As = None
) -> None:
    """Record what a reviewer decided of declarations: accepted, returned, not_applicable; all lines or none."""
    from orchestration.reviewing import decide, read_sheet

    if not file.is_file():
        raise UsageFault(f"{file}: no such file; name a reviewer's sheet")
    made = decide(_open(), acting(who), read_sheet(file))
    typer.echo(f"{len(made)} decisions recorded")


@score.command("freeze")
def score_freeze(
    names: Annotated[list[str] | None, typer.Argument(help="Rounds, such as 2026-H1.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every round that was declared for and is not frozen.")] = False,
    who: As = None,
) -> None:
    """Freeze rounds over the release that is out; they go out with the next release. It cannot be undone."""
    from orchestration.rounds import freeze, open_rounds

    if bool(names) == every:
        raise UsageFault("name the rounds to freeze, or say --all")
    project = _open()
    for name in open_rounds(project) if every else names or []:
        typer.echo(f"round {name} is frozen: {freeze(project, name, acting(who))[:SHORT]}")


@score.command("verify")
def score_verify(name: Round) -> None:
    """Recompute a frozen round from what it keeps; exit 1 where a byte differs."""
    from orchestration.rounds import verify

    faults = verify(_open(), name)
    for fault in faults:
        typer.echo(f"round {name}: {fault}")
    if not faults:
        typer.echo(f"round {name}: every file is as it was frozen, and recomputed to the same bytes")
    raise typer.Exit(1 if faults else 0)


def _open() -> Project:
    return Project.open(Settings.read())
