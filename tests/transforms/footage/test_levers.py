"""What settings of levers cost in a year."""

from typing import Any

import numpy as np
import pytest

from data_contracts.footage import FootageAssumptions
from transforms.footage.levers import LEVERS, NOW, Costs, lattice, most_keep, used

PRICES = {
    "retentionCameraDay": (50, 1),
    "holdOnReceipt": (1_000, 100),
    "repairWithin24Camera": (0, 300),
    "repairWithin8Camera": (0, 700),
    "clockSyncCamera": (100, 20),
    "completeForm": (500, 0),
    "searchClerk": (0, 9_000),
    "addedCamera": (5_000, 400),
}


def assumptions(staff: int = 2, **prices: tuple[float, float]) -> FootageAssumptions:
    """Prices as (once, a year), spread over five years; those that are not given cost nothing."""
    told: dict[str, Any] = {
        name: {"onceInr": once, "yearlyInr": yearly, "note": "Assumption."}
        for name, (once, yearly) in {**dict.fromkeys(PRICES, (0, 0)), **prices}.items()
    }
    return FootageAssumptions.model_validate({"searchStaffNow": staff, "years": 5, **told})


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({}, 0),
        # a year of a camera-day costs 50 / 5 + 1; three cameras keep 15, 15 and 40 days
        ({"retention_days": 30}, 11 * (15 + 15 + 0)),
        ({"retention_days": 45}, 11 * (30 + 30 + 5)),
        ({"hold_on_receipt": 1}, 300),
        ({"repair_hours": 24}, 900),
        ({"repair_hours": 8}, 2_100),
        ({"clock_sync": 1}, 3 * 40),
        ({"complete_form": 1}, 100),
        ({"search_staff": 2}, 18_000),
        ({"added_cameras": 10}, 14_000),
        # new cameras keep 15 days, so they need more, too
        ({"added_cameras": 10, "retention_days": 30}, 14_000 + 11 * (30 + 150)),
        ({"hold_on_receipt": 1, "search_staff": 1}, 9_300),
    ],
)
def test_a_setting_costs_what_its_units_do(setting, expected):
    costs = Costs(assumptions(**PRICES), np.array([15.0, 15.0, 40.0]))
    assert costs.yearly_inr({**NOW, **setting}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("keeps", "expected"),
    [([15, 30, 30], 30), ([30, 15], 15), ([np.nan, np.nan, 7], 7), ([np.nan], np.nan), ([], np.nan)],
)
def test_what_most_cameras_keep(keeps, expected):
    assert most_keep(np.array(keeps, dtype=float)) == pytest.approx(expected, nan_ok=True)


def test_a_camera_of_which_nothing_is_known_keeps_what_most_do():
    costs = Costs(assumptions(**PRICES), np.array([15.0, 15.0, np.nan]))
    assert costs.yearly_inr({**NOW, "retention_days": 30}) == pytest.approx(11 * 45)


def test_the_lattice_holds_every_combination_once():
    every = lattice()
    assert len(every) == len({tuple(one.items()) for one in every}) == 4 * 2 * 3 * 2 * 2 * 3 * 4
    assert every[0] == NOW and used(every[0]) == [] and used(every[-1]) == list(LEVERS)
