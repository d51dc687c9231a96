"""Stated reasons against derived ones."""

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.footage.drawn import tables
from transforms.footage.agreement import NONE_STATED, confusion, consistency, review
from transforms.footage.causes import CAUSES, UNKNOWN, unmet

# stated; the causes that hold, None where the evidence does not suffice
CASES = [
    ("camera_down", ("camera_down",)),
    ("clock_drift", ("camera_down", "clock_drift")),
    ("no_coverage", ("camera_down",)),
    (None, ("capacity",)),
    ("quality", None),
    (None, None),
    # not met, and nothing found against it
    ("turned_away", ()),
]


def requests() -> pd.DataFrame:
    causes = [held or () for _, held in CASES]
    return pd.DataFrame(
        {
            "request_id": [f"R{number}" for number in range(len(CASES))],
            "counted": True,
            "matured": True,
            "met": False,
            "known": [held is not None for _, held in CASES],
            "stated": pd.Series([stated for stated, _ in CASES], dtype="str"),
            "reason": pd.Series([next(iter(held), None) for held in causes], dtype="str"),
            **{cause: [cause in held for held in causes] for cause in CAUSES},
        }
    )


def test_by_hand():
    found = confusion(requests())
    cells = {(row, column): int(n) for row, line in found.iterrows() for column, n in line.items() if n}
    assert cells == {
        ("camera_down", "camera_down"): 1,
        ("no_coverage", "camera_down"): 1,
        ("clock_drift", "camera_down"): 1,
        (NONE_STATED, "capacity"): 1,
        ("quality", UNKNOWN): 1,
        (NONE_STATED, UNKNOWN): 1,
        ("turned_away", UNKNOWN): 1,
    }
    assert consistency(requests())[:3] == (1, 3, 1 / 3)
    # the one whose stated cause does not hold at all comes first
    assert review(requests()).to_dict("split")["data"] == [
        ["R2", "no_coverage", "camera_down", False],
        ["R1", "clock_drift", "camera_down", True],
    ]


def test_only_what_matured_and_was_not_met_is_looked_at():
    for column, value in (("counted", False), ("matured", False), ("met", True)):
        rows = requests().assign(**{column: value})
        assert confusion(rows).to_numpy().sum() == 0
        assert consistency(rows) == (0, 0, None, None, None)
        assert len(review(rows)) == 0


@settings(deadline=None, max_examples=50)
@given(tables)
def test_all_of_it_adds_up(rows: pd.DataFrame):
    found, share, again = confusion(rows), consistency(rows), review(rows)
    assert found.to_numpy().sum() == len(unmet(rows))
    assert found[UNKNOWN].sum() == (~unmet(rows)["known"] | unmet(rows)["reason"].isna()).sum()
    assert found.index.tolist() == [*CAUSES, NONE_STATED]
    assert found.columns.tolist() == [*CAUSES, UNKNOWN]
    compared = found.drop(index=NONE_STATED, columns=UNKNOWN)
    assert share.whole == compared.to_numpy().sum()
    assert share.part == sum(compared.loc[cause, cause] for cause in CAUSES)
    assert len(again) == share.whole - share.part
    held = rows.set_index("request_id")
    assert all(held.loc[row.request_id, row.stated] == row.also for row in again.itertuples())
    assert all(held.loc[row.request_id, row.derived] for row in again.itertuples())


@settings(deadline=None, max_examples=20)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: pd.DataFrame, chance: Any):
    order = list(range(len(rows)))
    chance.shuffle(order)
    pd.testing.assert_frame_equal(confusion(rows.iloc[order]), confusion(rows))
    pd.testing.assert_frame_equal(review(rows.iloc[order]), review(rows))
