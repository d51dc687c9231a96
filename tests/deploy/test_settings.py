"""What deploy/ sets: known to the code or to the program that reads it, and never a secret."""

import re
import tomllib
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from tests.deploy.programs import DEPLOY, settings
from tests.docs.test_docs import SETTINGS, first_codes, text

FILES = [file for file in sorted(DEPLOY.rglob("*")) if file.is_file()]
CADDYFILE = DEPLOY / "proxy/Caddyfile"
EXAMPLE = DEPLOY / "environment.example"


def test_every_setting_of_ours_exists():
    named = {name for file in FILES for name in re.findall(r"\bPRAVAH_[A-Z_]+", text(file))}
    assert named <= set(first_codes(text(SETTINGS)))


def test_the_proxy_asks_for_nothing_that_is_not_in_the_example():
    """A variable without a default must be there; those with one are addresses, which compose.yaml sets."""
    asked = set(re.findall(r"\{\$(\w+)\}", text(CADDYFILE)))
    assert asked == {"PUBLIC_HOST", "STAFF_HOST", "DAGSTER_HOST", "DAGSTER_GROUP", "TLS_LINE"}
    assert asked <= set(settings())


def test_nothing_in_the_example_goes_unread():
    read = set(re.findall(r"\{\$(\w+)", text(CADDYFILE))) | set(first_codes(text(SETTINGS)))
    assert {name for name in settings() if not name.startswith("OAUTH2_PROXY_")} <= read


def test_the_login_is_told_what_the_example_says():
    login = tomllib.loads(text(DEPLOY / "proxy/oauth2-proxy.toml"))
    assert login["set_xauthrequest"] is True
    assert login["upstreams"] == ["static://202"]
    callback = urlsplit(settings()["OAUTH2_PROXY_REDIRECT_URL"])
    assert (callback.hostname, callback.path) == (settings()["DAGSTER_HOST"], "/oauth2/callback")


def urls() -> list[str]:
    return re.findall(r"^#?PRAVAH_LEDGER=(.*)$", text(EXAMPLE), re.MULTILINE)


@pytest.mark.parametrize("url", urls())
def test_the_ledgers_address_holds_no_password(url):
    ledger = make_url(url)
    _, arguments = ledger.get_dialect()().create_connect_args(ledger)
    assert "password" not in arguments
    assert arguments.get("passfile", "/run/secrets/").startswith("/run/secrets/")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_no_secret_stands_in_a_file(file):
    """What is called a secret or a password is a path or a list of names; nothing looks like a random word."""
    lines = [line.strip() for line in text(file).splitlines() if not line.lstrip().startswith("#")]
    for line in lines:
        named = re.match(r"(?i).*(?:secret|password|token)\w*[:=] *(?=\S)", line)
        assert not named or line[named.end() :].startswith(("/", "%d/", "[", "{file: /")), line
    assert not re.findall(r"[A-Za-z0-9+]{32,}", text(file))
