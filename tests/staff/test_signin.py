"""How the staff app learns who may be believed: a whole file that others cannot read, or this machine alone."""

import os
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.project import Settings
from orchestration.serving import ServingFault
from orchestration.serving import staff as door
from portal.staff import __main__ as served
from portal.staff import signin
from tests.conftest import Pravah

# Stand in every file below; no message may repeat one.
COOKIE, CLIENT = "zq-cookie-secret-of-thirty-two-letters", "zq-client-secret"
LINES = {
    "redirect_uri": '"https://desk.example/oauth2callback"',
    "cookie_secret": f'"{COOKIE}"',
    "client_id": '"pravah"',
    "client_secret": f'"{CLIENT}"',
    "server_metadata_url": '"https://login.example/.well-known/openid-configuration"',
}
OTHERS = ["0.0.0.0", "::", "192.168.1.20", "10.0.0.1", "desk.example", "127.0.0.1.evil.example", "127.1", ""]
OWN = ["127.0.0.1", "127.8.8.8", "::1", "localhost"]


@pytest.fixture(autouse=True)
def nobody_is_developing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "_development", False)
    monkeypatch.delenv(signin.SETTING, raising=False)


def toml(**changed: str | None) -> str:
    """A good file with some lines changed or left out."""
    lines = {name: value for name, value in (LINES | changed).items() if value is not None}
    return "[auth]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())


def written(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    file = folder / "oidc.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def refused(file: Path) -> str:
    """Why the file is refused: one line that names it and no secret."""
    with pytest.raises(signin.SigninFault) as caught:
        signin.oidc(file)
    said = str(caught.value)
    assert said.startswith(f"{file}: ") and "\n" not in said
    # Nor may the error that lies below it, which a log would show.
    assert "zq-" not in "".join(traceback.format_exception(caught.value))
    return said.removeprefix(f"{file}: ")


# The file


def test_a_good_file_gives_its_settings(tmp_path: Path):
    given = signin.oidc(written(tmp_path, toml()))
    assert given == {"auth": {name: value.strip('"') for name, value in LINES.items()}}


def test_other_settings_of_the_login_are_kept_and_other_tables_are_not(tmp_path: Path):
    text = toml(client_kwargs='{ scope = "openid email" }') + '[database]\npassword = "x"\n'
    assert signin.oidc(written(tmp_path, text)).keys() == {"auth"}
    assert signin.oidc(written(tmp_path, text))["auth"]["client_kwargs"] == {"scope": "openid email"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601, 0o777])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int):
    assert "chmod 600" in refused(written(tmp_path, toml(), mode))


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_ones_own_is_taken(tmp_path: Path, mode: int):
    assert signin.oidc(written(tmp_path, toml(), mode))


def test_a_file_that_is_missing_or_no_file(tmp_path: Path):
    for file in (tmp_path / "none.toml", tmp_path, tmp_path / "none" / "none.toml"):
        assert refused(file).startswith("no login is set up")


@pytest.mark.parametrize(
    "text",
    [
        f'[auth]\ncookie_secret = "{COOKIE}\n',
        f"cookie_secret: {COOKIE}",
        f'[auth]\nclient_secret = "{CLIENT}"\nclient_secret = "{CLIENT}"\n',
        f"[auth\n{COOKIE}",
        b"\xff\xfe" + COOKIE.encode("utf-16-le"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path: Path, text: str | bytes):
    assert refused(written(tmp_path, text)).startswith("is no TOML")


@pytest.mark.parametrize("name", signin.NEEDED)
@pytest.mark.parametrize("value", [None, '""', "12345", "[]", "true", "{ zq = 1 }"])
def test_a_setting_that_is_missing_empty_or_no_text(tmp_path: Path, name: str, value: str | None):
    assert refused(written(tmp_path, toml(**{name: value}))).startswith(f"[auth] lacks {name};")


@pytest.mark.parametrize(
    "text", ["", "[other]\nx = 1\n", "[auth]\n", f'auth = "{COOKIE}"\n', "auth = 5\n", "[[auth]]\n"]
)
def test_a_file_without_its_table_lacks_everything(tmp_path: Path, text: str):
    assert refused(written(tmp_path, text)).startswith(f"[auth] lacks {', '.join(signin.NEEDED)};")


@pytest.mark.parametrize(("letters", "taken"), [(1, False), (31, False), (32, True), (64, True)])
def test_a_cookie_secret_needs_its_length(tmp_path: Path, letters: int, taken: bool):
    file = written(tmp_path, toml(cookie_secret=f'"{"zq-" * letters}"'[: letters + 1] + '"'))
    if taken:
        assert len(signin.oidc(file)["auth"]["cookie_secret"]) == letters
    else:
        assert refused(file).startswith("cookie_secret is shorter than 32 letters")


def test_where_the_file_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert signin.oidc_file(tmp_path) == tmp_path / "keys" / "oidc.toml"
    monkeypatch.setenv(signin.SETTING, str(tmp_path / "other.toml"))
    assert signin.oidc_file(tmp_path / "home") == tmp_path / "other.toml"


# The development identity


class Started(list[dict[str, Any]]):
    """What would have been served, instead of serving it."""

    def app(self, _home: Path) -> Any:
        return SimpleNamespace(run=lambda config: self.append({**config, "development": signin.development()}))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    recorded = Started()
    monkeypatch.setattr(served, "staff", recorded.app)
    return recorded


@pytest.mark.parametrize("host", OWN)
def test_the_server_lets_itself_be_tried_out_on_this_machine(started: Started, host: str):
    served.main(host, "8502", "--development")
    assert [(one["server.address"], one["server.port"], one["development"]) for one in started] == [(host, 8502, True)]


@pytest.mark.parametrize("host", OTHERS)
def test_the_server_never_does_so_where_others_can_reach_it(started: Started, host: str):
    served.main(host, "8502", "--development")
    assert [one["development"] for one in started] == [False]


@pytest.mark.parametrize("more", [[], ["--dev"], ["development"], ["--development", "--development"]])
def test_the_server_does_so_by_its_own_word_only(started: Started, more: list[str]):
    served.main("127.0.0.1", "8502", *more)
    assert [one["development"] for one in started] == [False]


@pytest.mark.parametrize("host", ["0.0.0.0", "desk.example"])
def test_without_a_login_nothing_is_served_to_others(host: str, own_home: Path):
    with pytest.raises(SystemExit) as end:
        served.main(host, "8502", "--development")
    file = own_home / "keys" / "oidc.toml"
    assert end.value.code == f"pravah: {file}: no login is set up; see docs/how-to/give-people-roles.md"
    assert not signin.development()


@pytest.mark.parametrize("host", OTHERS)
def test_a_door_for_trying_out_opens_on_this_machine_alone(host: str):
    with pytest.raises(ServingFault, match="a development identity is for this machine alone"):
        door(Settings.read(), host, 8502, development=True)
    assert "--development" not in door(Settings.read(), host, 8502).command


@pytest.mark.parametrize("host", OWN)
def test_a_door_on_this_machine(host: str):
    assert door(Settings.read(), host, 8502, development=True).command[-1] == "--development"
    assert door(Settings.read(), host, 8502).command[-2:] == [host, "8502"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "desk.example"])
def test_the_command_refuses_and_starts_nothing(pravah: Pravah, monkeypatch: pytest.MonkeyPatch, host: str):
    replaced: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *words: replaced.append(words))
    code, out, err = pravah("staff", "--development", "--host", host)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert f"--development: not at {host}" in err
    assert replaced == []
    assert pravah("staff", "--development")[0] == 0
    assert [words[1][-1] for words in replaced] == ["--development"]
