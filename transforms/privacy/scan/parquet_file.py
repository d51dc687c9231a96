"""Parquet and Arrow: every column, also nested ones; the footer with its statistics and notes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from transforms.privacy.scan.artefact import Artefact, Context, NotDecodable, Part, Piece
from transforms.privacy.scan.binary import runs
from transforms.privacy.scan.numbers import plain_all

ROWS = 20_000
_types = pa.types


def parquet(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """A Parquet file; raises NotDecodable where it is damaged or encrypted."""
    try:
        with pq.ParquetFile(artefact.path) as file:
            yield from _schema(artefact, file.schema_arrow)
            yield Piece(artefact.part("footer"), list(_footer(file.metadata)))
            yield from batches(artefact, file.iter_batches(ROWS, use_threads=False))
    except (pa.ArrowException, OSError):
        raise NotDecodable("is no Parquet file, or is damaged or encrypted") from None


def arrow(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """A file or stream of Arrow; raises NotDecodable where it is damaged."""
    try:
        with pa.OSFile(str(artefact.path)) as source:
            if source.read(6) == b"ARROW1":
                file = pa.ipc.open_file(source)
                found: Iterable[Any] = (file.get_batch(number) for number in range(file.num_record_batches))
                schema = file.schema
            else:
                source.seek(0)
                stream = pa.ipc.open_stream(source)
                found, schema = stream, stream.schema
            yield from _schema(artefact, schema)
            yield from batches(artefact, found)
    except (pa.ArrowException, OSError):
        raise NotDecodable("is no Arrow file, or is damaged") from None


def _schema(artefact: Artefact, schema: Any) -> Iterator[Piece]:
    notes = [schema.metadata, *(field.metadata for field in schema)]
    texts = [text for note in notes if note for pair in note.items() for each in pair for text in runs(each)]
    yield Piece(artefact.part("notes"), texts)
    yield Piece(artefact.part("names"), [str(schema.remove_metadata())])


def _footer(metadata: Any) -> Iterator[str]:
    """The least and greatest value of each column and group of rows."""
    yield metadata.created_by or ""
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            if column.is_stats_set and column.statistics.has_min_max:
                for value in (column.statistics.min, column.statistics.max):
                    yield " ; ".join(runs(value)) if isinstance(value, bytes) else str(value)


def batches(artefact: Artefact, found: Iterable[Any], place: str = "") -> Iterator[Piece]:
    """The columns of some batches; `place` is what stands before their names."""
    for batch in found:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            yield from pieces(artefact.part(f"{place}{name}"), column, (name,))


def pieces(place: str, column: Any, context: Context) -> Iterator[Piece]:
    """The texts of a column, however deep they are nested."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        yield from pieces(place, column.storage, context)
    elif _types.is_dictionary(kind):
        yield from pieces(place, column.dictionary_decode(), context)
        # A filtered column may still carry the values of the rows that are gone.
        numbers = pa.array(range(len(column.dictionary)), column.indices.type)
        yield from pieces(place, column.dictionary.filter(pc.invert(pc.is_in(numbers, column.indices))), context)
    elif _types.is_map(kind):
        yield from pieces(place, column.keys, context)
        yield from pieces(place, column.items, context)
    elif _types.is_nested(kind) and hasattr(kind, "value_type"):
        yield from pieces(place, column.flatten(), context)
    elif _types.is_struct(kind):
        for number, inner in enumerate(column.flatten()):
            yield from pieces(place, inner, (*context[-1:], kind.field(number).name))
    elif not (_types.is_null(kind) or _types.is_boolean(kind)):
        yield Piece(place, _texts(column), context)


def _texts(column: Any) -> Any:
    kind = column.type
    if _types.is_binary(kind) or _types.is_large_binary(kind) or _types.is_fixed_size_binary(kind):
        return [text for value in column.drop_null().to_pylist() for text in runs(value)]
    if _types.is_floating(kind):
        return plain_all(column)
    if _types.is_decimal(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")
    try:
        return column.cast(pa.large_string())
    except pa.ArrowException:
        return [str(value) for value in column.drop_null()]
