"""What the desk knows of a city, kept in memory until its data, its contracts or its prices change."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from orchestration import availability
from orchestration.availability import Availability
from orchestration.footage import Footage, footage, frame, planner
from orchestration.project import Project, digest
from orchestration.siting import WARDS, siting
from orchestration.standing import standing
from orchestration.storage import storage
from portal.pages.outline import Outline
from transforms.footage import explanation
from transforms.footage.fault import FootageFault
from transforms.footage.plan import Planner
from transforms.footage.proposal import Siting

# Cities at once, of which a large one takes some 30 MB; and plans for cameras.
KEPT, PLANS = 8, 64


@dataclass(frozen=True, eq=False)
class Known:
    """A city's frames, what `pravah footage explain` says of them, and its planner; None where there can be none,
    and `unplanned` says why. `storage` as orchestration.storage has it; `state` names the data all this was made of."""

    footage: Footage
    availability: Availability | None
    storage: pd.DataFrame | None
    wards: dict[str, Outline]
    explained: dict[str, Any]
    planner: Planner | None
    unplanned: str
    state: str

    @property
    def until(self) -> pd.Timestamp:
        """Later than that nothing is known of the requests (UTC)."""
        until: pd.Timestamp = self.footage.requests["known_until"].max()
        return until


def known(project: Project, city: str) -> Known:
    """What is known of a city as its data stand. Raises FootageFault where it has sent no requests."""
    assumed = project.catalogue.cities[city].model_dump_json()
    versions = [f"{state.table} {state.version}" for state in standing(project, city)]
    return _known(city, digest(project.catalogue.hash, assumed, *versions), project)


def sited(project: Project, city: str, found: Known, cameras: int, floor: float) -> Siting:
    """The plan for at most so many cameras more, with an equity floor. Raises FootageFault where there is none."""
    return _sited(city, found.state, cameras, floor, project, found.footage)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _known(city: str, state: str, _project: Project) -> Known:
    loaded = footage(_project, city)
    plans, unplanned = None, ""
    try:
        plans = planner(_project, city, loaded)
    except FootageFault as fault:
        unplanned = str(fault)
    return Known(
        footage=loaded,
        availability=availability.availability(_project, city),
        storage=None if loaded.recordings is None or loaded.pairs is None else storage(_project, loaded),
        wards=_wards(_project, city),
        explained=explanation.explain(loaded.requests, loaded.crimes),
        planner=plans,
        unplanned=unplanned,
        state=state,
    )


@st.cache_resource(max_entries=PLANS, show_spinner=False)
def _sited(city: str, state: str, cameras: int, floor: float, _project: Project, _loaded: Footage) -> Siting:
    return siting(_project, city, _loaded, cameras, floor)


def _wards(project: Project, city: str) -> dict[str, Outline]:
    """A city's wards by number, with their names in English where the city gives no other."""
    wards = frame(project, WARDS, [state for state in standing(project, city) if state.version])
    if wards is None:
        return {}
    hindi = wards["ward_name_hi"].fillna(wards["ward_name"])
    shapes = shapely.from_wkb([bytes(one) for one in wards["geometry"]])
    rows = zip(wards["ward_id"], wards["ward_name"], hindi, shapes, strict=True)
    found = (Outline(str(ward), {"en": str(name), "hi": str(other)}, shape) for ward, name, other, shape in rows)
    return {ward.id: ward for ward in found}
