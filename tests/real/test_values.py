"""Real files with values as offices write them: groups of digits, swapped coordinates, encodings, times of service."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.tables import State, standing_table
from tests.conftest import SHARED

if not SHARED.exists():
    pytest.skip("the shared real files are not here", allow_module_level=True)

CONTRACTS = Path(__file__).parent / "contracts"
WARDS = "boundaries/datameet/Bangalore/BBMP.geojson"
# Each dataset of a city and the files that come for it.
INBOX: dict[str, list[str]] = {
    "bengaluru/iccc/wards": [WARDS],
    "bengaluru/traffic/events": ["traffic/btp_bengaluru/congestion_events.json"],
    "bengaluru/works/tenders": ["tenders/hp_tenders_ocds_flat_sample.csv"],
    "bengaluru/police/accidental_deaths": ["crime/ncrb_adsi_2022_table1.2_cities.csv"],
    "bengaluru/works/payments": ["budget/bbmp/bbmp-work-order-data-303-ce-projects-2015-18.csv"],
    "idukki/works/payments": ["formats/derived/bbmp_work_orders_first300.semicolon-cp1252.csv"],
    "bengaluru/works/ward_orders": ["budget/bbmp/bbmp-ward-001-work-orders.contacts-substituted.csv"],
    "bengaluru/municipal_services/complaints": ["grievance/haryana_sample/haryana_grievance.csv"],
    "bengaluru/transit/station_names": ["transit/hyderabad_metro_source/translations.csv"],
    "idukki/transit/station_names": ["formats/derived/hyderabad_metro_translations.utf16le-bom.csv"],
    "bengaluru/transit/runs": ["transit/hyderabad_metro_source/blu-wk.csv"],
    "bengaluru/formats/languages": ["formats/frictionless_py/bom.csv"],
    "idukki/formats/languages": ["formats/frictionless_py/latin1.csv"],
    "bengaluru/formats/fields": ["formats/frictionless_py/issue-1009-semicolon.csv"],
    "bengaluru/formats/ledger_heads": ["formats/frictionless_py/package/data.csv"],
    "bengaluru/formats/ledger_comments": ["formats/frictionless_py/package/data2.csv"],
    "bengaluru/surveillance/boxes": ["vms/mot/TUD-Campus_gt_subset.txt"],
}
TAKEN: set[str] = {file for files in INBOX.values() for file in files} - {WARDS}
# Rows read, accepted, quarantined, duplicate.
COUNTS: dict[str, tuple[int, int, int, int]] = {
    "bengaluru/traffic/events": (81, 45, 0, 36),
    "bengaluru/works/tenders": (10, 10, 0, 0),
    "bengaluru/police/accidental_deaths": (21, 17, 4, 0),
    "bengaluru/works/payments": (5215, 5215, 0, 0),
    "idukki/works/payments": (299, 299, 0, 0),
    "bengaluru/works/ward_orders": (322, 322, 0, 0),
    "bengaluru/municipal_services/complaints": (10, 10, 0, 0),
    "bengaluru/transit/station_names": (40, 40, 0, 0),
    "idukki/transit/station_names": (40, 40, 0, 0),
    "bengaluru/transit/runs": (3392, 3392, 0, 0),
    "bengaluru/formats/languages": (2, 2, 0, 0),
    "idukki/formats/languages": (2, 2, 0, 0),
    "bengaluru/formats/fields": (1, 1, 0, 0),
    "bengaluru/formats/ledger_heads": (2, 2, 0, 0),
    "bengaluru/formats/ledger_comments": (3, 3, 0, 0),
    "bengaluru/surveillance/boxes": (20, 20, 0, 0),
}


class Taken:
    """The real files after a run."""

    def __init__(self, project: Project, states: list[State]):
        self.project = project
        self.states = {f"{state.city}/{state.table.replace('__', '/')}": state for state in states}

    def sql(self, place: str, query: str) -> list[tuple[Any, ...]]:
        """Query with the accepted rows of one dataset and city as `rows`."""
        state = self.states[place]
        accepted = standing_table(self.project, self.project.catalogue.datasets[state.table], state)
        with duckdb.connect() as connection:
            return connection.execute(query.replace("rows", f"({accepted.sql()})")).fetchall()


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    home = tmp_path_factory.mktemp("values")
    for place, files in INBOX.items():
        (home / "inbox" / place).mkdir(parents=True)
        for file in files:
            shutil.copy(SHARED / file, home / "inbox" / place)
    project = Project.open(Settings(home, CONTRACTS, f"sqlite:///{home / 'ledger.sqlite'}", None))
    yield Taken(project, run(project, "tester").states)


def lines(file: str, **words: Any) -> list[dict[str, str]]:
    """A CSV as Python reads it."""
    with (SHARED / file).open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source, **words))


@pytest.mark.parametrize("place", COUNTS)
def test_every_row_is_accounted_for(taken: Taken, place: str) -> None:
    state = taken.states[place]
    assert not state.held
    assert (state.rows_read, state.accepted, state.quarantined, state.duplicate) == COUNTS[place]


def test_swapped_events_land_in_the_city_and_repeats_collapse(taken: Taken) -> None:
    events = json.loads((SHARED / INBOX["bengaluru/traffic/events"][0]).read_text())
    state = taken.states["bengaluru/traffic/events"]
    assert state.repaired == {"lat.swapCoordinates": len(events)}
    west, south, east, north = taken.project.catalogue.cities["bengaluru"].bounds
    inside = f"lat between {south} and {north} and lon between {west} and {east}"
    count = f"select count(*) filter ({inside}), count(*) filter (lat < 20 and lon > 70) from rows"
    # Two reports lie outside the city, as they do in the file whichever way they are read.
    assert taken.sql("bengaluru/traffic/events", count) == [(43, 45)]
    assert {report for (report,) in taken.sql("bengaluru/traffic/events", "select report_id from rows")} == {
        event["reportID"] for event in events
    }


def test_two_groupings_stand_beside_each_other(taken: Taken) -> None:
    given = lines(INBOX["bengaluru/works/tenders"][0])
    for column, name in {"value_inr": "tender/value/amount", "awarded_inr": "tender/awardedAmount"}.items():
        total = sum(float(line[name].replace(",", "")) for line in given)
        assert float(taken.sql("bengaluru/works/tenders", f"select sum({column}) from rows")[0][0]) == pytest.approx(
            total
        )


def test_totals_between_the_rows_are_left_out_of_sums(taken: Taken) -> None:
    place = "bengaluru/police/accidental_deaths"
    assert taken.states[place].broken == {"serial.required": 4}
    people, deaths = taken.sql(place, "select min(people) > 100000, sum(deaths) from rows")[0]
    kept = [line for line in lines(INBOX[place][0]) if line["sl_no"]]
    column = "Total Number of Accidental Deaths | Total"
    assert people and deaths == sum(int(line[column]) for line in kept)


def test_every_work_order_is_taken_with_its_date_and_its_sums(taken: Taken) -> None:
    place = "bengaluru/works/payments"
    given = lines(INBOX[place][0])
    (total, serials, dates) = taken.sql(
        place, "select sum(total_inr), count(distinct serial), count(distinct ordered_on) from rows"
    )[0]
    assert total == sum(int(line["Total Amount in Rs"]) for line in given)
    assert serials == 5208, "the serial begins anew, so it is no key"
    assert dates == len({line["Work Order Date"] for line in given})
    assert taken.sql("idukki/works/payments", "select sum(total_inr) from rows") == [
        (sum(int(line["Total Amount in Rs"]) for line in given[:299]),)
    ]


def test_contacts_of_contractors_are_not_taken(taken: Taken) -> None:
    columns = {column.name for column in taken.project.catalogue.datasets["works__ward_orders"].columns}
    assert not columns & {"contractor", "mobile", "email"}
    given = lines(INBOX["bengaluru/works/ward_orders"][0])
    assert taken.sql("bengaluru/works/ward_orders", "select sum(gross_inr) from rows") == [
        (sum(int(line["Gross"]) for line in given),)
    ]


def test_names_in_four_scripts_are_the_same_in_both_encodings(taken: Taken) -> None:
    query = "select * from rows order by serial"
    assert taken.sql("bengaluru/transit/station_names", query) == taken.sql("idukki/transit/station_names", query)
    repaired = [taken.states[f"{city}/transit/station_names"].repaired for city in ("bengaluru", "idukki")]
    assert repaired[0] == repaired[1] != {}


def test_short_lines_have_no_duty_and_times_are_seconds(taken: Taken) -> None:
    place = "bengaluru/transit/runs"
    given = lines(INBOX[place][0])
    hours, minutes, seconds = map(int, max(line["Departure Time"] for line in given).split(":"))
    last, arrivals, duties = taken.sql(place, "select max(departs_s), count(arrives_s), count(duty) from rows")[0]
    assert last == 3600 * hours + 60 * minutes + seconds
    assert (arrivals, duties) == (sum(line["Arrival Time"] != "-" for line in given), 0)


def test_a_code_keeps_its_leading_zero(taken: Taken) -> None:
    assert taken.sql("bengaluru/formats/fields", "select length(code), code[1] from rows") == [(4, "0")]
