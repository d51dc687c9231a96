"""Real workbooks through contracts: stacked blocks, several sheets, names of two lines, merged cells, totals.

What is expected is counted in the files themselves, by another library than the one that reads them. The names of
columns are taken from there as well where they are in a legacy font.
"""

from collections import Counter
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from data_contracts.dataset import Dataset
from tests.conftest import SHARED
from tests.contracts_kit import column, server
from tests.real.test_coverage import not_taken
from tests.transforms.kit import dataset, held, take
from transforms.reading import workbook

if not SHARED.exists():
    pytest.skip("the shared real files are not here", allow_module_level=True)

AIR = [f"air/cpcb_bengaluru/{year}_Gasses.xlsx" for year in (2015, 2019, 2022)]
BUDGET = "budget/bbmp/BBMP-Budget-2023-24-Tables.xlsx"
STOPS = "transit/hyderabad_metro_source/stops_simple.xlsx"
SHEETS, MULTILINE, MERGED = (
    f"formats/frictionless_py/{name}.xlsx" for name in ("sheets", "multiline-headers", "merged-cells")
)
COUNTRIES = "formats/frictionless_py/countries.csv"
TAKEN = {COUNTRIES, *AIR, BUDGET, STOPS, SHEETS, MULTILINE, MERGED}
BUDGET_SHEETS = {f"Table {number}" for number in (3, 4, 8, 12)}


def cells(file: str, sheet: str | int = 0) -> list[tuple[Any, ...]]:
    """A sheet's rows as openpyxl has them; otherwise it draws the borders of merged cells, which takes seconds."""
    book = openpyxl.load_workbook(SHARED / file, read_only=True)
    page = book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]
    return list(page.iter_rows(values_only=True))


def table(*columns: dict[str, Any], **source: Any) -> Dataset:
    return dataset(*columns, servers=[server(format="xlsx", **source)])


# The pollution board


POLLUTANTS = ["PM2.5", "PM10", "NO2", "SO2", "CO", "Black Carbon"]
MOMENT = {"format": "dd-MM-yyyy HH:mm", "defaultTimezone": "Asia/Kolkata"}
READINGS = table(
    column("station", key=True, repairs=["foldSpaces"]),
    column("from_at", "timestamp", key=True, options=MOMENT, sourceNames=["From Date"]),
    column("to_at", "timestamp", options=MOMENT, sourceNames=["To Date"]),
    column("pollutant", key=True),
    column("value", "number"),
    column("average"),
    headerRow=13,
    # What the board's program writes where it has no value.
    nullValues=["", " ", "None"],
    cellsAbove={"average": "B7"},
    steps=[
        {"unstack": {"header": "From Date", "label": "C", "into": "station"}},
        {"unpivot": {"columns": POLLUTANTS, "into": "pollutant", "value": "value"}},
    ],
)


@pytest.mark.parametrize("file", AIR)
@pytest.mark.parametrize("laid_out", [True, False])
def test_the_stacked_stations_of_a_year_become_one_table(file: str, laid_out: bool, monkeypatch: pytest.MonkeyPatch):
    if not laid_out:
        monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0)
    outcome = take(READINGS, SHARED / file)
    given = cells(file)
    heads = [number for number, row in enumerate(given) if row[0] == "From Date"]
    labels = {" ".join(given[number - 1][2].split()) for number in heads}
    days = [row for row in given if isinstance(row[0], str) and row[0][:2].isdigit()]
    values = [cell for row in days for cell in row[2:] if cell not in (None, "None", " ", "")]
    assert outcome.checked.rows_read == len(days) * len(POLLUTANTS)
    assert outcome.checked.quarantined == 0
    assert outcome.checked.repaired["unstack"] == len(heads)
    assert set(outcome.column("station")) == labels
    assert sum(value is not None for value in outcome.column("value")) == len(values)
    numbers = [float(value) for value in values]
    assert sum(filter(None, outcome.column("value"))) == pytest.approx(sum(numbers))
    each = Counter(zip(outcome.column("station"), outcome.column("from_at"), outcome.column("pollutant"), strict=True))
    assert set(each.values()) == {1}
    assert len(set(outcome.column("average"))) == 1


