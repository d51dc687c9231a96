"""The staff app as its people meet it: the login, the roles, Monday, the release desk."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from orchestration import serving
from portal.pages.theme import DARK, LIGHT, Palette
from tests.browser.conftest import DESKTOP, Serve, Visitor, command, environment, free_port, with_people
from tests.staff.oidc import Provider, provider

COOKIE = "_streamlit_user"


def audited(home: Path) -> list[tuple[str, str]]:
    """Who did what, as the audit log says."""
    return [(entry["who"], entry["action"]) for entry in json.loads(command(home, "audit", "list", "--json"))]


def current(home: Path) -> str | None:
    file = home / "releases" / "CURRENT"
    return file.read_text().strip() if file.exists() else None


# Looks


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_desk_can_be_used_by_all(desk_all: str, onlooker: Visitor, language: str):
    for path in ("/", "/?as=reviewer%40example.org", "/releases?as=approver%40example.org", "/nowhere"):
        onlooker.open(f"{desk_all}{path}{'&' if '?' in path else '?'}lang={language}")
        assert onlooker.page.evaluate("document.documentElement.lang") == language
        assert onlooker.page.locator("h1").count() == 1
        assert onlooker.hindrances() == [], path


def test_monday_names_what_waits_and_the_message_in_both_languages(desk_all: str, staffed_all: Path, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk_all}/")
    expect(page.get_by_text("Nobody has signed in")).to_be_visible()
    expect(page.get_by_role("heading", name="Municipal services, Navsagar")).to_be_visible()
    page.get_by_text("Message to Municipal services, Navsagar").click()
    expect(page.locator("code:visible").filter(has_text="Dear Sir or Madam")).to_be_visible()
    page.locator("[role=tab]:visible").filter(has_text="हिन्दी").click()
    expect(page.locator("code:visible").filter(has_text="महोदय/महोदया")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="List of rows (CSV)").first.click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "dataset,city,delivery,row,rule"
    assert len(lines) > 5
    assert ("officer@example.org", "download") in audited(staffed_all)


def test_an_operator_of_one_city_sees_that_city_only(desk_all: str, visitor: Visitor):
    visitor.open(f"{desk_all}/?as=operator%40example.org")
    headings = visitor.page.locator("h2").all_inner_texts()
    assert headings
    assert all("Navsagar" in heading for heading in headings)
    visitor.open(f"{desk_all}/releases?as=operator%40example.org")
    expect(visitor.page.get_by_role("heading", name="This page is not yours")).to_be_visible()


# Decisions


@pytest.fixture
def staffed(tmp_path: Path, proposed_home: Path) -> Path:
    """The home in which the release waits, for one decision."""
    return with_people(proposed_home, tmp_path)


@pytest.fixture
def desk(serve: Serve, staffed: Path) -> str:
    return serve(serving.staff, staffed, development=True)


def test_a_release_is_returned_by_one_and_approved_by_another(desk: str, staffed: Path, visitor: Visitor):
    page = visitor.page
    proposed = json.loads(command(staffed, "release", "list", "--json"))[0]["release"]
    visitor.open(f"{desk}/releases?as=officer%40example.org")
    expect(page.get_by_text("Only an approver decides.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    visitor.open(f"{desk}/releases?as=second%40example.org")
    expect(page.get_by_text("You proposed this release.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    visitor.open(f"{desk}/releases?as=approver%40example.org")
    expect(page.get_by_role("heading", name=f"Proposed release {proposed[:12]}")).to_be_visible()
    complaints = page.locator("details").filter(has=page.get_by_text(re.compile("^Complaints: ")))
    expect(complaints).to_contain_text("Removed:")
    page.get_by_role("button", name="Return with remark").click()
    expect(page.get_by_text("a return needs a remark")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(f"Release {proposed[:12]} is public now.")).to_be_visible()
    assert current(staffed) == proposed
    assert {("approver@example.org", "approve"), ("approver@example.org", "return refused")} <= set(audited(staffed))


def test_what_was_returned_shows_its_remark(desk: str, staffed: Path, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk}/releases?as=approver%40example.org")
    page.get_by_role("textbox", name="Remark").fill("Ward 12 is missing")
    page.get_by_role("button", name="Return with remark").click()
    expect(page.get_by_text("was returned.")).to_be_visible()
    expect(page.get_by_role("cell", name="Ward 12 is missing")).to_be_visible()
    expect(page.get_by_role("heading", name="No release waits for a decision")).to_be_visible()
    assert current(staffed) is None


def test_nothing_is_decided_while_a_run_is_at_work(desk_all: str, staffed_all: Path, visitor: Visitor):
    hold = (
        "import sys; from pathlib import Path; from orchestration.store.home import Home\n"
        "with Home(Path(sys.argv[1])).lock():\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(staffed_all)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(staffed_all),
    ) as run:
        assert run.stdout is not None and run.stdout.readline() == b"held\n"
        visitor.open(f"{desk_all}/releases?as=approver%40example.org")
        visitor.page.get_by_role("button", name="Approve").click()
        expect(visitor.page.get_by_text("A run is at work. Nothing was done")).to_be_visible()
        assert current(staffed_all) is None
        assert run.stdin is not None
        run.stdin.close()


# Login


@pytest.fixture(scope="module")
def oidc() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, proposed_home: Path) -> Path:
    """The home behind the login."""
    return with_people(proposed_home, tmp_path_factory.mktemp("behind"))


@pytest.fixture(scope="module")
def door(serve_file: Serve, behind: Path, oidc: Provider, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The staff app behind the login of that provider."""
    port = free_port()
    back = f"http://127.0.0.1:{port}/oauth2callback"
    oidc.redirect_uris.add(back)
    file = tmp_path_factory.mktemp("oidc") / "oidc.toml"
    given = {
        "redirect_uri": back,
        "cookie_secret": "c" * 40,
        "client_id": oidc.client_id,
        "client_secret": oidc.client_secret,
        "server_metadata_url": oidc.metadata_url,
    }
    file.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in given.items()))
    file.chmod(0o600)
    return serve_file(serving.staff, behind, port=port, more={"PRAVAH_OIDC": str(file)})


