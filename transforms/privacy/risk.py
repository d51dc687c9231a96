"""The risk of rows about persons: k-anonymity and l-diversity over the columns by which a person could be known.

k: Samarati and Sweeney 1998; l, in its distinct form: Machanavajjhala and others 2007.
"""

from dataclasses import dataclass

import duckdb

from data_contracts.dataset import Dataset
from transforms.engine import name
from transforms.privacy.treatment import public_name, treated

_TABLE, _CLASSES = "_rows", "_classes"


class RiskTooHigh(Exception):
    """A table tells too much of single persons; says what of it, in words that hold no data."""


@dataclass(frozen=True)
class Measured:
    """What was measured of a public table, and hidden in it.

    `k`: the smallest class of rows, or the smallest count that is shown; `l`: the fewest sensitive values in a class;
    `left_out`: rows; `hidden`: counts, for being small; `beside`: counts, to keep those from being computed. None where
    nothing of the kind was asked.
    """

    k: int | None = None
    l: int | None = None  # noqa: E741
    left_out: int | None = None
    hidden: int | None = None
    beside: int | None = None


UNMEASURED = Measured()


def guard(connection: duckdb.DuckDBPyConnection, dataset: Dataset, sql: str) -> tuple[str, Measured]:
    """SQL of the public rows `sql` without those that stand out, and what was measured of them.

    A class is the rows of a city that share all quasi-identifying values; an absent value is a value. Rows of classes
    below k, or with fewer than l values of a sensitive column, are left out. Raises RiskTooHigh where they are more
    than the contract's share of a city's rows.
    """
    quasi, sensitive = _declared(dataset, "quasi"), _declared(dataset, "sensitive")
    if not quasi:
        return sql, UNMEASURED
    by = ", ".join(["city", *quasi])
    # An absent value counts as one more.
    kinds = [f"count(DISTINCT {one}) + max(CAST({one} IS NULL AS INTEGER))" for one in sensitive]
    least = f"least({', '.join(kinds)})" if kinds else "NULL"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS {sql}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CLASSES} AS "
        f"SELECT {by}, count(*) AS _n, {least} AS _l FROM {_TABLE} GROUP BY {by}"
    )
    fits = f"_n >= {dataset.publication.k}" + (f" AND _l >= {dataset.publication.l}" if kinds else "")
    _refuse(connection, dataset, fits)
    k, diversity, rows = connection.execute(
        f"SELECT min(_n) FILTER (WHERE {fits}), min(_l) FILTER (WHERE {fits}), "
        f"CAST(coalesce(sum(_n) FILTER (WHERE NOT ({fits})), 0) AS BIGINT) FROM {_CLASSES}"
    ).fetchall()[0]
    same = " AND ".join(f"r.{one} IS NOT DISTINCT FROM c.{one}" for one in ["city", *quasi])
    kept = f"SELECT r.* FROM {_TABLE} AS r SEMI JOIN (SELECT * FROM {_CLASSES} WHERE {fits}) AS c ON {same}"
    return f"{kept} ORDER BY ALL NULLS LAST", Measured(k=k, l=diversity, left_out=rows)


def _declared(dataset: Dataset, word: str) -> list[str]:
    """The public names of the columns that go out and are declared so, quoted."""
    return [
        name(public_name(column))
        for column in dataset.columns
        if getattr(column.properties, word) and treated(column) is not None
    ]


def _refuse(connection: duckdb.DuckDBPyConnection, dataset: Dataset, fits: str) -> None:
    most = dataset.publication.suppress_share
    shares = connection.execute(
        f"SELECT city, sum(_n) FILTER (WHERE NOT ({fits})) / sum(_n) AS share FROM {_CLASSES} "
        f"GROUP BY city HAVING share > {most!r} ORDER BY city"
    ).fetchall()
    if shares:
        told = ", ".join(f"{city} {share:.1%}" for city, share in shares)
        raise RiskTooHigh(
            f"too many rows stand out by their quasi columns ({told}, at most {most:.1%}); coarsen or drop one of them"
        )
