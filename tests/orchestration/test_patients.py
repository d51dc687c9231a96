"""A list shaped like one that a city once put out: patients with age, sex, and where they live to the centimetre.

It is stopped twice, each time without the other's help: by the type of a column, and by k-anonymity.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pravah
from tests.contracts_kit import CITY, column, contract, write

ROWS = 300


def patients(days: str) -> dict[str, Any]:
    """The contract; `days` is the type of a column into which somebody wrote remarks."""
    columns = [
        column("case_no", key=True),
        column("age", "integer", "keep", quasi=True),
        column("sex", treatment="keep", quasi=True),
        column("lat", "number", "keep", quasi=True),
        column("lon", "number", "keep", quasi=True),
        column("days_in_care", days, "drop"),
    ]
    return contract("patients", columns, publication={"form": "rows", "k": 10})


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    file = own_home / "inbox" / CITY / "works" / "patients" / "list.csv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(["case_no,age,sex,lat,lon,days_in_care", *map(patient, range(ROWS))]) + "\n")
    return own_home


def patient(n: int) -> str:
    return f"{n},{20 + n % 60},{'MF'[n % 2]},{19.05 + n / 7919:.7f},{72.9 + n / 6997:.7f},seen at home"


def outcome(pravah: Pravah) -> tuple[int, dict[str, Any]]:
    code, out, _ = pravah("run", "--as", "officer", "--json")
    (row,) = json.loads(out)["datasets"]
    return code, row


def outside(home: Path) -> list[Path]:
    """Tables that went further than the restricted zone, or wait to."""
    return [file for zone in ("restricted/public", "releases") for file in (home / zone).rglob("*.*")]


def test_it_is_stopped_by_the_type_of_a_column(home: Path, tmp_path: Path, pravah: Pravah):
    write(tmp_path / "contracts", patients("integer"))
    code, row = outcome(pravah)
    assert (row["accepted"], row["public"]) == (0, 0)
    assert row["quarantined"] == ROWS or (code == 1 and row["held"])
    assert "19.05" not in json.dumps(row)


def test_it_is_stopped_by_k_anonymity(home: Path, tmp_path: Path, pravah: Pravah):
    write(tmp_path / "contracts", patients("string"))
    code, row = outcome(pravah)
    assert (code, row["accepted"], row["public"]) == (1, ROWS, 0)
    assert row["held"].startswith(f"too many rows stand out by their quasi columns ({CITY} 100.0%")
    assert outside(home) == []
    # No decision can let it go on: the gate has no part in this.
    assert json.loads(pravah("gate", "list", "--json")[1]) == []


def test_it_goes_out_by_large_cells_and_bands_of_age(home: Path, tmp_path: Path, pravah: Pravah):
    given = patients("string")
    columns = given["schema"][0]["properties"]
    columns[1]["customProperties"][0]["value"] = {"kind": "generalise", "edges": [0, 40, 60]}
    for point in columns[3:5]:
        point["customProperties"] = [{"property": "treatment", "value": "drop"}]
    cell = column("cell", treatment="keep", logic="h3_cell(lat, lon, 5)", of=["lat", "lon"], quasi=True)
    write(tmp_path / "contracts", {**given, "schema": [{**given["schema"][0], "properties": [*columns, cell]}]})
    code, row = outcome(pravah)
    assert (code, row["held"]) == (0, None)
    assert row["public"] > 250
    (release,) = (path for path in (home / "releases").iterdir() if path.is_dir())
    (entry,) = json.loads((release / "catalog.json").read_text())["datasets"]
    assert entry["privacy"]["k"] >= 10
    assert entry["privacy"]["left_out"] == ROWS - row["public"]
    assert entry["privacy"]["quasi"] == ["age", "sex", "cell"]
