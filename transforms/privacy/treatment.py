"""Declared treatments as SQL over the accepted columns."""

import duckdb

from data_contracts.dataset import Column
from data_contracts.properties import Grain
from transforms.engine import literal, name
from transforms.privacy import pseudonym, redaction

# Months and days are those of the people who live them.
ZONE = "Asia/Kolkata"


def register(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give a connection the functions that treatments call; `key` is that of the dataset's version."""
    pseudonym.register(connection, key)
    redaction.register(connection)


def public_name(column: Column, grain: Grain | None = None) -> str:
    """The column's public name: an instant or a date that was coarsened says so (opened_at → opened_day)."""
    grain = grain or column.treatment.to
    if grain is None or column.logical_type not in ("date", "timestamp"):
        return column.name
    return f"{column.name.removesuffix('_at').removesuffix('_on')}_{grain}"


def treated(column: Column) -> str | None:
    """SQL of the column's public value; None where the column does not go out."""
    field, treatment = name(column.name), column.treatment
    match treatment.kind:
        case "keep":
            return field
        case "pseudonym":
            return f"pseudonym({literal(treatment.domain or column.name)}, CAST({field} AS VARCHAR))"
        case "mask":
            return masked(field, treatment.keep_last)
        case "generalise" if treatment.band:
            # floor(x / w) * w: the lower end of the band the value lies in.
            return f"CAST(floor({field} / {treatment.band!r}) * {treatment.band!r} AS DOUBLE)"
        case "generalise" if treatment.edges:
            return _edged(field, treatment.edges)
        case "redact":
            return f"redact({literal(column.name)}, {field})"
        case "generalise":
            assert treatment.to is not None
            return coarsened(column, treatment.to)
    return None


def _edged(field: str, edges: tuple[float, ...]) -> str:
    """The lower edge of the band the value lies in; the last band has no end, the first takes what lies below it."""
    bands = " ".join(f"WHEN {field} >= {edge!r} THEN {edge!r}" for edge in reversed(edges))
    return f"CAST(CASE WHEN {field} IS NULL THEN NULL {bands} ELSE {edges[0]!r} END AS DOUBLE)"


def masked(field: str, keep_last: int) -> str:
    """All but the last letters replaced; a text no longer than what would be kept is replaced whole."""
    text = f"CAST({field} AS VARCHAR)"
    hidden = f"greatest(length({text}) - {keep_last}, 0)"
    shown = f"CASE WHEN length({text}) > {keep_last} THEN right({text}, {keep_last}) ELSE '' END"
    whole = f"CASE WHEN length({text}) > {keep_last} THEN {hidden} ELSE length({text}) END"
    return f"repeat('X', CAST({whole} AS BIGINT)) || {shown}"


def coarsened(column: Column, grain: Grain) -> str:
    """An instant or a date cut to hour, day, month or year of Indian time."""
    field = name(column.name)
    local = f"timezone({literal(ZONE)}, {field})" if column.logical_type == "timestamp" else field
    if grain == "hour":
        return f"date_trunc('hour', {local})"
    return f"CAST(date_trunc({literal(grain)}, {local}) AS DATE)"
