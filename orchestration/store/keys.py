"""The master key, from which every pseudonym's key is derived. It lies outside the data."""

import os
import secrets

from orchestration.store.home import Home

VARIABLE = "PRAVAH_MASTER_KEY"
KEY_BYTES = 32


class KeyFault(Exception):
    """The master key cannot be used."""


def master_key(home: Home) -> bytes:
    """The key from PRAVAH_MASTER_KEY (64 hex digits), else from keys/master.key, made on first use.

    Raises KeyFault for a key that is too short, not hex, or readable by others.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return _parse(given, VARIABLE)
    file = home.keys / "master.key"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_hex(KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    if file.stat().st_mode & 0o077:
        raise KeyFault(f"{file}: others can read the master key; run chmod 600 on it")
    return _parse(file.read_text(), str(file))


def _parse(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise KeyFault(f"{place}: is no key of {2 * KEY_BYTES} hex digits; restore it from its backup")
    return key
