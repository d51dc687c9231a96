"""The public form of a dataset as one SQL statement: treated rows, or an aggregate with small cells hidden."""

import sqlglot
from sqlglot import exp

from data_contracts.dataset import Column, Dataset
from data_contracts.expression import AGGREGATES
from transforms.engine import name
from transforms.privacy.treatment import coarsened, public_name, treated

SUPPRESSED = "suppressed"


def published_sql(dataset: Dataset, accepted: str) -> str:
    """SQL of the public table over `accepted` (the contract's columns and `city`), in a fixed order.

    Raises ValueError for a dataset that is not published.
    """
    if dataset.publication.where:
        # A row of which the condition cannot say anything (null) does not go out.
        accepted = f"SELECT * FROM ({accepted}) WHERE {dataset.publication.where}"
    if dataset.publication.form == "rows":
        return _rows(dataset, accepted)
    if dataset.publication.form == "aggregate":
        return _aggregate(dataset, accepted)
    raise ValueError(f"{dataset.table} is not published")


def _rows(dataset: Dataset, accepted: str) -> str:
    chosen, small = ["city"], {column.name: _small(dataset, column) for column in dataset.columns}
    for column in dataset.columns:
        sql = treated(column)
        if sql is not None and small[column.name]:
            sql = f"CASE WHEN {small[column.name]} THEN NULL ELSE {sql} END"
        if sql is not None:
            chosen.append(f"{sql} AS {name(public_name(column))}")
    if any(small.values()):
        chosen.append(f"({' OR '.join(filter(None, small.values()))}) AS {SUPPRESSED}")
    return f"SELECT {', '.join(chosen)} FROM ({accepted}) ORDER BY ALL NULLS LAST"


def _small(dataset: Dataset, column: Column) -> str:
    """SQL that is true where a figure rests on 1 to k - 1 cases; empty where it rests on none that is declared."""
    most = dataset.publication.k - 1
    counts = [f"coalesce({name(count)} BETWEEN 1 AND {most}, false)" for count in column.properties.rests_on]
    return f"({' OR '.join(counts)})" if counts else ""


def _aggregate(dataset: Dataset, accepted: str) -> str:
    """A cell of fewer than k rows shows no measure; neither does a measure that rests on 1 to k - 1 of them."""
    publication = dataset.publication
    dimensions, labels = [], ["city"]
    for dimension in publication.dimensions:
        column = dataset.by_name[dimension.column]
        grain = dimension.to or column.treatment.to
        sql = coarsened(column, grain) if grain else (treated(column) or "NULL")
        label = public_name(column, grain)
        dimensions.append(f"{sql} AS {name(label)}")
        labels.append(name(label))
    inner = ", ".join(
        f"{sql} AS {name(measure)}, list_value({', '.join(_rests_on(sql))}) AS {name(f'_rests_{measure}')}"
        for measure, sql in publication.measures.items()
    )
    grouped = f"SELECT city, {', '.join(dimensions)}, {inner}, count(*) AS _n FROM ({accepted}) GROUP BY ALL"
    small = {
        measure: f"(_n < {publication.k} OR "
        f"len(list_filter({name(f'_rests_{measure}')}, lambda n: n > 0 AND n < {publication.k})) > 0)"
        for measure in publication.measures
    }
    shown = ", ".join(
        f"CASE WHEN {hidden} THEN NULL ELSE {name(measure)} END AS {name(measure)}" for measure, hidden in small.items()
    )
    any_hidden = " OR ".join(small.values())
    return (
        f"SELECT {', '.join(labels)}, {shown}, ({any_hidden}) AS {SUPPRESSED} FROM ({grouped}) ORDER BY ALL NULLS LAST"
    )


def _rests_on(sql: str) -> list[str]:
    """SQL of everything in a measure that may not lie between 1 and k - 1: for each aggregate its count, or how
    many values it takes in, and what the whole comes to where that is a count too."""
    counts = [f"CASE WHEN typeof({sql}) LIKE '%INT%' THEN abs(TRY_CAST({sql} AS HUGEINT)) END"]
    for aggregate in sqlglot.parse_one(sql, read="duckdb").find_all(*AGGREGATES):
        count: exp.Expr = aggregate if isinstance(aggregate, exp.Count) else exp.Count(this=aggregate.this.copy())
        if isinstance(aggregate.parent, exp.Filter):
            count = exp.Filter(this=count.copy(), expression=aggregate.parent.expression.copy())
        counts.append(count.sql(dialect="duckdb"))
    return counts
