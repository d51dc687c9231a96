"""Where cameras would be of most use: first what is broken, then at most p more, beside no new camera at all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array

from transforms.footage import safeguards
from transforms.footage.covering import Cover, Problem, solve
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Alternative, Siting
from transforms.footage.safeguards import newly_watched
from transforms.footage.sight import Plane, plane, seen, views


class SitingFault(FootageFault):
    """Cameras, demand or candidates of which no plan can be made; says what is wrong with them."""


@dataclass(frozen=True)
class _Scene:
    """A city in metres: points of demand, views of the n cameras that stand, views of the m candidates.

    `broken`: n, whether a camera is faulty; `turns`: m, the number of the camera that a candidate turns, -1 for none.
    """

    places: np.ndarray
    standing: np.ndarray
    broken: np.ndarray
    possible: np.ndarray
    turns: np.ndarray

    def after(self, chosen: np.ndarray) -> np.ndarray:
        """The views once all cameras work and these candidates are taken."""
        staying = ~np.isin(np.arange(len(self.standing)), self.turns[chosen])
        return np.concatenate([self.standing[staying], self.possible[chosen]])

    def met(self, shapes: np.ndarray) -> np.ndarray:
        """Which points of demand lie in views."""
        return np.isin(np.arange(len(self.places)), seen(shapes, self.places)[0])


def site(
    cameras: pd.DataFrame,
    demand: pd.DataFrame,
    candidates: pd.DataFrame,
    wards: pd.DataFrame,
    excluded: pd.DataFrame,
    *,
    p: int,
    floor: float = 0.0,
    buildings: pd.DataFrame | None = None,
    seconds: float = 10.0,
) -> Siting:
    """The plan that sees the most demand with at most p cameras more, placed anew or turned.

    `cameras`: the columns of the police's register, a row per camera_id. `demand`: lat, lon, ward_id (may be
    null), weight (0 or more). `candidates`: site_id, lat, lon, azimuth_deg, hfov_deg, range_m, camera_id (of the camera
    that would be turned and lose its view; null for a new one). `wards`: ward_id, population, geometry. `excluded`:
    geometry of homes, places of worship, clinics and schools; no candidate stands in one or sees into it. `buildings`:
    geometry.
    `floor`: the share of each ward's demand that is to be in view, or as much of it as all candidates together see.
    `seconds`: when to stop looking; the bound holds also then. Raises SitingFault, and CoveringFault where the floor
    cannot be kept.
    """
    cameras = cameras[cameras["status"].isin(["working", "faulty"])].reset_index(drop=True)
    _check(cameras, demand, candidates, p, floor)
    ground = plane(wards)
    drawn = views(candidates, ground, buildings)
    kept, allowed = safeguards.outside(drawn, ground.places(candidates), ground.outlines(excluded))
    scene = _Scene(
        places=ground.places(demand),
        standing=views(cameras, ground, buildings),
        broken=(cameras["status"] == "faulty").to_numpy(),
        possible=kept[allowed],
        turns=pd.Index(cameras["camera_id"]).get_indexer(candidates["camera_id"][allowed]),
    )
    cover = solve(_problem(scene, demand, wards, p, floor), seconds)
    chosen = cover.chosen[cover.chosen < len(scene.possible)]
    by_ward = _by_ward(scene, demand, wards, chosen)
    return Siting(
        demand=float(demand["weight"].sum()),
        alternatives=_alternatives(scene, demand, wards, ground, chosen),
        chosen=candidates[allowed].iloc[chosen].reset_index(drop=True),
        wards=by_ward,
        bound=cover.bound,
        gap=cover.gap,
        refused=tuple(candidates["site_id"][~allowed]),
        cut=int((shapely.area(kept) < shapely.area(drawn))[allowed].sum()),
        warnings=_warnings(wards, excluded, by_ward, floor, cover),
    )


def _check(cameras: pd.DataFrame, demand: pd.DataFrame, candidates: pd.DataFrame, p: int, floor: float) -> None:
    unfit = int((~(demand["weight"] >= 0) | demand[["lat", "lon"]].isna().any(axis=1)).sum())
    lost = int((candidates["camera_id"].notna() & ~candidates["camera_id"].isin(cameras["camera_id"])).sum())
    if unfit:
        raise SitingFault(f"demand: {unfit} rows have no place, or no weight of 0 or more; leave them out")
    if lost:
        raise SitingFault(f"candidates: {lost} turn a camera that does not stand; leave them out")
    if candidates["site_id"].duplicated().any():
        raise SitingFault("candidates: a site_id stands twice; make each one different")
    if p < 0 or not 0 <= floor <= 1:
        raise SitingFault("p is 0 or more and the floor a share from 0 to 1; change them")


def _problem(scene: _Scene, demand: pd.DataFrame, wards: pd.DataFrame, p: int, floor: float) -> Problem:
    """The covering problem: a camera that could be turned is a site that costs nothing, one of its group."""
    movable = np.unique(scene.turns[scene.turns >= 0])
    staying = ~np.isin(np.arange(len(scene.standing)), movable)
    sites = np.concatenate([scene.possible, scene.standing[movable]])
    place, view = seen(sites, scene.places)
    return Problem(
        covers=csr_array((np.ones(len(view)), (view, place)), shape=(len(sites), len(demand))),
        weight=demand["weight"].to_numpy(dtype=float),
        fixed=scene.met(scene.standing[staying]),
        ward=pd.Index(wards["ward_id"]).get_indexer(demand["ward_id"]),
        cost=np.repeat([1.0, 0.0], [len(scene.possible), len(movable)]),
        group=np.concatenate([scene.turns, movable]),
        p=p,
        floor=floor,
    )


def _alternatives(
    scene: _Scene, demand: pd.DataFrame, wards: pd.DataFrame, ground: Plane, chosen: np.ndarray
) -> tuple[Alternative, ...]:
    """What repair, nothing, and the chosen sites beside repair come to, against what works today."""
    today, broken = scene.standing[~scene.broken], int(scene.broken.sum())
    turned = int((scene.turns[chosen] >= 0).sum())
    ways = (
        ("repair", broken, 0, 0, scene.standing),
        ("none", 0, 0, 0, today),
        ("sites", broken, len(chosen) - turned, turned, scene.after(chosen)),
    )
    return tuple(
        Alternative(
            name=name,
            repaired=repaired,
            placed=placed,
            turned=turns,
            covered=float(demand["weight"][scene.met(shapes)].sum()),
            newly_watched=newly_watched(today, shapes, wards, ground),
        )
        for name, repaired, placed, turns, shapes in ways
    )


def _by_ward(scene: _Scene, demand: pd.DataFrame, wards: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    weight = demand["weight"].astype(float)
    told = pd.DataFrame(
        {
            "ward_id": demand["ward_id"],
            "demand": weight,
            "before": weight.where(scene.met(scene.standing[~scene.broken]), 0.0),
            "repaired": weight.where(scene.met(scene.standing), 0.0),
            "after": weight.where(scene.met(scene.after(chosen)), 0.0),
        }
    )
    return told.groupby("ward_id").sum().reindex(wards["ward_id"], fill_value=0.0).reset_index()


def _warnings(
    wards: pd.DataFrame, excluded: pd.DataFrame, by_ward: pd.DataFrame, floor: float, cover: Cover
) -> tuple[str, ...]:
    short = by_ward["after"] < floor * by_ward["demand"] * (1 - 1e-6)
    told = {
        safeguards.BIASED_DEMAND: True,
        safeguards.NO_EXCLUDED_PLACES: excluded.empty,
        safeguards.POPULATION_MISSING: wards["population"].isna().any(),
        safeguards.FLOOR_OUT_OF_REACH: short.any(),
        safeguards.NOT_PROVEN_BEST: cover.gap > 0,
    }
    return tuple(key for key, holds in told.items() if holds)
