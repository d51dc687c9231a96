"""The register of cameras and call boxes: one snapshot."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from orchestration.sample.chance import pick
from orchestration.sample.delivery import Batch, Cells, Quantity, Record, rows
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.points import scatter
from orchestration.sample.profile import Profile
from orchestration.sample.wards import Wards

CALL_BOXES = 0.08
NATIVE = 0.3
FAULTS = (
    Fault(("device_type_known",), put("device_type", "dome")),
    Fault(("camera_type_known",), put("camera_type", "bullet")),
    Fault(("status_known",), put("status", "under repair")),
    Fault(("status.required",), empty("status")),
    Fault(("commissioned_on.type",), impossible_date("commissioned_on")),
    Fault(("lat.type",), lettered("lat")),
    Fault(("retention_days.type",), put("retention_days", "30 days")),
    Fault(("retention_days.maximum",), put("retention_days", 3650)),
    Fault(("azimuth_deg.exclusiveMaximum",), put("azimuth_deg", 372.0)),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("camera_id.pattern",), lower("camera_id")),
)
_OPTICS = ("camera_type", "azimuth_deg", "hfov_deg", "range_m", "recorder_id", "retention_days")
_KINDS = ("Chowk", "Circle", "Naka", "Bus Stand", "Market", "Bridge – East Side", "School Road", "Gate No. 2")


def build(profile: Profile, wards: Wards, rng: np.random.Generator) -> Batch:
    """The city's register of devices."""
    count = profile.devices
    box = rng.random(count) < CALL_BOXES
    # Several devices hang on one pole: same site, same place, another direction.
    site_names, lat, lon = _sites(wards, int(count * 0.4), rng)
    site = rng.integers(len(site_names), size=count)
    columns: dict[str, Any] = {
        "camera_id": [f"{profile.prefix}-{'CB'[b]}{i + 1:04}" for i, b in enumerate(box.tolist())],
        "device_type": np.where(box, "call_box", "camera"),
        "site": [_as_typed(site_names[s], rng) for s in site],
        "lat": lat[site],
        "lon": lon[site],
        "camera_type": pick(rng, {"fixed": 0.68, "ptz": 0.2, "anpr": 0.12}, count),
        "azimuth_deg": np.round(rng.uniform(0, 359.4, count), 1),
        "hfov_deg": rng.choice([45.0, 62.5, 90.0, 102.5], count),
        "range_m": _ranges(rng, count),
        "recorder_id": [f"NVR-{number:03}" for number in rng.integers(1, count // 32 + 2, count)],
        "retention_days": rng.choice([15, 30, 45, 60], count, p=[0.2, 0.5, 0.1, 0.2]),
        "commissioned_on": [date(2017, 4, 1) + timedelta(int(day)) for day in rng.integers(0, 3_300, count)],
        "amc_id": [f"AMC-{year}-{lot:02}" for year, lot in zip(*_contracts(rng, count), strict=True)],
        "ip_address": _addresses(rng, count),
        "status": _statuses(profile, rng),
    }
    records = [Record(cells, native=bool(rng.random() < NATIVE)) for cells in rows(columns)]
    for record in records:
        if record.cells["device_type"] == "call_box":
            record.cells.update(dict.fromkeys(_OPTICS))
    return Batch({"cameras_2026-09-30": records}, personal=[columns["ip_address"]])


def correct(cells: Cells) -> Cells:
    """The same device again, with another state."""
    return cells | {"status": "working" if cells["status"] == "removed" else "removed"}


def _sites(wards: Wards, count: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray, np.ndarray]:
    lat, lon = scatter(rng, wards, count, central=0.6)
    ward, kind = rng.integers(len(wards.names), size=count), rng.integers(len(_KINDS), size=count)
    names = [f"{wards.names[w].latin} {_KINDS[k]}" for w, k in zip(ward, kind, strict=True)]
    return names, lat, lon


def _as_typed(site: str, rng: np.random.Generator) -> str:
    """Some sites hold the spaces of a hasty hand, or those of a web page."""
    slip = rng.random()
    if slip < 0.02:
        return site.replace(" ", "  ")
    return site.replace(" ", "\N{NO-BREAK SPACE}") if slip < 0.03 else site


def _ranges(rng: np.random.Generator, count: int) -> list[Quantity]:
    """Ranges as three suppliers wrote them: in metres with the unit, without it, in feet."""
    metres = np.round(rng.gamma(6, 8, count) + 8, 1).tolist()
    style = rng.choice(3, count, p=[0.4, 0.45, 0.15])
    return [_range(value, number) for value, number in zip(metres, style, strict=True)]


def _range(metres: float, style: int) -> Quantity:
    if style == 2:
        return Quantity(round(metres / 0.3048), " ft")
    return Quantity(metres, " m" if style else "")


def _contracts(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.integers(2021, 2027, count), rng.integers(1, 9, count)


def _addresses(rng: np.random.Generator, count: int) -> list[str]:
    """Different addresses in 10.0.0.0/8."""
    hosts = rng.choice(220 * 250, count, replace=False)
    return [f"10.{10 + host % 3}.{host // 250 + 1}.{host % 250 + 2}" for host in hosts.tolist()]


def _statuses(profile: Profile, rng: np.random.Generator) -> np.ndarray:
    rest = 1 - profile.working
    return pick(rng, {"working": profile.working, "faulty": 0.85 * rest, "removed": 0.15 * rest}, profile.devices)
