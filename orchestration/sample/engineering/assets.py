"""The register of assets: one snapshot."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import END
from orchestration.sample.delivery import Batch, Cells, Quantity, only
from orchestration.sample.engineering.register import KINDS, LAKH
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people, places
from orchestration.sample.points import scatter

FIRST = np.datetime64("2016-06-01")
LAPSED = 0.12
CRORE = 100
ENGINEERS = 14
_SITES = ("Chowk", "Circle", "Naka", "Market", "Junction Box – North", "School Road")


def _bought_after_maintenance(cells: Cells) -> None:
    cells["amc_to"] = cells["commissioned_on"] - pd.Timedelta(days=90)


def _nobody_maintains(cells: Cells) -> None:
    cells["amc_id"] = None


def _maintained(cells: Cells) -> bool:
    return cells["amc_to"] is not None


FAULTS = (
    Fault(("asset_class_known",), put("asset_class", "drone")),
    Fault(("condition_known",), put("condition", "working fine")),
    Fault(("condition.required",), empty("condition")),
    Fault(("commissioned_on.type",), impossible_date("commissioned_on")),
    Fault(("life_years.type",), put("life_years", "7 years")),
    Fault(("life_years.maximum",), put("life_years", 70)),
    Fault(("cost_inr.type",), put("cost_inr", "as per PO")),
    Fault(("lat.type",), lettered("lat"), lambda cells: cells["lat"] is not None),
    Fault(("lat.maximum", "lon.minimum"), swapped, lambda cells: cells["lat"] is not None),
    Fault(("asset_id.pattern",), lower("asset_id")),
    Fault(("maintained_after_commissioning",), _bought_after_maintenance, _maintained),
    Fault(("maintenance_has_a_contract",), _nobody_maintains, _maintained),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's register of assets."""
    counts = {name: world.size(kind.a_device * world.profile.devices) + kind.at_centre for name, kind in KINDS.items()}
    name = np.repeat(list(counts), list(counts.values()))
    kind = [KINDS[n] for n in name]
    count, central = len(name), np.array([k.a_device == 0 for k in kind])
    lakhs = np.round([rng.uniform(*k.cost) for k in kind], 2)
    life = np.array([k.life_years for k in kind])
    begun = _commissioned(rng, count)
    age = (END.astype("datetime64[D]") - begun).astype(int) / 365.25 / life
    lat, lon = scatter(rng, world.ground, count, central=0.5)
    staff, phones = [person.latin for person in people(rng, ENGINEERS)], mobiles(rng, ENGINEERS)
    who = rng.integers(ENGINEERS, size=count)
    amc_to, amc_id = _maintenance(rng, age, begun)
    rows = pd.DataFrame(
        {
            "asset_id": [f"{world.profile.prefix}/{k.code}/{n + 1:05}" for n, k in enumerate(kind)],
            "asset_class": name.astype(object),
            "make_model": _models(rng, name),
            "serial_no": [f"SN{number:010X}" for number in rng.integers(16**9, 16**10, count)],
            "ip_address": [f"10.{a}.{b}.{c}" for a, b, c in rng.integers(2, 250, (count, 3))],
            "site": [_site(world, rng, c) for c in central],
            "lat": np.where(central, np.nan, lat),
            "lon": np.where(central, np.nan, lon),
            "commissioned_on": begun.astype("datetime64[s]"),
            "life_years": life,
            "cost_inr": _costs(lakhs),
            "amc_id": amc_id,
            "amc_to": amc_to,
            "condition": _conditions(rng, age),
            "engineer": [staff[i] for i in who],
            "phone": [phones[i] for i in who],
        }
    )
    return Batch({"assets_2026-09-30": rows}, personal=("engineer", "phone", "ip_address", "serial_no"))


def correct(cells: Cells) -> Cells:
    """The same asset again, found in another state."""
    return cells | {"condition": "poor" if cells["condition"] == "good" else "good"}


def rupees(cells: pd.Series) -> np.ndarray:
    """The register's costs in rupees."""
    units = {" lakh": LAKH, " Cr": 100 * LAKH}
    return np.array([c.value * units[c.suffix] if isinstance(c, Quantity) else c * LAKH for c in cells])


def _commissioned(rng: np.random.Generator, count: int) -> np.ndarray:
    """Most came with the first project or its second phase, the rest one by one."""
    wave = rng.choice(3, count, p=[0.5, 0.3, 0.2])
    days = np.select(
        [wave == 0, wave == 1],
        [rng.normal(800, 240, count), rng.normal(2_100, 200, count)],
        rng.uniform(600, 3_650, count),
    )
    return FIRST + np.clip(days, 0, 3_700).astype(int)


def _maintenance(rng: np.random.Generator, age: np.ndarray, begun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Until when, and by which contract: old things are left out more often."""
    until = np.datetime64("2025-03-31") + rng.choice([0, 365, 730, 1_096], len(age), p=[0.1, 0.2, 0.5, 0.2])
    until = np.maximum(until, begun + 365)
    held = rng.random(len(age)) > np.where(age > 1, 0.35, LAPSED)
    contract = [f"AMC-{2021 + i % 5}-{i % 7 + 1:02}" for i in rng.integers(35, size=len(age))]
    return np.where(held, until.astype("datetime64[s]"), np.datetime64("NaT")), only(held, contract)


def _costs(lakhs: np.ndarray) -> np.ndarray:
    """In lakhs, as the register has it; some write the word, and of large systems the crores."""
    cells = np.empty(len(lakhs), dtype=object)
    cells[:] = [_cost(value, number) for number, value in enumerate(lakhs.tolist())]
    return cells


def _cost(lakhs: float, number: int) -> float | Quantity:
    if lakhs >= CRORE:
        return Quantity(round(lakhs / CRORE, 4), " Cr")
    return Quantity(lakhs, " lakh") if number % 9 == 0 else lakhs


def _conditions(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    worn = age + rng.normal(0, 0.25, len(age))
    return np.select([worn < 0.8, worn < 1.15, worn < 1.8], ["good", "fair", "poor"], "scrapped").astype(object)


def _models(rng: np.random.Generator, name: np.ndarray) -> list[str]:
    makers = [place.latin[:6].title() for place in places(rng, 9)]
    chosen = rng.integers(len(makers), size=len(name))
    return [f"{makers[m]} {n[:2].upper()}-{100 * (m % 4 + 1)}" for m, n in zip(chosen, name, strict=True)]


def _site(world: World, rng: np.random.Generator, central: bool) -> str:
    names = world.ground.names
    return (
        "Command Centre" if central else f"{names[rng.integers(len(names))].latin} {_SITES[rng.integers(len(_SITES))]}"
    )


MAKER = Maker(build, FAULTS, correct)
