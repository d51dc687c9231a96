"""Records of keys and values, as JSON, XML and KML have them, to the contract's columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading import drift
from transforms.reading.held import Held
from transforms.reading.json_document import written
from transforms.reading.records import BYTES_AT_ONCE, ROWS_AT_ONCE

Record = dict[str, Any]


class _Field(NamedTuple):
    """Where a column's cell is: under one of `keys`, else at `steps`; `around` holds for all records."""

    column: str
    keys: tuple[str, ...]
    steps: list[str]
    around: bool


# Records with their numbers in the file, from 0.
_Block = tuple[Sequence[int], list[Record]]


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
        ignored = frozenset(properties.ignored_columns)
        self.fields = [_field(column, ignored, column.name in self.around) for column in dataset.file_columns]
        here = [column for column in dataset.file_columns if column.name not in self.around]
        self.known = ignored | {name for column in here for name in column.source_names}
        pointers = [column.properties.source_pointer for column in here if column.properties.source_pointer]
        self.known |= {steps(pointer)[0] for pointer in pointers}
        self.known |= set(self.explode[:1])
        self.unseen = {column.name for column in here} - set(properties.optional_columns)

    def batches(
        self, records: Iterable[Any], shape: Callable[[Record, int], Record] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The records' cells as text, in the contract's order; `shape` may make a record of another form flat.

        Raises Held for an item that is no record, a column that no record has, and where there is no record at all.
        """
        count = 0
        for numbers, block in self._blocks(iter(records), shape):
            try:
                yield self._batch(numbers, block)
            except UnicodeEncodeError:
                place, message = f"records {numbers[0]} to {numbers[-1]}", "hold half of a character, a surrogate alone"
                raise Held("json.syntax", place, message, "ask for the file again") from None
            count = numbers[-1] + 1
        if count == 0:
            remedy = "check `records` in the contract"
            raise Held("file.empty", "the file", "holds no record where the contract looks", remedy)
        if self.unseen:
            missing = ", ".join(sorted(self.unseen))
            # Where no key is known, these may be another kind of record altogether.
            known = len(self.unseen) < len(self.names) - len(self.around)
            proposal = drift.renamed(sorted(self.unseen), self.names, self.strangers) if known else None
            remedy = "if a key was renamed, add it to sourceNames; else ask the department"
            raise Held("header.missing", "every record", f"no key for {missing}", remedy, proposal)

    def _blocks(self, records: Iterator[Any], shape: Callable[[Record, int], Record] | None) -> Iterator[_Block]:
        """The records with their numbers, as many at once as may be in memory."""
        beside, count = sum(len(cell or "") for cell in self.around.values()), 0
        at_once = max(1, min(ROWS_AT_ONCE, BYTES_AT_ONCE // (beside + 1)))
        while block := list(islice(records, at_once)):
            numbers = range(count, count + len(block))
            if set(map(type, block)) != {dict}:
                number = next(number for number, record in zip(numbers, block, strict=True) if type(record) is not dict)
                raise Held("json.record", f"record {number}", "is no object", "check `records` in the contract")
            if shape:
                block = list(map(shape, block, numbers))
            if self.explode:
                yield from self._exploded(numbers, block, at_once)
            else:
                yield numbers, block
            count += len(block)

    def _exploded(self, numbers: Sequence[int], block: list[Record], at_once: int) -> Iterator[_Block]:
        """For each record one for each item of its array, in the array's place; one without items stays.

        What stands beside the array is in each of them.
        """
        places, rows, size = list[int](), list[Record](), 0
        for number, record in zip(numbers, block, strict=True):
            items = follow(record, self.explode)
            if items is not None and not isinstance(items, list):
                raise Held("json.array", f"record {number}", "has no array at `explode`", "correct it in the contract")
            beside = len(written(_put(record, self.explode, None))) if items and len(items) > 1 else 0
            for item in items or [None]:
                rows.append(record if items is None else _put(record, self.explode, item))
                places.append(number)
                size += beside
                if len(rows) == at_once or size > BYTES_AT_ONCE:
                    yield places, rows
                    places, rows, size = [], [], 0
        if rows:
            yield places, rows

    def _batch(self, numbers: Sequence[int], block: list[Record]) -> pa.RecordBatch:
        """The cells of records. A key that is absent is a null; one that no column names is noted and left out."""
        keys = set().union(*set(map(tuple, block)))
        if not keys <= self.known:
            "".join(keys).encode()
            self._note(numbers, block)
        plain = {field.column: here[0] for field in self.fields if (here := _plain(field, keys))}
        self.unseen -= plain.keys()
        found = _under(set(plain.values()), block)
        cells = [
            found[plain[field.column]] if field.column in plain else self._searched(numbers, block, field)
            for field in self.fields
        ]
        return pa.record_batch(cells, [field.column for field in self.fields])

    def _note(self, numbers: Sequence[int], block: list[Record]) -> None:
        for number, record in zip(numbers, block, strict=True):
            for place, key in enumerate(record):
                # A file may bring new keys without end; what is kept of them is bounded.
                if key not in self.known and len(self.strangers) < drift.MOST:
                    drift.note(self.source, key, f"record {number}, key {place + 1}")
                    self.strangers.append(key)
                    self.known |= {key}

    def _searched(self, numbers: Sequence[int], block: list[Record], field: _Field) -> pa.Array:
        """The cells of a column that is not simply under one key."""
        if field.around:
            return pa.repeat(pa.scalar(self.around[field.column], pa.string()), len(block))
        return texts([self._find(record, field, number) for number, record in zip(numbers, block, strict=True)])

    def _find(self, record: Record, field: _Field, number: int) -> Any:
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


def _plain(field: _Field, keys: set[str]) -> list[str]:
    """The one key under which a column's cells are in all records that have them; empty where there is more to it."""
    here = [key for key in field.keys if key in keys]
    return here if len(here) == 1 and not (field.around or field.steps) else []


def _under(keys: set[str], block: list[Record]) -> dict[str, pa.Array]:
    """What stands under each of the keys, as text."""
    try:
        # Only texts and numbers, as most are: by one call for all of them.
        kind = pa.struct([(key, pa.string()) for key in keys])
        return dict(zip(keys, pa.array(block, kind).flatten(), strict=True))
    except pa.ArrowTypeError:
        return {key: texts([record.get(key) for record in block]) for key in keys}


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


def texts(values: list[Any]) -> pa.Array:
    """Values as the text that the cast plan expects."""
    try:
        return pa.array(values, pa.string())
    except pa.ArrowTypeError:
        return pa.array(list(map(text, values)), pa.string())


def text(value: Any) -> str | None:
    """A value as the text that the cast plan expects; objects and arrays as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    return str(value).lower() if isinstance(value, bool) else written(value)
