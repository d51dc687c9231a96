"""Places: which ward a point lies in, which H3 cell, and what a geometry is worth. All as SQL functions."""

from dataclasses import dataclass, field

import duckdb
import h3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from duckdb.sqltypes import BIGINT, BLOB, BOOLEAN, DOUBLE, VARCHAR

from transforms.engine import define

# Beyond a collection of the plain kinds come curves.
_LAST_TYPE = shapely.GeometryType.GEOMETRYCOLLECTION


@dataclass(frozen=True)
class Places:
    """The outlines of a city's boundary dataset with what each says of itself.

    `outlines`: n geometries; `labels`: name → n values (ward_id, zone, …), all text.
    """

    outlines: np.ndarray
    labels: dict[str, list[str | None]]
    tree: shapely.STRtree = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", shapely.STRtree(self.outlines))

    def find(self, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """For n points in degrees the index of the outline that covers each, -1 where none does.

        A point on a common border goes to the first outline in the boundary's order.
        """
        found = np.full(len(lat), -1, dtype=np.int64)
        points = shapely.points(lon, lat)
        point, outline = self.tree.query(points, predicate="intersects")
        order = np.lexsort((outline, point))[::-1]
        found[point[order]] = outline[order]
        return found


def register(connection: duckdb.DuckDBPyConnection, places: Places | None) -> None:
    """Give a connection the functions place(lat, lon), h3_cell(lat, lon, resolution), geometry(text, mend),
    outline(wkb, mend) and geometry_valid(wkb). Without places, place() is unknown."""
    if places is not None:
        _register_place(connection, places)

    def cells(lat: pa.ChunkedArray, lon: pa.ChunkedArray, resolution: pa.ChunkedArray) -> pa.Array:
        triples = zip(lat.to_pylist(), lon.to_pylist(), resolution.to_pylist(), strict=True)
        return pa.array([_cell(*triple) for triple in triples], pa.string())

    define(connection, "h3_cell", cells, [DOUBLE, DOUBLE, BIGINT], VARCHAR)
    define(connection, "geometry", _wkb, [VARCHAR, BOOLEAN], BLOB)
    define(connection, "outline", _outline, [BLOB, BOOLEAN], BLOB)
    define(connection, "geometry_valid", _valid, [BLOB], BOOLEAN)


def _register_place(connection: duckdb.DuckDBPyConnection, places: Places) -> None:
    labels = pa.table({key: pa.array([*values, None], pa.string()) for key, values in places.labels.items()})

    def place(lat: pa.ChunkedArray, lon: pa.ChunkedArray) -> pa.Array:
        north, east = _floats(lat), _floats(lon)
        known = np.isfinite(north) & np.isfinite(east)
        found = np.full(len(north), -1, dtype=np.int64)
        found[known] = places.find(north[known], east[known])
        taken = labels.take(pa.array(np.where(found < 0, len(places.outlines), found)))
        columns = [column.combine_chunks() for column in taken.columns]
        return pa.StructArray.from_arrays(columns, names=labels.column_names)

    fields = ", ".join(f'"{key}" VARCHAR' for key in places.labels)
    define(connection, "place", place, [DOUBLE, DOUBLE], f"STRUCT({fields})")


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False).astype(float)


def _cell(lat: float | None, lon: float | None, resolution: int) -> str | None:
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return str(h3.latlng_to_cell(lat, lon, resolution))


def _wkb(texts: pa.ChunkedArray, mend: pa.ChunkedArray) -> pa.Array:
    """GeoJSON geometries as WKB in two dimensions; null where the text is none, or is empty."""
    shapes = shapely.from_geojson(np.array(texts.to_pylist(), dtype=object), on_invalid="ignore")
    return _settled(shapely.force_2d(shapes), mend)


def _settled(shapes: np.ndarray, mend: pa.ChunkedArray) -> pa.Array:
    mending = np.array(mend.to_pylist(), dtype=bool) & ~shapely.is_missing(shapes)
    mending[mending] = ~shapely.is_valid(shapes[mending])
    if mending.any():
        shapes[mending] = [_mended(shape) for shape in shapes[mending]]
    shapes[shapely.is_empty(shapes)] = None
    return pa.array(shapely.to_wkb(shapes), pa.binary())


def _outline(blobs: pa.ChunkedArray, mend: pa.ChunkedArray) -> pa.Array:
    """WKB in two dimensions of geometries in WKB; null for what is none, is a curve, is empty or lies nowhere."""
    shapes = shapely.from_wkb(blobs.to_numpy(), on_invalid="ignore")
    sound = np.isfinite(shapely.bounds(shapes)).all(axis=1) & (shapely.get_type_id(shapes) <= _LAST_TYPE)
    if (shapely.has_z(shapes) | shapely.has_m(shapes)).any() or pc.any(mend).as_py():
        return _settled(shapely.force_2d(np.where(sound, shapes, None)), mend)
    return pc.if_else(pa.array(sound), blobs.combine_chunks(), None)


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    """A valid outline that covers nothing beyond the outer rings; empty where the shape has none.

    A hole drawn outside its ring would become an area of its own by make_valid alone; lines and points that
    it leaves beside the areas are no outline.
    """
    rings = [part.exterior for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    shells = shapely.union_all([shapely.make_valid(shapely.polygons(ring)) for ring in rings])
    valid = shapely.intersection(shapely.make_valid(shape), shells)
    return shapely.union_all([part for part in shapely.get_parts(valid) if part.area > 0])


def _valid(blobs: pa.ChunkedArray) -> pa.Array:
    shapes = shapely.from_wkb(np.array(blobs.to_pylist(), dtype=object))
    return pa.array(np.where(shapely.is_missing(shapes), None, shapely.is_valid(shapes)), pa.bool_())
