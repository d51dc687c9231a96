"""The public form of a dataset: treated rows, or an aggregate, with small figures hidden.

`published_sql` hides by the rule alone. `publish` makes what goes out: it hides as much more as it takes that nothing
hidden can be computed back, and tests rows about persons.
"""

import duckdb
import sqlglot
from sqlglot import exp

from data_contracts.dataset import Column, Dataset
from data_contracts.expression import AGGREGATES
from transforms.engine import name
from transforms.privacy import risk
from transforms.privacy.cells import Figure, complete
from transforms.privacy.treatment import coarsened, public_name, treated

SUPPRESSED = "suppressed"
_CELLS, _HIDDEN = "_cells", "_hidden"


def published_sql(dataset: Dataset, accepted: str) -> str:
    """SQL of the public table over `accepted` (the contract's columns and `city`), in a fixed order.

    A figure that rests on 1 to k - 1 cases is hidden. Raises ValueError for a dataset that is not published.
    """
    return _shown(dataset, _cells(dataset, accepted))


def publish(connection: duckdb.DuckDBPyConnection, dataset: Dataset, accepted: str) -> tuple[str, risk.Measured]:
    """SQL of what goes out of `accepted` in this connection, and what was measured and hidden.

    Raises RiskTooHigh where a hidden count could be computed back, or rows tell too much of persons.
    """
    found = figures(dataset)
    if not found:
        return risk.guard(connection, dataset, published_sql(dataset, accepted))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CELLS} AS SELECT row_number() OVER () AS _row, * "
        f"FROM ({_cells(dataset, accepted)} ORDER BY ALL)"
    )
    cells = connection.sql(f"SELECT * FROM {_CELLS} ORDER BY _row").to_arrow_table()
    flags, measured = complete(dataset, found, cells)
    connection.register(_HIDDEN, flags)
    own = ", ".join(["_row", *(one.flag for one in found)])
    both = f"SELECT c.* EXCLUDE ({own}), h.* EXCLUDE (_row) FROM {_CELLS} AS c"
    return _shown(dataset, f"{both} JOIN {_HIDDEN} AS h USING (_row)"), measured


def figures(dataset: Dataset) -> list[Figure]:
    """The public columns of which small values are hidden."""
    if dataset.publication.form == "aggregate":
        return _measured(dataset.publication.measures)
    declared = {
        column.name: column.properties.rests_on
        for column in dataset.columns
        if column.properties.rests_on and treated(column) is not None
    }
    own = {column for column, counted in declared.items() if column in counted}
    return [
        Figure(public_name(dataset.by_name[column]), frozenset(own & set(counted) - {column}), column in own)
        for column, counted in declared.items()
    ]


def _measured(measures: dict[str, str]) -> list[Figure]:
    """What rests on a count is what reads it; on the count of all rows everything of the cell does."""
    own = {measure: _rests_on(sql)[-1] for measure, sql in measures.items() if adds_up(sql)}
    return [
        Figure(
            measure,
            frozenset(
                other
                for other, count in own.items()
                if other != measure and (count == "COUNT(*)" or count in _rests_on(sql)[1:])
            ),
            measure in own,
        )
        for measure, sql in measures.items()
    ]


def labels(dataset: Dataset) -> list[str]:
    """The names of the public columns, in their order; a fault where two are the same."""
    publication = dataset.publication
    added = [SUPPRESSED] if figures(dataset) else []
    if publication.form == "rows":
        return ["city", *(public_name(column) for column in dataset.columns if treated(column) is not None), *added]
    grains = ((dataset.by_name[one.column], one.to) for one in publication.dimensions)
    return ["city", *(public_name(column, grain) for column, grain in grains), *publication.measures, *added]


def adds_up(measure: str) -> bool:
    """Whether the figures of several cells may be added: counts may, means and distinct counts may not."""
    node = sqlglot.parse_one(measure, read="duckdb")
    count = node.this if isinstance(node, exp.Filter) else node
    return isinstance(count, exp.Count) and not isinstance(count.this, exp.Distinct)


