"""One public table in its open formats."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import PHONE, column
from tests.transforms.kit import dataset, opened
from transforms.engine import literal
from transforms.release.artefacts import NOTICE, write_table

TEXT = dataset(column("text", treatment="keep"), column("n", "integer", "keep"))
OUTLINES = dataset(
    column("id", treatment="keep"),
    column("seen_at", "timestamp", "keep", options={"format": "dd/MM/yyyy"}),
    column("cost", "number", "keep", physical="DECIMAL(10,2)"),
    column("built_on", "date", "keep", options={"format": "dd/MM/yyyy"}),
    column("phone"),
    column("geometry", "geometry", "keep"),
)
SQUARE = shapely.box(75, 20, 76, 21)
SHAPES: dict[str, shapely.Geometry | None] = {
    "square": SQUARE,
    "two": shapely.MultiPolygon([SQUARE, shapely.box(0, 0, 1, 1)]),
    "hole": SQUARE.difference(shapely.box(75.2, 20.2, 75.4, 20.4)),
    "point": shapely.Point(75, 20),
    "none": None,
}


def published(folder: Path, chosen: Any, accepted: str, *fictional: str) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    with opened() as connection:
        write_table(connection, chosen, accepted, list(fictional), folder)
    return {file.suffix: file for file in folder.iterdir()}


def texts(*values: str | None) -> str:
    cells = ", ".join(f"({'NULL' if v is None else literal(v)}, {n})" for n, v in enumerate(values))
    return f"SELECT 'navsagar' AS city, text, CAST(n AS BIGINT) AS n FROM (VALUES {cells}) AS t(text, n)"


def outlines(*rows: tuple[str, str | None, str | None, str | None, str]) -> str:
    """SQL of rows of (id, seen_at, cost, built_on, name of a shape)."""
    made = []
    for *values, shape in rows:
        cells = ["NULL" if value is None else literal(value) for value in values]
        outline = SHAPES[shape]
        cells.append("NULL" if outline is None else f"from_hex('{shapely.to_wkb(outline, hex=True)}')")
        made.append(f"({', '.join(cells)})")
    return (
        "SELECT 'navsagar' AS city, id, CAST(seen AS TIMESTAMPTZ) AS seen_at, CAST(cost AS DECIMAL(10, 2)) AS cost, "
        f"CAST(day AS DATE) AS built_on, '{PHONE}' AS phone, CAST(shape AS BLOB) AS geometry "
        f"FROM (VALUES {', '.join(made)}) AS t(id, seen, cost, day, shape)"
    )


def csv_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "=a,b\nc"]
)
def test_a_text_that_a_spreadsheet_would_run_is_disarmed_in_the_csv_alone(tmp_path: Path, text: str):
    files = published(tmp_path, TEXT, texts(text))
    assert csv_rows(files[".csv"]) == [{"city": "navsagar", "text": "'" + text, "n": "0"}]
    assert pq.read_table(files[".parquet"]).column("text").to_pylist() == [text]


@pytest.mark.parametrize("text", ["a=1", " =1", "1-2", "x@y", "नवसागर", 'a "b", c', "a\nb", "''", ""])
def test_other_texts_are_as_they_are(tmp_path: Path, text: str):
    assert csv_rows(published(tmp_path, TEXT, texts(text))[".csv"])[0]["text"] == text


def test_a_number_is_no_text(tmp_path: Path):
    accepted = "SELECT 'navsagar' AS city, 'a' AS text, CAST(-5 AS BIGINT) AS n"
    assert csv_rows(published(tmp_path, TEXT, accepted)[".csv"])[0]["n"] == "-5"


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), min_size=1, max_size=8)
)
def test_no_cell_of_a_csv_begins_a_formula_and_no_text_is_lost(
    values: list[str], tmp_path_factory: pytest.TempPathFactory
):
    files = published(tmp_path_factory.mktemp("public"), TEXT, texts(*values))
    shown = [row["text"] for row in sorted(csv_rows(files[".csv"]), key=lambda row: int(row["n"]))]
    assert not [text for text in shown if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [
        text.removeprefix("'") if text[1:] == value else text for text, value in zip(shown, values, strict=True)
    ] == values


def test_an_instant_is_iso_8601_and_a_null_is_empty(tmp_path: Path):
    given = outlines(("1", "2025-12-31 18:30:00+00", "1.50", "2025-06-01", "square"), ("2", None, None, None, "none"))
    rows = csv_rows(published(tmp_path, OUTLINES, given)[".csv"])
    assert rows == [
        {"city": "navsagar", "id": "1", "seen_at": "2025-12-31T18:30:00Z", "cost": "1.50", "built_on": "2025-06-01"},
        {"city": "navsagar", "id": "2", "seen_at": "", "cost": "", "built_on": ""},
    ]


def test_a_geojson_is_valid_and_says_the_same(tmp_path: Path):
    given = outlines(
        *(
            (name, "2025-12-31 18:30:00+00", "1.50", "2025-06-01", name)
            for name in sorted(SHAPES)
        ),
        ('a "quoted"\nname', None, None, None, "square"),
    )  # fmt: skip
    collection = json.loads(published(tmp_path, OUTLINES, given)[".geojson"].read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == len(SHAPES) + 1
    for feature in collection["features"]:
        assert set(feature) == {"type", "properties", "geometry"}
        assert feature["type"] == "Feature"
        properties = feature["properties"]
        if properties["id"] in SHAPES:
            values = {"seen_at": "2025-12-31T18:30:00Z", "cost": 1.5, "built_on": "2025-06-01"}
            assert properties == {"city": "navsagar", "id": properties["id"], **values}
            expected = SHAPES[properties["id"]]
        else:
            assert properties == {
                "city": "navsagar", "id": 'a "quoted"\nname', "seen_at": None, "cost": None, "built_on": None,
            }  # fmt: skip
            expected = SQUARE
        if expected is None:
            assert feature["geometry"] is None
        else:
            read = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert shapely.is_valid(read) and shapely.equals(read, expected)


def test_an_empty_geojson_is_a_collection(tmp_path: Path):
    given = f"{outlines(('1', None, None, None, 'none'))} LIMIT 0"
    files = published(tmp_path, OUTLINES, given)
    assert json.loads(files[".geojson"].read_text()) == {"type": "FeatureCollection", "features": []}


def test_the_parquet_keeps_types(tmp_path: Path):
    given = outlines(("1", "2025-12-31 18:30:00+00", "1.50", "2025-06-01", "square"))
    (row,) = pq.read_table(published(tmp_path, OUTLINES, given)[".parquet"]).to_pylist()
    assert (row["seen_at"], row["cost"]) == (datetime(2025, 12, 31, 18, 30, tzinfo=UTC), Decimal("1.50"))
    assert shapely.equals(shapely.from_wkb(row["geometry"]), SQUARE)


def test_formats_by_what_goes_out(tmp_path: Path):
    assert set(published(tmp_path / "a", TEXT, texts("x"))) == {".parquet", ".csv"}
    given = outlines(("1", None, None, None, "square"))
    assert set(published(tmp_path / "b", OUTLINES, given)) == {".parquet", ".csv", ".geojson"}
    inside = dataset(column("id", treatment="keep"), column("geometry", "geometry"))
    hidden = f"SELECT city, id, geometry FROM ({given})"
    assert set(published(tmp_path / "c", inside, hidden)) == {".parquet", ".csv"}


@pytest.mark.parametrize("chosen", ["text", "outlines"])
def test_every_row_of_a_fictional_city_says_so_in_every_format(tmp_path: Path, chosen: str):
    given = texts("x", "y") if chosen == "text" else outlines(("1", None, None, None, "square"))
    files = published(tmp_path, TEXT if chosen == "text" else OUTLINES, given, "navsagar")
    assert {row["notice"] for row in csv_rows(files[".csv"])} == {NOTICE}
    assert set(pq.read_table(files[".parquet"]).column("notice").to_pylist()) == {NOTICE}
    if ".geojson" in files:
        features = json.loads(files[".geojson"].read_text())["features"]
        assert {feature["properties"]["notice"] for feature in features} == {NOTICE}


def test_a_row_of_a_real_city_beside_it_does_not(tmp_path: Path):
    given = f"{texts('x')} UNION ALL SELECT 'idukki', 'y', 1"
    rows = csv_rows(published(tmp_path, TEXT, given, "navsagar", "it's")[".csv"])
    assert {row["city"]: row["notice"] for row in rows} == {"navsagar": NOTICE, "idukki": ""}


def test_what_is_dropped_is_in_no_file(tmp_path: Path):
    given = outlines(("1", None, None, None, "square"))
    for file in published(tmp_path, OUTLINES, given).values():
        assert PHONE.encode() not in file.read_bytes()
        assert b"phone" not in file.read_bytes()


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_come(tmp_path: Path):
    rows = [(str(n), "2025-12-31 18:30:00+00", "1.50", "2025-06-01", "square") for n in range(50)]
    one = published(tmp_path / "a", OUTLINES, outlines(*rows))
    other = published(tmp_path / "b", OUTLINES, outlines(*reversed(rows)))
    assert {kind: file.read_bytes() for kind, file in one.items()} == {
        kind: file.read_bytes() for kind, file in other.items()
    }
