"""A city's assumptions about footage: complete, and faults told at their line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from data_contracts import catalogue
from data_contracts.city import read_city

CATALOGUE = catalogue.load()
PRICE = {"onceInr": 10, "yearlyInr": 1, "note": "Assumption."}
PENALTY = {"feeInr": 700, "bands": {0.98: 0.05}, "note": "Assumption."}
PRICES = (
    *("retentionCameraDay", "holdOnReceipt", "repairWithin24Camera", "repairWithin8Camera"),
    *("clockSyncCamera", "completeForm", "searchClerk", "addedCamera"),
)


def city(**changes: Any) -> dict[str, Any]:
    """A city's file; a change of None leaves the assumption out."""
    told = {"searchStaffNow": 2, "years": 5, **dict.fromkeys(PRICES, PRICE), **changes}
    known = {"id": "x", "name": "X", "nameHi": "एक्स", "state": "S", "bounds": [72.0, 19.0, 73.0, 20.0]}
    return {**known, "footageAssumptions": {name: value for name, value in told.items() if value is not None}}


def read(folder: Path, told: dict[str, Any]) -> Any:
    file = folder / "x.yaml"
    file.write_text(yaml.dump(told, Dumper=type("Plain", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})))
    return read_city(file)


def test_a_city_says_what_it_assumes_or_nothing(tmp_path: Path):
    found, faults = read(tmp_path, city())
    assert not faults
    assert found.footage_assumptions.added_camera.once_inr == 10
    found, faults = read(tmp_path, {name: value for name, value in city().items() if name != "footageAssumptions"})
    assert not faults and found.footage_assumptions is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"searchStaffNow": 0}, "searchStaffNow"),
        ({"searchStaffNow": 1.5}, "searchStaffNow"),
        ({"years": 0}, "years"),
        ({"addedCamera": None}, "addedCamera"),
        ({"addedCamera": PRICE | {"onceInr": -1}}, "addedCamera.onceInr"),
        ({"addedCamera": PRICE | {"onceInr": float("nan")}}, "addedCamera.onceInr"),
        ({"addedCamera": PRICE | {"yearlyInr": float("inf")}}, "addedCamera.yearlyInr"),
        ({"addedCamera": PRICE | {"note": ""}}, "addedCamera.note"),
        ({"addedCamera": {"onceInr": 1}}, "addedCamera.note"),
        ({"addedCamera": PRICE | {"noteHi": ""}}, "addedCamera.noteHi"),
        ({"addedCameras": PRICE}, "addedCameras"),
        ({"penalty": PENALTY | {"feeInr": 0}}, "penalty.feeInr"),
        ({"penalty": PENALTY | {"bands": {}}}, "penalty.bands"),
        ({"penalty": PENALTY | {"bands": {98: 0.05}}}, "penalty.bands.98.[key]"),
        ({"penalty": PENALTY | {"bands": {0.98: 5}}}, "penalty.bands.0.98"),
    ],
)
def test_a_wrong_assumption_is_told_where_it_stands(tmp_path: Path, changes: dict[str, Any], field: str):
    found, faults = read(tmp_path, city(**changes))
    assert found is None
    assert [fault.field for fault in faults] == [f"footageAssumptions.{field}"]
    assert faults[0].line > 1


@pytest.mark.parametrize("name", CATALOGUE.cities)
def test_each_sample_city_labels_its_prices_as_assumptions(name: str):
    told = CATALOGUE.cities[name].footage_assumptions
    assert told is not None
    others = ("search_staff_now", "years", "penalty")
    prices = [getattr(told, field) for field in type(told).model_fields if field not in others]
    assert len(prices) == len(PRICES) and told.penalty is not None
    assert all(price.once_inr + price.yearly_inr > 0 for price in prices)
    for assumed in (*prices, told.penalty):
        assert assumed.note.startswith("Assumption: ") and str(assumed.note_hi).startswith("अनुमान: ")


def test_prices_differ_between_cities_and_are_no_part_of_a_release():
    told = {city.footage_assumptions.model_dump_json() for city in CATALOGUE.cities.values()}
    assert len(told) == len(CATALOGUE.cities)
    bare = {name: city.model_copy(update={"footage_assumptions": None}) for name, city in CATALOGUE.cities.items()}
    parts = (CATALOGUE.datasets, CATALOGUE.marts, bare, CATALOGUE.departments, CATALOGUE.vocabulary)
    assert catalogue.Catalogue(*parts).hash == CATALOGUE.hash
