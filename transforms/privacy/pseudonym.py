"""Keyed pseudonyms: the same value gives the same token inside one version of one dataset, nowhere else."""

import hmac
from functools import cache

import duckdb
import pyarrow as pa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from duckdb.sqltypes import VARCHAR

from transforms.engine import define

TOKEN_BYTES = 16


def version_key(master: bytes, table: str, inputs: str) -> bytes:
    """The key of one version of a dataset, by HKDF from the master key and the hash of its inputs."""
    info = f"pravah pseudonym {table} {inputs}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(master)


def register(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give a connection the function pseudonym(domain, value): 32 hex digits, null for null.

    HMAC-SHA256 over (domain, value), truncated to 128 bits. Distinct values are hashed once.
    """

    @cache
    def token(domain: str, value: str) -> str:
        message = f"{len(domain)}:{domain}{value}".encode()
        return hmac.digest(key, message, "sha256")[:TOKEN_BYTES].hex()

    def tokens(domains: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.Array:
        pairs = zip(domains.to_pylist(), values.to_pylist(), strict=True)
        return pa.array([None if value is None else token(domain, value) for domain, value in pairs], pa.string())

    define(connection, "pseudonym", tokens, [VARCHAR, VARCHAR], VARCHAR)
