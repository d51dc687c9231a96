"""What damages a file by its structure: the values of a tree, records, tables and columns."""

import copy
import io
import json
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz.mutators import bytewise, textual

_VALUES: list[Any] = [
    None, True, 0, -1, 1e308, 10**25, 10**400, 0.1, "", " ", "NaN", "31/02/2025", "007", "\0", "\ud800", "\udc00x",
    "x" * 70_000, "\u2028", [], {}, [None], [[1, 2], [3]], {"id": "x"}, {"type": "Point", "coordinates": [77]},
    {"type": "Polygon", "coordinates": [[[77, 12], [78, 1e999]]]}, {"type": "Feature", "properties": {}},
]  # fmt: skip


def trees(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A JSON whose values, keys and records are exchanged, well-formed; or words of its text, or lines."""
    if random.random() < 0.5:
        return textual(random, content, others)
    first, *more = content.splitlines()
    lined = bool(more) and first.endswith(b"}")
    tree = [json.loads(line) for line in content.splitlines()] if lined else json.loads(content)
    for _ in range(random.choice((1, 1, 2, 4))):
        inner = [node for node in _nodes(tree) if node]
        node = random.choice(inner)
        at = random.choice(list(node) if isinstance(node, dict) else range(len(node)))
        match random.choices(("value", "drop", "again", "key", "move"), (4, 1, 1, 1, 1))[0]:
            case "value":
                node[at] = copy.deepcopy(random.choice(_VALUES))
            case "drop":
                del node[at]
            case "again" if isinstance(node, list):
                node.insert(random.randrange(len(node) + 1), copy.deepcopy(node[at]))
            case "key" if isinstance(node, dict):
                node[random.choice((at, "more", "", "é", "id", "a.b", "item"))] = node.pop(at)
            case "move":
                node[at] = copy.deepcopy(random.choice(inner))
        if not [each for each in _nodes(tree) if each]:
            break
    dumped = {"ensure_ascii": random.random() < 0.5, "indent": random.choice((None, None, 1)) if not lined else None}
    texts = [json.dumps(each, **dumped) for each in (tree if lined else [tree])]
    return "\n".join(texts).encode("utf-8", errors="surrogatepass")


def _nodes(tree: Any) -> Iterator[Any]:
    """Every object and array in a tree."""
    if isinstance(tree, dict | list):
        yield tree
        for child in tree.values() if isinstance(tree, dict) else tree:
            yield from _nodes(child)


# The stream of a small workbook begins behind the head of its compound file.
_STREAM = 512


def records(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A workbook of old: its records changed in kind, length or content, or bytes anywhere."""
    if random.random() < 0.3:
        return bytewise(random, content, others)
    places, place = [], _STREAM
    while place + 4 <= len(content) and (head := struct.unpack_from("<HH", content, place)) != (0, 0):
        places.append(place)
        place += 4 + head[1]
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 4))):
        place = random.choice(places)
        length = struct.unpack_from("<H", content, place + 2)[0]
        match random.choice(("kind", "length", "content", "content", "content", "exchange")):
            case "kind":
                struct.pack_into("<H", changed, place, struct.unpack_from("<H", content, random.choice(places))[0])
            case "length":
                struct.pack_into("<H", changed, place + 2, random.choice((0, 1, length + 1, length ^ 4, 0xFFFF)))
            case "content":
                body = bytewise(random, bytes(changed[place + 4 : place + 4 + length]), ())[:length]
                changed[place + 4 : place + 4 + len(body)] = body
            case "exchange":
                other = random.choice(places)
                size = 4 + min(length, struct.unpack_from("<H", content, other + 2)[0])
                changed[place : place + size] = content[other : other + size]
    return bytes(changed)


