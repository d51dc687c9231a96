"""The two rates: by hand, by every grouping, and what holds of all of them."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.footage.drawn import draw, tables
from transforms.footage.rates import CRIMES_BY, DEFINITIONS, OUTCOMES, REQUESTS_BY, change, rate_b, rates

UTC = "UTC"


def asked(*rows: tuple[str, bool, str]) -> pd.DataFrame:
    """Requests by outcome, whether they matured, and the moment (UTC) at which they were made."""
    return pd.DataFrame(
        {
            "outcome": [outcome for outcome, _, _ in rows],
            "counted": [outcome not in ("withdrawn", "duplicate") for outcome, _, _ in rows],
            "matured": [matured for _, matured, _ in rows],
            "met": [outcome == "delivered" for outcome, _, _ in rows],
            "requested_at": pd.to_datetime([at for _, _, at in rows], utc=True),
            "zone": "east",
        }
    )


def crimes(*rows: tuple[bool, bool], at: str = "2026-01-05") -> pd.DataFrame:
    requested, provided = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "footage_requested": requested,
            "footage_provided": provided,
            "occurred_at": pd.Timestamp(at, tz=UTC),
            "zone": "east",
        }
    )


def only(table: pd.DataFrame) -> dict[str, Any]:
    (row,) = table.to_dict("records")
    return row


def test_rate_a_by_hand():
    day = "2026-01-05"
    found = only(
        rates(
            asked(
                *[("delivered", True, day)] * 4,
                *[("partial", True, day)] * 2,
                *[("rejected", True, day)] * 2,
                # past due, and open: it counts as not met; the other one does not count yet
                ("pending", True, day),
                ("pending", False, day),
                ("withdrawn", True, day),
                ("duplicate", True, day),
            )
        )
    )
    counts = {"requests": 12, "delivered": 4, "partial": 2, "rejected": 2, "withdrawn": 1, "duplicate": 1, "pending": 2}
    assert {name: found[name] for name in counts} == counts
    assert (found["matured"], found["met"], found["any"]) == (9, 4, 6)
    assert (found["rate_a"], found["any_footage"]) == (4 / 9, 6 / 9)
    assert (round(found["rate_a_low"], 3), round(found["rate_a_high"], 3)) == (0.189, 0.733)


def test_the_share_of_the_specification():
    found = only(rates(asked(*[("delivered", True, "2026-01-05")] * 22, *[("rejected", True, "2026-01-05")] * 688)))
    assert round(100 * found["rate_a"], 1) == 3.1


def test_rate_b_by_hand():
    found = only(rate_b(crimes((True, True), (True, False), (False, False), (False, False))))
    assert (found["crimes"], found["asked"], found["provided"], found["rate_b"]) == (4, 2, 1, 0.25)


def test_the_change_of_the_specification():
    assert round(change(3_068, 2_554), 2) == -16.75


def test_months_are_local_and_one_without_requests_shows():
    found = rates(
        asked(
            # 18:29 is the last minute of the day, 18:30 is midnight
            ("delivered", True, "2026-01-31 18:29"),
            ("delivered", True, "2026-01-31 18:30"),
            ("rejected", True, "2026-04-10 00:00"),
        ),
        ["month"],
    )
    assert found["month"].tolist() == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert found["requests"].tolist() == [1, 1, 0, 1]
    assert found["rate_a"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize("zone", [None, UTC])
def test_moments_without_a_zone_are_universal_time(zone: str | None):
    rows = asked(("delivered", True, "2026-01-31 18:30"))
    rows["requested_at"] = rows["requested_at"].dt.tz_convert(zone)
    assert rates(rows, ["month"])["month"].tolist() == ["2026-02"]


def test_no_requests_have_no_rate():
    found = only(rates(draw(0, 0)))
    assert (found["requests"], found["matured"]) == (0, 0)
    assert pd.isna([found["rate_a"], found["rate_a_low"], found["rate_a_high"]]).all()
    assert len(rates(draw(0, 0), ["zone", "month"])) == 0


def test_other_groups_are_refused():
    with pytest.raises(ValueError, match=r"^no rates by officer; choose of zone, "):
        rates(draw(0, 5), ["zone", "officer"])
    with pytest.raises(ValueError, match=r"^no rates by station; choose of zone, ward_id, month, offence_group$"):
        rate_b(crimes((True, True)), ["station"])


def test_each_rate_has_its_own_definition():
    shown = set(rates(draw(0, 5))) | set(rate_b(crimes((True, True))))
    assert set(DEFINITIONS) == {name for name in shown if f"{name}_low" in shown}
    assert len(set(DEFINITIONS.values())) == len(DEFINITIONS)


groups = st.lists(st.sampled_from(REQUESTS_BY), unique=True, max_size=3)


@settings(deadline=None, max_examples=50)
@given(tables, groups)
def test_groups_and_outcomes_add_up(requests: pd.DataFrame, by: list[str]):
    whole, parts = only(rates(requests)), rates(requests, by)
    assert (parts[list(OUTCOMES)].sum(axis=1) == parts["requests"]).all()
    for name in ("requests", "matured", "met", "any", *OUTCOMES):
        assert parts[name].sum() == whole[name]
    assert whole["requests"] == len(requests)
    assert not by or not parts.duplicated(by).any()
    assert ((parts["met"] <= parts["any"]) & (parts["any"] <= parts["matured"])).all()
    rated = parts[parts["matured"] > 0]
    assert ((rated["rate_a_low"] <= rated["rate_a"]) & (rated["rate_a"] <= rated["rate_a_high"])).all()


@settings(deadline=None, max_examples=20)
@given(tables, groups, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(requests: pd.DataFrame, by: list[str], chance: Any):
    rows = list(range(len(requests)))
    chance.shuffle(rows)
    pd.testing.assert_frame_equal(rates(requests.iloc[rows], by), rates(requests, by))


@settings(deadline=None, max_examples=20)
@given(tables, st.sampled_from(REQUESTS_BY))
def test_each_group_is_rated_as_if_it_were_alone(requests: pd.DataFrame, by: str):
    if by != "month":
        for key, rows in requests.groupby(by):
            found = rates(requests, [by])
            alone = rates(rows)
            pd.testing.assert_frame_equal(found[found[by] == key][list(alone)].reset_index(drop=True), alone)


@pytest.mark.parametrize("by", CRIMES_BY)
def test_rate_b_by_each_group(by: str):
    rows = draw(3, 50).rename(columns={"requested_at": "occurred_at", "met": "footage_provided"})
    rows["footage_requested"] = rows["footage_provided"] | rows["known"]
    found = rate_b(rows, [by])
    assert (found["crimes"].sum(), found["provided"].sum()) == (50, rows["footage_provided"].sum())
    assert (found["provided"] <= found["asked"]).all()
