"""How much of a city is seen, and where demand is not."""

import h3
import numpy as np
import pytest

from tests.transforms.footage import town
from transforms.footage.coverage import coverage

STANDING = town.cameras((100, 50), (110, 50), (200, 150), (350, 50), status=["working", "working", "working", "faulty"])
WANTED = town.demand((100, 50), (112, 50), (350, 50), (351, 51), (900, 0), weight=[1, 2, 4, 0.5, 8])


def test_only_working_cameras_cover() -> None:
    """Two circles of 20 m whose middles lie 10 m apart, and one on the border of the wards."""
    found = coverage(STANDING, WANTED, town.wards())
    lens = 2 * 400 * np.arccos(0.25) - 5 * np.sqrt(1_600 - 100)
    circle = 400 * np.pi
    assert found.wards["ward_id"].tolist() == ["1", "2"]
    assert found.wards["area_share"].tolist() == pytest.approx(
        [(2.5 * circle - lens) / 40_000, 0.5 * circle / 40_000], rel=0.005
    )
    assert found.wards["demand"].tolist() == [3, 4.5]
    assert found.wards["demand_seen"].tolist() == [3, 0]
    assert (found.demand, found.demand_seen) == (15.5, 3)
    assert found.zone == "restricted"


def test_blind_spots_are_cells_by_the_weight_that_none_sees() -> None:
    found = coverage(STANDING, WANTED, town.wards()).blind_spots
    assert found["points"].tolist() == [1, 2]
    assert found["weight"].tolist() == [8, 4.5]
    near = WANTED.iloc[2]
    assert found["cell"][1] == h3.latlng_to_cell(near["lat"], near["lon"], 9)


def test_a_city_that_sees_everything_wanted_has_no_blind_spots() -> None:
    found = coverage(STANDING, WANTED[:2], town.wards())
    assert found.blind_spots.empty
    assert found.blind_spots.columns.tolist() == ["cell", "points", "weight"]


def test_a_city_without_a_camera_sees_nothing() -> None:
    found = coverage(STANDING[:0], WANTED, town.wards())
    assert found.demand_seen == 0
    assert found.wards["area_share"].tolist() == [0, 0]
    assert found.blind_spots["weight"].sum() == found.demand
