"""The draft of a certificate for the footage of a request, from what the city has sent."""

import pandas as pd

from orchestration.footage import Footage, frame
from orchestration.project import Project
from orchestration.standing import standing
from portal.pages.theme import ASSETS
from transforms.engine import literal, literals
from transforms.footage.certificate import AROUND, Evidence, draft
from transforms.footage.fault import FootageFault

HEALTH = "police__camera_health"
NOTHING_SEEN = pd.DataFrame(
    {
        "observed_at": pd.Series(dtype="datetime64[us, UTC]"),
        **{name: pd.Series(dtype="boolean") for name in ("device_up", "link_up", "recording")},
        "clock_offset_ms": pd.Series(dtype="Int64"),
    }
)


def certificate(project: Project, city: str, loaded: Footage, request_id: str) -> bytes:
    """The draft as a PDF, of the camera with the least against its footage of what the request asks for.

    Raises FootageFault where the request, or a recording of it, is not there.
    """
    asked = loaded.requests[loaded.requests["request_id"] == request_id]
    events, recordings = loaded.wanted("events"), loaded.wanted("recordings")
    if asked.empty:
        raise FootageFault(f"footage of {city}: no such request has been accepted; see pravah quarantine")
    request = asked.iloc[0]
    cameras = loaded.wanted("cameras")
    camera = cameras[cameras["camera_id"] == request["camera_id"]]
    numbers = [*camera["camera_id"], *camera["former_id"].dropna()]
    within = (recordings["start_at"] < request["incident_to"]) & (recordings["end_at"] > request["incident_from"])
    recorded = recordings[recordings["camera_id"].isin(numbers) & within]
    if recorded.empty:
        raise FootageFault(f"footage of {city}: the index holds no recording for that request; nothing to certify")
    return draft(
        Evidence(
            city=project.catalogue.cities[city].name,
            request_id=request_id,
            camera_id=str(request["camera_id"]),
            device_type=str(camera["device_type"].iloc[0]),
            recorder_id=camera["recorder_id"].iloc[0],
            recordings=recorded,
            events=events[events["request_id"] == request_id],
            health=_health(project, city, numbers, request["incident_from"]),
            as_of=request["known_until"],
        ),
        ASSETS / "fonts",
    )


def _health(project: Project, city: str, numbers: list[str], at: pd.Timestamp) -> pd.DataFrame:
    """What the monitoring saw of a camera in the days around; empty where the city does not send it."""
    states = [state for state in standing(project, city) if state.version]
    first, last = (_moment(at + sign * pd.Timedelta(days=AROUND + 1)) for sign in (-1, 1))
    found = frame(
        project, HEALTH, states, f"camera_id IN ({literals(numbers)}) AND observed_at BETWEEN {first} AND {last}"
    )
    return NOTHING_SEEN if found is None else found


def _moment(at: pd.Timestamp) -> str:
    return f"TIMESTAMPTZ {literal(at.isoformat())}"
