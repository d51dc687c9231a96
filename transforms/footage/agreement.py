"""The reason that a desk states, against the one that the evidence gives."""

import numpy as np
import pandas as pd

from transforms.footage.causes import CAUSES, UNKNOWN, unmet
from transforms.interval import Share, share

NONE_STATED = "none stated"


def confusion(requests: pd.DataFrame) -> pd.DataFrame:
    """Counts of requests that matured and were not met: stated reasons (rows: CAUSES, then NONE_STATED) by derived ones
    (columns: CAUSES, then UNKNOWN)."""
    rows = _explained(requests)
    table = pd.crosstab(rows["stated"].fillna(NONE_STATED), rows["derived"])
    return table.reindex(index=[*CAUSES, NONE_STATED], columns=[*CAUSES, UNKNOWN], fill_value=0)


def consistency(requests: pd.DataFrame) -> Share:
    """The share of stated reasons that are the derived one, among requests of which both are known."""
    rows = _comparable(requests)
    return share(int((rows["stated"] == rows["derived"]).sum()), len(rows))


def review(requests: pd.DataFrame) -> pd.DataFrame:
    """The requests to look at again, as the evidence gives another reason than the desk: request_id, stated, derived,
    and whether the stated cause holds too (`also`), only not first. Those where it does not come first."""
    rows = _comparable(requests)
    apart = rows[rows["stated"] != rows["derived"]]
    stated = pd.Categorical(apart["stated"], categories=CAUSES).codes
    also = apart[list(CAUSES)].to_numpy(dtype=bool)[np.arange(len(apart)), stated]
    table = apart[["request_id", "stated", "derived"]].assign(also=also)
    return table.sort_values(["also", "request_id"], ignore_index=True)


def _comparable(requests: pd.DataFrame) -> pd.DataFrame:
    rows = _explained(requests)
    return rows[rows["stated"].notna() & (rows["derived"] != UNKNOWN)]


def _explained(requests: pd.DataFrame) -> pd.DataFrame:
    rows = unmet(requests)
    return rows.assign(derived=rows["reason"].where(rows["known"] & rows["reason"].notna(), UNKNOWN))
