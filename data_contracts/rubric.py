"""The rubric of a maturity assessment: dimensions, indicators, levels, and the queries that measure.

A folder holds `emf.yaml` and, for each indicator that is computed, its query `<id in lower case>.sql`.
"""

import hashlib
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, ValidationError

from data_contracts import query
from data_contracts.city import validation_faults
from data_contracts.document import Document, FieldPath
from data_contracts.expression import ExpressionFault
from data_contracts.faults import Fault
from data_contracts.indicator import Found, Indicator, Weight, Words, measure_faults
from data_contracts.properties import Properties

FILE = "emf.yaml"
# The letter with which the ids of a dimension's indicators begin.
PREFIX = {"functional": "F", "technological": "T", "governance": "G", "engagement": "C"}
# A table that every query may read: the rounds, the half year of each, and the moment as of which it is scored.
ROUNDS = {
    "assessment_round": "VARCHAR",
    "start_at": "TIMESTAMP WITH TIME ZONE",
    "end_at": "TIMESTAMP WITH TIME ZONE",
    "as_of": "TIMESTAMP WITH TIME ZONE",
}

Share = Annotated[float, Field(ge=0, le=100)]


class Level(Properties):
    """A level, and the strict score and share of evidence in per cent that it takes at least."""

    level: int
    name: Words
    name_hi: Words
    strict: Share
    share: Share


class League(Properties):
    """Cities of a size: those with fewer people than `below`, and not of a league before."""

    id: str = Field(pattern="^[a-z]+$")
    title: Words
    title_hi: Words
    below: int | None = Field(default=None, gt=0)


class Dimension(Properties):
    """A group of indicators; its weight is a share of 100."""

    id: Literal["functional", "technological", "governance", "engagement"]
    title: Words
    title_hi: Words
    weight: Weight
    text: Words
    text_hi: Words


