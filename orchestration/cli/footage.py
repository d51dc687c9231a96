"""The commands for footage: why requests fail, what would help, where cameras would, whether its log is whole."""

from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli import show
from orchestration.cli.usage import As, UsageFault, acting
from orchestration.project import Project, Settings
from orchestration.store.releases import SHORT

footage = typer.Typer(no_args_is_help=True, help="Footage: why requests fail, and the way to a target.")

City = Annotated[str, typer.Option("--city", help="The city.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@footage.command()
def explain(
    city: City,
    by: Annotated[
        str | None, typer.Option(help="Also by zone, ward_id, month, offence_group, station, channel.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Only what the public counts are over.")] = False,
    as_json: Json = False,
) -> None:
    """How many requests were met, with the interval, and what each cause took of the others."""
    from orchestration.footage import footage as load
    from transforms.footage import explanation
    from transforms.footage.published import published
    from transforms.footage.rates import REQUESTS_BY

    if by is not None and by not in REQUESTS_BY:
        raise UsageFault(f"--by: not one of {', '.join(REQUESTS_BY)}")
    loaded = load(*_opened(city))
    requests = published(loaded.requests) if public else loaded.requests
    found: dict[str, Any] = {"city": city, **explanation.explain(requests, loaded.crimes)}
    found |= {"groups": explanation.by(requests, by)} if by else {}
    show.explained({**found, "missing": list(loaded.missing)}, as_json)


@footage.command()
def plan(
    city: City,
    target: Annotated[float, typer.Option(help="The share of requests to be met.", min=0, max=1)] = 0.75,
    as_json: Json = False,
) -> None:
    """The cheapest levers with which as many of the past requests would have been met, or the best there is."""
    from orchestration.footage import footage as load
    from orchestration.footage import planner

    project, city = _opened(city)
    chosen = planner(project, city, load(project, city))
    show.planned(city, chosen.cheapest(target), chosen.alone(), as_json)


@footage.command()
def site(
    city: City,
    cameras: Annotated[int, typer.Option(help="At most so many cameras more.", min=0)] = 10,
    floor: Annotated[float, typer.Option(help="The share of each ward's requests to be in view.", min=0, max=1)] = 0.0,
    propose: Annotated[bool, typer.Option("--propose", help="Put the plan forward for approval.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Where cameras would see most of what is asked for, beside repair and no new camera; restricted."""
    from orchestration import approval
    from orchestration.footage import footage as load
    from orchestration.siting import siting

    project, city = _opened(city)
    maker = acting(who) if propose else ""
    made = siting(project, city, load(project, city), cameras, floor)
    show.sited(city, made, as_json)
    if propose:
        key = approval.propose(project, maker, city, cameras, floor, made).key
        typer.echo(f"plan {key[:SHORT]} waits; another person approves it by pravah footage approve", err=as_json)


@footage.command()
def sitings(city: City, as_json: Json = False) -> None:
    """The plans for cameras that were put forward, and who approved or returned them; without their positions."""
    project, city = _opened(city)
    show.kept_sitings(project.ledger.sitings.all(city), as_json)


@footage.command()
def approve(
    plan: Annotated[str, typer.Argument(help="The plan, or the beginning of its number.")],
    note: Annotated[str, typer.Option(help="The impact note: what it does to the people who are newly watched.")],
    who: As = None,
) -> None:
    """Answer for a plan for cameras by name and with a written impact note; not for one of your own."""
    from orchestration.approval import approve as answer

    approved = answer(Project.open(Settings.read()), acting(who), plan, note)
    typer.echo(f"plan {plan}: approved by {approved.approver}; its {len(approved.siting.chosen)} positions may be used")


@footage.command(name="return")
def give_back(
    plan: Annotated[str, typer.Argument(help="The plan, or the beginning of its number.")],
    remark: Annotated[str, typer.Option(help="Why.")],
    who: As = None,
) -> None:
    """Return a plan for cameras, or withdraw one of your own, with a remark; its positions are given no more."""
    from orchestration.approval import give_back as returned

    returned(Project.open(Settings.read()), acting(who), plan, remark)
    typer.echo(f"plan {plan}: returned; its positions are not to be used")


@footage.command()
def positions(
    plan: Annotated[str, typer.Argument(help="The plan, or the beginning of its number.")],
    out: Annotated[Path, typer.Option(help="Where to write the CSV; it must not exist.")],
    who: As = None,
) -> None:
    """Write the positions of an approved plan for cameras; of no other one."""
    from orchestration.approval import positions as taken

    if out.exists():
        raise UsageFault("--out: is there already; name another file")
    text = taken(Project.open(Settings.read()), acting(who), plan)
    out.write_text(text, encoding="utf-8")
    out.chmod(0o600)
    typer.echo(f"positions written to {out}; they are restricted")


@footage.command()
def verify(city: City, as_json: Json = False) -> None:
    """The first event of each request's log that was changed, and days that are not as they were published; exit 1
    where there is one."""
    from orchestration.footage import footage as load
    from orchestration.footage import heads
    from transforms.footage.custody import cut
    from transforms.footage.custody import verify as check

    project, city = _opened(city)
    events = load(project, city).wanted("events")
    published = heads(project, city)
    breaks, days = check(events), cut(events, published)
    show.verified([one._asdict() for one in breaks], days, len(published), as_json)
    raise typer.Exit(1 if breaks or days else 0)


@footage.command()
def certificate(
    city: City,
    request: Annotated[str, typer.Option(help="The request's number.")],
    out: Annotated[Path, typer.Option(help="Where to write the PDF; it must not exist.")],
) -> None:
    """A draft of the certificate under section 63(4); that the device worked is left for a person to state."""
    from orchestration.certificate import certificate as drafted
    from orchestration.footage import footage as load

    if out.exists():
        raise UsageFault("--out: is there already; name another file")
    project, city = _opened(city)
    out.write_bytes(drafted(project, city, load(project, city), request))
    out.chmod(0o600)
    typer.echo(f"draft written to {out}; part A, part B and the statement are for persons to fill")


def _opened(city: str) -> tuple[Project, str]:
    project = Project.open(Settings.read())
    if city not in project.catalogue.cities:
        raise UsageFault(f"--city: no such city; known are {', '.join(sorted(project.catalogue.cities))}")
    return project, city
