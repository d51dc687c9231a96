"""Free text with what the India pack finds in it replaced by its kind: `call <PHONE>`."""

from collections import defaultdict

import duckdb
import pyarrow as pa
from duckdb.sqltypes import VARCHAR

from transforms.engine import define


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the function redact(column, text): the text without findings, null for null."""

    def texts(columns: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.Array:
        names = columns.unique().to_pylist()
        # DuckDB calls it with one column's name at a time.
        return redacted(values.to_pylist(), names[0]) if len(values) else pa.array([], pa.string())

    define(connection, "redact", texts, [VARCHAR, VARCHAR], VARCHAR)


def redacted(texts: list[str | None], column: str) -> pa.Array:
    """n texts of a column with each finding, names included, replaced by its entity in angle brackets."""
    # Presidio takes a second to import, and few contracts publish texts.
    from presidio_anonymizer import AnonymizerEngine
    from presidio_anonymizer.entities import RecognizerResult

    from transforms.privacy.names.find import find
    from transforms.privacy.pack.batch import recognise

    results: dict[int, list[RecognizerResult]] = defaultdict(list)
    for finding in (*recognise(texts, column.replace("_", " ")).to_pylist(), *find(texts).to_pylist()):
        row, entity, *place = (finding[word] for word in ("row", "entity", "start", "end", "score"))
        results[row].append(RecognizerResult(entity, *place))
    engine = AnonymizerEngine()
    made = [
        engine.anonymize(text, results[row]).text if text and row in results else text for row, text in enumerate(texts)
    ]
    return pa.array(made, pa.string())
