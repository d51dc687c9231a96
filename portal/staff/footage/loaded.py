"""What the desk knows of a city, kept in memory until its data, its contracts or its prices change."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from orchestration import availability
from orchestration.availability import Availability
from orchestration.footage import TABLES, Footage, footage, frame, planner
from orchestration.project import Project, digest
from orchestration.tables import State, bring_up
from transforms.footage import explanation
from transforms.footage.fault import FootageFault
from transforms.footage.plan import Planner

# Cities at once; a large one takes some 30 MB.
KEPT = 8
WARDS = "iccc__wards"


@dataclass(frozen=True, eq=False)
class Known:
    """A city's frames, what `pravah footage explain` says of them, and its planner; None where there can be none,
    and `unplanned` says why. `wards`: the names of each in both languages."""

    footage: Footage
    availability: Availability | None
    wards: dict[str, dict[str, str]]
    explained: dict[str, Any]
    planner: Planner | None
    unplanned: str

    @property
    def until(self) -> pd.Timestamp:
        """Later than that nothing is known of the requests (UTC)."""
        until: pd.Timestamp = self.footage.requests["known_until"].max()
        return until


def known(project: Project, city: str) -> Known:
    """What is known of a city as its data stand. Raises FootageFault where it has sent no requests."""
    assumed = project.catalogue.cities[city].model_dump_json()
    standing = [f"{state.table} {state.version}" for state in _states(project, city)]
    return _known(city, digest(project.catalogue.hash, assumed, *standing), project)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _known(city: str, standing: str, _project: Project) -> Known:
    loaded = footage(_project, city)
    explained = explanation.explain(loaded.requests, loaded.crimes)
    recorded, wards = availability.availability(_project, city), _wards(_project, city)
    try:
        return Known(loaded, recorded, wards, explained, planner(_project, city, loaded), "")
    except FootageFault as fault:
        return Known(loaded, recorded, wards, explained, None, str(fault))


def _wards(project: Project, city: str) -> dict[str, dict[str, str]]:
    """The names of a city's wards, in English where the city gives no other."""
    wards = frame(project, WARDS, [state for state in _states(project, city) if state.version])
    if wards is None:
        return {}
    hindi = wards["ward_name_hi"].fillna(wards["ward_name"])
    rows = zip(wards["ward_id"], wards["ward_name"], hindi, strict=True)
    return {str(ward): {"en": str(english), "hi": str(other)} for ward, english, other in rows}


def _states(project: Project, city: str) -> list[State]:
    """The tables that the desk's frames are made of, as the ledger knows them, and those that these join."""
    catalogue = project.catalogue
    wanted = [WARDS, *TABLES.values(), *availability.TABLES.values()]
    made_of = {source for table in wanted for source in catalogue.made_of(table)}
    made_of |= {joined for table in made_of for joined in catalogue.datasets[table].requires}
    states: dict[tuple[str, str], State] = {}
    for dataset in catalogue.datasets.values():
        if dataset.table in made_of:
            states[(dataset.table, city)] = bring_up(project, dataset, city, states, fresh=False)
    return list(states.values())
