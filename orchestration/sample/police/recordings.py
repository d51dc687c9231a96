"""The index of what was recorded: spans between outages, and clips that were held."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.clock import CUT, MINUTE
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.police import desk
from orchestration.sample.police.footage import Footage
from orchestration.sample.police.law import expiry
from orchestration.sample.police.reasons import STOPS
from orchestration.sample.police.span import DAY, FINISH, ORIGIN, moment
from orchestration.sample.police.world import PoliceWorld, police

# Recorders begin a new index after so many days; each on a day of its own.
ROLL_DAYS = 30
BYTES_A_MINUTE = 15_000_000
# Part of an index comes twice, from a recorder and from its mirror.
MIRRORED = 0.01
NO_STOP = -1


def _ends_before_it_begins(cells: Cells) -> None:
    cells.update(end_at=cells["start_at"] - timedelta(minutes=1))


def _held(cells: Cells) -> bool:
    """Clips stand beside their span: without them no footage is missing from the index."""
    return bool(cells["legal_hold"])


FAULTS = (
    Fault(("ends_after_it_begins",), _ends_before_it_begins, _held),
    Fault(("start_at.type",), impossible_date("start_at"), _held),
    Fault(("camera_id.pattern",), lower("camera_id")),
    Fault(("bytes.minimum",), put("bytes", -4_096), _held),
    Fault(("stopped_by_known",), put("stopped_by", "storm"), _held),
    Fault(("sha256.pattern",), put("sha256", "n/a"), _held),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's index, by when each span ended."""
    city = police(world)
    spans = pd.concat([_spans(city.footage, rng), _clips(city)], ignore_index=True)
    spans = spans[~city.footage.devices["silent"].to_numpy()[spans["device"]]]
    again = spans[~spans["held"]].sample(frac=MIRRORED, random_state=rng)
    spans = pd.concat([spans, again]).sort_values(["end", "device", "start"], kind="stable", ignore_index=True)
    rows = _rows(city.footage, spans, rng)
    late = rows["end_at"] >= pd.Timestamp(CUT)
    return Batch({"recordings_2025-09_2026-06": rows[~late], "recordings_2026-07_2026-09": rows[late]})


def correct(cells: Cells) -> Cells:
    """The same span again, measured anew."""
    return cells | {"bytes": cells["bytes"] + 1_024}


def _spans(footage: Footage, rng: np.random.Generator) -> pd.DataFrame:
    """What was recorded of each camera: cut by its holes, a wrong clock, another number, and a new index."""
    devices = footage.devices
    eyes = np.flatnonzero(devices["camera"])
    phase = rng.integers(0, ROLL_DAYS * DAY, int(devices["recorder"].max()) + 1)
    rolls = np.arange(0, FINISH, ROLL_DAYS * DAY)
    rolled = (phase[devices["recorder"].to_numpy()[eyes]][:, None] + rolls).ravel()
    holes = footage.outages.holes
    holes = holes[devices["camera"].to_numpy()[holes["device"]]]
    begins = devices["begins"].to_numpy()[eyes]
    cuts = pd.concat(
        [
            *(_cuts(eyes, at) for at in (begins, footage.clocks.start[eyes], footage.clocks.end[eyes])),
            _cuts(eyes, devices["renumbered"].to_numpy()[eyes]),
            _cuts(np.repeat(eyes, len(rolls)), rolled),
            _cuts(holes["device"].to_numpy(), holes["start"].to_numpy(), holes["kind"].to_numpy()),
            _cuts(holes["device"].to_numpy(), holes["end"].to_numpy()),
            _cuts(eyes, np.full(len(eyes), FINISH)),
        ]
    )
    return _between(footage, cuts)


def _cuts(device: np.ndarray, at: np.ndarray, stop: np.ndarray | int = NO_STOP) -> pd.DataFrame:
    return pd.DataFrame({"device": device, "at": at, "stop": stop})


def _between(footage: Footage, cuts: pd.DataFrame) -> pd.DataFrame:
    """The spans between one cut and the next of a device, without those in a hole."""
    cuts = cuts[(cuts["at"] >= 0) & (cuts["at"] <= FINISH)].groupby(["device", "at"], as_index=False)["stop"].max()
    device, at, stop = (cuts[name].to_numpy() for name in ("device", "at", "stop"))
    spans = pd.DataFrame({"device": device[:-1], "start": at[:-1], "end": at[1:], "stop": stop[1:]})
    spans = spans[(device[1:] == device[:-1]) & (spans["start"] >= footage.devices["begins"].to_numpy()[device[:-1]])]
    found = footage.of(spans["device"].to_numpy(), spans["start"].to_numpy(), spans["end"].to_numpy())
    whole = spans[found["kinds"].to_numpy() == 0]
    return whole.assign(held=False)


def _clips(city: PoliceWorld) -> pd.DataFrame:
    """What was held for a request lies beside its span: the same footage twice, kept until it is released."""
    before, _ = expiry(city.case)
    of = city.requests.iloc[city.pairs["request"]]
    ends = of["start"].to_numpy() + city.pairs["retention"].to_numpy()
    hold = of["hold"].to_numpy()
    chosen = (hold < desk.NEVER) & (hold < ends) & ~before & (city.pairs["kinds"].to_numpy() == 0)
    device = city.pairs["device"].to_numpy()[chosen]
    start, end = of["start"].to_numpy()[chosen], of["end"].to_numpy()[chosen]
    clips = pd.DataFrame({"device": device, "start": start, "end": end, "stop": NO_STOP, "held": True})
    return clips.drop_duplicates(["device", "start", "end"])


def _rows(footage: Footage, spans: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    device, start, end = (spans[name].to_numpy() for name in ("device", "start", "end"))
    held, count = spans["held"].to_numpy(), len(spans)
    kept = end + footage.devices["retention"].to_numpy()[device] * DAY
    digest = rng.bytes(32 * count).hex()
    rate = BYTES_A_MINUTE * rng.uniform(0.6, 1.4, len(footage.devices))[device]
    return pd.DataFrame(
        {
            "recording_id": [f"RC-{number + 1:07}" for number in range(count)],
            "camera_id": footage.names(device, start),
            "start_at": moment(start),
            "end_at": moment(end),
            "bytes": ((end - start) * rate).astype(np.int64),
            "expires_at": np.where(held, np.datetime64("NaT"), ORIGIN + kept * MINUTE),
            "legal_hold": held,
            "stopped_by": only(spans["stop"].to_numpy() >= 0, np.array(STOPS, dtype=object)[spans["stop"].to_numpy()]),
            "clock_offset_ms": footage.clocks.offset(device, start),
            "sha256": [digest[64 * number : 64 * number + 64] for number in range(count)],
        }
    )


MAKER = Maker(build, FAULTS, correct)