_STATEMENTS = [
    "UPDATE wards SET id = NULL", "UPDATE wards SET id = x'ff00' WHERE fid = 1", "UPDATE wards SET n = 'x'",
    "UPDATE wards SET n = 9e999", "UPDATE wards SET x = 'NaN'", "UPDATE wards SET geom = NULL WHERE fid = 2",
    "UPDATE wards SET geom = x'47500001'", "UPDATE wards SET geom = zeroblob(90)", "UPDATE wards SET \"on\" = '31/02'",
    "UPDATE wards SET geom = substr(geom, 1, length(geom) - 3)", "DELETE FROM wards", "DELETE FROM gpkg_contents",
    "UPDATE wards SET name = char(0) || name", "UPDATE wards SET name = CAST(x'c3' AS TEXT)", "DROP TABLE wards",
    "UPDATE wards SET name = printf('%.*c', 70000, 'x')", "INSERT INTO wards (id, name) SELECT id, name FROM wards",
    "DELETE FROM gpkg_geometry_columns", "DELETE FROM gpkg_spatial_ref_sys", "UPDATE gpkg_geometry_columns SET z = 2",
    "UPDATE gpkg_geometry_columns SET srs_id = 32643", "UPDATE gpkg_geometry_columns SET srs_id = 7",
    "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVE'", "UPDATE gpkg_contents SET srs_id = -1",
    "UPDATE gpkg_geometry_columns SET column_name = 'id'", "UPDATE gpkg_contents SET data_type = 'tiles'",
    "UPDATE gpkg_contents SET table_name = 'other'", "UPDATE gpkg_spatial_ref_sys SET definition = 'x'",
    "ALTER TABLE wards RENAME COLUMN id TO code", "ALTER TABLE wards ADD COLUMN more TEXT DEFAULT 'x'",
    "ALTER TABLE wards DROP COLUMN n", "CREATE VIEW v AS SELECT * FROM wards", "DROP TABLE gpkg_contents",
    "ALTER TABLE wards RENAME TO w2; CREATE VIEW wards AS SELECT * FROM w2",
    "ALTER TABLE wards RENAME TO w2; CREATE TABLE wards AS SELECT * FROM w2", "PRAGMA user_version = 99999",
    "PRAGMA application_id = 1", "PRAGMA journal_mode = WAL", "UPDATE gpkg_contents SET min_x = 'x', max_x = 1e308",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'BLOB') WHERE name = 'wards'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'x', 'y') WHERE name = 'wards'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = rootpage + 1 WHERE name = 'wards'",
    "CREATE TRIGGER t AFTER INSERT ON wards BEGIN DELETE FROM wards; END", "VACUUM", "REINDEX",
]  # fmt: skip


def sqlite(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Statements run on the database, or bytes changed, mostly where something is written."""
    if random.random() < 0.6:
        page = 4096 * random.randrange(max(1, len(content) // 4096))
        return content[:page] + bytewise(random, content[page : page + 4096], ()) + content[page + 4096 :]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.gpkg"
        file.write_bytes(content)
        database = sqlite3.connect(file)
        # What the layer's own triggers would call.
        for function, count in {"ST_IsEmpty": 1, "ST_MinX": 1, "ST_MaxX": 1, "ST_MinY": 1, "ST_MaxY": 1}.items():
            database.create_function(function, count, lambda _: 0)
        for _ in range(random.choice((1, 1, 2, 3))):
            try:
                database.executescript(random.choice(_STATEMENTS))
            except sqlite3.Error:
                continue
        database.commit()
        database.close()
        return file.read_bytes()


_TYPES = [
    pa.string(), pa.large_string(), pa.binary(), pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.bool_(),
    pa.date32(), pa.timestamp("ns"), pa.timestamp("us", "UTC"), pa.time64("us"), pa.decimal128(30, 9), pa.null(),
    pa.dictionary(pa.int32(), pa.string()), pa.list_(pa.string()), pa.struct([("a", pa.string())]), pa.duration("s"),
]  # fmt: skip


def parquet(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Columns of other types, names and orders, written in another way; or bytes, mostly in the footer."""
    if random.random() < 0.6:
        start = random.choice((0, len(content) * 2 // 3))
        return content[:start] + bytewise(random, content[start:], ())
    table = pq.read_table(io.BytesIO(content))
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(table.num_columns)
        name = table.column_names[at]
        match random.choice(("type", "type", "type", "rename", "drop", "again", "rows", "none")):
            case "type":
                table = table.set_column(at, name, _retyped(table.column(at), random.choice(_TYPES)))
            case "rename":
                table = table.rename_columns(
                    [random.choice((own, own, own.upper(), "id")) for own in table.column_names]
                )
            case "drop" if table.num_columns > 1:
                table = table.remove_column(at)
            case "again":
                table = table.append_column(random.choice((name, "more")), table.column(at))
            case "rows":
                table = pa.concat_tables([table] * random.choice((0, 1, 3)) or [table.slice(0, 0)])
            case "none":
                table = table.set_column(at, name, pa.nulls(table.num_rows, table.column(at).type))
    out = io.BytesIO()
    way = random.choice(("NONE", "SNAPPY", "ZSTD", "GZIP", "BROTLI", "LZ4"))
    options = {
        "data_page_version": random.choice(("1.0", "2.0")),
        "use_dictionary": random.random() < 0.5,
        "store_schema": False,
    }
    pq.write_table(table, out, compression=way, row_group_size=random.choice((1, 2, 100)), **options)
    return out.getvalue()


def _retyped(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    try:
        return column.cast(kind, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.nulls(len(column), kind)])
