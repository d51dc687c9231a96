"""The container file and the compose file: accepted by their own tools, closed as they say, with real commands."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.programs import DEPLOY, locked, run
from tests.deploy.test_units import UNITS
from tests.docs.test_docs import COMMAND, options

CONTAINERFILE = DEPLOY / "Containerfile"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NETWORKS = {name: set(service.get("networks", [])) for name, service in SERVICES.items()}
each_service = pytest.mark.parametrize("name", SERVICES)


def test_hadolint_accepts_the_container_file():
    assert run(locked("hadolint"), "--no-color", CONTAINERFILE) == ""


def test_compose_accepts_the_compose_file():
    """By Compose's own program; it needs no daemon for this."""
    whole = json.loads(
        run(locked("docker-compose"), "-f", DEPLOY / "compose.yaml", "config", "--no-env-resolution", "--format=json")
    )
    assert set(whole["services"]) == set(SERVICES)


def test_the_image_holds_what_is_named_and_no_more():
    text = CONTAINERFILE.read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert all((DEPLOY.parent / path).exists() for path in copied)
    allowed = re.findall(r"^!(.*)$", (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(allowed) == sorted(copied)
    assert "--require-hashes" in text
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]


def test_every_image_has_a_version():
    images = {service["image"] for service in SERVICES.values()}
    images |= set(re.findall(r"^FROM (\S+)", CONTAINERFILE.read_text(encoding="utf-8"), re.MULTILINE))
    for image in images:
        _, _, tag = image.rpartition("/")[2].partition(":")
        assert re.match(r"v?\d", tag), image


@each_service
def test_every_container_is_closed(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "pid", "ipc", "devices"} & set(service)
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert not re.match(r"(0|root)(:|$)", service["user"])


@each_service
def test_commands_exist(name):
    command = SERVICES[name].get("command", [])
    if SERVICES[name]["image"].startswith("pravah:"):
        if command[0] == "pravah":
            assert {word for word in command if word.startswith("--")} <= options(COMMAND[f"pravah {command[1]}"])
        else:
            assert Path(locked(command[0])).exists()
    for word in command:
        if word.startswith("/opt/pravah/"):
            assert (DEPLOY.parent / Path(word).relative_to("/opt/pravah")).exists()


def test_the_units_and_the_containers_run_the_same():
    """The containers listen to their network, the units to the machine; else the commands are alike."""

    def essence(words: list[str]) -> str:
        text = " ".join(words)
        return re.sub(r"--host \S+ ?", "", text.replace("/opt/pravah/.venv/bin/", "")).strip()

    units = {
        essence(re.findall(r"^ExecStart=(.*)$", file.read_text(), re.M)) for file in UNITS.glob("pravah-*.service")
    }
    ours = {essence(service["command"]) for service in SERVICES.values() if service["image"].startswith("pravah:")}
    assert ours <= units


def test_only_the_proxy_is_open_to_the_outside():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert SERVICES["dagster-daemon"]["network_mode"] == "none"
    assert {name for name, service in SERVICES.items() if "edge" in service.get("networks", [])} == {"proxy"}


def test_the_portal_meets_nobody_but_the_proxy():
    assert {name for name in SERVICES if NETWORKS[name] & NETWORKS["portal"]} == {"portal", "proxy"}
    assert COMPOSE["networks"]["public"] == {"internal": True}


def test_the_proxy_meets_neither_the_ledger_nor_the_code():
    assert not NETWORKS["proxy"] & (NETWORKS["ledger"] | NETWORKS["dagster-code"])
    assert COMPOSE["networks"]["ledger"] == {"internal": True}


def test_the_portal_gets_the_releases_and_nothing_else():
    portal = SERVICES["portal"]
    (mount,) = portal["volumes"]
    assert (mount["source"], mount["target"]) == ("/var/lib/pravah/releases", "/var/lib/pravah/releases")
    assert mount["read_only"] is True
    assert portal["user"] not in {service["user"] for name, service in SERVICES.items() if name != "portal"}
    assert not {"env_file", "environment", "secrets"} & set(portal)


def test_the_home_is_opened_by_two_containers_only():
    def opens(service: dict[str, Any]) -> bool:
        return any(mount["source"] == "/var/lib/pravah" for mount in service.get("volumes", []))

    assert {name for name, service in SERVICES.items() if opens(service)} == {"staff", "dagster-code"}


def test_users_are_those_of_the_host():
    made = dict(re.findall(r"^u (\S+) +(\d+)", (UNITS / "pravah.sysusers.conf").read_text(), re.MULTILINE))
    expected = {"portal": "pravah-portal", "login": "pravah-login", "proxy": "pravah-proxy"}
    for name, service in SERVICES.items():
        if name != "ledger":  # The image's own user; its volume belongs to it.
            number = made[expected.get(name, "pravah")]
            assert service["user"] == f"{number}:{number}"
