"""Air monitors: two years of readings every six hours, the last two months hourly."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END, HOUR
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.environment.air import Air, index, means
from orchestration.sample.faults import Fault, ahead, impossible_date, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people
from orchestration.sample.points import scatter
from orchestration.sample.readings import days, deliveries, received, received_too_early, sent_again

# In all, of which the last ones hourly.
DAYS, HOURLY_DAYS, SPARSE = 730, 60, 6
RESIDENTS_PER_STATION, FEWEST_STATIONS = 200_000, 3
CITIES = {
    "navsagar": Air(dust=44, winter=0.9, fireworks=220, traffic=48),
    "meghavan": Air(dust=36, winter=0.8, fireworks=150, traffic=34),
    "sonpali": Air(dust=68, winter=1.5, fireworks=380, traffic=52),
    "tarangpur": Air(dust=55, winter=1.2, fireworks=260, traffic=30),
}
USUAL = Air(dust=50, winter=1.2, fireworks=250, traffic=30)
# Shares of readings: an instrument is calibrated, a station has no power.
CALIBRATED, DOWN = 0.012, 0.01


def _fine_dust_beyond_dust(cells: Cells) -> None:
    # 180 µg/m³ of PM2.5 are an index of 300 + 60 · 100 / 130.
    cells.update(pm2_5=180.0, pm10=90.0, no2=40.0, so2=10.0, o3=40.0, co=1.0, aqi=346)


def _wrong_index(cells: Cells) -> None:
    if cells["aqi"] is not None:
        cells["aqi"] += 60 if cells["aqi"] < 400 else -60


def _index_of_two(cells: Cells) -> None:
    cells.update(pm2_5=30.0, pm10=None, no2=40.0, so2=None, o3=None, co=None, aqi=50)


FAULTS = (
    Fault(("monitor_id.pattern",), lower("monitor_id")),
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("observed_at.future",), ahead("observed_at", "received_at")),
    Fault(("so2.type",), put("so2", "CAL")),
    Fault(("so2.minimum",), put("so2", -7.5)),
    Fault(("aqi.maximum", "index_by_breakpoints"), put("aqi", 999)),
    Fault(("fine_dust_within_dust",), _fine_dust_beyond_dust),
    Fault(("index_by_breakpoints",), _wrong_index),
    Fault(("index_has_its_pollutants",), _index_of_two),
    Fault(("received_after_observed",), received_too_early),
    Fault(("lat.maximum", "lon.minimum"), swapped),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of readings."""
    stations = _stations(world, rng)
    hours = np.arange(END - days(DAYS, world.scale) * DAY, END, HOUR)
    found = means(CITIES.get(world.profile.like, USUAL), hours, len(stations), rng)
    number = np.arange(len(hours))
    kept = number[(number % SPARSE == 0) | (hours >= END - days(HOURLY_DAYS, world.scale) * DAY)]
    hour, station = (grid.ravel() for grid in np.indices((len(kept), len(stations))))
    hour = kept[hour]
    readings = {name: values[hour, station] for name, values in found.items()}
    for values in readings.values():
        values[rng.random(len(values)) < CALIBRATED] = np.nan
    observed = hours[hour]
    frame = stations.take(station).reset_index(drop=True)
    frame = frame.assign(
        observed_at=observed.astype("datetime64[s]"),
        received_at=received(rng, observed).astype("datetime64[s]"),
        **readings,
        aqi=pd.array(index(readings), dtype="Int64"),
    )
    frame = frame[rng.random(len(frame)) >= DOWN].reset_index(drop=True)
    return Batch(deliveries("air_quality", frame), personal=("caretaker", "phone"))


def _stations(world: World, rng: np.random.Generator) -> pd.DataFrame:
    count = max(FEWEST_STATIONS, round(world.profile.population / RESIDENTS_PER_STATION))
    lat, lon = scatter(rng, world.ground, count, central=0.4)
    where = rng.choice(len(world.ground.names), count, replace=False)
    caretakers = people(rng, count)
    return pd.DataFrame(
        {
            "monitor_id": [f"AQ-{world.profile.prefix}-{number + 1:02}" for number in range(count)],
            "monitor_name": [f"{world.ground.names[ward].latin} Monitoring Station" for ward in where],
            "lat": lat,
            "lon": lon,
            "caretaker": [name.latin for name in caretakers],
            "phone": mobiles(rng, count),
        }
    )


MAKER = Maker(build, FAULTS, sent_again)