class Rubric(Properties):
    """A rubric of one version. Scores between `bands` have the same points; under `coverage_least` per cent a
    dimension is not rated."""

    id: str = Field(pattern="^[a-z]+$")
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    title: Words
    title_hi: Words
    note: Words
    note_hi: Words
    coverage_least: Share
    levels: tuple[Level, ...]
    bands: tuple[Share, Share, Share]
    leagues: tuple[League, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    _text: str = PrivateAttr(default="")
    _hash: str = PrivateAttr(default="")
    _document: Document = PrivateAttr()

    @property
    def text(self) -> str:
        """The rubric's file as it stands."""
        return self._text

    @property
    def hash(self) -> str:
        """SHA-256 of the rubric's file and then its queries in the order of their names, all put together."""
        return self._hash

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """The indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    def league(self, population: int | None) -> str | None:
        """The league of a city of so many people; None where nobody knows how many."""
        if population is None:
            return None
        return next(one.id for one in self.leagues if one.below is None or population < one.below)

    def fault(self, path: FieldPath, message: str, remedy: str) -> Fault:
        """A fault at a field of the rubric."""
        return self._document.fault(path, message, remedy)

    def strange_tables(self, known: Collection[str]) -> list[Fault]:
        """What its indicators read, or lead a reader to, that is no table."""
        return [
            self.fault(("indicators", place, field), f"{indicator.id} names {table}, which is no table", "name another")
            for place, indicator in enumerate(self.indicators)
            for field, tables in (("reads", {*indicator.reads} - {"rounds"}), ("rows", {indicator.rows}))
            for table in sorted(tables - {*known})
        ]


def read_rubric(folder: Path) -> tuple[Rubric | None, list[Fault]]:
    """Read a folder's rubric with its queries, and all that is wrong with it; None where there is none, or no whole
    one."""
    if not (folder / FILE).exists():
        return None, []
    document = Document(folder / FILE)
    if document.faults:
        return None, document.faults
    try:
        rubric = Rubric.model_validate(document.data)
    except ValidationError as error:
        return None, validation_faults(document, (), error)
    rubric._document = document
    faults = [rubric.fault(*found) for found in [*_scale(rubric), *_indicators(rubric)]]
    return rubric, [*faults, *_queries(rubric, folder)]


def _scale(rubric: Rubric) -> Found:
    """What is wrong with how indicators come to a score."""
    total = sum(dimension.weight for dimension in rubric.dimensions)
    if total != 100:
        yield ("dimensions",), f"weights sum to {total}", "make them 100"
    yield from _twice("dimensions", [dimension.id for dimension in rubric.dimensions])
    yield from _twice("leagues", [league.id for league in rubric.leagues])
    if [level.level for level in rubric.levels] != [1, 2, 3, 4]:
        yield ("levels",), "are not 1, 2, 3 and 4", "list these, in this order"
    if any(one.strict >= next_.strict or one.share > next_.share for one, next_ in pairwise(rubric.levels)):
        yield ("levels",), "do not rise", "let `strict` rise from level to level, and `share` never fall"
    if any(one >= next_ for one, next_ in pairwise(rubric.bands)):
        yield ("bands",), "do not rise", "list the lower bounds of points 2, 3 and 4"
    sizes = [inf if league.below is None else league.below for league in rubric.leagues]
    if sizes[-1] != inf or any(one >= next_ for one, next_ in pairwise(sizes)):
        yield ("leagues",), "do not rise to one without end", "let `below` rise, and leave it out of the last alone"


def _twice(field: str, ids: list[str]) -> Found:
    for place, id in enumerate(ids):
        if id in ids[:place]:
            yield (field, place, "id"), f"{id} stands twice", "keep one of the two"


def _indicators(rubric: Rubric) -> Found:
    known = {dimension.id for dimension in rubric.dimensions}
    yield from _twice("indicators", [indicator.id for indicator in rubric.indicators])
    for dimension in sorted(known - {indicator.dimension for indicator in rubric.indicators}):
        yield ("dimensions",), f"{dimension} has no indicator", "give it one"
    for place, indicator in enumerate(rubric.indicators):
        here = ("indicators", place)
        if indicator.dimension not in known:
            yield (*here, "dimension"), f"{indicator.dimension} is no dimension", f"use {', '.join(sorted(known))}"
        elif not indicator.id.startswith(PREFIX[indicator.dimension]):
            first = PREFIX[indicator.dimension]
            yield (*here, "id"), f"{indicator.id} is not of {indicator.dimension}", f"begin it with {first}"
        for field, message, remedy in measure_faults(indicator):
            yield (*here, *field), f"{indicator.id} {message}", remedy


def _queries(rubric: Rubric, folder: Path) -> Iterator[Fault]:
    """Gives each indicator its query, and the rubric its hash; what is wrong with the queries."""
    files = {file.name: file for file in sorted(folder.glob("*.sql"))}
    # As it stands, whatever its lines end in: a round keeps the text, and its hash is held against it.
    rubric._text = (folder / FILE).read_bytes().decode()
    digest = hashlib.sha256(rubric._text.encode())
    for file in files.values():
        digest.update(file.read_bytes())
    rubric._hash = digest.hexdigest()
    for place, indicator in enumerate(rubric.indicators):
        if indicator.evidence == "reviewed":
            continue
        if indicator.file not in files:
            remedy = "write it beside the rubric, or say reviewed"
            yield rubric.fault(("indicators", place), f"its query {indicator.file} is not there", remedy)
            continue
        file = files.pop(indicator.file)
        try:
            indicator._query = file.read_bytes().decode()
            query.check(indicator._query, indicator.reads)
        except UnicodeError:
            yield Fault(file, 1, "file", "is not UTF-8", "save it as UTF-8")
        except ExpressionFault as error:
            remedy = f"mend {file.name}, or what `reads` names"
            yield rubric.fault(("indicators", place, "reads"), f"the query of {indicator.id} {error}", remedy)
    for file in files.values():
        yield Fault(file, 1, "file", "belongs to no indicator that is computed", f"name it in {FILE}, or take it out")
