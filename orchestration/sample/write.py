"""Writes the sample cities' files into an inbox, and the truth about them beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset
from orchestration.sample import cameras, files, grievances, points, requests, wards
from orchestration.sample.chance import stream
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, plant
from orchestration.sample.profile import PROFILES, Profile
from orchestration.sample.truth import encode, truth
from orchestration.sample.wards import Wards

BOUNDARY = "iccc__wards"


@dataclass(frozen=True)
class Maker:
    """How a dataset is made: its rows, what is planted in them, how a correction of a row looks."""

    build: Callable[[Profile, Wards, np.random.Generator], Batch]
    faults: Sequence[Fault] = ()
    correct: Callable[[Cells], Cells] | None = None


MAKERS = {
    BOUNDARY: Maker(wards.build),
    "police__cameras": Maker(cameras.build, cameras.FAULTS, cameras.correct),
    "police__footage_requests": Maker(requests.build, requests.FAULTS, requests.correct),
    "municipal_services__grievances": Maker(grievances.build, grievances.FAULTS, grievances.correct),
}


def write_sample(inbox: Path, seed: int = 7, truth: Path | None = None) -> list[Path]:
    """Write the sample cities' files to `inbox/<city>/<department>/<dataset>/`; the paths in order of arrival.

    The same seed gives the same bytes. Where `truth` is given, what was planted goes to
    `truth/<city>/<department>__<dataset>.json`.
    """
    contracts = catalogue.load()
    return [path for profile in PROFILES for path in _write_city(profile, contracts, inbox, seed, truth)]


def _write_city(profile: Profile, contracts: Catalogue, inbox: Path, seed: int, aside: Path | None) -> Iterator[Path]:
    bounds = contracts.cities[profile.city].bounds
    ground = wards.draw(profile, bounds, stream(seed, profile.city, "outlines"))
    for table in MAKERS:
        batch = _batch(table, profile, ground, seed)
        yield from _write_dataset(contracts.datasets[table], profile, batch, inbox, aside)


def _batch(table: str, profile: Profile, ground: Wards, seed: int) -> Batch:
    """A dataset's rows with what is planted in them, each from a stream of its own."""
    maker = MAKERS[table]
    batch = maker.build(profile, ground, stream(seed, profile.city, table))
    if maker.correct:
        rng = stream(seed, profile.city, table, "planted")
        plant(batch, maker.faults, maker.correct, partial(points.outside, rng, ground), rng)
    return batch


def _write_dataset(dataset: Dataset, profile: Profile, batch: Batch, inbox: Path, aside: Path | None) -> Iterator[Path]:
    source = dataset.source(profile.city)
    columns = files.fields(dataset, source, profile.headers[dataset.table], profile.pattern)
    named = {f"{stem}{files.suffix(source)}": records for stem, records in batch.files.items()}
    title = f"{dataset.title}, {profile.city.title()}"
    for file, records in named.items():
        path = inbox / profile.city / dataset.department / dataset.name / file
        _put(path, files.encode(records, columns, source, title))
        yield path
    if aside:
        _put(aside / profile.city / f"{dataset.table}.json", encode(truth(batch, named)))


def _put(path: Path, content: bytes) -> None:
    """Write aside and rename: whoever watches the inbox never sees half a file.

    A file that is there with the same bytes stays untouched, so that it is no new delivery.
    """
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
