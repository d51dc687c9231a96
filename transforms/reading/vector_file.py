"""Shapefile and GeoPackage: features by GDAL, their outlines in WGS 84."""

import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading import header, packed
from transforms.reading.grid import text_of
from transforms.reading.held import Held
from transforms.reading.json_file import GEOMETRY
from transforms.reading.records import ROWS_AT_ONCE, Records, spooled

PARTS = (".shp", ".shx", ".dbf", ".prj")
SHP_MAGIC, GPKG_MAGIC = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"
WGS84 = "EPSG:4326"
UNREADABLE = json.dumps({"type": "unreadable"})
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
    return spooled(connection, dataset, features, scratch)


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
    # GDAL goes by the name as well.
    layer = scratch / "layer.gpkg"
    layer.symlink_to(path.resolve())
    return spooled(connection, dataset, _features(layer, source.properties.layer, dataset, source, None), scratch)


def _features(
    path: Path, layer: str | None, dataset: Dataset, source: Source, encoding: str | None
) -> Iterator[list[str | None]]:
    what = "the GeoPackage" if layer else "the shapefile"
    with _held(what):
        if layer and layer not in pyogrio.list_layers(path)[:, 0]:
            raise Held("gpkg.layer", what, "has no layer of the declared name", "correct `layer` in the contract")
        options = {"layer": layer, "encoding": encoding, "batch_size": ROWS_AT_ONCE, "use_pyarrow": True}
        with pyogrio.open_arrow(path, **options) as (meta, batches):
            project = _projection(meta["crs"], what)
            # GDAL calls it so where the format gives it no name.
            spatial = batches.schema.get_field_index(meta["geometry_name"] or "wkb_geometry")
            read = (lambda text: _decoded(text, source)) if encoding else str
            names = [GEOMETRY if at == spatial else read(name) for at, name in enumerate(batches.schema.names)]
            found = header.match(names, dataset, source, what)
            nulls = source.properties.null_values
            for batch in batches:
                outlines = _outlines(batch.column(spatial), project) if spatial >= 0 else []
                columns = [
                    outlines if (at := found.get(column.name)) == spatial else _texts(batch, at, column, read)
                    for column in dataset.file_columns
                ]
                for row in zip(*columns, strict=True):
                    yield [None if cell in nulls else cell for cell in row]


@contextmanager
def _held(what: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # GDAL's warnings repeat values.
            warnings.simplefilter("ignore")
            yield
    except _BROKEN:
        raise _broken(what) from None


def _projection(given: str | None, what: str) -> pyproj.Transformer | None:
    """The way from the file's coordinates to WGS 84; None where they are in it."""
    try:
        crs = pyproj.CRS.from_user_input(given)
        return None if crs == pyproj.CRS(WGS84) else pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError:
        message = "does not say on what its coordinates rest"
        raise Held("vector.crs", what, message, "ask for the file with its coordinate system") from None


def _decoded(text: str, source: Source) -> str:
    try:
        return text.encode("latin-1").decode(source.properties.encoding)
    except UnicodeError:
        message, remedy = f"is not {source.properties.encoding}", "correct `encoding` in the contract"
        raise Held("file.encoding", "the .dbf", message, remedy) from None


def _texts(batch: pa.RecordBatch, position: int | None, column: Column, read: Callable[[str], str]) -> list[str | None]:
    """A column's cells as text; null for one that the layer lacks and the contract lets it lack."""
    if position is None:
        return [None] * batch.num_rows
    zone = ZoneInfo(column.options.get("defaultTimezone") or "UTC")
    return [_text(cell, column, zone, read) for cell in batch.column(position).to_pylist()]


def _text(cell: Any, column: Column, zone: ZoneInfo, read: Callable[[str], str]) -> str | None:
    if cell is None or isinstance(cell, str):
        return None if cell is None else read(cell)
    return text_of(cell.astimezone(zone) if isinstance(cell, datetime) and cell.tzinfo else cell, column)


def _outlines(cells: pa.Array, project: pyproj.Transformer | None) -> list[str | None]:
    """WKB as GeoJSON in WGS 84."""
    shapes = shapely.force_2d(shapely.from_wkb(cells.to_numpy(zero_copy_only=False), on_invalid="ignore"))
    if project:
        shapes = shapely.transform(shapes, lambda points: np.column_stack(project.transform(*points.T)))
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1) | shapely.is_empty(shapes)
    texts = shapely.to_geojson(np.where(finite, shapes, None))
    # Curves and what lies beyond the projection: the row is quarantined, not taken as one without a place.
    texts[~finite & cells.is_valid().to_numpy(zero_copy_only=False)] = UNREADABLE
    return list(texts)
