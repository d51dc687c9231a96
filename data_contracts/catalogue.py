"""All contracts of a project: its datasets, cities and vocabulary, loaded together or not at all."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from data_contracts.city import City, read_city
from data_contracts.dataset import Dataset
from data_contracts.department import Department, read_departments
from data_contracts.faults import ContractFaults, Fault
from data_contracts.odcs import SUFFIX, OdcsReader
from data_contracts.platform import PLATFORM
from data_contracts.rubric import Rubric, read_rubric
from data_contracts.vocabulary import Vocabulary, read_vocabulary

HOME = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """What departments deliver by table name, and the marts that queries make of it, each in an order in which each
    comes after what it requires or reads; and the rubric by which cities are scored."""

    datasets: dict[str, Dataset]
    marts: dict[str, Dataset]
    cities: dict[str, City]
    departments: dict[str, Department]
    vocabulary: Vocabulary
    rubric: Rubric | None = None

    @property
    def tables(self) -> dict[str, Dataset]:
        """The datasets and the marts."""
        return {**self.datasets, **self.marts}

    def published(self, table: str) -> Dataset:
        """The dataset or the mart behind a public table."""
        return self.marts.get(table) or self.datasets[table]

    def made_of(self, table: str) -> list[str]:
        """What a mart is made of, itself or by way of other marts, none of them a mart; of a delivered table itself."""
        return sorted({source for other in self._reads(table) for source in self.made_of(other)}) or [table]

    def by_way_of(self, table: str) -> list[str]:
        """The other marts by way of which a mart is made."""
        read = [other for other in self._reads(table) if other in self.marts]
        return sorted({*read, *(further for other in read for further in self.by_way_of(other))})

    def _reads(self, table: str) -> tuple[str, ...]:
        return _read_by(self.marts[table]) if table in self.marts else ()

    @property
    def hash(self) -> str:
        """Changes when any contract, city or term changes; not with what a city assumes or is compared with, nor with
        the rubric, none of which a release's tables hold."""
        words = {name: term.model_dump() for name, term in self.vocabulary.items()}
        cities = {
            name: city.model_dump(exclude={"footage_assumptions", "region"}) for name, city in self.cities.items()
        }
        departments = {name: department.model_dump() for name, department in self.departments.items()}
        contracts = {name: dataset.contract_hash for name, dataset in self.tables.items()}
        text = json.dumps([contracts, words, cities, departments], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def contract_files(paths: Iterable[Path]) -> list[Path]:
    """The contract files among the given files and below the given folders."""
    found: set[Path] = set()
    for path in paths:
        found |= set(path.rglob(f"*{SUFFIX}")) if path.is_dir() else {path}
    return sorted(found)


def load(root: Path = HOME) -> Catalogue:
    """Load every contract, city and term below `root`: anew only where a file there changed, as it takes a second.

    Raises ContractFaults with all faults of all files.
    """
    return _loaded(root, _content(root))


def _content(root: Path) -> str:
    """A hash of all that is read below a folder."""
    found = hashlib.sha256()
    for file in sorted(file for file in root.rglob("*") if file.suffix in (".yaml", ".sql") and file.is_file()):
        content = file.read_bytes()
        found.update(f"{file} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


@lru_cache(maxsize=8)
def _loaded(root: Path, _content: str) -> Catalogue:
    catalogue, faults = read(root)
    if faults:
        raise ContractFaults(faults)
    return catalogue


def read(root: Path = HOME, files: list[Path] | None = None) -> tuple[Catalogue, list[Fault]]:
    """As `load`, but hands back what loaded together with the faults; `files` narrows the contracts."""
    vocabulary, faults = read_vocabulary(root / "vocabulary")
    cities: dict[str, City] = {}
    for file in sorted((root / "cities").glob("*.yaml")):
        city, found = read_city(file)
        faults += found
        if city:
            cities[city.id] = city
    datasets: dict[str, Dataset] = {}
    for file in contract_files([root]) if files is None else files:
        reader = OdcsReader(file, vocabulary)
        faults += reader.faults
        if reader.dataset is None:
            continue
        other = datasets.setdefault(reader.dataset.table, reader.dataset)
        if other is not reader.dataset:
            faults.append(reader.dataset.fault(("schema", 0, "name"), f"is taken by {other.file.name}", "rename one"))
    faults += [] if files else [fault for dataset in datasets.values() for fault in _strange_servers(dataset, cities)]
    marts = {table: datasets.pop(table) for table in sorted(datasets) if datasets[table].properties.mart}
    faults += [] if files else [fault for mart in marts.values() for fault in _strange_reads(mart, datasets, marts)]
    folders = {dataset.department for dataset in [*datasets.values(), *marts.values()]}
    departments, found = read_departments(root / "departments.yaml", folders)
    faults += found
    faults += [fault for dataset in datasets.values() if files is None for fault in _missing(dataset, datasets)]
    ordered, circles = _in_order(datasets, {table: dataset.requires for table, dataset in datasets.items()})
    made, more = _in_order(marts, {table: _read_by(mart) for table, mart in marts.items()})
    rubric, strange = read_rubric(root / "maturity")
    if rubric and files is None:
        strange += rubric.strange_tables({*datasets, *marts, *PLATFORM})
    return Catalogue(ordered, made, cities, departments, vocabulary, rubric), [*faults, *circles, *more, *strange]


def _strange_servers(dataset: Dataset, cities: dict[str, City]) -> list[Fault]:
    remedy = f"call it inbox, or one of {', '.join(sorted(cities))}"
    return [
        dataset.fault((*source.path, "server"), f"server {source.server} is no city", remedy)
        for source in dataset.sources
        if source.server != "inbox" and source.server not in cities
    ]


def _read_by(mart: Dataset) -> tuple[str, ...]:
    assert mart.properties.mart is not None
    return mart.properties.mart.reads


def _strange_reads(mart: Dataset, *known: dict[str, Dataset]) -> list[Fault]:
    return [
        mart.fault(("schema", 0), f"reads {table}, which no contract describes", "name tables of this project")
        for table in _read_by(mart)
        if table not in PLATFORM and not any(table in tables for tables in known)
    ]


def _missing(dataset: Dataset, datasets: dict[str, Dataset]) -> list[Fault]:
    return [
        dataset.fault(("schema", 0), f"requires {other}, which no contract describes", "add it")
        for other in dataset.requires
        if other not in datasets
    ]


def _in_order(tables: dict[str, Dataset], needs: dict[str, tuple[str, ...]]) -> tuple[dict[str, Dataset], list[Fault]]:
    """The tables, each after those of them that it needs; a fault where that goes in a circle."""
    known = {table: set(needs[table]) & tables.keys() for table in sorted(tables)}
    try:
        return {table: tables[table] for table in TopologicalSorter(known).static_order()}, []
    except CycleError as error:
        first, circle = tables[error.args[1][0]], " → ".join(error.args[1])
        return tables, [first.fault(("schema", 0), f"requires itself ({circle})", "break the circle")]