def sign_in(page: Page, email: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=email]").fill(email)
    page.get_by_role("button", name="Sign in").click()


def shown(visitor: Visitor, words: str) -> None:
    expect(visitor.page.get_by_role("heading", name=words)).to_be_visible()


def test_only_who_has_a_role_gets_in(door: str, behind: Path, visitor: Visitor):
    before = len(audited(behind))
    for path in ("/", "/releases"):
        visitor.open(door + path)
        shown(visitor, "Please sign in")
    visitor.open(door)
    sign_in(visitor.page, "Approver@Example.org")
    shown(visitor, "Monday")
    expect(visitor.page.get_by_text("Bhaskar · approver")).to_be_visible()
    visitor.page.get_by_role("button", name="Sign out").click()
    shown(visitor, "Please sign in")
    sign_in(visitor.page, "stranger@example.org")
    shown(visitor, "No role is yours here")
    assert [entry for entry in audited(behind)[before:] if "login" in entry[1]] == [
        ("approver@example.org", "login"),
        ("stranger@example.org", "login refused"),
    ]


def test_an_address_that_nobody_proved_opens_nothing(
    door: str, oidc: Provider, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(oidc, "verified", False)
    visitor.open(door)
    sign_in(visitor.page, "approver@example.org")
    shown(visitor, "No role is yours here")


def test_a_login_ends_when_the_provider_says(
    door: str, oidc: Provider, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(oidc, "lifetime", -10)
    visitor.open(door)
    sign_in(visitor.page, "approver@example.org")
    expect(
        visitor.page.get_by_role("heading", name=re.compile("Your sign-in has ended|Please sign in"))
    ).to_be_visible()


def test_a_token_of_another_key_opens_nothing(
    door: str, oidc: Provider, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(oidc, "wrong_key", True)
    visitor.open(door)
    sign_in(visitor.page, "approver@example.org")
    shown(visitor, "Please sign in")


def test_a_forged_cookie_opens_nothing(door: str, visitor: Visitor):
    visitor.open(door)
    sign_in(visitor.page, "officer@example.org")
    shown(visitor, "Monday")
    context = visitor.page.context
    cookie = next(found for found in context.cookies() if found["name"] == COOKIE)
    forged = cookie["value"].replace(cookie["value"][-12:], "0" * 12)
    context.clear_cookies()
    context.add_cookies([{"name": COOKIE, "value": forged, "url": door}])
    visitor.open(door)
    shown(visitor, "Please sign in")


@pytest.mark.parametrize("path", ["/nowhere", "/releases/deeper", "/?lang=xx"])
def test_the_desk_has_pages_of_its_own_for_what_is_not_there(desk_all: str, path: str):
    answer = httpx.get(desk_all + path)
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(("theme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_words_on_the_accent_can_be_read(desk_all: str, visitor: Visitor, theme: str, palette: Palette):
    """What axe does not judge: Streamlit writes white on the accent, whatever the accent is."""
    visitor.open(f"{desk_all}/releases?as=approver%40example.org")
    visitor.show(DESKTOP, theme)
    words = visitor.page.get_by_role("button", name="Approve").locator("p")
    red, green, blue = (int(palette.on_accent[place : place + 2], 16) for place in (1, 3, 5))
    expect(words).to_have_css("color", f"rgb({red}, {green}, {blue})")
