"""Records of keys and values, as JSON, XML and KML have them, to the contract's columns."""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading import drift
from transforms.reading.held import Held

Record = dict[str, Any]


class _Field(NamedTuple):
    """Where a column's cell is: under one of `keys`, else at `steps`; `around` holds for all records."""

    column: str
    keys: tuple[str, ...]
    steps: list[str]
    around: bool


class Keyed:
    """What a contract asks of each record: the keys that it may have, and how a cell is found.

    `around` has the cells that stand once in the file, beside the records, by column.
    """

    def __init__(self, dataset: Dataset, source: Source, around: dict[str, str | None] | None = None):
        properties = source.properties
        self.source, self.strangers = source, list[str]()
        self.names = {column.name: column.source_names for column in dataset.file_columns}
        self.around = around or {}
        self.explode = steps(properties.explode)
        self.nulls = frozenset(properties.null_values)
        ignored = frozenset(properties.ignored_columns)
        self.fields = [_field(column, ignored, column.name in self.around) for column in dataset.file_columns]
        here = [column for column in dataset.file_columns if column.name not in self.around]
        self.known = ignored | {name for column in here for name in column.source_names}
        pointers = [column.properties.source_pointer for column in here if column.properties.source_pointer]
        self.known |= {steps(pointer)[0] for pointer in pointers}
        self.known |= set(self.explode[:1])
        self.unseen = {column.name for column in here} - set(properties.optional_columns)

    def rows(
        self, records: Iterable[Any], shape: Callable[[Record, int], Record] | None = None
    ) -> Iterator[list[str | None]]:
        """Each record's cells as text, in the contract's order; `shape` may make a record of another form flat.

        Raises Held for an item that is no record, a column that no record has, and where there is no record at all.
        """
        number = -1
        for number, record in enumerate(records):
            if not isinstance(record, dict):
                raise Held("json.record", f"record {number}", "is no object", "check `records` in the contract")
            flat = shape(record, number) if shape else record
            if not self.explode:
                yield self._cells(flat, number)
                continue
            for one in self._exploded(flat, number):
                yield self._cells(one, number)
        if number < 0:
            remedy = "check `records` in the contract"
            raise Held("file.empty", "the file", "holds no record where the contract looks", remedy)
        if self.unseen:
            missing = ", ".join(sorted(self.unseen))
            # Where no key is known, these may be another kind of record altogether.
            known = len(self.unseen) < len(self.names) - len(self.around)
            proposal = drift.renamed(sorted(self.unseen), self.names, self.strangers) if known else None
            remedy = "if a key was renamed, add it to sourceNames; else ask the department"
            raise Held("header.missing", "every record", f"no key for {missing}", remedy, proposal)

    def _exploded(self, record: Record, number: int) -> Iterator[Record]:
        """A record for each item of its array, with the item in the array's place; one without items stays."""
        items = follow(record, self.explode)
        if items is None:
            yield record
        elif isinstance(items, list):
            for item in items or [None]:
                yield _put(record, self.explode, item)
        else:
            raise Held("json.array", f"record {number}", "has no array at `explode`", "correct it in the contract")

    def _cells(self, record: Record, number: int) -> list[str | None]:
        """A record's cells. A key that is absent is a null; one that no column names is noted and left out."""
        if not record.keys() <= self.known:
            for place, key in enumerate(record):
                # A file may bring new keys without end; what is kept of them is bounded.
                if key not in self.known and len(self.strangers) < drift.MOST:
                    drift.note(self.source, key, f"record {number}, key {place + 1}")
                    self.strangers.append(key)
                    self.known |= {key}
        return [self._cell(record, field, number) for field in self.fields]

    def _cell(self, record: Record, field: _Field, number: int) -> str | None:
        value = self.around[field.column] if field.around else self._find(record, field, number)
        # Most values are texts; asking that first saves a call for each.
        cell = value if type(value) is str else text(value)
        return None if cell in self.nulls else cell

    def _find(self, record: Record, field: _Field, number: int) -> Any:
        if len(field.keys) == 1 and field.keys[0] in record:
            if self.unseen:
                self.unseen.discard(field.column)
            return record[field.keys[0]]
        keys = [key for key in field.keys if key in record]
        if len(keys) > 1:
            raise Held(
                "header.repeated",
                f"record {number}",
                f"two keys stand for {field.column}",
                "put one of them under ignoredColumns",
            )
        value = record[keys[0]] if keys else follow(record, field.steps) if field.steps else None
        if keys or value is not None:
            self.unseen.discard(field.column)
        return value


def _field(column: Column, ignored: frozenset[str], around: bool) -> _Field:
    keys = tuple(key for key in column.source_names if key not in ignored)
    return _Field(column.name, keys, steps(column.properties.source_pointer), around)


def steps(pointer: str | None) -> list[str]:
    """The keys of a JSON pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in (pointer or "").split("/")[1:]]


def follow(value: Any, path: list[str]) -> Any:
    """The value at a pointer's steps, None where they lead nowhere."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _put(value: Any, path: list[str], item: Any) -> Any:
    """A copy of a record with `item` at a pointer that leads somewhere; what stands beside it is shared."""
    if not path:
        return item
    if isinstance(value, list):
        place = int(path[0])
        return [*value[:place], _put(value[place], path[1:], item), *value[place + 1 :]]
    return {**value, path[0]: _put(value[path[0]], path[1:], item)}


def text(value: Any) -> str | None:
    """A value as the text that the cast plan expects; objects and arrays as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=float)
