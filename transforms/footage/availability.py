"""How much of the time cameras recorded, how often they stopped and for how long, and what that costs the contractor.

The work on rows is SQL over the tables that it names: spans of recordings, then what each camera recorded in each month
and what the monitoring saw of it. So it runs over a whole mission as well. What follows here are sums of those.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from transforms.engine import name

ZONE = "Asia/Kolkata"
HOUR_S = 3_600
# Less than this part of the time, a camera is as good as not there.
SELDOM = 0.05
_LOOKS = ["looks", "link_up", "device_known", "device_up", "recording_known", "recording"]

_HERE = Path(__file__).parent
SPANS, AVAILABILITY, HEALTH = (
    (_HERE / f"{subject}.sql").read_text(encoding="utf-8") for subject in ("spans", "availability", "health")
)


def over(query: str, tables: Mapping[str, str]) -> str:
    """A query with the SQL of each table that it names."""
    given = ", ".join(f"{name(table)} AS ({sql})" for table, sql in tables.items())
    return f"WITH {given} SELECT * FROM ({query})"


def months(first: date, as_of: pd.Timestamp) -> pd.DataFrame:
    """The months, in India, from that of `first` to that of `as_of`, the last one as far as it has come.

    `month` (its first day), `start_at`, `end_at` (UTC, not included): a table that the queries name.
    """
    begin = pd.Timestamp(first).to_period("M").to_timestamp()
    days = pd.date_range(begin, as_of.tz_convert(ZONE).tz_localize(None), freq="MS")
    start = days.tz_localize(ZONE).tz_convert("UTC")
    table = pd.DataFrame({"month": days.date, "start_at": start})
    end = table["start_at"].shift(-1).fillna(as_of)
    return table.assign(end_at=end)[start < as_of]


def rates(table: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Rates for each group of `by` (the whole where there is none) of rows by camera and month.

    `table` as the query `availability` gives it, with the columns of `by`. Number of `cameras`; `due_s`, `recorded_s`,
    `failures`, `repairs`; `availability` = recorded / due; `mtbf_h` = hours recorded / failures; `mttr_h` = hours down
    / repairs, so that a hole still open adds its hours and no repair. NaN where nothing failed or was repaired.
    """
    groups = [table[key] for key in by] or [pd.Series(0, table.index)]
    grouped = table.groupby(groups, dropna=False)
    sums = grouped[["due_s", "recorded_s", "failures", "repairs"]].sum()
    sums.insert(0, "cameras", grouped["camera_id"].nunique())
    down_s = sums["due_s"] - sums["recorded_s"]
    return sums.assign(
        availability=sums["recorded_s"] / sums["due_s"],
        mtbf_h=sums["recorded_s"] / sums["failures"].where(sums["failures"] > 0) / HOUR_S,
        mttr_h=down_s / sums["repairs"].where(sums["repairs"] > 0) / HOUR_S,
    ).reset_index(drop=not by)


def seldom_up(table: pd.DataFrame, share: float = SELDOM) -> list[str]:
    """The cameras that recorded less than `share` of the time for which they were due, sorted."""
    cameras = rates(table, ["camera_id"])
    return sorted(cameras.loc[cameras["availability"] < share, "camera_id"])


def health_shares(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Shares of the looks that found link, device and recording well, for each group of `by`, from rows of `health`.

    A device is judged by the looks at which its link was up, as nothing is known of it otherwise. NaN without a look.
    """
    sums = table.groupby(list(by), dropna=False)[_LOOKS].sum()
    return pd.DataFrame(
        {
            "looks": sums["looks"],
            "link": sums["link_up"] / sums["looks"].where(sums["looks"] > 0),
            "device": sums["device_up"] / sums["device_known"].where(sums["device_known"] > 0),
            "recording": sums["recording"] / sums["recording_known"].where(sums["recording_known"] > 0),
        }
    ).reset_index()


def penalty(table: pd.DataFrame, bands: Mapping[float, float], fee_inr: float) -> pd.Series:
    """What a contractor owes for each camera and month of `table`, in rupees.

    `bands`: availability under the level (0 to 1) costs the share (0 to 1) of the month's fee for a camera, `fee_inr`;
    of several levels that it is under, the one that costs most.
    """
    reached = table["recorded_s"] / table["due_s"]
    owed = pd.DataFrame({level: (reached < level) * share for level, share in bands.items()}, index=table.index)
    return owed.max(axis=1).fillna(0) * fee_inr


def allowed_h(level: float, days: float) -> float:
    """The hours for which a camera may be down in so many days to reach a level (0 to 1) of availability."""
    return (1 - level) * days * 24
