"""Footage that was asked for, is not held, and will soon be overwritten: what to send, the most urgent first."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

HOURS = 72


@dataclass(frozen=True)
class AtRisk:
    """A request whose footage will be overwritten at `lost_at`, and where the footage lies (ids, sorted).

    Instants are UTC. `recorder_ids` is empty where the register names none.
    """

    request_id: str
    camera_ids: tuple[str, ...]
    recorder_ids: tuple[str, ...]
    incident_from: pd.Timestamp
    incident_to: pd.Timestamp
    lost_at: pd.Timestamp
    hours_left: float

    @property
    def message(self) -> tuple[str, dict[str, Any]]:
        """The key of the message to send, and what it speaks of; it holds neither a case number nor a name."""
        parameters: dict[str, Any] = {
            "request_id": self.request_id,
            "camera_ids": self.camera_ids,
            "incident_from": self.incident_from,
            "incident_to": self.incident_to,
            "lost_at": self.lost_at,
        }
        if not self.recorder_ids:
            return "hold_by_camera", parameters
        return "hold_by_recorder", parameters | {"recorder_ids": self.recorder_ids}


def at_risk(
    requests: pd.DataFrame, pairs: pd.DataFrame, cameras: pd.DataFrame, as_of: pd.Timestamp, hours: float = HOURS
) -> list[AtRisk]:
    """Requests still to be searched, without a hold, whose footage is overwritten in less than `hours`, by when.

    `requests` and `pairs` as the footage marts have them, `cameras` with camera_id, recorder_id, retention_days. Of
    the cameras that still have footage, those with most of the window count, and of these the one that keeps it
    longest. What is overwritten already is left out.
    """
    lying = _lying(requests, pairs, cameras, as_of)
    lost_at = lying.groupby("request_id")["lost_at"].max()
    urgent = lost_at[lost_at < as_of + pd.Timedelta(hours=hours)].reset_index()
    rows = dict(list(lying.groupby("request_id")))
    return [
        _entry(rows[one.request_id], one.lost_at, as_of)
        for one in urgent.sort_values(["lost_at", "request_id"]).itertuples(index=False)
    ]


def _lying(requests: pd.DataFrame, pairs: pd.DataFrame, cameras: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The pairs of open requests and the cameras that have most of the window, and until when (`lost_at`)."""
    waits = requests["outcome"] == "pending"
    for done in ("hold_at", "searched_at", "closed_at"):
        waits &= requests[done].isna()
    asked = requests.loc[waits, ["request_id", "incident_from", "incident_to"]]
    seen = pairs[["request_id", "camera_id", "share", "keeps_days"]].merge(asked, on="request_id")
    seen = seen.merge(cameras[["camera_id", "recorder_id", "retention_days"]], on="camera_id", how="left")
    days = seen["keeps_days"].astype(float).fillna(seen["retention_days"].astype(float))
    # Nothing is known of a recorder that hands no index over, so it may have all of it.
    seen = seen.assign(lost_at=seen["incident_from"] + pd.to_timedelta(days, unit="D"), share=seen["share"].fillna(1))
    seen = seen[(seen["lost_at"] > as_of) & (seen["share"] > 0)]
    return seen[seen["share"] == seen.groupby("request_id")["share"].transform("max")]


def _entry(lying: pd.DataFrame, lost_at: pd.Timestamp, as_of: pd.Timestamp) -> AtRisk:
    first = lying.iloc[0]
    return AtRisk(
        request_id=first["request_id"],
        camera_ids=tuple(sorted(lying["camera_id"])),
        recorder_ids=tuple(sorted(set(lying["recorder_id"].dropna()))),
        incident_from=first["incident_from"],
        incident_to=first["incident_to"],
        lost_at=lost_at,
        hours_left=(lost_at - as_of) / pd.Timedelta(hours=1),
    )
