"""The keys of an installation. They lie outside the data.

From the master key every pseudonym's key is derived; the zone keys seal what has landed.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from orchestration.store.files import settle
from orchestration.store.home import Home

VARIABLE, ZONE_VARIABLE = "PRAVAH_MASTER_KEY", "PRAVAH_ZONE_KEY"
KEY_BYTES = 32


class KeyFault(Exception):
    """A key cannot be used."""


def master_key(home: Home) -> bytes:
    """The key from PRAVAH_MASTER_KEY (64 hex digits), else from keys/master.key, made on first use.

    Raises KeyFault for a key that is too short, not hex, or readable by others.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return _parse(given, VARIABLE)
    file = home.keys / "master.key"
    if not file.exists():
        _write(file, [new_key()])
    return _parse(_closed(file), str(file))


def zone_keys(home: Home) -> tuple[bytes, ...]:
    """The keys of the landing zone from PRAVAH_ZONE_KEY, else from keys/zone.key; empty where neither is there.

    The first one seals; the others, if any, only open what they sealed before. Raises KeyFault as master_key does.
    """
    file = home.zone_key
    given = os.environ.get(ZONE_VARIABLE)
    if not given and not file.exists():
        return ()
    text, place = (given, ZONE_VARIABLE) if given else (_closed(file), str(file))
    keys = tuple(_parse(word, place) for word in text.split())
    return keys or (_parse("", place),)


def zone_keys_are_given() -> bool:
    """Whether the zone's keys come from the environment, where no command can change them."""
    return bool(os.environ.get(ZONE_VARIABLE))


def keep_zone_keys(home: Home, keys: Sequence[bytes]) -> None:
    """Put the zone's keys in keys/zone.key in one step."""
    aside = home.zone_key.with_name(".zone.key.aside")
    aside.unlink(missing_ok=True)
    _write(aside, keys)
    settle(aside, home.zone_key)


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_BYTES)


def _write(file: Path, keys: Sequence[bytes]) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.writelines(key.hex() + "\n" for key in keys)
        stream.flush()
        os.fsync(stream.fileno())


def _closed(file: Path) -> str:
    """The text of a key file that nobody else can read."""
    if file.stat().st_mode & 0o077:
        raise KeyFault(f"{file}: others can read this key; run chmod 600 on it")
    return file.read_text()


def _parse(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise KeyFault(f"{place}: is no key of {2 * KEY_BYTES} hex digits; restore it from its backup")
    return key
