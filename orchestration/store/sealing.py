"""Sealed files: blocks under authenticated encryption, so that any change, cut or swap shows.

The STREAM construction over AES-256-GCM: every file has a key of its own, derived by HKDF-SHA256 from the zone's
key and a random salt; a block's nonce is its number and whether it is the last. Source: Hoang, Reyhanitabar,
Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC, VERSION = b"PRAVAH\x00", 1
# What it is, the version of its form, the id of the zone's key, the salt.
HEADER = struct.Struct(">7sB8s32s")
BLOCK, TAG = 1 << 20, 16


class SealBroken(Exception):
    """The file was changed or cut short, or another key sealed it."""


def key_id(key: bytes) -> bytes:
    """By which a key is named in files; it tells nothing of the key."""
    return _derived(key, 8, None, b"pravah zone key id")


def blocks(source: BinaryIO) -> Iterator[bytes]:
    """A plain file in blocks, as seal() takes them."""
    return iter(partial(source.read, BLOCK), b"")


def seal(plain: Iterable[bytes], target: BinaryIO, key: bytes) -> None:
    """Write blocks (each of BLOCK bytes but the last) as a sealed file."""
    header = HEADER.pack(MAGIC, VERSION, key_id(key), os.urandom(32))
    target.write(header)
    cipher = _cipher(key, header)
    for number, (block, last) in enumerate(_marked(iter(plain))):
        target.write(cipher.encrypt(_nonce(number, last), block, None))


def unseal(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The plain blocks of a sealed file, each only once it is found to be whole. Raises SealBroken."""
    cipher = _cipher(key, source.read(HEADER.size))
    for number, (block, last) in enumerate(_marked(iter(partial(source.read, BLOCK + TAG), b""))):
        try:
            plain = cipher.decrypt(_nonce(number, last), block, None)
        except InvalidTag:
            raise SealBroken from None
        yield plain


def sealed_with(header: bytes) -> bytes | None:
    """The id of the key that a file's first bytes name; None where they are not those of a sealed file."""
    if len(header) < HEADER.size or not header.startswith(MAGIC + bytes([VERSION])):
        return None
    return bytes(HEADER.unpack_from(header)[2])


def _marked(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block and whether it is the last; of an empty file the one empty block."""
    ahead = next(blocks, b"")
    for following in blocks:
        yield ahead, False
        ahead = following
    yield ahead, True


def _cipher(key: bytes, header: bytes) -> AESGCM:
    """The file's own cipher; its key is bound to the whole header."""
    return AESGCM(_derived(key, 32, header[-32:], b"pravah landing " + header))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _derived(key: bytes, length: int, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(key)
