"""Which outline a point lies in."""

import json
from pathlib import Path
from random import Random
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import column, contract, load, server
from tests.transforms.kit import Outcome, take
from transforms.reading.places import Places

# Four squares of one degree around (20, 75), and a gap to the east of them.
SQUARES = [(75, 20), (76, 20), (75, 21), (76, 21)]


def square(west: float, south: float) -> shapely.Polygon:
    return shapely.box(west, south, west + 1, south + 1)


WARDS = Places(
    np.array([square(*corner) for corner in SQUARES], dtype=object),
    {"ward_id": ["1", "2", "3", None], "zone": ["south", "south", "north", "north"]},
)
LAT_LON = [column("id", key=True), column("lat", "number"), column("lon", "number")]


def wards(*columns: dict) -> dict[str, Any]:
    columns = columns or (column("zone", treatment="keep"),)
    base = [column("ward_id", treatment="keep", key=True), column("geometry", "geometry", "keep", required=True)]
    return contract("wards", [*base, *columns], department="iccc", servers=[server(format="geojson")])


def joined(field: str, name: str = "ward", **words: Any) -> dict[str, Any]:
    return column(name, logic=f"place(lat, lon).{field}", of=["lat", "lon"], **words)


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("contracts")
    columns = [*LAT_LON, joined("ward_id"), joined("zone", "zone")]
    loaded = load(root, wards(), contract("posts", columns, boundary="iccc__wards"))
    return loaded.datasets["works__posts"]


def look_up(posts: Dataset, *points: tuple[Any, Any], around: Places = WARDS) -> Outcome:
    lines = [f"{number},{lat},{lon}" for number, (lat, lon) in enumerate(points)]
    return take(posts, ("id,lat,lon\n" + "\n".join(lines) + "\n").encode(), around=around)


@pytest.mark.parametrize(
    ("lat", "lon", "ward", "zone"),
    [
        (20.5, 75.5, "1", "south"),
        (20.5, 76.5, "2", "south"),
        (21.5, 75.5, "3", "north"),
        # An outline may lack one of its labels.
        (21.5, 76.5, None, "north"),
        # On a common border or corner the first outline takes the point, whoever else could.
        (20.5, 76, "1", "south"),
        (21, 75.5, "1", "south"),
        (21, 76.5, "2", "south"),
        (21, 76, "1", "south"),
        (20, 75, "1", "south"),
        (22, 76.5, None, "north"),
    ],
)
def test_a_point_lies_in_an_outline(posts: Dataset, lat: float, lon: float, ward: str | None, zone: str):
    (row,) = look_up(posts, (lat, lon)).rows
    assert (row["ward"], row["zone"]) == (ward, zone)


@pytest.mark.parametrize(("lat", "lon"), [(20.5, 77.5), (0, 0), (75.5, 20.5), (-90, 180), (1e300, 1e300)])
def test_a_point_outside_keeps_null_and_a_warning_that_is_counted(posts: Dataset, lat: float, lon: float):
    outcome = look_up(posts, (lat, lon), (20.5, 75.5))
    assert outcome.column("ward") == [None, "1"]
    assert outcome.warned == [["ward.outside", "zone.outside"], []]
    assert outcome.checked.warned == {"ward.outside": 1, "zone.outside": 1}
    assert outcome.checked.quarantined == 0


@pytest.mark.parametrize(("lat", "lon"), [("", ""), ("20.5", ""), ("", "75.5")])
def test_a_point_that_is_not_known_is_not_outside(posts: Dataset, lat: str, lon: str):
    outcome = look_up(posts, (lat, lon))
    assert outcome.column("ward") == [None]
    assert outcome.warned == [[]]


def test_a_point_that_cannot_be_read_breaks_its_type_alone(posts: Dataset):
    outcome = look_up(posts, ("north", "75.5"))
    assert outcome.broken == [["lat.type"]]
    assert outcome.warned == [[]]


def test_a_contract_may_ask_for_a_ward(tmp_path: Path):
    columns = [*LAT_LON, joined("zone", required=True)]
    loaded = load(tmp_path, wards(), contract("posts", columns, boundary="iccc__wards"))
    outcome = look_up(loaded.datasets["works__posts"], (20.5, 75.5), (0, 0), ("", ""))
    assert outcome.broken == [[], ["ward.required"], ["ward.required"]]


def test_wards_without_a_zone_leave_only_what_asks_for_it_empty(tmp_path: Path):
    """The zone is a column that the file of wards may lack in a ward."""
    loaded = load(tmp_path, wards(), contract("posts", [*LAT_LON, joined("ward_id")], boundary="iccc__wards"))
    made = [
        {"type": "Feature", "properties": {"ward_id": "7"}, "geometry": json.loads(shapely.to_geojson(square(75, 20)))},
        {
            "type": "Feature",
            "properties": {"ward_id": "8", "zone": "x"},
            "geometry": json.loads(shapely.to_geojson(square(76, 20))),
        },
    ]
    read = take(loaded.datasets["iccc__wards"], json.dumps({"features": made}).encode())
    around = Places(
        shapely.from_wkb(read.column("geometry")), {"ward_id": read.column("ward_id"), "zone": read.column("zone")}
    )
    assert look_up(loaded.datasets["works__posts"], (20.5, 75.5), around=around).column("ward") == ["7"]


def test_a_city_without_a_single_ward_finds_none(posts: Dataset):
    nowhere = Places(np.array([], dtype=object), {"ward_id": [], "zone": []})
    outcome = look_up(posts, (20.5, 75.5), around=nowhere)
    assert outcome.column("ward") == [None]
    assert outcome.checked.warned == {"ward.outside": 1, "zone.outside": 1}


COORDINATE = st.floats(19.5, 22.5) | st.integers(19, 23).map(float)
POINTS = st.lists(st.tuples(COORDINATE, COORDINATE.map(lambda degree: degree + 55)), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(POINTS, st.randoms(use_true_random=False))
@example([(21.0, 76.0), (20.0, 75.0), (22.0, 77.0)], Random(1))
def test_where_a_point_lies_does_not_depend_on_the_others(points: list[tuple[float, float]], random: Random):
    order = list(range(len(points)))
    random.shuffle(order)
    lat, lon = (np.array(axis) for axis in zip(*points, strict=True))
    found = WARDS.find(lat, lon)
    assert list(WARDS.find(lat[order], lon[order])) == list(found[order])
    assert [int(WARDS.find(lat[[n]], lon[[n]])[0]) for n in order] == [int(found[n]) for n in order]


@settings(max_examples=100, deadline=None)
@given(POINTS)
def test_the_first_outline_that_covers_a_point_takes_it(points: list[tuple[float, float]]):
    lat, lon = (np.array(axis) for axis in zip(*points, strict=True))
    for (north, east), found in zip(points, WARDS.find(lat, lon), strict=True):
        covering = [n for n, shape in enumerate(WARDS.outlines) if shapely.intersects_xy(shape, east, north)]
        assert found == (covering[0] if covering else -1)


def test_h3_cells(tmp_path: Path):
    cell = column("cell", logic="h3_cell(lat, lon, 8)", of=["lat", "lon"])
    loaded = load(tmp_path, contract("posts", [*LAT_LON, cell]))
    outcome = look_up(loaded.datasets["works__posts"], (20.5, 75.5), ("", 75.5), (91, 75.5), (20.5, 181))
    assert outcome.column("cell") == [h3.latlng_to_cell(20.5, 75.5, 8), None, None, None]
