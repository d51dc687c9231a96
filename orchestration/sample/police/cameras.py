"""The register of cameras and call boxes: one snapshot."""

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.delivery import Batch, Cells, Quantity, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.points import scatter
from orchestration.sample.police.character import CHARACTERS

CALL_BOXES = 0.08
DEVICES_PER_POLE = 2.5
PER_RECORDER = 32
# Of the devices, those that bore another number before.
RENUMBERED = 0.006
# Of the devices, those of which the register has another retention than of the rest of their recorder.
MISTYPED = 0.02


def _call_box(cells: Cells) -> bool:
    """Most faults are planted in call boxes, so that few cameras are missing when causes are looked for."""
    return bool(cells["device_type"] == "call_box")


def _camera(cells: Cells) -> bool:
    return not _call_box(cells)


FAULTS = (
    Fault(("device_type_known",), put("device_type", "dome"), _call_box),
    Fault(("camera_type_known",), put("camera_type", "bullet"), _call_box),
    Fault(("status_known",), put("status", "under repair"), _call_box),
    Fault(("status.required",), empty("status"), _call_box),
    Fault(("commissioned_on.type",), impossible_date("commissioned_on"), _call_box),
    Fault(("lat.type",), lettered("lat"), _call_box),
    Fault(("retention_days.type",), put("retention_days", "30 days"), _camera),
    Fault(("retention_days.maximum",), put("retention_days", 3650), _call_box),
    Fault(("azimuth_deg.exclusiveMaximum",), put("azimuth_deg", 372.0), _camera),
    Fault(("lat.maximum", "lon.minimum"), swapped, _call_box),
    Fault(("camera_id.pattern",), lower("camera_id"), _call_box),
)
_OPTICS = ("camera_type", "azimuth_deg", "hfov_deg", "range_m", "recorder_id", "retention_days")
_KINDS = ("Chowk", "Circle", "Naka", "Bus Stand", "Market", "Bridge – East Side", "School Road", "Gate No. 2")


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's register of devices."""
    count = world.devices
    box = rng.random(count) < CALL_BOXES
    register = pd.DataFrame(
        {
            "camera_id": [f"{world.profile.prefix}-{'CB'[b]}{i + 1:04}" for i, b in enumerate(box.tolist())],
            "former_id": _former(world.profile.prefix, count, box, rng),
            "device_type": np.where(box, "call_box", "camera"),
            **_placed(world, count, rng),
            **_optics(world, count, rng),
            "commissioned_on": np.datetime64("2017-04-01", "s")
            + rng.integers(0, 3_300, count) * np.timedelta64(1, "D"),
            "amc_id": [f"AMC-{year}-{lot:02}" for year, lot in rng.integers((2021, 1), (2027, 9), (count, 2)).tolist()],
            "ip_address": _addresses(rng, count),
            "status": _statuses(world.profile.working, count, rng),
        }
    )
    register.loc[box, list(_OPTICS)] = None
    return Batch({"cameras_2026-09-30": register}, personal=("ip_address",))


def correct(cells: Cells) -> Cells:
    """The same device again, with another state."""
    return cells | {"status": "working" if cells["status"] == "faulty" else "faulty"}


def _former(prefix: str, count: int, box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    numbers = [f"{prefix}-C{8_000 + i % 2_000}" for i in range(count)]
    return only(~box & (rng.random(count) < RENUMBERED), numbers)


def _placed(world: World, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Several devices hang on one pole: same site, same place, another direction."""
    poles = max(1, int(count / DEVICES_PER_POLE))
    lat, lon = scatter(rng, world.ground, poles, central=0.6)
    ward, kind = rng.integers(len(world.ground.names), size=poles), rng.integers(len(_KINDS), size=poles)
    names = [f"{world.ground.names[w].latin} {_KINDS[k]}" for w, k in zip(ward, kind, strict=True)]
    pole = rng.integers(poles, size=count)
    sites = np.array([_as_typed(names[p], rng) for p in pole], dtype=object)
    return {"site": sites, "lat": lat[pole], "lon": lon[pole]}


def _as_typed(site: str, rng: np.random.Generator) -> str:
    """Some sites hold the spaces of a hasty hand, or those of a web page."""
    slip = rng.random()
    if slip < 0.02:
        return site.replace(" ", "  ")
    return site.replace(" ", "\N{NO-BREAK SPACE}") if slip < 0.03 else site


def _optics(world: World, count: int, rng: np.random.Generator) -> dict[str, object]:
    """Direction, range and recorder, and how long that keeps footage, by the register."""
    recorders = count // PER_RECORDER + 2
    days = CHARACTERS[world.profile.like].retention
    kept = rng.choice(list(days), recorders, p=list(days.values()))
    recorder = rng.integers(1, recorders, count)
    mistyped = rng.random(count) < MISTYPED
    return {
        "camera_type": pick(rng, {"fixed": 0.68, "ptz": 0.2, "anpr": 0.12}, count).astype(object),
        "azimuth_deg": np.round(rng.uniform(0, 359.4, count), 1),
        "hfov_deg": rng.choice([45.0, 62.5, 90.0, 102.5], count),
        "range_m": _ranges(rng, count),
        "recorder_id": np.array([f"NVR-{number:03}" for number in recorder], dtype=object),
        "retention_days": pd.array(np.where(mistyped, 90, kept[recorder]), dtype="Int64"),
    }


def _ranges(rng: np.random.Generator, count: int) -> pd.Series:
    """Ranges as three suppliers wrote them: in metres with the unit, without it, in feet."""
    metres = np.round(rng.gamma(6, 8, count) + 15, 1).tolist()
    style = rng.choice(3, count, p=[0.4, 0.45, 0.15]).tolist()
    return pd.Series([_range(value, number) for value, number in zip(metres, style, strict=True)], dtype=object)


def _range(metres: float, style: int) -> Quantity:
    if style == 2:
        return Quantity(round(metres / 0.3048), " ft")
    return Quantity(metres, " m" if style else "")


def _addresses(rng: np.random.Generator, count: int) -> list[str]:
    """Different addresses in 10.0.0.0/8."""
    hosts = rng.choice(220 * 250, count, replace=False)
    return [f"10.{10 + host % 3}.{host // 250 + 1}.{host % 250 + 2}" for host in hosts.tolist()]


def _statuses(working: float, count: int, rng: np.random.Generator) -> np.ndarray:
    rest = 1 - working
    return pick(rng, {"working": working, "faulty": 0.85 * rest, "removed": 0.15 * rest}, count)


MAKER = Maker(build, FAULTS, correct)