def test_a_station_has_its_own_readings():
    """The first reading of each block, by its label; the order of pollutants differs from year to year."""
    for file in AIR:
        given = cells(file)
        wanted = {}
        for number, row in enumerate(given):
            if row[0] == "From Date":
                first = dict(zip(row, given[number + 1], strict=True))
                moment = datetime.strptime(first["From Date"] + " +0530", "%d-%m-%Y %H:%M %z")
                label = " ".join(given[number - 1][2].split())
                wanted[label] = [
                    (moment, name, first[name] if isinstance(first[name], float | int) else None) for name in POLLUTANTS
                ]
        found: dict[str, list[Any]] = {label: [] for label in wanted}
        for row in take(READINGS, SHARED / file).rows:
            if len(found[row["station"]]) < len(POLLUTANTS):
                value = row["value"]
                found[row["station"]].append((row["from_at"], row["pollutant"], value))
        assert found == wanted


# The budget


def named(names: tuple[Any, ...], *kinds: tuple[str, str]) -> list[dict[str, Any]]:
    """Columns in the order of names in a file."""
    return [column(own, kind, sourceNames=[name]) for (own, kind), name in zip(kinds, names, strict=True)]


YEARS = ("accounts_2021_22", "estimate_2022_23", "actual_2022_23", "revised_2022_23", "estimate_2023_24")
AMOUNTS = [(name, "number") for name in YEARS]


def test_the_abstract_is_unpivoted_and_its_totals_are_set_aside():
    given = cells(BUDGET, "Table 4")
    head = [name for name in given[2] if name]
    source = table(
        *named(tuple(head[:2]), ("serial", "string"), ("particulars", "string")),
        column("year"),
        column("lakh_rupees", "number"),
        sheet="Table 4",
        headerRow=3,
        steps=[
            {"setAside": {"particulars": "Total$"}},
            {"unpivot": {"columns": head[2:], "into": "year", "value": "lakh_rupees"}},
        ],
    )
    outcome = take(source, SHARED / BUDGET)
    body = [row for row in given[3:] if any(row)]
    kept = [row for row in body if not row[1].endswith("Total")]
    assert len(body) - len(kept) == 1 == outcome.checked.repaired["setAside"]
    assert outcome.checked.rows_read == len(kept) * len(head[2:]) == 20
    assert outcome.checked.quarantined == 0
    numbers = [cell for row in kept for cell in row[2:] if isinstance(cell, int | float)]
    assert sum(filter(None, outcome.column("lakh_rupees"))) == pytest.approx(sum(numbers))


def test_a_list_without_any_adornment():
    given = cells(BUDGET, "Table 8")
    source = table(*named(given[0], ("code", "string"), ("particulars", "string"), *AMOUNTS), sheet="Table 8")
    outcome = take(source, SHARED / BUDGET)
    assert outcome.checked.rows_read == len(given) - 1 == 10
    assert outcome.checked.quarantined == 0
    assert outcome.column("code") == [row[0] for row in given[1:]]


def test_a_column_that_is_merged_with_an_empty_one():
    given = cells(BUDGET, "Table 3")
    head = tuple(name for name in given[1] if name)
    # The column without a name is the second half of a merged one.
    source = table(
        *named(head, ("serial", "string"), ("particulars", "string"), *AMOUNTS),
        sheet="Table 3",
        headerRow=2,
        ignoredColumns=[""],
    )
    outcome = take(source, SHARED / BUDGET)
    assert outcome.checked.rows_read == len(given) - 2 == 15
    assert outcome.checked.quarantined == 0
    assert outcome.column("estimate_2023_24") == [row[7] for row in given[2:]]


