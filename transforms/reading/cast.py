"""The cast plan: for each column of the contract the SQL that makes its typed value from text."""

from collections.abc import Container
from dataclasses import dataclass

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import literals, name
from transforms.reading import moments, repairs
from transforms.reading.numbers import decimal_type, number
from transforms.reading.repairs import Repair

STORED = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "boolean": "BOOLEAN",
    "geometry": "BLOB",
}
# Whole numbers that all fit into a BIGINT.
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
DEVANAGARI = "०१२३४५६७८९"
# Properties of a column's text that only these types have a use for.
_NUMBERS = ("integer", "number")
_MOMENTS = ("date", "timestamp")
_TEXTS = ("string", "boolean", *_NUMBERS, *_MOMENTS)
_FITS = {
    "grouping": _NUMBERS,
    "source_marks": _NUMBERS,
    "duration": _NUMBERS,
    "digits": _NUMBERS + _MOMENTS,
    "month_names": _MOMENTS,
    "repairs": _TEXTS,
    "map_codes": _TEXTS,
}


@dataclass(frozen=True)
class Cast:
    """A column's SQL over the text columns, that of its text after repairs, and the repairs.

    `can_fail` where a text may have no value of the type.
    """

    column: Column
    text: str
    sql: str
    can_fail: bool
    repairs: tuple[Repair, ...]


class CastFault(ValueError):
    """A column whose text cannot be turned into its type as the contract stands."""

    def __init__(self, column: Column, message: str):
        self.column, self.message = column, message
        super().__init__(f"column {column.name}: {message}")


def stored_type(column: Column) -> str:
    """The DuckDB type in which a column is stored."""
    return decimal_type(column) or STORED[column.logical_type]


def casts(dataset: Dataset, source: Source, typed: Container[str] = ()) -> list[Cast]:
    """The cast of every file column, of which some are typed already. Raises CastFault where none can be made."""
    return [_as_it_is(column) if column.name in typed else cast_of(column, source) for column in dataset.file_columns]


def is_value(column: Column, dataset: Dataset, source: Source, kind: str) -> bool:
    """Whether a file's own number or moment, of a DuckDB type, is the column's: nothing asks for it as a text."""
    own = column.properties
    units = own.source_unit or own.source_suffixes or own.source_unit_by_key or own.duration
    acting = bool(units or own.repairs or own.map_codes) or source.properties.decimal != "."
    named = any(column.name in other.properties.source_unit_by_key for other in dataset.columns)
    null = any(sign.isdigit() for text in source.properties.null_values for sign in text)
    match column.logical_type:
        case "integer":
            fits = kind in _WHOLE
        case "number":
            fits = kind in {*_WHOLE, "DOUBLE"} and decimal_type(column) is None
        case "timestamp":
            fits = kind == "TIMESTAMP" and moments.to_the_second(column)
        case _:
            fits = False
    return fits and not (acting or named or null)


def _as_it_is(column: Column) -> Cast:
    """The cast of a column that is typed: what is no finite number, and no outline, has no value."""
    field, sql = name(column.name), name(column.name)
    if column.logical_type == "integer":
        sql = f"CAST({field} AS BIGINT)"
    elif column.logical_type == "number":
        sql = f"CASE WHEN isfinite({field}) THEN CAST({field} AS DOUBLE) END"
    elif column.logical_type == "geometry":
        sql = f"outline({field}, {str(column.properties.mend_geometry).lower()})"
    return Cast(column, field, sql, column.logical_type != "string", ())


def cast_of(column: Column, source: Source) -> Cast:
    """The cast of one column. Raises CastFault where none can be made."""
    text, made = repairs.repaired(column)
    try:
        _check_fit(column)
        sql = _cast(column, _latin(column, text), source)
    except ValueError as error:
        raise CastFault(column, str(error)) from None
    return Cast(column, text, sql, column.logical_type != "string", made)


def _check_fit(column: Column) -> None:
    for field, types in _FITS.items():
        if getattr(column.properties, field) and column.logical_type not in types:
            alias = type(column.properties).model_fields[field].alias
            raise ValueError(f"{alias} belongs to {', '.join(types)}, not to a {column.logical_type}")


def _latin(column: Column, text: str) -> str:
    """The text with the digits of the column's script as 0 to 9."""
    if column.properties.digits is None:
        return text
    return f"translate({text}, '{DEVANAGARI}', '0123456789')"


def _cast(column: Column, text: str, source: Source) -> str:
    match column.logical_type:
        case "string":
            return text
        case "integer" | "number":
            return number(column, text, source, stored_type(column))
        case "date":
            return moments.day(column, text)
        case "timestamp":
            return moments.instant(column, text)
        case "boolean":
            true, false = column.properties.true_values, column.properties.false_values
            return f"CASE WHEN {text} IN ({literals(true)}) THEN true WHEN {text} IN ({literals(false)}) THEN false END"
        case "geometry":
            return f"geometry({text}, {str(column.properties.mend_geometry).lower()})"
