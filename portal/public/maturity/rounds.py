"""The frozen rounds of maturity in a release, each as its folder tells it.

A round is read by its own rubric, whatever the rubric is by now; so the rubric is taken as the file has it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from transforms.release.reader import Release

FOLDER = "maturity"
OVERALL = "strict"
_ROUND = re.compile(rf"{FOLDER}/([^/]+)/round\.json")
# A city has some eight rounds in four years; what they hold is small, and never changes.
_KEPT = 32
# Both are safe; the first is ten times as fast and not everywhere.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Row = dict[str, Any]


@dataclass(frozen=True)
class Round:
    """One frozen round. Figures are per cent from 0 to 100; None is what is not known, never nothing."""

    name: str
    folder: Path

    @cached_property
    def about(self) -> Row:
        """What the round says of itself: rubric, release, when it was frozen, the hash of each of its files."""
        return dict(json.loads((self.folder / "round.json").read_text(encoding="utf-8")))

    @cached_property
    def rubric(self) -> Row:
        """The rubric, with the names of its file."""
        return dict(yaml.load((self.folder / "rubric.yaml").read_text(encoding="utf-8"), _LOADER))  # noqa: S506

    @cached_property
    def indicators(self) -> dict[str, Row]:
        """The rubric's indicators by id, in its order."""
        return {one["id"]: one for one in self.rubric["indicators"]}

    @cached_property
    def dimensions(self) -> dict[str, Row]:
        """The rubric's dimensions by id, in its order."""
        return {one["id"]: one for one in self.rubric["dimensions"]}

    @cached_property
    def levels(self) -> dict[int, Row]:
        """The rubric's levels by number, from 1 on."""
        return {one["level"]: one for one in self.rubric["levels"]}

    @cached_property
    def cities(self) -> dict[str, Row]:
        """The cities by id: names, population, league, region, bounds."""
        return {row["city"]: row for row in self._rows("evidence", "cities")}

    @cached_property
    def scores(self) -> dict[str, Row]:
        """The overall scores, the level and what holds it, by city."""
        return {row["city"]: row for row in self._rows("results", "scores")}

    @cached_property
    def of_dimensions(self) -> dict[tuple[str, str], Row]:
        """The scores by city and dimension."""
        return {(row["city"], row["dimension"]): row for row in self._rows("results", "dimension_scores")}

    @cached_property
    def of_indicators(self) -> dict[tuple[str, str], Row]:
        """Class, value, interval and points by city and indicator."""
        return {(row["city"], row["indicator_id"]): row for row in self._rows("results", "indicator_scores")}

    @cached_property
    def peers(self) -> dict[tuple[str, str], Row]:
        """The group a city is compared with, and its band in it, by city and measure (see `OVERALL`)."""
        return {(row["city"], row["measure"]): row for row in self._rows("results", "peers")}

    @cached_property
    def sensitivity(self) -> dict[tuple[str, int], Row]:
        """In what share of changed weights, floors and targets a city has a level, by city and level."""
        return {(row["city"], row["level"]): row for row in self._rows("results", "sensitivity")}

    @cached_property
    def actions(self) -> dict[str, list[Row]]:
        """The next steps of a city, the best first."""
        found: dict[str, list[Row]] = {city: [] for city in self.cities}
        for row in sorted(self._rows("results", "actions"), key=lambda row: row["place"]):
            found[row["city"]].append(row)
        return found

    @cached_property
    def decisions(self) -> dict[tuple[str, str], Row]:
        """The reviewers' decisions by city and indicator."""
        return {(row["city"], row["indicator_id"]): row for row in self._rows("evidence", "decisions")}

    def query(self, indicator: str) -> str | None:
        """The SQL that measures an indicator; None where nothing but a document tells."""
        file = self.folder / self.query_file(indicator)
        return file.read_text(encoding="utf-8").strip() if file.is_file() else None

    def query_file(self, indicator: str) -> str:
        """The name of an indicator's query inside the round."""
        return f"queries/{indicator.lower()}.sql"

    def _rows(self, part: str, table: str) -> Iterable[Row]:
        rows = pq.read_table(self.folder / part / f"{table}.parquet").to_pylist()
        return (row for row in rows if row.get("assessment_round", self.name) == self.name)


def rounds(release: Release) -> tuple[Round, ...]:
    """The rounds that the release's manifest lists, newest first."""
    found = (_ROUND.fullmatch(entry["path"]) for entry in release.manifest["files"])
    return tuple(_round(release.folder, name) for name in sorted((one[1] for one in found if one), reverse=True))


def known(release: Release, name: str | None, indicator: str | None) -> bool:
    """Whether the release has the round of that name, the newest without one, and that has the indicator.

    Before the first round is frozen there is nothing to miss: the pages say so.
    """
    every = rounds(release)
    chosen = next((one for one in every if name in (None, "", one.name)), None)
    if chosen is None:
        return not every and not name
    return indicator is None or indicator in chosen.indicators


@lru_cache(_KEPT)
def _round(release: Path, name: str) -> Round:
    return Round(name, release / FOLDER / name)
