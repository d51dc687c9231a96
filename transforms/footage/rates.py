"""How many requests for footage are met, and for how many crimes footage is provided: two rates, never merged."""

from collections.abc import Sequence

import pandas as pd

from transforms.interval import wilson

# Months are those of the people who live them.
ZONE = "Asia/Kolkata"

OUTCOMES = ("delivered", "partial", "rejected", "withdrawn", "duplicate", "pending")
REQUESTS_BY = ("zone", "ward_id", "month", "offence_group", "station", "channel")
CRIMES_BY = ("zone", "ward_id", "month", "offence_group")

# What each rate means, to be shown beside it.
DEFINITIONS = {
    "rate_a": "Requests met in full / requests matured. Matured: the due date has passed, or the request is closed. "
    "Withdrawn and duplicate requests are left out; footage in part counts as not met. By the date of the request.",
    "any_footage": "Requests met in full or in part / requests matured; else as rate A.",
    "rate_b": "Crimes for which footage was provided / all registered crimes, asked for or not. "
    "By the date of the crime.",
}


def rates(requests: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Rate A and the rate of any footage, for each group of `by` (of REQUESTS_BY; the whole where there is none).

    A row for each group, an absent value being one of its own, and for each month of the span even without
    requests: number of requests, of each outcome (they add up to it), `matured`, `met`, `any`; `rate_a` and
    `any_footage` with `_low` and `_high` (95 %, Wilson; 0 to 1, NaN where nothing matured). The month is that of
    requested_at, local time. Raises ValueError for any other group.
    """
    keys = _keys(requests, by, REQUESTS_BY, "requested_at")
    matured = requests["counted"] & requests["matured"]
    met = matured & requests["met"]
    given = met | (matured & (requests["outcome"] == "partial"))
    ended = {outcome: requests["outcome"] == outcome for outcome in OUTCOMES}
    one = pd.Series(1, index=requests.index)
    table = _sums(pd.DataFrame({"requests": one, **ended, "matured": matured, "met": met, "any": given}), keys)
    return _rated(_rated(table, "rate_a", "met", "matured"), "any_footage", "any", "matured")


def rate_b(crimes: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Rate B for each group of `by` (of CRIMES_BY): number of `crimes`, of those `asked` for and `provided`; `rate_b`
    with `_low` and `_high`. Rows and errors as those of `rates`; the month is that of occurred_at."""
    keys = _keys(crimes, by, CRIMES_BY, "occurred_at")
    counts = {"asked": crimes["footage_requested"], "provided": crimes["footage_provided"]}
    table = _sums(pd.DataFrame({"crimes": pd.Series(1, index=crimes.index), **counts}), keys)
    return _rated(table, "rate_b", "provided", "crimes")


def change(before: float, after: float) -> float:
    """By how much a number changed, in per cent of what it was. It tells of no cause."""
    return 100 * (after - before) / before


def _keys(rows: pd.DataFrame, by: Sequence[str], allowed: Sequence[str], at: str) -> pd.DataFrame:
    unknown = [name for name in by if name not in allowed]
    if unknown:
        raise ValueError(f"no rates by {', '.join(unknown)}; choose of {', '.join(allowed)}")
    local = pd.to_datetime(rows[at], utc=True).dt.tz_convert(ZONE)
    return rows.assign(month=local.dt.strftime("%Y-%m"))[list(by)]


def _sums(counts: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    if keys.columns.empty:
        return counts.sum().astype(int).to_frame().T
    rows = pd.concat([keys, counts.astype(int)], axis=1)
    if "month" in keys and len(keys):
        rows = pd.concat([rows, _months(keys)])
    return rows.groupby(list(keys), dropna=False)[list(counts)].sum().astype(int).reset_index()


def _months(keys: pd.DataFrame) -> pd.DataFrame:
    """Each month of the span for each of the other groups, so that one without requests shows."""
    span = pd.period_range(keys["month"].min(), keys["month"].max(), freq="M").strftime("%Y-%m")
    months = pd.DataFrame({"month": span})
    others = keys.drop(columns="month").drop_duplicates()
    return others.merge(months, how="cross") if len(others.columns) else months


def _rated(table: pd.DataFrame, name: str, count: str, total: str) -> pd.DataFrame:
    low, high = wilson(table[count], table[total])
    return table.assign(**{name: table[count] / table[total], f"{name}_low": low, f"{name}_high": high})
