"""What a release knows of a city: its ground, its people, which departments publish data of it."""

from dataclasses import dataclass, replace
from typing import Any

import pyproj

from portal.public.summaries import Ward, outlines, quoted
from transforms.release.reader import Release

# The term of the vocabulary under which a ward file has its residents.
POPULATION = "population"
_EARTH = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class Department:
    """A department, and those of its datasets that have rows of the city; none where it is not live there."""

    id: str
    name: dict[str, str]
    entries: tuple[dict[str, Any], ...]

    @property
    def live(self) -> bool:
        """Whether anything of it is published for the city."""
        return bool(self.entries)


def departments(release: Release, city: str) -> list[Department]:
    """Every department of the release, live in this city or not; tables made from others' data do not count."""
    found: dict[str, Department] = {}
    for entry in release.datasets.values():
        if not entry["made_from"]:
            one = entry["department"]
            known = found.get(one["id"], Department(one["id"], one, ()))
            here = (entry,) if entry["rows"].get(city) else ()
            found[one["id"]] = replace(known, entries=(*known.entries, *here))
    return list(found.values())


def ground(release: Release, city: str) -> list[Ward]:
    """The city's wards, each with its residents where they are published; empty where there are no outlines."""
    entries = list(release.datasets.values())
    # The wards are what other datasets are placed in; any other outlines only where there are none.
    wards = {entry["boundary"]["table"] for entry in entries if entry["boundary"]}
    drawn = sorted(entries, key=lambda entry: entry["table"] not in wards)
    found = (_peopled(release, entry, city) for entry in drawn if entry["geometry"])
    return next(filter(None, found), [])


def _peopled(release: Release, entry: dict[str, Any], city: str) -> list[Ward]:
    wards, public = outlines(release, entry, city), [column["name"] for column in entry["columns"]]
    key = next((name for name in entry["key"] if name in public), None)
    if key is None or POPULATION not in public:
        return wards
    query = f"SELECT {quoted(key)}, {quoted(POPULATION)} FROM {quoted(entry['table'])} WHERE city = ?"
    residents = dict(release.query(query, [city]))
    return [replace(ward, count=residents.get(ward.id)) for ward in wards]


def population(wards: list[Ward]) -> int | None:
    """The residents of all wards; None where not every ward's are known, as their sum would be too low."""
    counts = [ward.count for ward in wards if ward.count is not None]
    return sum(counts) if counts and len(counts) == len(wards) else None


def area_km2(ward: Ward) -> float:
    """The area of an outline on the ellipsoid, in square kilometres."""
    square_metres, _ = _EARTH.geometry_area_perimeter(ward.shape)
    return abs(square_metres) / 1e6
