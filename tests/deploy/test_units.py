"""The systemd units: accepted by systemd itself, closed as they say, and their commands exist."""

import os
import re
from pathlib import Path

import pytest

from orchestration.store.home import Home
from tests.deploy.programs import DEPLOY, debian, run
from tests.docs.test_docs import COMMAND, options

UNITS = DEPLOY / "systemd"
SERVICES = sorted(file.stem for file in UNITS.glob("*.service"))
OPT = Path("/opt/pravah")
each_service = pytest.mark.parametrize("service", SERVICES)


def lines(service: str) -> list[tuple[str, str]]:
    """The settings that hold for a service, in systemd's order: its unit, then what is said for all."""
    files = (UNITS / f"{service}.service", UNITS / "pravah-.service.d/hardening.conf")
    return [
        (found[1], found[2])
        for file in files
        for found in re.finditer(r"^(\w+)=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def words(service: str, setting: str) -> list[str]:
    """All words of a setting that may be given several times."""
    return [word for name, value in lines(service) if name == setting for word in value.split()]


@pytest.fixture(scope="module")
def on_path(tmp_path_factory) -> dict[str, str]:
    """An environment in which systemd finds the units; their programs are those of this environment."""
    folder = tmp_path_factory.mktemp("units")
    for file in (file for file in UNITS.rglob("*") if file.is_file()):
        copy = folder / file.relative_to(UNITS)
        copy.parent.mkdir(exist_ok=True)
        text = file.read_text(encoding="utf-8").replace(str(OPT), str(DEPLOY.parent))
        # Not in any package registry; the how-to says where it comes from.
        copy.write_text(text.replace("/usr/local/bin/oauth2-proxy", "/bin/true"), encoding="utf-8")
    debian("caddy", "caddy")  # Its unit is what caddy.service.d adds to.
    return os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"}


def test_systemd_accepts_the_units(on_path):
    named = [f"{name}.service" for name in (*SERVICES, "caddy")]
    named += ["pravah.target", "pravah-portal-door.socket"]
    assert run(debian("systemd-analyze", "systemd"), "verify", "--man=no", *named, env=on_path) == ""


@each_service
def test_systemd_finds_little_exposed(on_path, service):
    """On systemd's scale from 0, closed, to 10, open, where its word for 2 and less is OK."""
    run(
        debian("systemd-analyze", "systemd"),
        *("security", "--offline=true", "--threshold=16", "--no-pager", f"{service}.service"),
        env=on_path,
    )


def test_nothing_said_for_all_takes_back_what_a_unit_says():
    """Drop-ins are read after the unit, so a setting of one value must not stand in both."""
    shared = dict(lines("pravah-portal"))
    common = (UNITS / "pravah-.service.d/hardening.conf").read_text(encoding="utf-8")
    single = set(re.findall(r"^(\w+)=", common, re.MULTILINE)) - {"RestrictAddressFamilies", "SystemCallFilter"}
    assert shared["ProtectSystem"] == "strict"
    for service in SERVICES:
        unit = (UNITS / f"{service}.service").read_text(encoding="utf-8")
        assert not single & set(re.findall(r"^(\w+)=", unit, re.MULTILINE)), service


@each_service
def test_commands_exist(service):
    program, *rest = words(service, "ExecStart")
    if program == str(OPT / ".venv/bin/pravah"):
        command = COMMAND[f"pravah {rest[0]}"]
        assert {word for word in rest if word.startswith("--")} <= options(command)
    elif program.startswith(str(OPT)):
        assert (DEPLOY.parent / Path(program).relative_to(OPT)).exists()
    for word in rest:
        if word.startswith(str(OPT)):
            assert (DEPLOY.parent / Path(word).relative_to(OPT)).exists()


@each_service
def test_every_service_listens_on_this_machine_only(service):
    command = " ".join(words(service, "ExecStart"))
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+", command)) <= {"127.0.0.1"}
    assert ("dagster-webserver" not in command) or "--host 127.0.0.1" in command


def test_the_door_listens_on_this_machine_only():
    socket = (UNITS / "pravah-portal-door.socket").read_text(encoding="utf-8")
    assert re.findall(r"^Listen\w+=(.*)$", socket, re.MULTILINE) == ["127.0.0.1:8501"]


def test_the_portal_sees_the_releases_and_nothing_else():
    assert words("pravah-portal", "TemporaryFileSystem") == ["/var/lib:ro"]
    assert words("pravah-portal", "BindReadOnlyPaths") == ["/var/lib/pravah/releases"]
    assert words("pravah-portal", "InaccessiblePaths") == ["/etc/pravah"]
    assert words("pravah-portal", "PrivateNetwork") == ["yes"]
    assert "AF_UNIX" not in words("pravah-portal", "RestrictAddressFamilies")
    for opening in ("BindPaths", "ReadWritePaths", "EnvironmentFile", "LoadCredential", "StateDirectory"):
        assert words("pravah-portal", opening) == []


def test_the_portal_has_a_user_of_its_own():
    users = {service: words(service, "User")[0] for service in SERVICES}
    assert {service for service, user in users.items() if user == "pravah-portal"} == {
        "pravah-portal",
        "pravah-portal-door",
    }
    made = re.findall(r"^u (\S+)", (UNITS / "pravah.sysusers.conf").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(users.values()) <= set(made)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Path:
    """The root of a server on which users and folders were made as the how-to says."""
    root = tmp_path_factory.mktemp("server")
    (root / "etc").mkdir()
    if os.geteuid():
        pytest.skip("only root can make users and folders")
    run(debian("systemd-sysusers", "systemd"), f"--root={root}", UNITS / "pravah.sysusers.conf")
    run(debian("systemd-tmpfiles", "systemd"), "--create", f"--root={root}", UNITS / "pravah.tmpfiles.conf")
    return root


def test_users_and_folders_are_made(server):
    users = dict(re.findall(r"^(pravah[\w-]*):x:(\d+)", (server / "etc/passwd").read_text(), re.MULTILINE))
    assert users == {"pravah": "10001", "pravah-portal": "10002", "pravah-login": "10003", "pravah-proxy": "10004"}
    made = {
        f"/{path.relative_to(server)}": (f"{path.stat().st_mode & 0o777:o}", path.stat().st_uid)
        for path in server.rglob("*")
        if path.is_dir() and "pravah" in str(path.relative_to(server))
    }
    assert made == {
        "/var/lib/pravah": ("711", 10001),
        "/var/lib/pravah/releases": ("755", 10001),
        "/var/lib/pravah-dagster": ("700", 10001),
        "/var/lib/pravah-proxy": ("700", 10004),
        "/etc/pravah": ("755", 0),
        "/etc/pravah/secrets": ("700", 0),
        "/etc/pravah/tls": ("755", 0),
    }
    assert (server / "var/lib/pravah-dagster/dagster.yaml").readlink() == OPT / "deploy/dagster.yaml"


def test_the_portals_user_can_read_releases_and_no_other_zone(server):
    """By the modes alone, without the unit's mounts: what the home makes itself is closed too."""
    home = server / "var/lib/pravah"
    Home(home).prepare()
    zones = {path.name: path.stat().st_mode & 0o007 for path in home.iterdir() if path.is_dir()}
    assert {name for name, open_to_others in zones.items() if open_to_others} == {"releases"}
