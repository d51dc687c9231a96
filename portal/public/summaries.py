"""Figures over a published table, the same for every dataset: by month, by ward."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import shapely

from portal.pages.outline import Outline
from transforms.release.reader import Release

# A published coordinate needs no more than some ten metres on a map of a city.
_SIMPLER = 0.0001
_AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Ward(Outline):
    """An outline with the count that belongs to it (None: not shown)."""

    count: int | None = None


def quoted(identifier: str) -> str:
    """A SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def counted(entry: dict[str, Any]) -> str | None:
    """SQL of what is counted in a table: its rows, or the count that it holds; None where it has none."""
    if entry["counted"] is None:
        return "count(*)" if entry["form"] == "rows" and not entry["made_from"] else None
    return f"sum({quoted(entry['counted'])})"


def _at(entry: dict[str, Any], level: str) -> str:
    """SQL that picks the cells of one level, where a table has the same cases by city, by zone and by ward."""
    return f"level = '{level}' AND " if entry["levelled"] else ""


def by_month(release: Release, entry: dict[str, Any], city: str) -> list[tuple[date, int | None]]:
    """How many a month, None where every cell of the month is hidden; empty where the dataset has no time."""
    time, count = entry["temporal"], counted(entry)
    if time is None or time["grain"] == "year" or count is None:
        return []
    column = quoted(time["column"])
    query = (
        f"SELECT CAST(date_trunc('month', {column}) AS DATE), CAST({count} AS BIGINT) FROM {quoted(entry['table'])} "
        f"WHERE {_at(entry, 'city')}city = ? AND {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    return [(month, count) for month, count in release.query(query, [city])]


def hides(release: Release, entry: dict[str, Any], city: str) -> bool:
    """Whether cells of what is counted are hidden in a city, so that sums over them are too low."""
    if entry["counted"] is None:
        return False
    query = f"SELECT count(*) > count({quoted(entry['counted'])}) FROM {quoted(entry['table'])} WHERE city = ?"
    return bool(release.query(query, [city])[0][0])


def wards(release: Release, entry: dict[str, Any], city: str) -> list[Ward]:
    """The outlines a dataset can be drawn on, with its counts; its own outlines, or those it is placed in."""
    own = outlines(release, entry, city) if entry["geometry"] else []
    if own:
        return own
    boundary, count = entry["boundary"], counted(entry)
    if boundary is None or boundary["table"] not in release.tables:
        return []
    column = quoted(boundary["column"])
    query = f"SELECT {column}, {count} FROM {quoted(entry['table'])} WHERE {_at(entry, 'ward')}city = ? GROUP BY 1"
    counts = dict(release.query(query, [city])) if count else {}
    drawn = outlines(release, release.tables[boundary["table"]], city)
    return [Ward(ward.id, ward.name, ward.shape, _whole(counts.get(ward.id))) for ward in drawn]


def _whole(count: Any) -> int | None:
    return None if count is None else int(count)


def outlines(release: Release, entry: dict[str, Any], city: str) -> list[Ward]:
    """A dataset's own outlines in a city, simplified for drawing; points and lines are no outlines."""
    # A key that does not go out, or goes out coarsened, has another name or none.
    public = [column["name"] for column in entry["columns"]]
    key = next((name for name in entry["key"] if name in public), "city")
    names = [column["name"] for column in entry["columns"] if column["name"].endswith(("_name", "_name_hi"))]
    english = next((name for name in names if not name.endswith("_hi")), key)
    hindi = next((name for name in names if name.endswith("_hi")), english)
    chosen = ", ".join(map(quoted, (key, english, hindi, entry["geometry"])))
    query = f"SELECT {chosen} FROM {quoted(entry['table'])} WHERE city = ? ORDER BY rowid"
    drawn = [
        Ward(ward, {"en": title or ward, "hi": title_hi or title or ward}, shapely.from_wkb(shape).simplify(_SIMPLER))
        for ward, title, title_hi, shape in release.query(query, [city])
        if shape
    ]
    return [ward for ward in drawn if ward.shape.geom_type in _AREAS and not ward.shape.is_empty]


def svg(shapes: list[Any], colour: str) -> str:
    """A small drawing of a city, north up, as a `data:` address of an SVG; empty where there is nothing to draw."""
    if not shapes:
        return ""
    west, south, east, north = shapely.total_bounds(shapes)
    scale = 100 / max(east - west, north - south)
    rings = [part.exterior for shape in shapes for part in getattr(shape, "geoms", [shape])]
    paths = " ".join(_ring(ring, west, north, scale) for ring in rings)
    box = f"-1 -1 {(east - west) * scale + 2:.1f} {(north - south) * scale + 2:.1f}"
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f'<path d="{paths}" fill="{colour}" stroke="#fff" stroke-width=".7"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawing)}"


def _ring(ring: Any, west: float, north: float, scale: float) -> str:
    points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords]
    return f"M{' L'.join(points)}Z"
