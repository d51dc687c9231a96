"""A city's requests for footage, with all that tells why they were met or not, as the analyses of footage want it."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from orchestration.project import Project
from orchestration.publishing import material
from orchestration.standing import standing
from orchestration.tables import State
from transforms.engine import connect, literal
from transforms.footage.causes import CAUSES
from transforms.footage.fault import FootageFault
from transforms.footage.levers import Costs, most_keep
from transforms.footage.plan import Planner
from transforms.footage.replay import Replay

# The requests of a city that does not send what their causes are told by.
LIFE = "mart_footage_life"
HEADS = "mart_custody_heads"


@dataclass(frozen=True)
class Footage:
    """Frames of one city: `requests` (of the marts footage_causes or footage_life), `pairs`, and what was delivered.

    A frame is None where the city does not send what it rests on; `missing` names those tables.
    """

    requests: pd.DataFrame
    pairs: pd.DataFrame | None
    cameras: pd.DataFrame | None
    crimes: pd.DataFrame | None
    events: pd.DataFrame | None
    recordings: pd.DataFrame | None
    missing: tuple[str, ...]

    def wanted(self, name: str) -> pd.DataFrame:
        """One of the frames. Raises FootageFault where the city does not send what it rests on."""
        found: pd.DataFrame | None = getattr(self, name)
        if found is None:
            raise FootageFault(f"footage: the city does not send {', '.join(self.missing)}; send that first")
        return found


# What each frame is made from.
TABLES = {
    "requests": "mart_footage_causes",
    "pairs": "mart_footage_pairs",
    "cameras": "police__cameras",
    "crimes": "police__crime_incidents",
    "events": "police__custody_events",
    "recordings": "police__recordings",
}


def footage(project: Project, city: str) -> Footage:
    """The frames of a city, from its accepted tables as they stand.

    Raises FootageFault where it has sent no requests.
    """
    states = [state for state in standing(project, city) if state.version]
    found = {name: frame(project, table, states) for name, table in TABLES.items()}
    if found["requests"] is None:
        found["requests"] = _without_causes(project, city, states)
    sent = {state.table for state in states}
    needed = {source for table in TABLES.values() for source in project.catalogue.made_of(table)}
    return Footage(**found, missing=tuple(sorted(needed - sent)))


def planner(project: Project, city: str, loaded: Footage) -> Planner:
    """The planner of a city, over its requests and the prices of its file.

    Raises FootageFault where the city sends no recordings, or its file has no prices.
    """
    assumptions = project.catalogue.cities[city].footage_assumptions
    if assumptions is None:
        raise FootageFault(f"footage of {city}: nothing is assumed of its prices; add footageAssumptions to its file")
    pairs, days = loaded.wanted("pairs"), keeps(loaded)["keeps_days"].to_numpy(float)
    replay = Replay(loaded.requests, pairs, assumptions.search_staff_now, most_keep(days))
    return Planner(replay, Costs(assumptions, days))


def keeps(loaded: Footage) -> pd.DataFrame:
    """The cameras that stand (camera_id) with the days that each keeps (keeps_days; NaN where not known).

    Raises FootageFault where the city does not send what tells it.
    """
    pairs, cameras = loaded.wanted("pairs"), loaded.wanted("cameras")
    cameras = cameras[(cameras["device_type"] == "camera") & (cameras["status"] != "removed")]
    # Its index tells better than the register how long a camera's footage is kept.
    kept = cameras["camera_id"].map(pairs.groupby("camera_id")["keeps_days"].first())
    return cameras[["camera_id"]].assign(keeps_days=kept.fillna(cameras["retention_days"].astype(float)).astype(float))


def heads(project: Project, city: str) -> dict[date, str]:
    """The heads of a city's custody log by day, as the release that is out has them; none where it has none."""
    out = project.ledger.release(project.ledger.current() or "")
    key = out.parts.get(HEADS) if out else None
    if key is None:
        return {}
    with connect(project.home.aside) as connection:
        file = literal(project.home.public / key / f"{HEADS}.parquet")
        query = f"SELECT day, head FROM read_parquet({file}) WHERE city = ?"
        return dict(connection.execute(query, [city]).fetchall())


def frame(project: Project, table: str, states: list[State], where: str = "true") -> pd.DataFrame | None:
    """A dataset or a mart of one city as a frame, times in UTC; None where what it is made of does not stand.

    `where` (SQL) chooses rows.
    """
    given = material(project, project.catalogue.tables[table], states)
    if not given.cities:
        return None
    with project.home.workspace() as workspace, connect(workspace) as connection:
        return connection.execute(f"SELECT * FROM ({given.sql}) WHERE {where}").df()


def _without_causes(project: Project, city: str, states: list[State]) -> pd.DataFrame:
    """The requests of a city that does not send what their causes are told by: none of them is known."""
    requests = frame(project, LIFE, states)
    if requests is None:
        wanted = ", ".join(project.catalogue.made_of(LIFE))
        raise FootageFault(f"footage of {city}: no requests have been accepted; send {wanted}")
    lost = requests["matured"] & ~requests["met"]
    unknown = dict.fromkeys((*CAUSES, "known"), False)
    return requests.assign(**unknown, reason=pd.Series("unknown", index=requests.index).where(lost))
