"""Why a city's requests were met or not, in numbers that a command, a page and a test can share."""

from typing import Any

import pandas as pd

from transforms.footage import agreement, outcomes, rates, shares
from transforms.interval import share

# Of which a request is asked for a second look, so many are told.
REVIEWED = 50


def explain(requests: pd.DataFrame, crimes: pd.DataFrame | None) -> dict[str, Any]:
    """The explanation of a city's requests (columns of the mart footage_causes), as JSON takes it.

    `requests`, `matured`, `met`; `rate_a` with `low` and `high`, `any_footage`, `rate_b` (None without `crimes`), all
    of 1; `outcomes` by word, `causes` (reason, requests, shapley; the shares add up to matured - met), `stated`: how
    many of the stated reasons are the derived ones (part, whole, share, low, high) and `review`, the requests to look
    at again; `quarter_supplied_hours`: until a quarter of all were supplied, None where that never was; `known_until`.
    """
    whole = rates.rates(requests).iloc[0]
    given = share(int(whole["met"]), int(whole["matured"]))
    known_until = requests["known_until"].max()
    return {
        "requests": len(requests),
        "matured": given.whole,
        "met": given.part,
        "rate_a": given.share,
        "low": given.low,
        "high": given.high,
        "any_footage": share(int(whole["any"]), given.whole).share,
        "rate_b": _rate_b(crimes),
        "outcomes": {outcome: int(whole[outcome]) for outcome in rates.OUTCOMES},
        "causes": _causes(requests),
        "stated": agreement.consistency(requests)._asdict(),
        "review": agreement.review(requests).head(REVIEWED).drop(columns="also").to_dict("records"),
        "quarter_supplied_hours": outcomes.hours_until(outcomes.curves(requests, known_until)),
        "known_until": known_until.isoformat(),
    }


def by(requests: pd.DataFrame, group: str) -> list[dict[str, Any]]:
    """Rate A for each group (zone, ward_id, month, offence_group, station or channel): `group`, requests, matured, met,
    rate_a, low, high; None where nothing matured. Raises ValueError for any other group."""
    table = rates.rates(requests, [group])
    named = table.rename(columns={group: "group", "rate_a_low": "low", "rate_a_high": "high"})
    chosen = named[["group", "requests", "matured", "met", "rate_a", "low", "high"]].astype(object)
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in chosen.to_dict("records")
    ]


def _rate_b(crimes: pd.DataFrame | None) -> float | None:
    if crimes is None or crimes.empty:
        return None
    return float(rates.rate_b(crimes).iloc[0]["rate_b"])


def _causes(requests: pd.DataFrame) -> list[dict[str, Any]]:
    """The causes that stood in the way of any request, the largest share first."""
    funnel = shares.funnel(requests)
    found = funnel[funnel["requests"] > 0].sort_values(["shapley", "reason"], ascending=[False, True])
    return [
        {"reason": row.reason, "requests": int(row.requests), "shapley": round(float(row.shapley), 3)}
        for row in found.itertuples()
    ]
