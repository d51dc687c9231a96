"""The structure of files that know their own columns: shapefile, GeoPackage, Parquet, a member of a GTFS feed."""

import csv
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from transforms.drafting.guess import DraftFault, Found, Guess, Structure, named
from transforms.drafting.tree_structure import GEOMETRY
from transforms.reading import packed
from transforms.reading.held import Held

FIRST_LINE = 1 << 20
# The member that most can be learnt from stands first.
GTFS = ("stops.txt", "routes.txt", "stop_times.txt", "trips.txt")


def shapefile(path: Path) -> Structure:
    """The columns of the one shapefile in a zip."""
    try:
        with packed.opened(path) as archive:
            main = packed.one(archive, None, ".shp").filename
    except Held as held:
        raise DraftFault(str(held)) from None
    return _layer(Structure("shapefile"), f"/vsizip/{{{path}}}/{main}", None)


def geopackage(path: Path) -> Structure:
    """The columns of a GeoPackage's largest layer."""
    found = Structure("gpkg")
    try:
        layers = {str(name): _count(path, str(name)) for name, _ in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError:
        raise DraftFault("the file: is no GeoPackage, or is damaged; ask for the file again") from None
    if not layers:
        raise DraftFault("the file: holds no layer; ask for a file with one")
    layer = max(layers, key=lambda name: layers[name])
    todo = "each of the other layers needs a contract of its own" if len(layers) > 1 else ""
    found.properties["layer"] = Guess(layer, f"the largest of {len(layers)}" if todo else "the only one", todo)
    return _layer(found, str(path), layer)


def _count(path: Path, layer: str) -> int:
    return int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"])


def _layer(found: Structure, place: str, layer: str | None) -> Structure:
    try:
        info = pyogrio.read_info(place, layer=layer, encoding="latin-1" if layer is None else None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise DraftFault("the file: its layer cannot be read; ask for the file again") from None
    found.columns = [Found(str(name)) for name in info["fields"]]
    found.columns += [Found(GEOMETRY, kind="geometry")] if info["geometry_type"] else []
    return found


def parquet(path: Path) -> Structure:
    """The columns of a Parquet file; those that are lists or groups are passed over."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise DraftFault("the file: is no Parquet, or is damaged; ask for the file again") from None
    found = Structure("parquet")
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        todo = "a list or a group is no column: ask for a flat table, if these matter"
        found.properties["ignoredColumns"] = Guess(nested, f"{len(nested)} columns are nested", todo)
    found.columns = [Found(field.name) for field in schema if field.name not in nested]
    return found


def gtfs(path: Path) -> Structure:
    """The columns of one member of a feed."""
    try:
        with packed.opened(path) as archive:
            members = [member.filename for member in archive.infolist() if member.filename.endswith(".txt")]
            chosen = next((name for name in GTFS if name in members), members[0])
            names = _first_line(archive, chosen)
    except Held as held:
        raise DraftFault(str(held)) from None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise DraftFault("the file: a member of it cannot be unpacked; ask for the file again") from None
    found = Structure("gtfs")
    todo = "each of the other members needs a contract of its own"
    found.properties["member"] = Guess(chosen, f"one of {len(members)} members", todo)
    named(names, found)
    return found


def _first_line(archive: zipfile.ZipFile, member: str) -> list[str]:
    with archive.open(member) as raw:
        first = raw.read(FIRST_LINE).decode("utf-8-sig", errors="replace")
    try:
        return next(csv.reader(io.StringIO(first, newline="")), [])
    except csv.Error:
        return []
