"""All doors together, as `make run` opens them."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from orchestration import serving
from tests.conftest import Pravah


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((serving.LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def up(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`pravah up` on free ports, started as a script starts a command in the background: interrupts are ignored."""
    ports = [word for option in ("--portal", "--desk", "--dagster") for word in (option, str(free_port()))]
    command = [str(Path(sys.executable).with_name("pravah")), "up", *ports, *words]
    background = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with subprocess.Popen(
        background,
        env={**os.environ, "PRAVAH_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_all_doors_open_in_time_and_close_together(own_home: Path):
    with up(own_home, "--development") as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        addresses = re.findall(r"http://127\.0\.0\.1:\d+/", "".join(lines))
        assert len(addresses) == 3, process.stderr.read() if process.stderr and not addresses else lines
        # Nothing was approved in this home: the portal says so, the others are there for those who will.
        assert [httpx.get(address).status_code for address in addresses] == [503, 200, 200]
        for address in addresses:
            httpx.get(f"{address}who-asks-for-this")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        logs = [file.read_text() for file in (own_home / "restricted" / "logs").iterdir()]
        assert len(logs) == 3
        assert not any("who-asks-for-this" in log for log in logs), "no door writes down who asked for what"
        for address in addresses:
            with pytest.raises(httpx.ConnectError):
                httpx.get(address)


def test_a_port_that_is_taken_is_told_in_one_line(own_home: Path, pravah: Pravah):
    with socket.socket() as taken:
        taken.bind((serving.LOOPBACK, 0))
        taken.listen()
        code, out, err = pravah("up", "--portal", str(taken.getsockname()[1]))
    assert (code, out) == (1, "")
    assert re.fullmatch(r"pravah: Public portal: http://127\.0\.0\.1:\d+/ is taken; end what runs there\n", err)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "desk.example"])
def test_a_development_identity_is_for_this_machine_alone(pravah: Pravah, host: str):
    code, out, err = pravah("staff", "--development", "--host", host)
    assert (code, out) == (1, "")
    assert err == f"pravah: --development: not at {host}; a development identity is for this machine alone\n"


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_what_is_this_machine_alone(host: str, here: bool):
    assert serving.is_loopback(host) is here
