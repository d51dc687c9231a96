"""Rows about persons: no class smaller than k, none of one sensitive value, and a list that must not go out."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Pravah
from tests.contracts_kit import CITY, column, contract, write
from tests.transforms.kit import dataset, opened, records
from transforms.engine import literal
from transforms.privacy.publish import publish
from transforms.privacy.risk import Measured, RiskTooHigh

K = 3


def people(share: float = 1, least: int = 2) -> Any:
    columns = [
        column("ward", treatment="keep", quasi=True),
        column("age", "integer", {"kind": "generalise", "edges": [0, 18, 60]}, quasi=True),
        column("illness", treatment="keep", sensitive=True),
        column("name"),
    ]
    return dataset(*columns, publication={"form": "rows", "k": K, "l": least, "suppressShare": share})


def sent(*given: tuple[Any, Any, Any]) -> str:
    """SQL of accepted rows (ward, age, illness), all of one city."""
    cells = ", ".join(
        "(" + ", ".join("NULL" if v is None else literal(str(v)) for v in row) + ", 'x')" for row in given
    )
    return (
        "SELECT 'navsagar' AS city, ward, CAST(age AS BIGINT) AS age, illness, name "
        f"FROM (VALUES {cells}) AS t(ward, age, illness, name)"
    )


def public(chosen: Any, given: str) -> tuple[list[dict[str, Any]], Measured]:
    with opened() as connection:
        sql, measured = publish(connection, chosen, given)
        return records(connection, sql), measured


KEPT = [("1", 20, "flu"), ("1", 30, "flu"), ("1", 59, "dengue")]


@pytest.mark.parametrize(
    ("more", "left_out"),
    [
        # a class of its own by ward, by age, by an absent value
        ([("2", 20, "flu")], 1),
        ([("1", 70, "flu")], 1),
        ([(None, 20, "flu")], 1),
        # one short of k, and k
        ([("2", 20, "flu"), ("2", 21, "dengue")], 2),
        ([("2", 20, "flu"), ("2", 21, "dengue"), ("2", 22, "flu")], 0),
        # all of one class have the same illness; none told is a value, too
        ([("2", 20, "flu"), ("2", 21, "flu"), ("2", 22, "flu")], 3),
        ([("2", 20, None), ("2", 21, None), ("2", 22, None)], 3),
        ([("2", 20, "flu"), ("2", 21, "flu"), ("2", 22, None)], 0),
    ],
)
def test_rows_that_stand_out_are_left_out(more: list[tuple[Any, Any, Any]], left_out: int):
    made, measured = public(people(), sent(*KEPT, *more))
    assert len(made) == len(KEPT) + len(more) - left_out
    assert measured == Measured(k=K, l=2, left_out=left_out)


@pytest.mark.parametrize(("share", "held"), [(0.25, False), (0.24, True)])
def test_a_table_of_which_too_many_stand_out_is_held(share: float, held: bool):
    given = sent(*KEPT, ("2", 20, "flu"))
    if not held:
        assert len(public(people(share), given)[0]) == 3
        return
    with pytest.raises(RiskTooHigh) as reason:
        public(people(share), given)
    assert str(reason.value) == (
        "too many rows stand out by their quasi columns (navsagar 25.0%, at most 24.0%); coarsen or drop one of them"
    )


def test_rows_without_quasi_columns_are_not_measured():
    chosen = dataset(column("ward", treatment="keep"))
    assert public(chosen, "SELECT 'navsagar' AS city, '1' AS ward")[1] == Measured()


PERSON = st.tuples(st.sampled_from(["1", "2", None]), st.integers(0, 99), st.sampled_from(["flu", "dengue", None]))


@settings(max_examples=50, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_what_goes_out_is_k_anonymous_and_l_diverse_and_nothing_else_is_left_out(given: list[tuple], chance: Any):
    made, measured = public(people(), sent(*given))
    band = {age: 60.0 if age >= 60 else 18.0 if age >= 18 else 0.0 for age in range(100)}
    asked = Counter((ward, band[age]) for ward, age, _ in given)
    kinds = {at: {ill for ward, age, ill in given if (ward, band[age]) == at} for at in asked}
    fit = {at: size for at, size in asked.items() if size >= K and len(kinds[at]) >= 2}
    assert Counter((row["ward"], row["age"]) for row in made) == fit
    assert measured == Measured(
        k=min(fit.values(), default=None),
        l=min((len(kinds[at]) for at in fit), default=None),
        left_out=len(given) - sum(fit.values()),
    )
    mixed = given[:]
    chance.shuffle(mixed)
    assert public(people(), sent(*mixed)) == (made, measured)


# A list shaped like one that a city once put out: patients with age, sex and where they live to the centimetre


def patients(remarks: str, **words: Any) -> dict[str, Any]:
    columns = [
        column("case_no", key=True),
        column("age", "integer", "keep", quasi=True),
        column("sex", treatment="keep", quasi=True),
        column("lat", "number", "keep", quasi=True),
        column("lon", "number", "keep", quasi=True),
        column("days_in_care", remarks, "drop"),
    ]
    return contract("patients", columns, publication={"form": "rows", "k": 10}, **words)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRAVAH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    file = tmp_path / "home" / "inbox" / CITY / "works" / "patients" / "list.csv"
    file.parent.mkdir(parents=True)
    lines = [
        f"{n},{20 + n % 60},{'MF'[n % 2]},{19.05 + n / 7919:.7f},{72.9 + n / 6997:.7f},seen at home" for n in range(300)
    ]
    file.write_text("\n".join(["case_no,age,sex,lat,lon,days_in_care", *lines]) + "\n")
    return tmp_path


def outcome(pravah: Pravah) -> tuple[int, dict[str, Any]]:
    code, out, _ = pravah("run", "--as", "officer", "--json")
    (row,) = json.loads(out)["datasets"]
    return code, row


def test_a_list_of_patients_is_stopped_by_the_type_of_a_column(home: Path, pravah: Pravah):
    write(home / "contracts", patients("integer"))
    code, row = outcome(pravah)
    assert (row["accepted"], row["public"]) == (0, 0)
    assert row["quarantined"] == 300 or (code == 1 and row["held"])


def test_a_list_of_patients_is_stopped_by_k_anonymity(home: Path, pravah: Pravah):
    write(home / "contracts", patients("string"))
    code, row = outcome(pravah)
    assert (code, row["accepted"], row["public"]) == (1, 300, 0)
    assert row["held"].startswith("too many rows stand out by their quasi columns (navsagar 100.0%")
    assert not list((home / "home" / "restricted" / "public").rglob("*.parquet"))


def test_the_same_list_goes_out_by_large_cells_and_bands_of_age(home: Path, pravah: Pravah):
    given = patients("string")
    columns = given["schema"][0]["properties"]
    columns[1]["customProperties"][0]["value"] = {"kind": "generalise", "edges": [0, 40, 60]}
    for point in columns[3:5]:
        point["customProperties"] = [{"property": "treatment", "value": "drop"}]
    cell = column("cell", treatment="keep", logic="h3_cell(lat, lon, 5)", of=["lat", "lon"], quasi=True)
    columns.append(cell)
    write(home / "contracts", given)
    code, row = outcome(pravah)
    assert (code, row["held"]) == (0, None)
    assert row["public"] > 250
    (release,) = (path for path in (home / "home" / "releases").iterdir() if path.is_dir())
    (entry,) = json.loads((release / "catalog.json").read_text())["datasets"]
    assert entry["privacy"]["k"] >= 10
    assert entry["privacy"]["left_out"] == 300 - row["public"]
    assert entry["privacy"]["quasi"] == ["age", "sex", "cell"]
