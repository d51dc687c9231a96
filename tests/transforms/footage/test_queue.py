"""Which requests are at risk, in which order, and what is to be sent."""

from typing import Any

import pandas as pd
import pytest

from data_contracts import catalogue
from orchestration.sample.police.desk import NEVER
from orchestration.sample.police.law import expiry
from orchestration.sample.police.span import DAY, FINISH, ORIGIN
from orchestration.sample.police.world import PoliceWorld, police
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import world
from transforms.footage.queue import at_risk

NOW = pd.Timestamp("2026-09-30T12:00Z")
CAMERAS = pd.DataFrame(
    {"camera_id": ["A", "B", "C"], "recorder_id": ["R1", "R1", None], "retention_days": pd.array([10, 10, 10], "Int64")}
)


def ago(hours: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(hours=hours)


def requests(*begun: float, **columns: Any) -> pd.DataFrame:
    """Open requests for an hour that began so many hours ago."""
    none = pd.Series(pd.NaT, range(len(begun)), dtype="datetime64[us, UTC]")
    rows = {
        "request_id": [f"FR-{number}" for number in range(len(begun))],
        "incident_from": [ago(hours) for hours in begun],
        "incident_to": [ago(hours - 1) for hours in begun],
        "hold_at": none,
        "searched_at": none,
        "closed_at": none,
        "outcome": "pending",
    }
    return pd.DataFrame(rows | columns)


def pairs(*rows: tuple[str, str, float | None, float | None]) -> pd.DataFrame:
    """Pairs of request, camera, share of the window recorded and days kept."""
    return pd.DataFrame(rows, columns=["request_id", "camera_id", "share", "keeps_days"])


def test_the_most_urgent_comes_first_and_what_is_safe_or_gone_not_at_all():
    begun = [10 * 24 - left for left in (50, 1, 72, 71.9, 0, -3)]
    seen = pairs(*((f"FR-{number}", "A", 1, 10) for number in range(6)))
    found = at_risk(requests(*begun), seen, CAMERAS, NOW)
    assert [one.request_id for one in found] == ["FR-1", "FR-0", "FR-3"]
    assert [one.hours_left for one in found] == pytest.approx([1, 50, 71.9])


@pytest.mark.parametrize("done", ["hold_at", "searched_at", "closed_at"])
def test_what_is_held_searched_or_closed_waits_for_nothing(done: str):
    asked = requests(10 * 24 - 5, **{done: [ago(3)]})
    assert at_risk(asked, pairs(("FR-0", "A", 1, 10)), CAMERAS, NOW) == []


def test_what_was_withdrawn_waits_for_nothing():
    asked = requests(10 * 24 - 5, outcome="withdrawn")
    assert at_risk(asked, pairs(("FR-0", "A", 1, 10)), CAMERAS, NOW) == []


@pytest.mark.parametrize(
    ("seen", "cameras", "hours"),
    [
        # the camera that keeps longest decides, and all that still have it are told
        ([("A", 1, 10.0), ("B", 1, 11.0)], ("A", "B"), 29),
        # one that kept it no longer is not
        ([("A", 1, 9.0), ("B", 1, 11.0)], ("B",), 29),
        # nor one that has less of it, or none
        ([("A", 1, 10.0), ("B", 0.5, 11.0), ("C", 0, 12.0)], ("A",), 5),
        # a part is better than nothing
        ([("A", 0, 10.0), ("B", 0.5, 11.0)], ("B",), 29),
        # what nobody measured is as the register says, and may be there
        ([("A", None, None)], ("A",), 5),
    ],
)
def test_where_the_footage_lies(seen: list[tuple[str, float | None, float | None]], cameras: tuple, hours: float):
    asked = requests(10 * 24 - 5)
    (found,) = at_risk(asked, pairs(*(("FR-0", *row) for row in seen)), CAMERAS, NOW)
    assert found.camera_ids == cameras
    assert found.hours_left == pytest.approx(hours)


def test_the_message_names_recorders_where_they_are_known():
    asked = requests(10 * 24 - 5, 10 * 24 - 6)
    one, other = at_risk(asked, pairs(("FR-0", "A", 1, 10), ("FR-0", "B", 1, 10), ("FR-1", "C", 1, 10)), CAMERAS, NOW)
    key, parameters = one.message
    assert (key, parameters["recorder_ids"], parameters["camera_ids"]) == ("hold_by_recorder", ("R1",), ("A", "B"))
    assert parameters["lost_at"] == NOW + pd.Timedelta(hours=5)
    assert other.message[0] == "hold_by_camera"
    assert "recorder_ids" not in other.message[1]


def test_requests_that_no_camera_sees_are_not_there():
    assert at_risk(requests(100), pairs(), CAMERAS, NOW) == []


def instants(minutes: pd.Series) -> pd.Series:
    """Minutes of the sample as instants."""
    return pd.to_datetime(ORIGIN).tz_localize("UTC") + pd.to_timedelta(minutes.where(minutes < NEVER), unit="min")


def planted(drawn: PoliceWorld) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Requests and pairs of a sample city, each pair with whether its footage is gone already."""
    asked, seen = drawn.requests, drawn.pairs
    names = {"hold_at": "hold", "searched_at": "searched", "closed_at": "closed"}
    times = {"incident_from": "start", "incident_to": "end", **names}
    numbers = pd.Series([f"FR-{number:06}" for number in range(len(asked))])
    rows = pd.DataFrame({"request_id": numbers, "outcome": asked["outcome"]})
    gone = asked["start"].to_numpy()[seen["request"]] + seen["retention"].to_numpy() <= FINISH
    return (
        rows.assign(**{column: instants(asked[name]) for column, name in times.items()}),
        pd.DataFrame(
            {
                "request_id": numbers.to_numpy()[seen["request"]],
                "camera_id": drawn.footage.devices["camera_id"].to_numpy()[seen["device"]],
                "share": seen["share"].to_numpy(),
                "keeps_days": seen["retention"].to_numpy() / DAY,
                "gone": gone,
            }
        ),
    )


def test_in_a_sample_city_just_what_can_still_be_saved_is_listed():
    drawn = police(world(FIVE[0], catalogue.load(), 7, "five"))
    asked, seen = planted(drawn)
    register = pd.DataFrame({"camera_id": seen["camera_id"].unique(), "recorder_id": "R", "retention_days": 30})
    found = at_risk(asked, seen, register, instants(pd.Series([FINISH]))[0])
    told = {(one.request_id, camera) for one in found for camera in one.camera_ids}
    gone = seen[seen["gone"]]
    assert told.isdisjoint(zip(gone["request_id"], gone["camera_id"], strict=True))
    # The truth by the sample's own law: open, without a hold, and some camera's last day is near.
    of = drawn.requests.iloc[drawn.pairs["request"]]
    left = of["start"].to_numpy() + drawn.pairs["retention"].to_numpy() - FINISH
    waits = (of["outcome"] == "pending").to_numpy() & (of[["hold", "searched"]] >= NEVER).all(axis=1).to_numpy()
    before, during = expiry(drawn.case)
    usable = waits & (left > 0) & ~before & ~during & (drawn.pairs["share"].to_numpy() > 0)
    best = pd.DataFrame({"request": drawn.pairs["request"], "left": left, "share": drawn.pairs["share"]})[usable]
    best = best[best["share"] == best.groupby("request")["share"].transform("max")].groupby("request")["left"].max()
    assert {one.request_id for one in found} == {f"FR-{n:06}" for n in best.index[best < 3 * DAY]}
    assert len(found) > 0
