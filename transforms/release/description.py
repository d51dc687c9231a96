"""What a release says of each of its datasets, so that a portal needs nothing else: the catalogue entry.

It is made of the contract and of counts, never of a value; the same inputs give the same entry.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from data_contracts.city import City
from data_contracts.dataset import Column, Dataset
from data_contracts.department import Department
from data_contracts.properties import Grain, Listing, Office
from data_contracts.vocabulary import Vocabulary
from transforms.checking.rules import row_checks
from transforms.engine import name
from transforms.privacy.publish import adds_up
from transforms.privacy.risk import UNMEASURED, Measured
from transforms.privacy.treatment import public_name

LICENCE = "GODL-India"


@dataclass(frozen=True)
class Counts:
    """What became of a city's rows of one dataset; `broken` and `warned` are rows by rule."""

    rows_read: int
    accepted: int
    quarantined: int
    duplicate: int
    broken: dict[str, int]
    warned: dict[str, int]


def describe(
    dataset: Dataset,
    vocabulary: Vocabulary,
    department: Department,
    boundary: Dataset | None,
    counts: dict[str, Counts],
    rows: dict[str, int],
    until: dict[str, str],
    measured: Measured = UNMEASURED,
) -> dict[str, Any]:
    """The catalogue entry of a dataset.

    `boundary`: the dataset of outlines it is placed in; `rows`: published rows by city; `until`: by city the newest
    day, month or year in the published data; `measured`: its risk, and what was hidden or left out for it.
    """
    properties, form = dataset.properties, dataset.publication.form
    published = _published(dataset)
    grains = {column.name: grain for column, grain in published}
    kept = dataset.geometry is not None and dataset.geometry.name in grains
    return {
        "slug": dataset.slug,
        "table": dataset.table,
        "department": {"id": dataset.department, **_both(department.title, department.title_hi)},
        "title": _both(dataset.title, properties.title_hi),
        "description": _both(dataset.description, properties.description_hi),
        "purpose": _both(dataset.purpose, properties.purpose_hi),
        "limitations": _both(dataset.limitations, properties.limitations_hi),
        "warnings": [_both(one.text, one.text_hi) for one in properties.usage_warnings],
        "owner": _office(properties.owner),
        "coordinator": _office(properties.coordinator),
        "listing": _listing(properties.listing),
        "standards": list(dataset.standards),
        "contract": {"version": dataset.version, "hash": dataset.contract_hash},
        "licence": LICENCE,
        "form": form,
        "k": dataset.publication.k if form == "aggregate" or _rests(dataset) else None,
        "privacy": {
            **asdict(measured),
            "quasi": _marked(dataset, "quasi"),
            "sensitive": _marked(dataset, "sensitive"),
            # What becomes of a count that changed by few cases since the release before.
            "differencing": dataset.publication.differencing if _counted(dataset) else None,
        },
        "counted": _counted(dataset),
        "levelled": bool(dataset.query) and "level" in dataset.by_name,
        "made_from": list(dataset.properties.mart.reads) if dataset.properties.mart else [],
        "frequency_days": dataset.sla.frequency_days,
        "latency_days": dataset.sla.latency_days,
        "temporal": temporal(dataset),
        "boundary": _boundary(dataset, boundary),
        "key": list(dataset.key),
        "geometry": dataset.geometry.name if dataset.geometry and kept else None,
        "rows": rows,
        "until": until,
        "columns": [_column(column, grain) for column, grain in published]
        + [_measure(measure, vocabulary) for measure in dataset.publication.measures],
        "measures": dict(dataset.publication.measures),
        "treatments": [_treatment(column, grains, form) for column in dataset.columns],
        "rules": _rules(dataset),
        "counts": {city: asdict(count) for city, count in counts.items()},
    }


def describe_city(city: City) -> dict[str, Any]:
    """What a release says of a city."""
    return {
        "id": city.id,
        "name": _both(city.name, city.name_hi),
        "state": city.state,
        "fictional": city.fictional,
        "bounds": list(city.bounds),
    }


def _both(english: str, hindi: str | None) -> dict[str, str]:
    """A text in both languages; English stands in where there is no Hindi."""
    return {"en": english, "hi": hindi or english}


def _counted(dataset: Dataset) -> str | None:
    """The public column whose figures may be added up: a mart's first count, an aggregate's first measure that is one.

    None where rows are to be counted, or nothing can be.
    """
    if dataset.query:
        counts = (column.name for column in dataset.columns if column.properties.rests_on == (column.name,))
        return next(counts, None)
    return next((name for name, sql in dataset.publication.measures.items() if adds_up(sql)), None)


def _marked(dataset: Dataset, word: str) -> list[str]:
    """The public columns that the contract declares so."""
    return [public_name(column, grain) for column, grain in _published(dataset) if getattr(column.properties, word)]


def _rests(dataset: Dataset) -> bool:
    """Whether small figures of its rows are hidden."""
    return any(column.properties.rests_on for column in dataset.columns)


def _office(office: Office | None) -> dict[str, str] | None:
    return _both(office.title, office.title_hi) if office else None


def _listing(listing: Listing | None) -> dict[str, Any] | None:
    if listing is None:
        return None
    return {
        "list": listing.list,
        "reason": _both(listing.reason, listing.reason_hi),
        "decided_by": listing.decided_by,
    }


