"""Shapefile and GeoPackage: features by GDAL, their outlines in WGS 84."""

import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import name
from transforms.reading import header, packed
from transforms.reading.cast import is_value
from transforms.reading.grid import numbers, texts
from transforms.reading.held import Held
from transforms.reading.json_file import GEOMETRY
from transforms.reading.records import ROWS_AT_ONCE, Records, spooled

PARTS = (".shp", ".shx", ".dbf", ".prj")
SHP_MAGIC, GPKG_MAGIC = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"
WGS84 = "EPSG:4326"
# The types of Arrow by DuckDB's names.
_KINDS = {pa.int16(): "SMALLINT", pa.int32(): "INTEGER", pa.int64(): "BIGINT", pa.float64(): "DOUBLE"}
_BROKEN = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, pa.ArrowException)


def shapefile(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The features of the one shapefile in a zip; raises Held where a part of it is missing or cut short."""
    with packed.opened(path) as archive:
        main = packed.one(archive, source.properties.member, ".shp")
        parts = _parts(archive, main)
        for suffix, part in parts.items():
            packed.extract(archive, part, scratch / f"layer{suffix}")
    layer = scratch / "layer.shp"
    _measure(layer)
    # As Latin-1 every byte stays what it is; only then is it read in the declared encoding, strictly.
    features = _features(layer, None, dataset, source, "ISO-8859-1")
    return spooled(connection, path, dataset, source, features, scratch)


def _parts(archive: zipfile.ZipFile, main: zipfile.ZipInfo) -> dict[str, zipfile.ZipInfo]:
    stem = PurePosixPath(main.filename).with_suffix("")
    beside = {
        path.suffix.lower(): member
        for member in archive.infolist()
        if (path := PurePosixPath(member.filename)).with_suffix("") == stem
    }
    missing = [suffix for suffix in PARTS if suffix not in beside]
    if missing:
        message = f"has no {', '.join(missing)} beside its .shp"
        raise Held("shapefile.part", "the zip", message, "ask for all files of the shapefile in one zip")
    return {suffix: beside[suffix] for suffix in PARTS}


def _measure(layer: Path) -> None:
    """Refuse parts that are cut or do not belong together: GDAL would leave out what it cannot read."""
    try:
        words = {suffix: _head(layer, suffix) for suffix in (".shp", ".shx", ".dbf")}
        lengths = {suffix: 2 * struct.unpack(">i", words[suffix][24:28])[0] for suffix in (".shp", ".shx")}
        count, head, width = struct.unpack("<IHH", words[".dbf"][4:12])
    except struct.error:
        raise _broken("the shapefile") from None
    lengths[".dbf"] = head + count * width
    short = any(layer.with_suffix(suffix).stat().st_size < length for suffix, length in lengths.items())
    if short or words[".shp"][:4] != SHP_MAGIC or (lengths[".shx"] - 100) // 8 != count:
        raise _broken("the shapefile")


def _head(layer: Path, suffix: str) -> bytes:
    with layer.with_suffix(suffix).open("rb") as file:
        return file.read(100)


def _broken(what: str) -> Held:
    return Held("vector.shape", what, "is cut short, damaged or of another kind", "ask for the file again")


def geopackage(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The features of the declared layer; raises Held where the file has no such layer."""
    with path.open("rb") as file:
        if file.read(len(GPKG_MAGIC)) != GPKG_MAGIC:
            raise _broken("the GeoPackage")
    _refuse_database(path, str(source.properties.layer), dataset)
    # GDAL goes by the name as well.
    layer = scratch / "layer.gpkg"
    layer.symlink_to(path.resolve())
    features = _features(layer, source.properties.layer, dataset, source, None)
    return spooled(connection, path, dataset, source, features, scratch)


def _refuse_database(path: Path, layer: str, dataset: Dataset) -> None:
    """Refuse a layer that is computed, which may have no end, one whose pages do not fit together, which SQLite would
    read as other rows, and texts that GDAL would read up to a NUL byte."""
    known = {each for column in dataset.file_columns for each in column.source_names}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            kinds = database.execute("SELECT type, sql FROM sqlite_schema WHERE lower(name) = lower(?)", [layer])
            if any(kind != "table" or "virtual" in sql[:20].lower() for kind, sql in kinds):
                raise _computed("a view where the layer should be", "ask for the layer as a table")
            fields = database.execute("SELECT name, type, hidden FROM pragma_table_xinfo(?)", [layer]).fetchall()
            if any(hidden for _, _, hidden in fields):
                raise _computed("a layer with a column that is computed", "ask for it with values")
            if not fields:
                # That there is no such layer is said where GDAL has listed them.
                return
            # A condition of the file's own could take any time; and what the check says of single cells, such as a
            # number in a column of texts, is for the contract to judge.
            database.execute("PRAGMA ignore_check_constraints = ON")
            found = database.execute("SELECT quick_check FROM pragma_quick_check(?)", [layer])
            if any(text.startswith("*** in database") for (text,) in found):
                raise _broken("the GeoPackage")
            wanted = [own for own, kind, _ in fields if own in known and "TEXT" in kind.upper()]
            cut = " OR ".join(f"instr({name(own)}, char(0))" for own in wanted)
            nul = f"SELECT EXISTS (SELECT 1 FROM {name(layer)} WHERE {cut})"
            if wanted and database.execute(nul).fetchone()[0]:
                raise Held("file.nul", "the GeoPackage", "holds a text with a NUL byte", "ask for the file again")
    except (sqlite3.Error, UnicodeDecodeError):
        raise _broken("the GeoPackage") from None


def _computed(what: str, remedy: str) -> Held:
    return Held("gpkg.layer", "the GeoPackage", f"has {what}", remedy)


def _features(
    path: Path, layer: str | None, dataset: Dataset, source: Source, encoding: str | None
) -> Iterator[pa.RecordBatch]:
    what = "the GeoPackage" if layer else "the shapefile"
    with _held(what):
        if layer and layer not in pyogrio.list_layers(path)[:, 0]:
            raise Held("gpkg.layer", what, "has no layer of the declared name", "correct `layer` in the contract")
        options = {"layer": layer, "encoding": encoding, "batch_size": ROWS_AT_ONCE, "use_pyarrow": True}
        with pyogrio.open_arrow(path, **options) as (meta, batches):
            project = _projection(meta["crs"], what)
            # GDAL calls it so where the format gives it no name.
            spatial = batches.schema.get_field_index(meta["geometry_name"] or "wkb_geometry")
            read = (lambda text: _decoded(text, source)) if encoding else None
            own = [read(name) for name in batches.schema.names] if read else batches.schema.names
            names = [GEOMETRY if at == spatial else name for at, name in enumerate(own)]
            found = header.match(names, dataset, source, what)
            _refuse_binary(batches.schema, found, spatial, what)
            for batch in batches:
                cells = []
                for column in dataset.file_columns:
                    at = found.get(column.name)
                    if at == spatial:
                        cells.append(_outlines(batch.column(at), project, column))
                    elif at is not None and is_value(column, dataset, source, _KINDS.get(batch.column(at).type, "")):
                        cells.append(batch.column(at))
                    else:
                        cells.append(_texts(batch, at, column, read))
                yield pa.record_batch(cells, [column.name for column in dataset.file_columns])


def _refuse_binary(schema: pa.Schema, found: dict[str, int], spatial: int, what: str) -> None:
    for column, position in found.items():
        kind = schema.types[position]
        if position != spatial and (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
            message, remedy = f"{column} is binary, where the contract asks for one value", "ask for a plain column"
            raise Held("vector.type", what, message, remedy)


@contextmanager
def _held(what: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # GDAL's warnings repeat values.
            warnings.simplefilter("ignore")
            yield
    except _BROKEN:
        raise _broken(what) from None
    except UnboundLocalError:
        # pyogrio's own, of a coordinate system that GDAL reads and cannot write down.
        raise _unplaced(what) from None
    except UnicodeDecodeError:
        raise Held("file.encoding", what, "holds a text that is not UTF-8", "ask for the file again") from None


def _projection(given: str | None, what: str) -> pyproj.Transformer | None:
    """The way from the file's coordinates to WGS 84; None where they are in it."""
    try:
        crs = pyproj.CRS.from_user_input(given)
        return None if crs == pyproj.CRS(WGS84) else pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError:
        raise _unplaced(what) from None


def _unplaced(what: str) -> Held:
    message = "does not say on what its coordinates rest"
    return Held("vector.crs", what, message, "ask for the file with its coordinate system")


def _decoded(text: str, source: Source) -> str:
    try:
        return text.encode("latin-1").decode(source.properties.encoding)
    except UnicodeError:
        message, remedy = f"is not {source.properties.encoding}", "correct `encoding` in the contract"
        raise Held("file.encoding", "the .dbf", message, remedy) from None


def _texts(batch: pa.RecordBatch, position: int | None, column: Column, read: Callable[[str], str] | None) -> pa.Array:
    """A column's cells as text; null for one that the layer lacks and the contract lets it lack."""
    if position is None:
        return pa.nulls(batch.num_rows, pa.string())
    cells = batch.column(position)
    if pa.types.is_floating(cells.type):
        return numbers(cells.cast(pa.float64()))
    if pa.types.is_temporal(cells.type):
        zone = ZoneInfo(column.options.get("defaultTimezone") or "UTC")
        return texts([_local(cell, zone) for cell in cells.to_pylist()], column)
    found = cells.cast(pa.string())
    if read is None:
        # GDAL hands on what the database has, and nobody after it looks.
        _refuse_other_encoding(found)
        return found
    if pc.all(pc.string_is_ascii(found)).as_py() is not False:
        return found
    return pa.array([cell if cell is None else read(cell) for cell in found.to_pylist()], pa.string())


def _refuse_other_encoding(found: pa.Array) -> None:
    try:
        found.validate(full=True)
    except pa.ArrowInvalid:
        message, remedy = "holds a text that is not UTF-8", "ask for the file again"
        raise Held("file.encoding", "the GeoPackage", message, remedy) from None


def _local(cell: Any, zone: ZoneInfo) -> Any:
    return cell.astimezone(zone) if isinstance(cell, datetime) and cell.tzinfo else cell


def _outlines(cells: pa.Array, project: pyproj.Transformer | None, column: Column) -> pa.Array:
    """WKB in WGS 84, for a column of another type GeoJSON; of what lies beyond the projection, neither."""
    if project is None and column.logical_type == "geometry":
        return cells.cast(pa.binary())
    shapes = shapely.force_2d(shapely.from_wkb(cells.to_numpy(zero_copy_only=False), on_invalid="ignore"))
    if project:
        shapes = shapely.transform(shapes, lambda points: np.column_stack(project.transform(*points.T)))
    if column.logical_type != "geometry":
        return pa.array(shapely.to_geojson(shapes), pa.string())
    found = pa.array(shapely.to_wkb(shapes), pa.binary())
    # The row is quarantined, not taken as one without a place.
    return pc.if_else(pc.and_(found.is_null(), cells.is_valid()), b"", found)
