"""Real departments' files through the whole spine. Counts are asserted against the files themselves."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.tables import State, standing_table
from tests.conftest import SHARED

if not SHARED.exists():
    pytest.skip("the shared real files are not here", allow_module_level=True)

CONTRACTS = Path(__file__).parent / "contracts"
CAMERAS = SHARED / "cctv/btp_bengaluru/cameras.geojson"
WARDS = SHARED / "boundaries/datameet/Bangalore/BBMP.geojson"
DAMS = sorted((SHARED / "water/kerala_dams").glob("*.json"))
TAKEN = {str(file.relative_to(SHARED)) for file in (CAMERAS, WARDS, *DAMS)}


class Spine:
    """The real files after a run: states and accepted tables by name."""

    def __init__(self, project: Project, states: list[State]):
        self.project = project
        self.states = {state.table: state for state in states}

    def sql(self, query: str) -> list[tuple]:
        """Query with the accepted tables under their names."""
        with duckdb.connect() as connection:
            for table, state in self.states.items():
                accepted = standing_table(self.project, self.project.catalogue.datasets[table], state)
                connection.execute(f"CREATE VIEW {table} AS {accepted.sql()}")
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def spine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spine]:
    home = tmp_path_factory.mktemp("real")
    for place, files in {
        "bengaluru/police/cameras": [CAMERAS],
        "bengaluru/iccc/wards": [WARDS],
        "idukki/water/dams": DAMS,
    }.items():
        (home / "inbox" / place).mkdir(parents=True)
        for file in files:
            shutil.copy(file, home / "inbox" / place)
    project = Project.open(Settings(home, CONTRACTS, f"sqlite:///{home / 'ledger.sqlite'}", None))
    yield Spine(project, run(project, "tester").states)


def features(file: Path) -> list[dict]:
    return json.loads(file.read_text())["features"]


def test_every_ward_is_accepted(spine: Spine) -> None:
    state = spine.states["iccc__wards"]
    assert (state.rows_read, state.accepted, state.quarantined) == (243, 243, 0)
    expected = {feature["properties"]["KGISWardNo"] for feature in features(WARDS)}
    assert {ward for (ward,) in spine.sql("SELECT ward_id FROM iccc__wards")} == expected


def test_every_camera_site_is_accepted_and_188_lie_outside_all_wards(spine: Spine) -> None:
    state = spine.states["police__cameras"]
    assert (state.rows_read, state.accepted, state.quarantined, state.duplicate) == (3000, 3000, 0, 0)
    assert state.warned["ward_id.outside"] == 188
    assert spine.sql("SELECT count(*) FROM police__cameras WHERE ward_id IS NULL") == [(188,)]
    joined = "SELECT count(*) FROM police__cameras JOIN iccc__wards USING (ward_id)"
    assert spine.sql(joined) == [(3000 - 188,)]


def test_divisions_fold_to_their_distinct_names(spine: Spine) -> None:
    written = {feature["properties"]["Division"] for feature in features(CAMERAS)}
    folded = {re.sub(r"\s+", " ", division).strip() for division in written}
    assert (len(written), len(folded)) == (10, 8)
    assert {division for (division,) in spine.sql("SELECT division FROM police__cameras")} == folded


def test_the_packed_name_gives_code_division_station_and_place(spine: Spine) -> None:
    sites = [feature["properties"] for feature in features(CAMERAS)]
    codes = {site["Junction_Code"].removesuffix(".0") for site in sites}
    assert {code for (code,) in spine.sql("SELECT camera_id FROM police__cameras")} == codes
    # Two names lack a part of the pattern: they are warned, their code is there all the same.
    assert spine.states["police__cameras"].warned["name_unpacks"] == 2
    agree = "SELECT count(*) FROM police__cameras WHERE upper(station_packed) = upper(station)"
    assert spine.sql(agree) == [(sum(map(names_its_station, sites)),)]
    packed = spine.sql("SELECT camera_id, division_packed, station_packed, place, packed FROM police__cameras")
    for code, division, station, place, whole in packed:
        if place is not None:
            parts = re.split(r"\s*-\s*", f"{code}-{division}-{station}-{place}".upper())
            assert re.split(r"\s*-\s*", whole.upper()) == parts


def names_its_station(site: dict) -> bool:
    name, station = (re.sub(r"\s+", " ", site[key]).strip() for key in ("Name", "Police_Station_Constituency"))
    return bool(re.match(rf"[0-9]+-[A-Z -]+-\s*{re.escape(station)}\s*-", name, re.IGNORECASE))


def test_the_sums_of_cameras_are_those_of_the_file(spine: Spine) -> None:
    sites = [feature["properties"] for feature in features(CAMERAS)]
    fixed, ptz = (sum(float(site[key]) for site in sites) for key in ("Fixed_Camera", "PTZ_Camera"))
    assert (fixed, ptz) == (5909, 754)
    assert spine.sql("SELECT sum(fixed_cameras), sum(ptz_cameras) FROM police__cameras") == [(fixed, ptz)]


def test_repeated_days_of_dams_collapse(spine: Spine) -> None:
    documents = [json.loads(file.read_text()) for file in DAMS]
    rows = {(d["metadata"]["caption"], json.dumps(row, sort_keys=True)) for d in documents for row in d["data"]}
    state = spine.states["water__dams"]
    assert len(rows) == 162
    assert (state.rows_read, state.accepted, state.quarantined, state.duplicate) == (270, 162, 0, 108)


LEVELS = ("mwl_m", "frl_m", "crest_m", "rule_level_m", "blue_level_m", "orange_level_m", "red_level_m", "level_m")


def test_feet_become_metres(spine: Spine) -> None:
    """Idukki and Sholayar write feet, half of the time without saying so: 2403 ft are 732.4344 m."""
    found = spine.sql("SELECT DISTINCT dam, frl_m FROM water__dams WHERE dam IN ('IDUKKI', 'SHOLAYAR') ORDER BY 1")
    assert found == [("IDUKKI", pytest.approx(2403 * 0.3048)), ("SHOLAYAR", pytest.approx(2663 * 0.3048))]
    # Whatever is left of feet would stand three times as high as the same dam's full level.
    for level in (*LEVELS, "level_last_year_m"):
        assert spine.sql(f"SELECT count(*) FROM water__dams WHERE {level} > frl_m * 1.02") == [(0,)]


def test_levels_over_1500_m_are_those_of_two_dams_that_stand_that_high(spine: Spine) -> None:
    """Madupetty's full level is 1,599.59 m and Kundala's 1,758.69 m above the sea; no other dam reaches 1,500."""
    high = " OR ".join(f"{level} > 1500" for level in LEVELS)
    found = spine.sql(f"SELECT DISTINCT dam, frl_m FROM water__dams WHERE {high} ORDER BY 1")
    assert found == [("KUNDALA", 1758.69), ("MADUPETTY", 1599.59)]
