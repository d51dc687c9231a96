"""The gate: personal data in a public table that nobody declared, by column and row. Never a value."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from data_contracts.dataset import Dataset
from transforms.engine import literal, name
from transforms.privacy.names.find import ENTITY, find
from transforms.privacy.pack.rules import THRESHOLD, entities
from transforms.privacy.scan.report import HIDDEN, recognised
from transforms.privacy.treatment import public_name, treated

# What one text leaves open a column can tell: a single name may be a place's, and one number in ten passes a check
# digit. Where this share of the texts of a column is alike, it is what it looks like. Measured in docs/decisions.md.
ALIKE = 0.6
# Fewer numbers may all pass by chance.
NUMBERS = 5
# A name is somebody's with two words or more and at most the letters of a title beside them.
TITLE_LETTERS = 5
# The share of persons is taken of about so many texts from all over the column.
LOOKED_AT = 1_000
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Finding:
    """An entity in a column of a public table, and the rows it stands in, from 0 in the order of the table's file."""

    column: str
    entity: str
    rows: tuple[int, ...]


def search(connection: duckdb.DuckDBPyConnection, dataset: Dataset, parquet: Path) -> list[Finding]:
    """Everything the pack recognises in the columns of texts and whole numbers of a public table, and its persons.

    Each distinct value is looked at once. Raises WeightsFault where the model of names cannot be loaded.
    """
    told = {public_name(column): column.title for column in dataset.columns}
    source = f"read_parquet({literal(parquet)}, file_row_number = true)"
    found = []
    for column, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(parquet)})").fetchall():
        if kind != "VARCHAR" and not kind.endswith("INT") and not kind.endswith("INTEGER"):
            continue
        text = f"CAST({name(column)} AS VARCHAR)"
        distinct = f"SELECT DISTINCT {text} FROM {source} WHERE {name(column)} IS NOT NULL ORDER BY 1"
        texts = connection.sql(distinct).to_arrow_table().column(0).combine_chunks()
        hits = _hits(texts, (told.get(column, ""), column.replace("_", " ")), kind == "VARCHAR")
        if hits:
            found += [Finding(column, *hit) for hit in _rows(connection, hits, texts, text, source)]
    return found


def _hits(texts: pa.Array, context: Sequence[str], named: bool) -> list[tuple[int, str]]:
    """The place and the entity of each text that holds one; names of persons are looked for where `named`."""
    found = recognised(texts, context, HIDDEN)
    told = list(zip(found["row"].to_pylist(), found["entity"].to_pylist(), found["score"].to_pylist(), strict=True))
    often = Counter(entity for _, entity in {(row, entity) for row, entity, _ in told})
    alike = {entity for entity, count in often.items() if count >= max(NUMBERS, ALIKE * len(texts))}
    hits = {(row, entity) for row, entity, score in told if score >= THRESHOLD or entity in alike}
    return sorted(hits | {(place, ENTITY) for place in (_persons(texts.to_pylist()) if named else ())})


def _persons(texts: list[str]) -> list[int]:
    """The places of the texts that are a person's whole name; none, unless most are."""
    some = texts[:: -(-len(texts) // LOOKED_AT) or 1]
    return _named(texts) if some and len(_named(some)) >= ALIKE * len(some) else []


def _named(texts: list[str]) -> list[int]:
    spans = defaultdict(list)
    for finding in find(texts).to_pylist():
        spans[finding["row"]].append((finding["start"], finding["end"]))
    return [place for place, found in spans.items() if _whole(texts[place], found)]


def _whole(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether names fill a text but for a title, with two words or more."""
    said = " ".join(text[start:end] for start, end in spans).split()
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    beside = sum(map(len, _WORD.findall(text)))
    return len(said) > 1 and beside <= TITLE_LETTERS and not any(letter.isdigit() for letter in text)


def _rows(
    connection: duckdb.DuckDBPyConnection, hits: list[tuple[int, str]], texts: pa.Array, text: str, source: str
) -> list[tuple[str, tuple[int, ...]]]:
    """For each entity the rows of the table that hold one of its texts."""
    places, kinds = zip(*hits, strict=True)
    connection.register("_personal", pa.table({"text": texts.take(pa.array(places)), "entity": pa.array(kinds)}))
    by_entity = connection.execute(
        f"SELECT p.entity, list(t.file_row_number ORDER BY t.file_row_number) FROM {source} AS t "
        f"JOIN _personal AS p ON {text} = p.text GROUP BY p.entity ORDER BY p.entity"
    ).fetchall()
    connection.unregister("_personal")
    return [(entity, tuple(rows)) for entity, rows in by_entity]


def disclosed(dataset: Dataset) -> set[tuple[str, str]]:
    """The public columns and entities of which the contract says that they are meant for everybody."""
    return {
        (public_name(column), entity)
        for column in dataset.columns
        if treated(column) is not None
        for entity in column.properties.discloses
    }


def known() -> list[str]:
    """The entities that the gate looks for, sorted."""
    return sorted({*entities(), ENTITY})
