"""What a score rests on: aggregates of the queries, what cities declared, what reviewers decided, and the cities."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from transforms.maturity.fault import MaturityFault

KEY = ["assessment_round", "city", "indicator_id"]
_KEY = dict.fromkeys(KEY, "VARCHAR")
# The tables with their columns and DuckDB's types.
COLUMNS: dict[str, dict[str, str]] = {
    "aggregates": {**_KEY, "value": "DOUBLE", "hits": "BIGINT", "n": "BIGINT", "complete": "BOOLEAN"},
    "declared": {
        **_KEY,
        "number": "DOUBLE",
        "points": "INTEGER",
        "document_sha256": "VARCHAR",
        "declared_on": "DATE",
    },
    "decisions": {
        **_KEY,
        "decision": "VARCHAR",
        "document_sha256": "VARCHAR",
        "reason": "VARCHAR",
        "decided_at": "TIMESTAMPTZ",
        "seq": "BIGINT",
    },
    "cities": {
        **dict.fromkeys(("city", "name", "name_hi"), "VARCHAR"),
        "population": "BIGINT",
        **dict.fromkeys(("league", "region", "state"), "VARCHAR"),
        "fictional": "BOOLEAN",
        **dict.fromkeys(("west", "south", "east", "north"), "DOUBLE"),
    },
}
_DECISIONS = ("accepted", "returned", "not_applicable")


class FactFault(MaturityFault):
    """A piece of evidence that cannot be so; the line names its indicator and city, and no value."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence of any number of rounds, each table with the columns of COLUMNS; numbers may be null.

    aggregates: what a query found, a row for each round, city and indicator for which there is evidence. declared: what
    the city says of itself. decisions: a reviewer's on it; the one of the greatest `seq` stands. cities: all that are
    scored and compared.
    """

    aggregates: pd.DataFrame
    declared: pd.DataFrame
    decisions: pd.DataFrame
    cities: pd.DataFrame

    def checked(self) -> "Evidence":
        """The same evidence; raises FactFault for the first piece that cannot be so."""
        for problem in _faults(self):
            raise FactFault(problem)
        return self

    def of(self, name: str) -> "Evidence":
        """The evidence of one round; of the decisions the last on each place."""
        chosen = {part: table[table["assessment_round"] == name] for part, table in self._by_round()}
        chosen["decisions"] = chosen["decisions"].sort_values("seq").drop_duplicates(KEY, keep="last")
        return Evidence(**chosen, cities=self.cities)

    def _by_round(self) -> Iterator[tuple[str, pd.DataFrame]]:
        return ((part.name, getattr(self, part.name)) for part in fields(self) if part.name != "cities")


def _faults(evidence: Evidence) -> Iterator[str]:
    cities = evidence.cities["city"]
    if cities.duplicated().any():
        yield f"city {cities[cities.duplicated()].iloc[0]}: stands twice among the cities; keep one row"
    for table, frame, broken, problem in _rules(evidence):
        found = frame[np.asarray(broken, dtype=bool)].sort_values(KEY)
        for place, city, indicator in found[KEY].head(1).itertuples(index=False):
            yield f"indicator {indicator} of {city} in {place}: {problem} ({table}); mend what gives it"


def _rules(evidence: Evidence) -> Iterator[tuple[str, pd.DataFrame, object, str]]:
    """Each table with the rows that break a rule, and the rule broken."""
    given = evidence.aggregates
    value, hits, n = (_numbers(given[column]) for column in ("value", "hits", "n"))
    yield "aggregates", given, ~np.isfinite(value), "the value is no finite number"
    yield "aggregates", given, (hits < 0) | (n < 0), "a count is negative"
    yield "aggregates", given, (hits % 1 > 0) | (n % 1 > 0) | np.isinf(hits) | np.isinf(n), "a count is no whole number"
    yield "aggregates", given, hits > n, "more cases count for it than there are"
    declared = evidence.declared
    points = _numbers(declared["points"])
    yield "declared", declared, np.isinf(_numbers(declared["number"])), "the number is not finite"
    yield "declared", declared, ~(np.isnan(points) | np.isin(points, (1, 2, 3, 4))), "the points are not 1, 2, 3 or 4"
    decisions = evidence.decisions
    reasoned = decisions["reason"].fillna("").astype(str).str.strip() != ""
    yield "decisions", decisions, ~decisions["decision"].isin(_DECISIONS), "the decision is none that there is"
    excused = decisions["decision"] == "not_applicable"
    yield "decisions", decisions, excused & ~reasoned, "is called not applicable without a reason"
    for part, table in evidence._by_round():
        once = [*KEY, "seq"] if part == "decisions" else KEY
        yield part, table, table.duplicated(once), "stands twice"
        yield part, table, ~table["city"].isin(evidence.cities["city"]), "is of a city that is not among the cities"


def _numbers(column: pd.Series) -> np.ndarray:
    """A column as floats, NaN where it is null."""
    return column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
