"""Writes the sample cities' files into an inbox, and the truth about them aside."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np

from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset
from orchestration.sample import breaking, habits, layout
from orchestration.sample.chance import stream
from orchestration.sample.maker import World, maker_of, own_maker
from orchestration.sample.planting import Planted, plant
from orchestration.sample.truth import encode, truth
from orchestration.sample.writing import formats
from orchestration.sample.writing.page import Page


def write_cities(
    contracts: Catalogue,
    worlds: Iterable[World],
    inbox: Path,
    tables: Collection[str] = (),
    aside: Path | None = None,
) -> Iterator[Path]:
    """Write cities' files to `inbox/<city>/<department>/<dataset>/`; the paths in order of arrival.

    The same seed gives the same bytes. All datasets that have a maker are written, or those in `tables` and what they
    join; a table in it that has no maker is made by its contract alone. Where `aside` is given, what was planted goes
    to `aside/<city>/<department>__<dataset>.json`.
    """
    wanted = _wanted(contracts, tables)
    for world in worlds:
        for dataset in wanted:
            if world.profile.sends(dataset.table):
                yield from _write_dataset(dataset, world, inbox, aside)


def _wanted(contracts: Catalogue, tables: Collection[str]) -> list[Dataset]:
    if not tables:
        return [dataset for dataset in contracts.datasets.values() if own_maker(dataset)]
    asked = set(tables)
    for table, dataset in reversed(contracts.datasets.items()):
        asked |= set(dataset.requires) if table in asked else set()
    return [dataset for table, dataset in contracts.datasets.items() if table in asked]


def _write_dataset(dataset: Dataset, world: World, inbox: Path, aside: Path | None) -> Iterator[Path]:
    city, source = world.profile.city, dataset.source(world.profile.city)
    planted = plant(dataset, maker_of(dataset), world, planting(world, dataset))
    files = {stem: layout.arranged(file, dataset, source) for stem, file in planted.items()}
    held = dataset.department in world.profile.broken
    for number, (stem, file) in enumerate(files.items()):
        page = _page(file, dataset, world, stem)
        content = breaking.broken(page, dataset, stem, number) if held else formats.encode(page, stem)
        path = inbox / city / dataset.department / dataset.name / f"{stem}{formats.suffix(source)}"
        _put(path, content)
        yield path
    if aside:
        named = {f"{stem}{formats.suffix(source)}": file for stem, file in files.items()}
        facts = truth(dataset, world.batch(dataset.table), named, list(named) if held else [])
        _put(aside / city / f"{dataset.table}.json", encode(facts))


def _page(file: Planted, dataset: Dataset, world: World, stem: str) -> Page:
    city = world.profile.city
    order, hand = _stream(world, dataset, "layout"), _stream(world, dataset, f"habits of {stem}")
    title = f"{dataset.title}, {world.contracts.cities[city].name}"
    page = layout.page(file, dataset, dataset.source(city), world.profile.style, title, order)
    return habits.written(page, world.profile.style, world.batch(dataset.table).personal, hand)


def planting(world: World, dataset: Dataset) -> np.random.Generator:
    """The random stream by which a dataset's faults are planted."""
    return _stream(world, dataset, "planted")


def _stream(world: World, dataset: Dataset, purpose: str) -> np.random.Generator:
    return stream(world.seed, world.profile.city, dataset.table, purpose)


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
