"""The typed model of one contract."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from data_contracts.document import Document, FieldPath
from data_contracts.faults import Fault
from data_contracts.properties import (
    ColumnProperties,
    Publication,
    SourceProperties,
    TableProperties,
    Treatment,
)

LogicalType = Literal["string", "integer", "number", "date", "timestamp", "boolean", "geometry"]
# Columns that the platform adds itself, or that DuckDB adds when it reads a file.
RESERVED = frozenset({"city", "notice", "suppressed", "filename", "file_row_number"})


@dataclass(frozen=True)
class Rule:
    """A quality rule of the contract, as written; transforms.checking compiles it."""

    name: str
    kind: Literal["row", "table"]
    path: FieldPath
    severity: Literal["error", "warning"]
    body: dict[str, Any]
    column: str | None = None

    @property
    def dimension(self) -> str | None:
        """The dimension of quality that the rule looks at, by ODCS's words."""
        return self.body.get("dimension")


@dataclass(frozen=True)
class Column:
    """One column: its type, where it comes from, how it is treated, what refers where."""

    name: str
    logical_type: LogicalType
    physical_type: str | None
    path: FieldPath
    title: str
    description: str
    required: bool
    primary_key: bool
    options: dict[str, Any]
    properties: ColumnProperties
    derived_from: tuple[str, ...] = ()
    expression: str | None = None
    references: str | None = None

    @property
    def treatment(self) -> Treatment:
        """The declared treatment; a contract without one does not load."""
        assert self.properties.treatment is not None
        return self.properties.treatment

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names under which the column may stand in a file, its own first."""
        return (self.name, *self.properties.source_names)

    @property
    def from_file(self) -> bool:
        """Whether the column stands in the file, not computed from others."""
        return self.expression is None


@dataclass(frozen=True)
class Source:
    """One place a delivery comes from: `server` is `inbox` for every city or a city's own id."""

    server: str
    format: str
    path: FieldPath
    properties: SourceProperties


@dataclass(frozen=True)
class Sla:
    """The service levels of a dataset in days; None where the contract is silent."""

    frequency_days: float | None = None
    latency_days: float | None = None
    retention_days: float | None = None


@dataclass(frozen=True)
class Dataset:
    """One dataset of one department, as its contract says.

    `standards` are addresses of what it follows; `query` is the SQL that makes a mart, None for what is delivered.
    """

    department: str
    name: str
    version: str
    title: str
    description: str
    purpose: str
    limitations: str
    properties: TableProperties
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    sources: tuple[Source, ...]
    sla: Sla
    standards: tuple[str, ...]
    query: str | None
    contract_hash: str
    document: Document = field(compare=False, repr=False)

    @property
    def table(self) -> str:
        """The table's name in accepted and public: `department__dataset`, `mart_name` for a mart."""
        return f"mart_{self.name}" if self.properties.mart else f"{self.department}__{self.name}"

    @property
    def slug(self) -> str:
        """The dataset's name in public addresses: department and dataset with hyphens."""
        return self.table.replace("_", "-").replace("--", "-")

    @property
    def file(self) -> Path:
        """The contract's file."""
        return self.document.file

    @property
    def publication(self) -> Publication:
        """The public form of the dataset."""
        return self.properties.publication

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the primary key's columns; empty where there is none."""
        return tuple(column.name for column in self.columns if column.primary_key)

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that stand in a file."""
        return tuple(column for column in self.columns if column.from_file)

    @property
    def geometry(self) -> Column | None:
        """The column that holds a geometry, if any."""
        return next((column for column in self.columns if column.logical_type == "geometry"), None)

    def source(self, city: str) -> Source:
        """How this city sends the dataset: its own server, else the one for every city."""
        own = {source.server: source for source in self.sources}
        return own.get(city) or own["inbox"]

    @property
    def requires(self) -> tuple[str, ...]:
        """The tables that must exist for a city before this dataset can be processed."""
        named = [column.references.rpartition(".")[0] for column in self.columns if column.references]
        if self.properties.boundary:
            named.append(self.properties.boundary)
        return tuple(sorted(set(named) - {self.table}))

    def fault(self, path: FieldPath, message: str, remedy: str) -> Fault:
        """A fault at a field of this contract."""
        return self.document.fault(path, message, remedy)
