"""The commands that open doors: the public portal, the staff app, all of them together."""

import signal
from typing import Annotated

import typer

from orchestration import serving
from orchestration.project import Settings
from orchestration.store.home import Home

Host = Annotated[str, typer.Option(help="The address to listen on; the default is this machine alone.")]
Development = Annotated[
    bool, typer.Option(help="Act as anyone in staff.yaml without login; on this machine alone, and shown as such.")
]


def serve(
    port: Annotated[int, typer.Option(help="The port.")] = 8501,
    host: Host = serving.LOOPBACK,
) -> None:
    """Serve the public portal: the current release, and nothing else."""
    serving.become(serving.portal(Settings.read(), host, port))


def staff(
    port: Annotated[int, typer.Option(help="The port.")] = 8502,
    host: Host = serving.LOOPBACK,
    development: Development = False,
) -> None:
    """Serve the staff app, behind login."""
    serving.become(serving.staff(Settings.read(), host, port, development))


def up(
    portal: Annotated[int, typer.Option(help="The public portal's port.")] = 8501,
    desk: Annotated[int, typer.Option(help="The staff app's port.")] = 8502,
    dagster: Annotated[int, typer.Option(help="Dagster's port.")] = 3000,
    development: Development = False,
) -> None:
    """Serve public portal, staff app and Dagster on this machine until interrupted."""
    settings = Settings.read()
    home = Home(settings.home)
    home.prepare()
    doors = [
        serving.portal(settings, port=portal),
        serving.staff(settings, port=desk, development=development),
        serving.dagster(settings, port=dagster),
    ]
    # A terminated command ends its servers as an interrupted one does. And where a shell starts a command in the
    # background, it has it ignore interrupts; Dagster would inherit that and ignore its end as well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with serving.opened(doors, home.logs, typer.echo) as running:
            typer.echo("Ctrl-C ends them all")
            running[0].wait()
    except KeyboardInterrupt:
        typer.echo("ended")
