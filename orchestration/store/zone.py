"""The key of the landing zone: which one holds, and how a new one takes its place."""

from collections.abc import Sequence

from orchestration.store.files import write_pointer
from orchestration.store.home import Home
from orchestration.store.keys import KeyFault, keep_zone_keys, new_key, zone_keys, zone_keys_are_given
from orchestration.store.landing import reseal
from orchestration.store.sealing import key_id


def usable_keys(home: Home) -> tuple[bytes, ...]:
    """The zone's keys, the one that seals first; empty where what lands is not sealed.

    The home remembers by which key it is sealed. Raises KeyFault where that key is not here any more: what lands
    is never sealed with a wrong one, or left open because it is missing.
    """
    keys = zone_keys(home)
    known = home.zone
    if known and known not in _ids(keys):
        raise KeyFault(
            f"{home.landing}: is sealed with a key that is not here; put it back in keys/zone.key or PRAVAH_ZONE_KEY"
        )
    if keys and not known:
        _remember(home, keys[0])
    return keys


def rotate(home: Home) -> int:
    """Seal every landed object with a new key, the first time with the first one; how many were sealed anew.

    Older keys are kept until none of the objects needs them. Broken off, it goes on where it was when it is called
    again. Keys from the environment are not changed: the first of them takes over. Raises KeyFault, ObjectFault.
    """
    before = home.zone
    keys = usable_keys(home)
    finished = [before] == _ids(keys)
    if not zone_keys_are_given() and (not keys or finished):
        keys = (new_key(), *keys)
        keep_zone_keys(home, keys)
    count = 0
    for file in sorted(home.landing.iterdir()):
        with home.workspace() as workspace:
            count += reseal(home, file.name, workspace, keys)
    _remember(home, keys[0])
    if not zone_keys_are_given():
        keep_zone_keys(home, keys[:1])
    return count


def _remember(home: Home, key: bytes) -> None:
    write_pointer(home.root / ".zone", key_id(key).hex())


def _ids(keys: Sequence[bytes]) -> list[str]:
    return [key_id(key).hex() for key in keys]