def _cells(dataset: Dataset, accepted: str) -> str:
    """SQL of the public columns with all figures, and whether each of these is hidden by the rule."""
    if dataset.publication.delay_months:
        accepted = _delayed(dataset, accepted)
    if dataset.publication.where:
        # A row of which the condition cannot say anything (null) does not go out.
        accepted = f"SELECT * FROM ({accepted}) WHERE {dataset.publication.where}"
    if dataset.publication.form == "rows":
        return _rows(dataset, accepted)
    if dataset.publication.form == "aggregate":
        return _aggregate(dataset, accepted)
    raise ValueError(f"{dataset.table} is not published")


def _delayed(dataset: Dataset, accepted: str) -> str:
    """SQL of the rows whose month ended as long ago as the contract asks.

    How late it is, is told by the newest that a city sent, so that the same rows give the same table on any day.
    """
    time = dataset.by_name[dataset.properties.temporal_column or ""]
    version = dataset.by_name.get(dataset.properties.version_column or "")
    # A version may be a number.
    newest = version if version and version.logical_type in ("date", "timestamp") else time
    month, day = coarsened(time, "month"), coarsened(newest, "day")
    # The last row of a month is not written at midnight: a day is let pass.
    known = f"SELECT city, max({day}) + INTERVAL 1 DAY AS _today FROM ({accepted}) GROUP BY city"
    over = f"{month} + INTERVAL {dataset.publication.delay_months + 1} MONTH <= _today"
    return f"SELECT a.* FROM ({accepted}) AS a JOIN ({known}) AS k ON k.city = a.city AND {over}"


def _shown(dataset: Dataset, cells: str) -> str:
    """SQL of cells without their hidden figures; a table that hides any says in which rows."""
    found = figures(dataset)
    if not found:
        return f"{cells} ORDER BY ALL NULLS LAST"
    shown = ", ".join(f"CASE WHEN {one.flag} THEN NULL ELSE {name(one.name)} END AS {name(one.name)}" for one in found)
    flags = [one.flag for one in found]
    return (
        f"SELECT * EXCLUDE ({', '.join(flags)}) REPLACE ({shown}), ({' OR '.join(flags)}) AS {SUPPRESSED} "
        f"FROM ({cells}) ORDER BY ALL NULLS LAST"
    )


def _rows(dataset: Dataset, accepted: str) -> str:
    chosen = ["city"]
    for column in dataset.columns:
        sql = treated(column)
        if sql is not None:
            chosen.append(f"{sql} AS {name(public_name(column))}")
    by_name = {public_name(column): column for column in dataset.columns}
    chosen += [f"{_small(dataset, by_name[one.name])} AS {one.flag}" for one in figures(dataset)]
    return f"SELECT {', '.join(chosen)} FROM ({accepted})"


def _small(dataset: Dataset, column: Column) -> str:
    """SQL that is true where a figure rests on 1 to k - 1 cases."""
    counted = [
        f"coalesce({name(count)} BETWEEN 1 AND {dataset.publication.k - 1}, false)"
        for count in column.properties.rests_on
    ]
    return f"({' OR '.join(counted)})"


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
    flags = ", ".join(
        f"(_n < {publication.k} OR "
        f"len(list_filter({name(f'_rests_{one.name}')}, lambda n: n > 0 AND n < {publication.k})) > 0) AS {one.flag}"
        for one in figures(dataset)
    )
    return f"SELECT {', '.join([*labels, *map(name, publication.measures)])}, {flags} FROM ({grouped})"


def _rests_on(sql: str) -> list[str]:
    """SQL of everything in a measure that may not lie between 1 and k - 1: what the whole comes to where that is a
    count, then for each aggregate its count, or how many values it takes in."""
    counted = [f"CASE WHEN typeof({sql}) LIKE '%INT%' THEN abs(TRY_CAST({sql} AS HUGEINT)) END"]
    for aggregate in sqlglot.parse_one(sql, read="duckdb").find_all(*AGGREGATES):
        count: exp.Expr = aggregate if isinstance(aggregate, exp.Count) else exp.Count(this=aggregate.this.copy())
        if isinstance(aggregate.parent, exp.Filter):
            count = exp.Filter(this=count.copy(), expression=aggregate.parent.expression.copy())
        counted.append(count.sql(dialect="duckdb"))
    return counted
