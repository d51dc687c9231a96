"""Why a request for footage is not met: the causes, in the order in which a desk would name one."""

import pandas as pd

CAUSES = (
    "authorisation_missing",
    "incomplete_request",
    "no_coverage",
    "camera_down",
    "link_down_not_backfilled",
    "recorder_fault",
    "recording_gap",
    "expired_before_request",
    "expired_during_handling",
    "clock_drift",
    "wrong_time_or_place",
    "capacity",
    "turned_away",
    "quality",
    "export_failed",
)
# Where the evidence does not suffice: never a guess.
UNKNOWN = "unknown"


def unmet(requests: pd.DataFrame) -> pd.DataFrame:
    """The requests that count, matured and were not met: those for which there is something to explain."""
    return requests[requests["counted"] & requests["matured"] & ~requests["met"]]
