"""What a city's profile says: its departments, its wards and their people, its area."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from portal.public.profiles import area_km2, departments, ground, population
from portal.public.summaries import Ward
from tests.contracts_kit import CITY, column
from tests.portal.kit import build
from tests.portal.town import areas, opened, square
from tests.transforms.kit import dataset
from transforms.engine import literal
from transforms.release.reader import Release, open_release

WARDS = dataset(
    column("ward_id", treatment="keep", key=True),
    column("population", "integer", "keep"),
    column("geometry", "geometry", "keep"),
)
PEOPLE = {"1": 700, "1A": 43, "2": 5}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    with opened(tmp_path_factory.mktemp("town")) as release:
        yield release


def peopled(folder: Path, people: dict[str, int | None]) -> list[Ward]:
    """The ground of a city whose only dataset is a ward file with these residents."""
    shape = literal(square(72, 19).wkb.hex())
    rows = ", ".join(f"({literal(ward)}, {'NULL' if n is None else n})" for ward, n in people.items())
    sql = (
        f"SELECT {literal(CITY)} AS city, ward_id, CAST(n AS BIGINT) AS population, from_hex({shape}) AS geometry "
        f"FROM (VALUES {rows}) AS t(ward_id, n)"
    )
    build(folder / "releases", "one", sql, WARDS)
    release = open_release(folder / "releases", "one")
    found = ground(release, CITY)
    release.connection.close()
    return found


def with_entries(release: Release, *entries: dict[str, Any]) -> Release:
    """The same release with other datasets in its catalogue."""
    return replace(release, catalog={**release.catalog, "datasets": list(entries)})


def entry(release: Release, slug: str, department: str, rows: dict[str, int], **more: Any) -> dict[str, Any]:
    """A dataset of a department with so many rows by city."""
    like = release.tables["works__calls"]
    named = {"id": department, "en": department, "hi": department}
    return {**like, "slug": slug, "department": named, "rows": rows, **more}


def test_a_department_is_live_where_one_of_its_datasets_has_rows(town: Release):
    release = with_entries(
        town,
        entry(town, "pipes", "water", {CITY: 5}),
        entry(town, "pumps", "water", {CITY: 0, "meghavan": 7}),
        entry(town, "lamps", "lighting", {"meghavan": 1}),
    )
    here = {one.id: [dataset["slug"] for dataset in one.entries] for one in departments(release, CITY)}
    assert here == {"water": ["pipes"], "lighting": []}
    assert [(one.id, one.live) for one in departments(release, "meghavan")] == [("water", True), ("lighting", True)]
    assert not any(one.live for one in departments(release, "atlantis"))


def test_what_is_made_from_others_data_makes_no_department_live(town: Release):
    made = entry(town, "by-month", "water", {CITY: 5}, made_from=["water__pipes"])
    release = with_entries(town, made, entry(town, "lamps", "lighting", {CITY: 1}))
    assert [one.id for one in departments(release, CITY)] == ["lighting"]


def test_the_ground_is_the_outlines_that_others_are_placed_in(town: Release):
    assert [ward.id for ward in ground(town, CITY)] == list(areas())
    assert {ward.count for ward in ground(town, CITY)} == {None}
    assert ground(town, "atlantis") == []


def test_wards_have_their_residents(tmp_path: Path):
    wards = peopled(tmp_path, {**PEOPLE})
    assert {ward.id: ward.count for ward in wards} == PEOPLE
    assert population(wards) == 748


@pytest.mark.parametrize("people", [{"1": 700, "2": None}, {"1": None}], ids=["one unknown", "none known"])
def test_residents_are_added_up_only_where_all_are_known(tmp_path: Path, people: dict[str, int | None]):
    assert population(peopled(tmp_path, people)) is None


def test_without_wards_there_is_no_number_of_residents():
    assert population([]) is None


@pytest.mark.parametrize(
    ("shape", "km2"),
    [
        # A degree by a degree on the ellipsoid of WGS 84, at the equator and at 60° north.
        (shapely.box(0, 0, 1, 1), 12_308.8),
        (shapely.box(10, 60, 11, 61), 6_116.4),
        (shapely.MultiPolygon([square(0, 0, 1), square(3, 0, 1)]), 2 * 12_308.8),
        (shapely.box(0, 0, 1, 1).reverse(), 12_308.8),
    ],
)
def test_an_area_is_that_on_the_ellipsoid(shape: Any, km2: float):
    assert area_km2(Ward("1", {"en": "1", "hi": "1"}, shape)) == pytest.approx(km2, rel=2e-3)