def _rules(dataset: Dataset) -> list[dict[str, str | None]]:
    """The rules that the platform checks; what a column's own declaration asks for has no dimension of its own."""
    dimensions = {rule.name: rule.dimension for rule in dataset.rules}
    checked = [(check.name, check.severity) for check in row_checks(dataset)]
    checked += [(rule.name, rule.severity) for rule in dataset.rules if rule.kind == "table"]
    return [{"rule": rule, "severity": severity, "dimension": dimensions.get(rule)} for rule, severity in checked]


def temporal(dataset: Dataset) -> dict[str, str] | None:
    """The public column that says when a row was observed, and its grain; None where none goes out."""
    column = dataset.by_name.get(dataset.properties.temporal_column or "")
    if column is None:
        return None
    if dataset.publication.form == "aggregate":
        for dimension in dataset.publication.dimensions:
            grain = dimension.to or column.treatment.to
            if dimension.column == column.name and grain:
                return {"column": public_name(column, grain), "grain": grain}
        return None
    if column.treatment.kind not in ("keep", "generalise"):
        return None
    return {"column": public_name(column), "grain": column.treatment.to or "day"}


_SHOWN: dict[str, str] = {"hour": "%Y-%m-%d", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def data_until(connection: duckdb.DuckDBPyConnection, dataset: Dataset, published: str) -> dict[str, str]:
    """By city the newest day, month or year of a published table (SQL), as ISO 8601 writes it."""
    time = temporal(dataset)
    if time is None:
        return {}
    newest = f"strftime(max(CAST({name(time['column'])} AS TIMESTAMP)), '{_SHOWN[time['grain']]}')"
    query = f"SELECT city, {newest} FROM ({published}) GROUP BY city ORDER BY city"
    return {city: until for city, until in connection.execute(query).fetchall() if until}


def _published(dataset: Dataset) -> list[tuple[Column, Grain | None]]:
    """The columns of which something goes out as such, in public order, and the grain they are cut to."""
    if dataset.publication.form == "rows":
        return [(column, column.treatment.to) for column in dataset.columns if column.treatment.kind != "drop"]
    dimensions = [(dataset.by_name[given.column], given.to) for given in dataset.publication.dimensions]
    return [(column, grain or column.treatment.to) for column, grain in dimensions]


def _column(column: Column, grain: Grain | None) -> dict[str, Any]:
    properties, treatment = column.properties, column.treatment
    kind: str = "date" if grain and grain != "hour" else column.logical_type
    if treatment.kind in ("pseudonym", "mask"):
        kind = "string"
    elif treatment.band or treatment.edges:
        kind = "number"
    return {
        "name": public_name(column, grain),
        "title": _both(column.title, properties.title_hi),
        "description": _both(column.description, properties.description_hi),
        "type": kind,
        "unit": properties.unit,
        "grain": grain,
    }


def _measure(measure: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """A figure of an aggregate, in the vocabulary's words where it has some."""
    term = vocabulary.get(measure)
    spelled = measure.replace("_", " ").capitalize()
    return {
        "name": measure,
        "title": _both(term.title, term.title_hi) if term else _both(spelled, None),
        "description": _both(term.description, term.description_hi) if term else _both("", None),
        "type": "number",
        "unit": term.unit if term else None,
        "grain": None,
    }


def _treatment(column: Column, published: dict[str, Grain | None], form: str) -> dict[str, Any]:
    """How a column of the delivery goes out: its kind, or `counted` where only an aggregate rests on it."""
    kind: str = column.treatment.kind
    if form == "aggregate" and column.name not in published:
        kind = "counted" if kind != "drop" else "drop"
    elif kind == "keep" and published.get(column.name):
        # An aggregate cuts it to the grain that its dimension names.
        kind = "generalise"
    return {
        "column": column.name,
        "title": _both(column.title, column.properties.title_hi),
        "kind": kind,
        "to": published.get(column.name) or column.treatment.to,
        "band": column.treatment.band,
        "edges": list(column.treatment.edges),
        "place": _place(column) if column.name in published else None,
        "keep_last": column.treatment.keep_last,
        "released_by": column.treatment.released_by,
        "discloses": list(column.properties.discloses) if column.name in published else [],
    }


_PLACES = {"outline": re.compile(r"\bplace\s*\("), "cell": re.compile(r"\bh3_cell\s*\(")}


def _place(column: Column) -> str | None:
    """What a column has instead of a point: the `outline` that covers it, or the H3 `cell` in which it lies."""
    return next((place for place, call in _PLACES.items() if call.search(column.expression or "")), None)


_PLACED = re.compile(r"\s*place\s*\(.*\)\s*\.\s*(\w+)\s*")


def _boundary(dataset: Dataset, boundary: Dataset | None) -> dict[str, str] | None:
    """The dataset of outlines that published rows belong to, and the public column that names the outline."""
    if boundary is None or len(boundary.key) != 1:
        return None
    for column, grain in _published(dataset):
        placed = _PLACED.fullmatch(column.expression or "")
        # A mart takes over what its tables were placed by, under the same name.
        if (placed and placed.group(1) == boundary.key[0]) or (dataset.query and column.name == boundary.key[0]):
            return {"table": boundary.table, "key": boundary.key[0], "column": public_name(column, grain)}
    return None