def test_names_in_two_lines_and_a_total_below():
    given = cells(BUDGET, "Table 12")
    joined = (*given[0][:6], *(f"{given[0][6]} {part}" for part in given[1][6:]))
    parts = [(name, "number") for name in ("pending", "ongoing", "new_works", "whole")]
    source = table(
        *named(joined, ("code", "string"), ("particulars", "string"), *AMOUNTS[:4], *parts),
        sheet="Table 12",
        headerRows=2,
        steps=[{"setAside": {"code": "^$", "particulars": "TOTAL$"}}],
    )
    outcome = take(source, SHARED / BUDGET)
    assert outcome.checked.rows_read == len(given) - 3 == 7
    assert outcome.checked.repaired == {"setAside": 1}
    assert outcome.checked.quarantined == 0
    for place, name in enumerate(("pending", "ongoing", "new_works", "whole"), start=6):
        assert outcome.column(name) == [row[place] for row in given[2:-1]]


def test_every_other_sheet_of_the_budget_is_listed_with_its_reason():
    names = set(openpyxl.load_workbook(SHARED / BUDGET, read_only=True).sheetnames)
    assert {f"{BUDGET}#{name}" for name in names - BUDGET_SHEETS} == {path for path in not_taken() if "#" in path}


# Stops, and what other programs write


def test_stops():
    source = table(
        column("stop_id", key=True),
        column("stop_name"),
        column("lat", "number", sourceNames=["stop_lat"]),
        column("lon", "number", sourceNames=["stop_lon"]),
    )
    outcome = take(source, SHARED / STOPS)
    given = cells(STOPS)[1:]
    assert [tuple(row[name] for name in ("stop_id", "stop_name", "lat", "lon")) for row in outcome.rows] == given
    assert len(given) == 24


def test_three_sheets_as_one_table_with_their_names():
    source = table(
        column("id", "integer", sourceNames=["id "]),
        column("name"),
        column("sheet"),
        sheets=["Sheet*"],
        sheetColumn="sheet",
    )
    outcome = take(source, SHARED / SHEETS)
    assert outcome.checked.rows_read == 3
    assert outcome.column("sheet") == ["Sheet1", "Sheet2", "Sheet3"]


@pytest.mark.parametrize("laid_out", [True, False])
def test_names_in_five_lines(laid_out: bool, monkeypatch: pytest.MonkeyPatch):
    if not laid_out:
        monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0)
    source = table(
        column("region", sourceNames=["Region"]),
        column("share", sourceNames=["Caloric contribution (%)"]),
        column("quarter", sourceNames=["Cumulative impact of changes on cost of food basket from previous quarter"]),
        column("baseline", sourceNames=["Cumulative impact of changes on cost of food basket from baseline (%)"]),
        headerRows=5,
    )
    (row,) = take(source, SHARED / MULTILINE).rows
    assert (row["region"], row["share"], row["quarter"], row["baseline"]) == cells(MULTILINE)[5]
    assert held(table(column("a"), headerRows=3), SHARED / MULTILINE).rule == "xlsx.merged"


@pytest.mark.parametrize("laid_out", [True, False])
def test_a_header_that_is_merged_with_its_rows_holds(laid_out: bool, monkeypatch: pytest.MonkeyPatch):
    if not laid_out:
        monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0)
    assert held(table(column("data")), SHARED / MERGED).rule == "xlsx.merged"


@pytest.mark.parametrize("short", [False, True])
def test_a_ragged_csv_below_a_remark_is_held(short: bool):
    """Its second record has a field more than the header, which no declaration allows; its last one has fewer."""
    names = ("id", "neighbor_id", "name", "population")
    source = dataset(*map(column, names), servers=[server(format="csv", headerRow=2, shortLines=short)])
    reason = held(source, SHARED / COUNTRIES)
    assert (reason.rule, reason.place) == ("csv.columns", "line 4")
