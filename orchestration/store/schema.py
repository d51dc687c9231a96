"""The ledger's tables."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

META = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")

homes = Table("homes", META, Column("id", String(32), primary_key=True))
receipts = Table(
    "receipts",
    META,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("city", String, nullable=False),
    Column("table_name", String, nullable=False),
    Column("path", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("path", "size", "mtime_ns"),
)
processings = Table(
    "processings",
    META,
    Column("key", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("table_name", String, nullable=False),
    Column("city", String, nullable=False),
    Column("held", JSON),
    Column("rows_read", BigInteger, nullable=False, default=0),
    Column("quarantined", BigInteger, nullable=False, default=0),
    Column("broken", JSON, nullable=False),
    Column("warned", JSON, nullable=False),
    Column("processed_at", DateTime(timezone=True), nullable=False),
)
# What belongs to a processing stands in tables of its own, so that an older ledger goes on working.
repairs = Table(
    "repairs",
    META,
    Column("key", String(64), primary_key=True),
    Column("cells", JSON, nullable=False),
)
# Holds names from files' headers: for staff alone.
drifts = Table(
    "drifts",
    META,
    Column("key", String(64), primary_key=True),
    Column("found", JSON, nullable=False),
)
# Deliveries whose time was up: nothing of them is kept but counts and hashes.
purges = Table(
    "purges",
    META,
    Column("sha256", String(64), primary_key=True),
    Column("table_name", String, primary_key=True),
    Column("city", String, primary_key=True),
    Column("rows_read", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("purged_at", DateTime(timezone=True), nullable=False),
    Column("proved_at", DateTime(timezone=True)),
)
versions = Table(
    "versions",
    META,
    Column("key", String(64), primary_key=True),
    Column("table_name", String, nullable=False),
    Column("city", String, nullable=False),
    Column("standing", JSON, nullable=False),
    Column("held", JSON, nullable=False),
    Column("warned", JSON, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("superseded", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
publics = Table(
    "publics",
    META,
    Column("key", String(64), primary_key=True),
    Column("table_name", String, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
# How a public table differs from the one that was out when it was made.
differences = Table(
    "differences",
    META,
    Column("key", String(64), primary_key=True),
    Column("against", String(64), nullable=False),
    Column("cells", BigInteger, nullable=False),
)
# Personal data found in a public table: where and how often, never what.
findings = Table(
    "findings",
    META,
    Column("key", String(64), primary_key=True),
    Column("table_name", String, nullable=False),
    Column("column_name", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("first_rows", JSON, nullable=False),
    Column("disclosed", Boolean, nullable=False),
    Column("found_by", String, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
)
# The cities in whose rows something was found; the public table itself may be gone by now.
found_in = Table(
    "found_in",
    META,
    Column("key", String(64), primary_key=True),
    Column("column_name", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("city", String, primary_key=True),
)
# What an officer decided to be no personal data, in one version of a public table.
allowances = Table(
    "allowances",
    META,
    Column("key", String(64), primary_key=True),
    Column("column_name", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
# Public tables and releases whose files were all decoded and searched.
scans = Table(
    "scans",
    META,
    Column("key", String(64), primary_key=True),
    Column("scanned_at", DateTime(timezone=True), nullable=False),
)
# Scans of a release that was out already; `found` counts entities by table and place, never a value.
rescans = Table(
    "rescans",
    META,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("release", String(64), nullable=False),
    Column("who", String, nullable=False),
    Column("scanned_at", DateTime(timezone=True), nullable=False),
    Column("found", JSON, nullable=False),
)
releases = Table(
    "releases",
    META,
    Column("id", String(64), primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),
    Column("parts", JSON, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("approved_by", String),
    Column("approved_at", DateTime(timezone=True)),
)
pointers = Table(
    "pointers",
    META,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("release", String(64), nullable=False),
    Column("action", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
# A table of its own: a ledger that was made before releases could be returned goes on working.
returns = Table(
    "returns",
    META,
    Column("release", String(64), primary_key=True),
    Column("remark", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
# Rounds of maturity that are frozen; `sha256` is that of what the round says of its files.
rounds = Table(
    "rounds",
    META,
    Column("name", String, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("release", String(64), nullable=False),
    Column("who", String, nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
)
# A run and a city that it worked on. One that was killed half way has no end.
runs = Table(
    "runs",
    META,
    Column("id", String(32), primary_key=True),
    Column("city", String, primary_key=True),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("succeeded", Boolean),
)
# Plans for cameras with their positions: for staff alone.
sitings = Table(
    "sitings",
    META,
    Column("key", String(64), primary_key=True),
    Column("city", String, nullable=False),
    Column("cameras", Integer, nullable=False),
    Column("floor", Float, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("approved_by", String),
    Column("impact_note", String),
    Column("approved_at", DateTime(timezone=True)),
)
# A table of its own, as for releases.
siting_returns = Table(
    "siting_returns",
    META,
    Column("key", String(64), primary_key=True),
    Column("remark", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
failures = Table(
    "failures",
    META,
    Column("table_name", String, primary_key=True),
    Column("city", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
audit = Table(
    "audit",
    META,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
