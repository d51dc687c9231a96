"""How long people wait until they ask for footage, against how long it is kept; and what that hides."""

import pandas as pd

from transforms.interval import Share, share, wilson

# Buckets of days; the usual retentions are among their ends.
DAYS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60)
LATE = pd.Timedelta(days=1)

# What the bounds take for granted, to be shown beside them.
ASSUMPTIONS = {
    "worst": "Nothing is assumed of the crimes for which nobody asked: footage of none of them, or of all.",
    "selected": "People do not ask for what they think is gone: crimes for which nobody asked would not have fared "
    "better than those for which somebody did.",
}


def lags(requests: pd.DataFrame, pairs: pd.DataFrame, city_days: float) -> pd.DataFrame:
    """Days from incident_to to requested_at, in buckets, with the share of requests whose footage was still kept.

    A row for each bucket: `from_days`, `to_days` (not included; infinite in the last), `requests` (counted ones),
    `retained` of these, `share` with `low` and `high` (95 %, Wilson). Footage is kept from incident_from for the most
    days that a camera which sees the place keeps it (`keeps_days` of the pairs); `city_days` where none is known.
    """
    counted = requests[requests["counted"]]
    kept = pairs.groupby("request_id")["keeps_days"].max()
    days = counted["request_id"].map(kept).astype(float).fillna(city_days)
    retained = counted["incident_from"] + pd.to_timedelta(days, unit="D") > counted["requested_at"]
    # Some ask while it still goes on.
    lag = ((counted["requested_at"] - counted["incident_to"]) / pd.Timedelta(days=1)).clip(lower=0)
    ends = [*DAYS, float("inf")]
    bucket = pd.cut(lag, ends, right=False, labels=DAYS)
    found = retained.groupby(bucket, observed=False).agg(["size", "sum"])
    low, high = wilson(found["sum"], found["size"])
    return pd.DataFrame(
        {
            "from_days": DAYS,
            "to_days": ends[1:],
            "requests": found["size"].to_numpy(),
            "retained": found["sum"].to_numpy(),
            "share": (found["sum"] / found["size"]).to_numpy(),
            "low": low,
            "high": high,
        }
    )


def bounds(crimes: pd.DataFrame) -> pd.DataFrame:
    """The table of rates.rate_b with what the rate could be had somebody asked for footage of every crime.

    `unseen`: the share of crimes for which nobody asked. `worst_low`, `worst_high`: the rate if footage of none of
    these, or of all, were there (Manski 1989, worst case). `selected_high`: the rate among those asked for, the most
    it can be by the assumption "selected" (monotone selection, Manski and Pepper 2000); the least stays. These are
    limits of what can be known, not intervals of chance. Footage still on its way counts as not provided, so take
    crimes old enough. NaN where there is no crime, or none asked for.
    """
    total, asked, provided = crimes["crimes"], crimes["asked"], crimes["provided"]
    return crimes.assign(
        unseen=(total - asked) / total,
        worst_low=provided / total,
        worst_high=(provided + total - asked) / total,
        selected_high=provided / asked,
    )


def logged_late(requests: pd.DataFrame) -> Share | None:
    """The share of requests entered more than a day after they were made; None where nobody tells when."""
    if "logged_at" not in requests:
        return None
    return share(int((requests["logged_at"] - requests["requested_at"] > LATE).sum()), len(requests))
