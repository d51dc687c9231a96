"""The public form of a dataset as one SQL statement: treated rows, or an aggregate with small cells hidden."""

import sqlglot
from sqlglot import exp

from data_contracts.dataset import Dataset
from transforms.engine import name
from transforms.privacy.treatment import coarsened, public_name, treated

SUPPRESSED = "suppressed"


def published_sql(dataset: Dataset, accepted: str) -> str:
    """SQL of the public table over `accepted` (the contract's columns and `city`), in a fixed order.

    Raises ValueError for a dataset that is not published.
    """
    if dataset.publication.form == "rows":
        return _rows(dataset, accepted)
    if dataset.publication.form == "aggregate":
        return _aggregate(dataset, accepted)
    raise ValueError(f"{dataset.table} is not published")


def _rows(dataset: Dataset, accepted: str) -> str:
    chosen = ["city"]
    for column in dataset.columns:
        sql = treated(column)
        if sql is not None:
            chosen.append(f"{sql} AS {name(public_name(column))}")
    return f"SELECT {', '.join(chosen)} FROM ({accepted}) ORDER BY ALL NULLS LAST"


def _aggregate(dataset: Dataset, accepted: str) -> str:
    """A cell of fewer than k rows shows no measure; neither does a count that is above 0 and below k."""
    publication = dataset.publication
    dimensions, labels = [], ["city"]
    for dimension in publication.dimensions:
        column = dataset.by_name[dimension.column]
        grain = dimension.to or column.treatment.to
        sql = coarsened(column, grain) if grain else (treated(column) or "NULL")
        label = public_name(column, grain)
        dimensions.append(f"{sql} AS {name(label)}")
        labels.append(name(label))
    inner = ", ".join(f"{sql} AS {name(measure)}" for measure, sql in publication.measures.items())
    grouped = f"SELECT city, {', '.join(dimensions)}, {inner}, count(*) AS _n FROM ({accepted}) GROUP BY ALL"
    shown = ", ".join(
        f"CASE WHEN {_small(measure, sql, publication.k)} THEN NULL ELSE {name(measure)} END AS {name(measure)}"
        for measure, sql in publication.measures.items()
    )
    hidden = " OR ".join(_small(measure, sql, publication.k) for measure, sql in publication.measures.items())
    return f"SELECT {', '.join(labels)}, {shown}, ({hidden}) AS {SUPPRESSED} FROM ({grouped}) ORDER BY ALL NULLS LAST"


def _small(measure: str, sql: str, k: int) -> str:
    counted = sqlglot.parse_one(sql, read="duckdb")
    if isinstance(counted, exp.Filter):
        counted = counted.this
    if isinstance(counted, exp.Count):
        return f"(_n < {k} OR ({name(measure)} > 0 AND {name(measure)} < {k}))"
    return f"(_n < {k})"
