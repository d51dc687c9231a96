"""How the staff app is told who people are: the OIDC settings, or a development identity on this machine."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

SETTING = "PRAVAH_OIDC"
# What Streamlit's login needs; see docs/how-to/give-people-roles.md.
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
SECRET_LENGTH = 32
# No setting of the environment: what a server was started with cannot slip into another one.
_development = False


class SigninFault(Exception):
    """The login cannot be set up; one line that says what, where and what to do."""


def development() -> bool:
    """Whether this process lets anyone in staff.yaml be acted as, without login."""
    return _development


def allow_development() -> None:
    """Let this process do so; only `python -m portal.staff` on a loopback address may call it."""
    global _development
    _development = True


def oidc_file(home: Path) -> Path:
    """The file with the OIDC settings: PRAVAH_OIDC, else keys/oidc.toml of the home."""
    return Path(os.environ.get(SETTING, home / "keys" / "oidc.toml"))


def oidc(file: Path) -> dict[str, Any]:
    """Streamlit's secrets with their `[auth]`. Raises SigninFault for a file that is missing, open or not whole."""
    try:
        mode = file.stat().st_mode
        auth = tomllib.loads(file.read_text(encoding="utf-8")).get("auth")
    except OSError:
        raise SigninFault(f"{file}: no login is set up; see docs/how-to/give-people-roles.md") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SigninFault(f"{file}: is no TOML; see docs/how-to/give-people-roles.md") from None
    if stat.S_IMODE(mode) & 0o077:
        raise SigninFault(f"{file}: others can read the secrets in it; run chmod 600 on it")
    # A table of another shape lacks everything; a number or a list is no value of ours.
    given = auth if isinstance(auth, dict) else {}
    missing = [name for name in NEEDED if not isinstance(given.get(name), str) or not given[name]]
    if missing:
        raise SigninFault(f"{file}: [auth] lacks {', '.join(missing)}; see docs/how-to/give-people-roles.md")
    if len(given["cookie_secret"]) < SECRET_LENGTH:
        raise SigninFault(f"{file}: cookie_secret is shorter than {SECRET_LENGTH} letters; draw a longer one at random")
    return {"auth": given}
