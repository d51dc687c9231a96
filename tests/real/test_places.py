"""Real boundaries, feeds and events through contracts. Counts are asserted against the files themselves."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.tables import State
from tests.conftest import SHARED
from tests.contracts_kit import column, server
from tests.transforms.kit import Outcome, dataset, held, take

if not SHARED.exists():
    pytest.skip("the shared real files are not here", allow_module_level=True)

CONTRACTS = Path(__file__).parent / "contracts"
DATAMEET = "boundaries/datameet"
WARDS = {
    "bengaluru": f"{DATAMEET}/Bangalore/BBMP.geojson",
    "bhopal": f"{DATAMEET}/Bhopal/Ward_Map_of_Bhopal.kml",
    "chandigarh": f"{DATAMEET}/Chandigarh/Chandigarh_Wards-SHP.zip",
    "coimbatore": f"{DATAMEET}/Coimbatore/Cbe2011Wards.geojson",
    "delhi": f"{DATAMEET}/Delhi/Delhi_Wards.geojson",
    "hyderabad": f"{DATAMEET}/Hyderabad/ghmc-wards.geojson",
    "vadodara": f"{DATAMEET}/Vadodara/vardodara_wards.geojson",
}
FEED = "transit/hyderabad_metro_gtfs.zip"
METRO = "transit/bengaluru_metro_lines_stations.geojson"
CORPORATIONS = "boundaries/gba/gba_corporation.geojson"
WARD_TO_CORPORATION = "boundaries/gba/ward_to_corporation.json"
AMBULANCES = "emergency/iudx_bengaluru/bengaluruAmb.json"
NO_EVENT = "vms/onvif_axis/first_message.xml"
EVENTS = sorted(
    str(file.relative_to(SHARED))
    for file in (SHARED / "vms/onvif_axis").glob("*.xml")
    if b"NotificationMessage" in file.read_bytes()
)


def features(path: str) -> list[dict[str, Any]]:
    return json.loads((SHARED / path).read_text(encoding="utf-8"))["features"]


def count(path: str) -> int:
    """The features of a file, found without our readers."""
    if path.endswith(".zip"):
        return int(pyogrio.read_info(f"/vsizip/{SHARED / path}")["features"])
    text = (SHARED / path).read_text(encoding="utf-8-sig")
    return len(features(path)) if path.endswith("json") else len(re.findall("<Placemark[ >]", text))


# One contract for the wards of seven cities


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    home = tmp_path_factory.mktemp("places")
    for city, path in WARDS.items():
        folder = home / "inbox" / city / "iccc" / "wards"
        folder.mkdir(parents=True)
        shutil.copy(SHARED / path, folder)
    return Project.open(Settings(home, CONTRACTS, f"sqlite:///{home / 'ledger.sqlite'}", None))


@pytest.fixture(scope="module")
def states(project: Project) -> dict[str, State]:
    return {state.city: state for state in run(project, "tester").states}


# A cantonment of Delhi has no number, which is the key; a ring of Bhopal is not closed, and one of its numbers
# stands twice, as does one of Chandigarh's.
QUARANTINED = {"delhi": 1, "bhopal": 1}
DUPLICATE = {"bhopal": 1, "chandigarh": 1}


@pytest.mark.parametrize("city", WARDS)
def test_the_wards_of_seven_cities_by_one_contract(states: dict[str, State], city: str):
    state, rows = states[city], count(WARDS[city])
    bad, twice = QUARANTINED.get(city, 0), DUPLICATE.get(city, 0)
    found = (state.rows_read, state.accepted, state.quarantined, state.duplicate)
    assert found == (rows, rows - bad - twice, bad, twice)


def contacts() -> Iterator[str]:
    """Every name and number of an officer that Bhopal's file holds."""
    text = (SHARED / WARDS["bhopal"]).read_text(encoding="utf-8")
    people = r"<Data name='(?:corporator|ward_officer|zone_officer)(?:_mobile)?'>\s*<value>([^<]+)</value>"
    yield from {value.strip() for value in re.findall(people, text)}
    yield from set(re.findall(r"\b[6-9]\d{9}\b", text))


def test_no_contact_of_bhopal_is_kept_or_published(project: Project, states: dict[str, State]):
    planted = [value for value in contacts() if len(value) > 3]
    assert len(planted) > 100
    home = project.home.root
    tables = list(home.rglob("*.parquet"))
    assert any("release" in str(file) or "public" in str(file) for file in tables)
    for file in tables:
        read = pq.read_table(file).to_pylist()
        words = " ".join(str(value) for row in read for value in row.values() if isinstance(value, str))
        assert not [value for value in planted if value in words], file.name


# The other boundaries, each by a contract of its own

BOUNDARIES = {
    f"{DATAMEET}/Bangalore/BBMP_oldWards.kml": ("kml", "WARD_NO"),
    f"{DATAMEET}/Hyderabad/ghmc-wards.kml": ("kml", "@id"),
    f"{DATAMEET}/Vadodara/vadodara_wards.kml": ("kml", "ward_no"),
    f"{DATAMEET}/Delhi/Delhi_Wards-SHP.zip": ("shapefile", "Ward_Name"),
    f"{DATAMEET}/Bhopal/Ward_Offices.geojson": ("geojson", "objectid"),
    f"{DATAMEET}/Bhopal/Zone_Boundary.geojson": ("geojson", "zone_no"),
    f"{DATAMEET}/Chandigarh/Chandigarh_Sectors.geojson": ("geojson", "Sector_nam"),
    f"{DATAMEET}/Hyderabad/ghmc-zones.geojson": ("geojson", "@id"),
    CORPORATIONS: ("geojson", "id"),
}


