"""Maps and charts say what the published table says: no more, and nothing where it is silent."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
import shapely

from portal.public.summaries import by_month, hides, outlines, svg, wards
from tests.contracts_kit import CITY
from tests.portal.kit import SLUG, build
from tests.portal.town import areas, opened, square
from transforms.release.reader import Release, open_release

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    with opened(tmp_path_factory.mktemp("town")) as release:
        yield release


def entry(release: Release, name: str, **changed: Any) -> dict[str, Any]:
    return {**release.tables[f"works__{name}"], **changed}


# By month


def test_an_aggregate_by_month_is_its_first_count_and_hidden_months_are_none(town: Release):
    # Beside small counts others are hidden: ward 2's five calls of January, the six of February that have no ward.
    assert by_month(town, entry(town, "calls"), CITY) == [(JANUARY, 7), (FEBRUARY, 20), (MARCH, None)]
    assert by_month(town, entry(town, "calls"), "meghavan") == [(JANUARY, 50)]
    assert by_month(town, entry(town, "calls"), "atlantis") == []


def test_rows_by_month_are_counted_where_they_have_a_day(town: Release):
    months = by_month(town, entry(town, "stops"), CITY)
    assert months == [(date(2025, 12, 1), 1), (JANUARY, 1), (FEBRUARY, 2)]
    ((undated,),) = town.query("SELECT count(*) FROM works__stops WHERE opened_day IS NULL")
    assert sum(count or 0 for _, count in months) + undated == town.tables["works__stops"]["rows"][CITY]


def test_months_together_are_the_sum_of_the_table(town: Release):
    ((total,),) = town.query("SELECT sum(received) FROM works__calls WHERE city = ?", [CITY])
    assert sum(count or 0 for _, count in by_month(town, entry(town, "calls"), CITY)) == total


def test_it_is_known_where_cells_of_the_count_are_hidden(town: Release):
    assert hides(town, entry(town, "calls"), CITY)
    # There only another measure than the count may be hidden.
    assert not hides(town, entry(town, "calls"), "meghavan")
    assert not hides(town, entry(town, "stops"), CITY)
    assert not hides(town, entry(town, "calls", counted=None), CITY)


@pytest.mark.parametrize("temporal", [None, {"column": "called_month", "grain": "year"}])
def test_what_has_no_month_has_no_chart(town: Release, temporal: dict[str, str] | None):
    assert by_month(town, entry(town, "calls", temporal=temporal), CITY) == []


def test_what_does_not_add_up_is_not_added_up(town: Release):
    changed = entry(town, "calls", counted=None)
    assert by_month(town, changed, CITY) == []
    assert [ward.count for ward in wards(town, changed, CITY)] == [None] * 4


def test_an_instant_counts_in_the_indian_month(tmp_path: Any):
    build(tmp_path / "releases", "one")
    release = open_release(tmp_path / "releases", "one")
    changed = {**release.datasets[SLUG], "temporal": {"column": "seen_at", "grain": "day"}}
    # The kit's rows begin at 18:30 UTC on New Year's Eve, which is midnight in India.
    assert by_month(release, changed, CITY) == [(JANUARY, 137)]
    release.connection.close()


# By ward


def test_wards_have_the_counts_of_the_table_and_none_where_it_shows_none(town: Release):
    drawn = {ward.id: ward.count for ward in wards(town, entry(town, "calls"), CITY)}
    # Wards 2 and 3 have calls that are hidden, ward 4 has none: none of them is told as a number.
    assert drawn == {"1": 27, "2": None, "3": None, "4": None}
    assert {ward.id: ward.count for ward in wards(town, entry(town, "calls"), "meghavan")} == {
        **dict.fromkeys("234"),
        "1": 50,
    }


def test_points_are_counted_on_the_outlines_they_are_placed_in(town: Release):
    drawn = wards(town, entry(town, "stops"), CITY)
    assert {ward.id: ward.count for ward in drawn} == {"1": 3, "2": 1, "3": None, "4": None}
    assert outlines(town, entry(town, "stops"), CITY) == []


def test_outlines_of_their_own_have_no_count(town: Release):
    drawn = wards(town, entry(town, "areas"), CITY)
    assert [(ward.id, ward.count) for ward in drawn] == [(ward, None) for ward in "1234"]
    assert all(ward.shape.equals(areas()[ward.id]) for ward in drawn)
    assert drawn[3].feature()["type"] == "MultiPolygon"


def test_a_ward_without_a_name_is_called_by_the_next_best(town: Release):
    names = [ward.name for ward in outlines(town, entry(town, "areas"), CITY)]
    assert names[0] == {"en": "Ward 1", "hi": "वार्ड 1"}
    assert names[1] == {"en": "Ward 2", "hi": "Ward 2"}
    assert names[3] == {"en": "4", "hi": "4"}


@pytest.mark.parametrize(
    "boundary", [None, {"table": "iccc__wards", "key": "ward_id", "column": "ward_id"}], ids=["none", "not published"]
)
def test_without_outlines_there_is_no_map(town: Release, boundary: dict[str, str] | None):
    assert wards(town, entry(town, "calls", boundary=boundary), CITY) == []


def test_a_key_that_does_not_go_out_does_not_stop_the_map(town: Release):
    assert len(outlines(town, entry(town, "areas", key=["secret_id"]), CITY)) == 4
    assert len(outlines(town, entry(town, "areas", key=[]), CITY)) == 4


# The small drawing


def paths(address: str) -> tuple[str, list[str]]:
    drawing = unquote(address.removeprefix("data:image/svg+xml,"))
    box, path = re.search(r'viewBox="([^"]*)"', drawing), re.search(r'<path d="([^"]*)"', drawing)
    assert box and path, drawing
    return box.group(1), re.findall(r"M[^Z]*Z", path.group(1))


def test_a_drawing_has_north_up_and_fills_its_box():
    box, (ring,) = paths(svg([shapely.Polygon([(0, 0), (2, 0), (0, 1)])], "#0b5d59"))
    assert box == "-1 -1 102.0 52.0"
    # x to the east, y down from the north.
    assert ring == "M0.0 50.0 L100.0 50.0 L0.0 0.0 L0.0 50.0Z"


def test_a_drawing_has_a_ring_for_every_part():
    two = shapely.MultiPolygon([square(0, 0, 1), square(3, 3, 1)])
    _, rings = paths(svg([two, square(1, 1, 1)], "#0b5d59"))
    assert len(rings) == 3


def test_a_drawing_is_an_address_that_needs_no_escaping():
    address = svg([square(0, 0)], "#0b5d59")
    assert re.fullmatch(r"data:image/svg\+xml,[\w%/.-]+", address)
    assert "fill=\"#0b5d59\"" in unquote(address)  # fmt: skip


def test_nothing_to_draw_is_no_drawing():
    assert svg([], "#0b5d59") == ""
