"""The devices of a city as they really are, where the register is wrong or silent."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import MINUTE
from orchestration.sample.delivery import Quantity
from orchestration.sample.police.character import Character
from orchestration.sample.police.coverage import Sectors, metres
from orchestration.sample.police.span import DAY, FINISH, ORIGIN

# Of the cameras, those of which the register has the direction the wrong way round.
TURNED = 0.004
# Of the recorders, those that hand no index over.
SILENT = 0.02
SHORTEST = 7


def real(character: Character, register: pd.DataFrame, middle: float, rng: np.random.Generator) -> pd.DataFrame:
    """The register's devices (one row each, in its order) with what only the city could know.

    Columns: camera_id, former_id, renumbered, camera, faulty, begins (minutes), pole, recorder (numbers), silent,
    edge, retention (days), turned, lat, lon, x, y, azimuth, field, range (metres, degrees). What was removed is not
    there.
    """
    register = register[register["status"] != "removed"].reset_index(drop=True)
    count = len(register)
    camera = (register["device_type"] == "camera").to_numpy()
    x, y = metres(register["lat"].to_numpy(float), register["lon"].to_numpy(float), middle)
    turned = camera & (rng.random(count) < TURNED)
    recorder, _ = pd.factorize(register["recorder_id"].fillna("none"))
    kept, silent = _recorders(character, register, recorder, rng)
    begun = register["commissioned_on"].to_numpy().astype("datetime64[m]")
    return pd.DataFrame(
        {
            "camera_id": register["camera_id"],
            "former_id": register["former_id"],
            "renumbered": np.where(register["former_id"].isna(), 0, rng.integers(20 * DAY, FINISH - 20 * DAY, count)),
            "camera": camera,
            "faulty": register["status"] == "faulty",
            "begins": np.maximum((begun - ORIGIN) // MINUTE, 0).astype(int),
            "pole": register.groupby(["lat", "lon"]).ngroup(),
            "recorder": recorder,
            "silent": silent[recorder] & camera,
            "edge": camera & (rng.random(count) < character.edge_storage),
            "retention": kept[recorder],
            "turned": turned,
            "lat": register["lat"].to_numpy(float),
            "lon": register["lon"].to_numpy(float),
            "x": x,
            "y": y,
            "azimuth": (register["azimuth_deg"].to_numpy(float) + 180 * turned) % 360,
            "field": register["hfov_deg"].to_numpy(float),
            "range": np.array([_metres(value) for value in register["range_m"]]),
        }
    )


def sectors(devices: pd.DataFrame, chosen: np.ndarray, registered: bool = False) -> Sectors:
    """The sectors of the chosen devices (their row numbers), all of them cameras; or those that the register has."""
    x, y, azimuth, field, reach = devices.loc[chosen, ["x", "y", "azimuth", "field", "range"]].to_numpy(float).T
    turned = 180 * devices["turned"].to_numpy()[chosen] if registered else 0
    return Sectors(x, y, (azimuth - turned) % 360, field, reach)


def _recorders(
    character: Character, register: pd.DataFrame, recorder: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """For each recorder the days it really keeps, and whether it hands no index over."""
    said = register["retention_days"].astype(float).groupby(recorder).quantile(0.5, interpolation="lower")
    said = said.fillna(30).to_numpy()
    short = rng.random(len(said)) < character.overstated
    return np.where(short, np.maximum(said // 2, SHORTEST), said).astype(int), rng.random(len(said)) < SILENT


def _metres(reach: Quantity | None) -> float:
    """A range of the register, which has it with and without its unit."""
    if reach is None:
        return np.nan
    return reach.value * 0.3048 if reach.suffix == " ft" else reach.value
