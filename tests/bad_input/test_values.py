"""Values that no office should send, through the command line: the row waits under its rule, the others go on."""

import json
import shutil
from typing import Any

import pytest

from tests.bad_input.conftest import GOOD as LAMPS
from tests.bad_input.conftest import Site
from tests.contracts_kit import CITY, PERSON, PHONE, column, contract, server, write

WARDS = [
    column("ward_id", treatment="keep", key=True),
    column("geometry", "geometry", "keep", required=True),
]
COLUMNS = [
    column("id", treatment="keep", key=True),
    column("reported_on", "date", "keep", options={"format": "dd/MM/yyyy"}),
    column("cost_inr", "number", "keep", options={"maximum": 1e9}),
    column("people", "integer", "keep"),
    column("lat", "number"),
    column("lon", "number"),
    column("ward", treatment="keep", required=True, logic="place(lat, lon).ward_id", of=["lat", "lon"]),
    column("remarks"),
]
HEADER = "id,reported_on,cost_inr,people,lat,lon,remarks"
GOOD = {"id": "1", "reported_on": "28/02/2025", "cost_inr": "10", "people": "3", "lat": "19.05", "lon": "72.85"}
# What stands in one column, and the rules that the row breaks for it; none where it is taken.
CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a day that never was": ({"reported_on": "31/02/2025"}, ["reported_on.type"]),
    "a day of no leap year": ({"reported_on": "29/02/2025"}, ["reported_on.type"]),
    "a day with its month first": ({"reported_on": "02/28/2025"}, ["reported_on.type"]),
    "a number as large as there are": ({"cost_inr": "1e308"}, ["cost_inr.maximum"]),
    "a number beyond all": ({"cost_inr": "1e309"}, ["cost_inr.type"]),
    "not a number, as text": ({"cost_inr": "NaN"}, ["cost_inr.type"]),
    "infinity as text": ({"cost_inr": "Infinity"}, ["cost_inr.type"]),
    "NaN for a count": ({"people": "NaN"}, ["people.type"]),
    "a count as large as numbers are": ({"people": "1e308"}, ["people.type"]),
    "half a person": ({"people": "2.5"}, ["people.type"]),
    "coordinates outside the city": ({"lat": "28.61", "lon": "77.21"}, ["ward.required"]),
    "coordinates that are swapped": ({"lat": "72.85", "lon": "19.05"}, ["ward.required"]),
    "coordinates in the sea": ({"lat": "0", "lon": "0"}, ["ward.required"]),
    "coordinates that are none": ({"lat": "NaN"}, ["lat.type", "ward.required"]),
    "coordinates beyond the globe": ({"lat": "1e308"}, ["ward.required"]),
    "no coordinates": ({"lat": "", "lon": ""}, ["ward.required"]),
    "no id": ({"id": ""}, ["id.required"]),
    "an id with zeros before it": ({"id": "0001"}, []),
}


@pytest.fixture
def city(site: Site) -> Site:
    """A site whose city has one ward, and a dataset that joins it."""
    write(
        site.contracts,
        contract("wards", WARDS, department="iccc", servers=[server(format="geojson")], delivery="snapshot"),
        contract("events", COLUMNS, boundary="iccc__wards"),
    )
    ring = [[72.8, 19.0], [73.0, 19.0], [73.0, 19.2], [72.8, 19.2], [72.8, 19.0]]
    ward = {"type": "Feature", "properties": {"ward_id": "01"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    content = json.dumps({"type": "FeatureCollection", "features": [ward]}).encode()
    site.put("wards", "wards.geojson", content, department="iccc")
    return site


def line(**changes: str) -> str:
    return ",".join([*(GOOD | changes).values(), f"{PERSON} {PHONE}"])


def test_each_waits_under_its_own_rule_and_the_sound_ones_are_taken(city: Site):
    given = [{"id": f"c{number}", **changes} for number, (changes, _) in enumerate(CASES.values())]
    city.put("events", "march.csv", "\n".join([HEADER, line(), *(line(**each) for each in given), ""]).encode())
    code, told = city.facts()
    assert code == 0, "rows in quarantine wait, the delivery stands"
    events = told["datasets"]["works__events"]
    bad = sum(1 for _, rules in CASES.values() if rules)
    assert (events["rows_read"], events["quarantined"], events["held"]) == (len(CASES) + 1, bad, None)
    assert events["accepted"] == len(CASES) + 1 - bad

    code, out, err = city.pravah("quarantine", "--json")
    city.silent(out, err)
    broken: dict[int, list[str]] = {}
    for entry in json.loads(out):
        broken.setdefault(entry["row"] - 1, []).append(entry["rule"])
    assert broken == {number: rules for number, (_, rules) in enumerate(CASES.values()) if rules}


def test_a_dry_run_tells_the_same_reasons(city: Site, tmp_path):
    city.run()
    file = tmp_path / "march.csv"
    file.write_text("\n".join([HEADER, *(line(**{"id": "x", **changes}) for changes, _ in CASES.values()), ""]))
    contract = str(city.contracts / "works" / "events.odcs.yaml")
    code, out, err = city.pravah("read", contract, str(file), "--city", "navsagar", "--json")
    city.silent(out, err)
    assert code == 0
    counts: dict[str, int] = {}
    for rule in (rule for _, rules in CASES.values() for rule in rules):
        counts[rule] = counts.get(rule, 0) + 1
    told: dict[str, Any] = json.loads(out)
    assert (told["reasons"], told["held"]) == (counts, None)


def test_ids_that_differ_by_their_zeros_alone_are_two_and_stay_text(city: Site):
    lines = [line(id=text) for text in ("7", "07", "007", "1e3", "1000")]
    city.put("events", "march.csv", "\n".join([HEADER, *lines, ""]).encode())
    code, told = city.facts()
    assert code == 0
    events = told["datasets"]["works__events"]
    assert (events["accepted"], events["duplicate"], events["public"]) == (5, 0, 5)


def test_a_city_without_wards_waits_for_them_and_says_so(city: Site):
    shutil.rmtree(city.home / "inbox" / CITY / "iccc")
    city.put("events", "march.csv", "\n".join([HEADER, line(), ""]).encode())
    city.put("lamps", "march.csv", LAMPS)
    code, told = city.facts()
    assert code == 1
    waits = f"waits for iccc__wards of {CITY}: send that first"
    assert (told["datasets"]["works__events"]["held"], told["datasets"]["works__lamps"]["public"]) == (waits, 2)
    assert waits in city.pravah("status")[1]
