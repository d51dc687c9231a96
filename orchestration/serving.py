"""Starts the doors of an installation on this machine: public portal, staff app, Dagster."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from orchestration.project import Settings

LOOPBACK = "127.0.0.1"
# Seconds in which a server should end by itself; Dagster lets its own servers end first.
PATIENCE = 30
DAGSTER_SETTINGS = Path(__file__).parent.parent / "deploy" / "dagster.yaml"


class ServingFault(Exception):
    """A door cannot be opened as asked."""


@dataclass(frozen=True)
class Door:
    """One server: what it is called, its command, what its environment needs, where it answers."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    address: str
    seconds: float


def is_loopback(host: str) -> bool:
    """Whether nobody outside this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def portal(settings: Settings, host: str = LOOPBACK, port: int = 8501) -> Door:
    """The public portal. It is told where the releases are, and nothing else of the home."""
    command = [sys.executable, "-m", "portal.public", host, str(port)]
    releases = os.environ.get("PRAVAH_RELEASES", str(settings.home / "releases"))
    return Door("Public portal", command, {"PRAVAH_RELEASES": releases}, f"http://{host}:{port}/", 10)


def staff(settings: Settings, host: str = LOOPBACK, port: int = 8502, development: bool = False) -> Door:
    """The staff app. Raises ServingFault for a development identity that others could take."""
    if development and not is_loopback(host):
        raise ServingFault(f"--development: not at {host}; a development identity is for this machine alone")
    command = [sys.executable, "-m", "portal.staff", host, str(port), *(["--development"] if development else [])]
    return Door("Staff app", command, {"PRAVAH_HOME": str(settings.home)}, f"http://{host}:{port}/", 30)


def dagster(settings: Settings, port: int = 3000) -> Door:
    """Dagster's page and daemon in one, on loopback; it has no login of its own."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DAGSTER_SETTINGS, home / "dagster.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "--host", LOOPBACK, "--port", str(port)]
    command += ["--module-name", "orchestration.definitions"]
    environment = {"PRAVAH_HOME": str(settings.home), "DAGSTER_HOME": str(home)}
    return Door("Dagster", command, environment, f"http://{LOOPBACK}:{port}/", 60)


def become(door: Door) -> None:
    """Turn this process into the server."""
    os.execve(door.command[0], door.command, {**os.environ, **door.environment})  # noqa: S606


@contextmanager
def opened(doors: list[Door], log: Path, tell: Callable[[str], None]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start servers, wait until each answers, tell their addresses; all end with the block.

    Raises ServingFault where a port is taken, or one does not answer in its time; what it printed is in `log`.
    """
    for door in doors:
        _free(door)
    log.mkdir(parents=True, exist_ok=True)
    running: list[subprocess.Popen[bytes]] = []
    try:
        for door in doors:
            with (log / f"{door.name.lower().replace(' ', '-')}.log").open("wb") as out:
                environment = {**os.environ, **door.environment}
                process = subprocess.Popen(  # noqa: S603
                    door.command, env=environment, stdout=out, stderr=out, start_new_session=True
                )
                running.append(process)
        for door, process in zip(doors, running, strict=True):
            _answers(door, process, log)
            tell(f"{door.name:<14} {door.address}")
        yield running
    finally:
        _end(running)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    """End servers with all that they started; one that does not end in time is killed."""
    for process in running:
        _signal(process, signal.SIGTERM)
    for process in running:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _free(door: Door) -> None:
    """Somebody else's server at the address would be taken for ours."""
    where = urlsplit(door.address)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.hostname, where.port))
        except OSError:
            raise ServingFault(f"{door.name}: {door.address} is taken; end what runs there") from None


def _answers(door: Door, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + door.seconds
    # No proxy stands between this machine and itself.
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < until and process.poll() is None:
            try:
                client.get(door.address)
            except httpx.HTTPError:
                time.sleep(0.2)
            else:
                return
    raise ServingFault(f"{door.name}: does not answer at {door.address}; see {log}")
