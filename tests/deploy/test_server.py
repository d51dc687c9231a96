"""The units on a server that really starts: systemd, Caddy and Dagster run, and the portal's process is shut in."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.programs import debian, settings

HERE = Path(__file__).parent
APART = ("--fork", "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--net", "--kill-child")
Inside = Callable[..., str]


@pytest.fixture(scope="module")
def inside(tmp_path_factory) -> Iterator[Inside]:
    """Run a command on the server."""
    if os.geteuid() or subprocess.run(["unshare", *APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a server of its own needs root and Linux namespaces")
    for program, package in {"systemctl": "systemd", "caddy": "caddy", "curl": "curl"}.items():
        debian(program, package)
    base = tmp_path_factory.mktemp("server")
    log = base.with_suffix(".log")
    words = ["bash", HERE / "server.sh", ROOT, sys.base_prefix, HERE / "standin.py", base]
    with log.open("wb") as output:
        process = subprocess.Popen(["unshare", *APART, *words], stdout=output, stderr=output, start_new_session=True)

    def call(*command: str) -> str:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if not children:  # It is about to start.
            return ""
        enter = ["nsenter", f"--target={children[0]}", "--pid", "--mount", "--net", "--ipc", "--uts", "--cgroup"]
        done = subprocess.run(
            [*enter, "chroot", str(base / "root"), *command], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip()

    try:
        until = time.monotonic() + 120
        while "LOADED" not in graphql(
            call, "{ workspaceOrError { ... on Workspace { locationEntries { loadStatus } } } }"
        ):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text() + call("journalctl", "--no-pager", "--output=cat")
            time.sleep(0.5)
        yield call
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        shutil.rmtree(base, ignore_errors=True)


def soon(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.5)


def graphql(call: Inside, query: str) -> str:
    """Dagster's answer, asked on the server itself, past the proxy."""
    data = json.dumps({"query": query})
    return call(
        "curl", "--silent", "--header", "content-type: application/json", "--data", data, "127.0.0.1:3000/graphql"
    )


def through_the_proxy(call: Inside, name: str, path: str = "", *options: str) -> str:
    host = settings()[name]
    local = ("--insecure", "--silent", "--resolve", f"{host}:443:127.0.0.1")
    return call("curl", *local, *options, f"https://{host}/{path}")


def test_every_unit_runs(inside):
    units = ("portal", "dagster-code", "dagster-web", "dagster-daemon")
    states = [inside("systemctl", "is-active", f"pravah-{unit}.service") for unit in units]
    assert states == ["active"] * len(units)
    assert inside("systemctl", "list-units", "--failed", "--plain", "--no-legend", "pravah*", "caddy*") == ""


def test_the_portal_is_shut_in_with_the_releases(inside):
    assert json.loads(through_the_proxy(inside, "PUBLIC_HOST")) == {
        "user": 10002,
        "kept on the server": ["pravah"],
        "home": ["releases"],
        "release": "a-release\n",
        "settings": "PermissionError",
        "writes a release": "PermissionError",
        "writes code": "PermissionError",
        "opens dagster": "ConnectionRefusedError",
        "opens a unix socket": "OSError",
    }


def test_the_portal_itself_runs_so_shut_in(inside):
    """In place of its stand-in; it has no release to show, but it is healthy and answers."""
    inside("rm", "/etc/systemd/system/pravah-portal.service.d/standin.conf")
    inside("systemctl", "daemon-reload")
    inside("systemctl", "restart", "pravah-portal.service")
    soon(lambda: through_the_proxy(inside, "PUBLIC_HOST", "_stcore/health") == "ok")
    assert "</html>" in through_the_proxy(inside, "PUBLIC_HOST")


def test_dagster_is_closed_while_the_login_is_not_there(inside):
    status = ("--output", "/dev/null", "--write-out", "%{http_code}")
    assert through_the_proxy(inside, "DAGSTER_HOST", "", *status) == "502"


def test_the_daemon_reaches_the_code(inside):
    health = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } } }"
    soon(lambda: '"daemonType":"SENSOR","healthy":true' in graphql(inside, health))


def test_a_release_is_readable_by_the_portals_user(inside):
    """What the pipeline writes is closed by its folder's mode, not by a mask that would close releases too."""
    assert inside("systemctl", "show", "--property=UMask", "--value", "pravah-dagster-code.service") == "0022"


def test_the_target_stops_them_all(inside):
    inside("systemctl", "stop", "pravah.target")
    soon(lambda: inside("systemctl", "list-units", "--state=active", "--plain", "--no-legend", "pravah*") == "")