def outlines(path: str) -> Outcome:
    format, key = BOUNDARIES[path]
    source = dataset(
        column("id", treatment="keep", sourceNames=None if key == "id" else [key]),
        column("geometry", "geometry", "keep", required=True, mendGeometry=True),
        servers=[server(format=format)],
    )
    return take(source, SHARED / path)


@pytest.mark.parametrize("path", BOUNDARIES)
def test_boundaries(path: str):
    outcome = outlines(path)
    assert outcome.checked.rows_read == count(path)
    assert outcome.checked.quarantined == 0


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        (f"{DATAMEET}/Hyderabad/ghmc-wards.kml", WARDS["hyderabad"], "@id"),
        (f"{DATAMEET}/Vadodara/vadodara_wards.kml", WARDS["vadodara"], "ward_no"),
        (f"{DATAMEET}/Delhi/Delhi_Wards-SHP.zip", WARDS["delhi"], "Ward_Name"),
    ],
)
def test_the_same_wards_in_two_formats_cover_the_same_ground(one: str, other: str, key: str):
    """Of three cities the collection has a second form: the same keys, and outlines that differ by rounding only."""
    outcome = outlines(one)
    read = dict(zip(outcome.column("id"), map(shapely.from_wkb, outcome.column("geometry")), strict=True))
    same = 0
    for feature in features(other):
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
        mine = read.get(str(feature["properties"][key]))
        same += mine is not None and shape.symmetric_difference(mine).area < 0.001 * shape.area
    assert same >= 0.95 * len(read)


def test_which_corporation_a_ward_belongs_to():
    source = dataset(
        column("ward", key=True, sourceNames=["key"]),
        column("corporation", sourceNames=["value"]),
        servers=[server(format="json", entries=True)],
    )
    expected = json.loads((SHARED / WARD_TO_CORPORATION).read_text())
    rows = take(source, SHARED / WARD_TO_CORPORATION).rows
    assert {row["ward"]: row["corporation"] for row in rows} == expected


# Transit


@pytest.mark.parametrize("member", ["stops", "routes", "trips", "stop_times"])
def test_files_of_a_feed(member: str):
    with zipfile.ZipFile(SHARED / FEED) as archive:
        text = archive.read(f"{member}.txt").decode("utf-8-sig")
    expected = list(csv.DictReader(io.StringIO(text)))
    source = dataset(
        *(column(name) for name in expected[0]),
        column("platform_code"),
        servers=[server(format="gtfs", member=f"{member}.txt", optionalColumns=["platform_code"])],
    )
    outcome = take(source, SHARED / FEED)
    assert outcome.checked.rows_read == len(expected)
    for name in expected[0]:
        assert outcome.column(name) == [row[name] or None for row in expected]
    assert set(outcome.column("platform_code")) == {None}


def test_lines_and_stations_of_a_metro():
    source = dataset(
        column("name", sourceNames=["Name"]),
        column("geometry", "geometry", required=True),
        servers=[server(format="geojson")],
    )
    outcome = take(source, SHARED / METRO)
    assert (outcome.checked.rows_read, outcome.checked.quarantined) == (133, 0)
    kinds = [shapely.from_wkb(shape).geom_type for shape in outcome.column("geometry")]
    assert (kinds.count("Point"), kinds.count("LineString")) == (123, 10)


# Devices


def test_every_position_of_an_ambulance():
    pattern = {"format": "yyyy-MM-dd'T'HH:mm:ssXXX"}
    source = dataset(
        column("plate", key=True, sourceNames=["license_plate"]),
        column("observed_at", "timestamp", key=True, options=pattern, sourceNames=["observationDateTime"]),
        column("on_duty", "boolean", sourceNames=["serviceOnDuty"], trueValues=["YES"], falseValues=["NO"]),
        column("lat", "number", sourcePointer="/location/coordinates/1", options={"minimum": 12, "maximum": 14}),
        column("lon", "number", sourcePointer="/location/coordinates/0", options={"minimum": 77, "maximum": 78}),
        servers=[server(format="json", ignoredColumns=["id", "emergencyVehicleType"])],
    )
    outcome = take(source, SHARED / AMBULANCES)
    assert outcome.checked.rows_read == len(json.loads((SHARED / AMBULANCES).read_text())) == 3996
    assert "observed_at.type" not in outcome.checked.broken


NOTIFICATION = dataset(
    column("topic", sourcePointer="/Topic/#text", required=True),
    column("operation", sourcePointer="/Message/Message/@PropertyOperation"),
    column(
        "sent_at",
        "timestamp",
        required=True,
        options={"format": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"},
        sourcePointer="/Message/Message/@UtcTime",
    ),
    column("name", sourcePointer="/Message/Message/Data/SimpleItem/0/@Name"),
    column("value", sourcePointer="/Message/Message/Data/SimpleItem/0/@Value"),
    servers=[
        server(
            format="xml", records="/MetadataStream/Event/NotificationMessage", ignoredColumns=["ProducerReference"],
            optionalColumns=["name", "value"],
        )
    ],
)  # fmt: skip


@pytest.mark.parametrize("path", EVENTS)
def test_events_of_a_camera(path: str):
    outcome = take(NOTIFICATION, SHARED / path)
    text = (SHARED / path).read_text()
    assert outcome.checked.rows_read == text.count("<wsnt:NotificationMessage") == 1
    assert outcome.checked.quarantined == 0
    assert outcome.column("topic")[0] in text


def test_a_stream_that_holds_no_event_yet():
    assert held(NOTIFICATION, SHARED / NO_EVENT).rule == "file.empty"


TAKEN: set[str] = {*WARDS.values(), *BOUNDARIES, WARD_TO_CORPORATION, FEED, METRO, AMBULANCES, NO_EVENT, *EVENTS}
