"""How much each camera of a city writes, and for how long it is kept: what the storage of a retention rests on."""

import pandas as pd

from orchestration.footage import Footage, keeps
from orchestration.project import Project
from transforms.engine import connect
from transforms.footage.levers import most_keep
from transforms.footage.storage import RATES


def storage(project: Project, loaded: Footage) -> pd.DataFrame:
    """The cameras that stand: camera_id, keeps_days (that of most where it is not known), bytes_per_s (NaN where no
    recording says its size). Raises FootageFault where the city does not send cameras and recordings."""
    cameras = keeps(loaded)
    with project.home.workspace() as workspace, connect(workspace) as connection:
        connection.register("recordings", loaded.wanted("recordings"))
        rates = connection.execute(RATES).df()
    usual = most_keep(cameras["keeps_days"].to_numpy(float))
    return cameras.assign(keeps_days=cameras["keeps_days"].fillna(usual)).merge(rates, on="camera_id", how="left")
