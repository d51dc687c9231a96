"""Reads one ODCS 3.1 file into a Dataset, or says everything that is wrong with it."""

import hashlib
import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import jsonschema_rs
from open_data_contract_standard.model import (
    CustomProperty,
    OpenDataContractStandard,
    SchemaProperty,
    Server,
)
from pydantic import ValidationError

from data_contracts import expression, query
from data_contracts.city import validation_faults
from data_contracts.dataset import RESERVED, Column, Dataset, LogicalType, Rule, Sla, Source
from data_contracts.document import Document, FieldPath
from data_contracts.faults import Fault
from data_contracts.properties import (
    ColumnProperties,
    Grain,
    Properties,
    Publication,
    SourceProperties,
    TableProperties,
)
from data_contracts.vocabulary import Vocabulary

API_VERSION = "v3.1.0"
UNDECIDED = "TODO:"
DAYS = {"m": 1 / 1440, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.44, "y": 365.25}
GRAINS = {grain: rank for rank, grain in enumerate(get_args(Grain))}
# Stands in for properties that could not be read, so that the search for faults goes on.
UNREAD = TableProperties(publication=Publication(form="none", reason="could not be read"), delivery="increment")
SUFFIX = ".odcs.yaml"
Group = TypeVar("Group", bound=Properties)


class OdcsReader:
    """Reads one contract file; `faults` collects all that is wrong, `dataset` is None then."""

    def __init__(self, file: Path, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.document = Document(file)
        self.faults: list[Fault] = list(self.document.faults)
        read = self._read() if isinstance(self.document.data, dict) else None
        self._check_decided()
        self.dataset = None if self.faults else read

    def _fault(self, path: FieldPath, message: str, remedy: str) -> None:
        self.faults.append(self.document.fault(path, message, remedy))

    def _check_decided(self) -> None:
        """A value that a draft left open is one fault, whatever else it breaks on its line."""
        remedy = "replace the value that begins with TODO:"
        undecided = [self.document.fault(path, "is still to be decided", remedy) for path in _todos(self.document.data)]
        lines = {fault.line for fault in undecided}
        self.faults = [fault for fault in self.faults if fault.line not in lines] + undecided

    def _read(self) -> Dataset | None:
        self._check_standard()
        try:
            contract = OpenDataContractStandard.model_validate(self.document.data)
        except ValidationError as error:
            self.faults += validation_faults(self.document, (), error)
            return None
        if not contract.schema_ or len(contract.schema_) != 1:
            self._fault(("schema",), "must hold exactly one table", "give each dataset a file of its own")
            return None
        table, base = contract.schema_[0], ("schema", 0)
        properties = self._properties(TableProperties, table.customProperties, base) or UNREAD
        columns = tuple(
            self._column(column, (*base, "properties", index)) for index, column in enumerate(table.properties or [])
        )
        sources = tuple(self._source(server, ("servers", index)) for index, server in enumerate(contract.servers or []))
        department = self.document.file.parent.name
        if contract.domain != department:
            self._fault(("domain",), "differs from the folder's name", f"say {department}")
        made_by = self._query() if properties.mart else None
        if table.relationships:
            self._fault((*base, "relationships"), "belong to a column here", "move each under its column")
        dataset = Dataset(
            department=department,
            name=table.name or "",
            version=contract.version or "",
            title=table.businessName or table.name or "",
            description=(table.description or "").strip(),
            purpose=_words(contract.description, "purpose"),
            limitations=_words(contract.description, "limitations"),
            properties=properties,
            columns=columns,
            rules=tuple(self._rules()),
            sources=sources,
            sla=self._sla(contract),
            standards=tuple(given.url for given in table.authoritativeDefinitions or [] if given.url),
            query=made_by,
            contract_hash=_hash([self.document.data, [column.properties.model_dump() for column in columns], made_by]),
            document=self.document,
        )
        self._check_whole(dataset)
        return dataset

    def _check_standard(self) -> None:
        # YAML has keys and values that JSON has not, such as dates; what reads them into types complains of those.
        plain = json.loads(json.dumps(self.document.data, default=str))
        for error in _standard().iter_errors(plain):
            # Of alternatives that all fail, the one that came furthest is the one that was meant.
            while (branches := getattr(error.kind, "context", [])) and all(branches):
                error = max(chain.from_iterable(branches), key=lambda inner: len(inner.instance_path))
            message = error.message if len(error.message) < 160 else f"fails the standard's {error.kind.name}"
            self._fault(tuple(error.instance_path), message, f"see ODCS {API_VERSION}")
        if self.document.data.get("apiVersion") != API_VERSION:
            self._fault(("apiVersion",), "is not the version this project reads", f"say {API_VERSION}")

    def _properties(self, group: type[Group], given: list[CustomProperty] | None, base: FieldPath) -> Group | None:
        names = {field.alias or name for name, field in group.model_fields.items()}
        values: dict[str, Any] = {}
        places: dict[str, FieldPath] = {}
        for index, item in enumerate(given or []):
            path = (*base, "customProperties", index)
            name = item.property or ""
            if name not in names:
                near = get_close_matches(name, names, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names))}"
                self._fault(path, f"custom property {name} is not known here", remedy)
            elif name in values:
                self._fault(path, f"custom property {name} stands twice", "keep one of the two")
            else:
                values[name], places[name] = item.value, (*path, "value")
        try:
            return group(**values)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                # What is said of several properties together stands at none of them.
                name, rest = ".".join(map(str, fault["loc"])), fault["loc"][1:]
                message = f"{name}: {fault['msg']}" if name else fault["msg"]
                place = places.get(name.partition(".")[0], base)
                self._fault((*place, *rest), message, "see docs/reference/contracts.md")
            return None

    def _column(self, given: SchemaProperty, path: FieldPath) -> Column:
        name = given.name or ""
        properties = self._properties(ColumnProperties, given.customProperties, path)
        term = self.vocabulary.get(name)
        logical = given.logicalType or ""
        if logical == "object" and (given.physicalType or "").upper() == "GEOMETRY":
            logical = "geometry"
        if logical not in get_args(LogicalType):
            self._fault(
                (*path, "logicalType"),
                f"column {name} has a type that cannot be stored",
                f"use one of {', '.join(get_args(LogicalType))} (a geometry: object, physicalType GEOMETRY)",
            )
        elif term and term.logical_type != logical:
            self._fault(
                (*path, "logicalType"),
                f"column {name} differs from the vocabulary's type",
                f"use {term.logical_type}, or another name",
            )
        if properties is None:
            properties = ColumnProperties()
        elif properties.treatment is None:
            self._fault(path, f"column {name} has no treatment", "add the custom property treatment (drop, if unsure)")
        if given.unique:
            self._fault((*path, "unique"), "is not checked here", "write a duplicateValues rule, or a primaryKey")
        unit = properties.unit or (term.unit if term else None)
        filled = properties.model_copy(
            update={
                "unit": unit,
                "title_hi": properties.title_hi or (term.title_hi if term else None),
                "description_hi": properties.description_hi or (term.description_hi if term else None),
            }
        )
        return Column(
            name=name,
            logical_type=cast(LogicalType, logical),
            physical_type=given.physicalType,
            path=path,
            title=given.businessName or (term.title if term else name),
            description=(given.description or (term.description if term else "")).strip(),
            required=bool(given.required or given.primaryKey),
            primary_key=bool(given.primaryKey),
            options=given.logicalTypeOptions or {},
            properties=filled,
            derived_from=tuple(given.transformSourceObjects or ()),
            expression=given.transformLogic,
            references=self._reference(given, path),
        )

    def _reference(self, given: SchemaProperty, path: FieldPath) -> str | None:
        """The `table.column` a foreign key points to."""
        targets = [relationship.to for relationship in given.relationships or []]
        if not targets:
            return None
        if len(targets) > 1 or not isinstance(targets[0], str):
            self._fault((*path, "relationships"), "point to more than one column", "keep one, to: table.column")
            return None
        return targets[0]

    def _source(self, given: Server, path: FieldPath) -> Source:
        properties = self._properties(SourceProperties, given.customProperties, path) or SourceProperties()
        return Source(given.server or "", given.format or "", path, properties)

    def _rules(self) -> list[Rule]:
        """Every quality entry of the file, table's and columns', as it is written."""
        table = self.document.data["schema"][0]
        places: list[tuple[FieldPath, str | None, list[dict[str, Any]]]] = [
            (("schema", 0, "quality"), None, table.get("quality") or [])
        ]
        for index, column in enumerate(table.get("properties") or []):
            inside: FieldPath = ("schema", 0, "properties", index, "quality")
            places.append((inside, column.get("name"), column.get("quality") or []))
        rules, names = [], set()
        for base, owner, entries in places:
            for index, body in enumerate(entries):
                path: FieldPath = (*base, index)
                kind = _rule_kind(body)
                name = body.get("name") or "_".join(filter(None, [owner, body.get("metric")]))
                severity = body.get("severity", "error")
                if not name or name in names:
                    self._fault(path, "a rule needs a name of its own", "add a unique `name`")
                if severity not in ("error", "warning"):
                    self._fault((*path, "severity"), "is not known", "use error or warning")
                if kind is None:
                    self._fault(path, *_why_not(body))
                    continue
                names.add(name)
                rules.append(Rule(name, kind, path, severity, body, owner))
        return rules

    def _query(self) -> str:
        """The SQL of a mart, from the file beside the contract; empty where there is none."""
        file = self.document.file.with_name(self.document.file.name.removesuffix(SUFFIX) + ".sql")
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            self._fault(
                ("schema", 0), f"its query {file.name} is not there, or is no UTF-8", "write it beside this file"
            )
            return ""

    def _sla(self, contract: OpenDataContractStandard) -> Sla:
        days: dict[str, float] = {}
        for index, item in enumerate(contract.slaProperties or []):
            path = ("slaProperties", index)
            if item.property not in ("frequency", "latency", "retention"):
                self._fault(path, "is not a service level we keep", "use frequency, latency, retention")
            elif not isinstance(item.value, int | float) or item.unit not in DAYS:
                self._fault(path, "needs a number and a unit", f"use one of {', '.join(DAYS)}")
            else:
                days[item.property] = item.value * DAYS[item.unit]
        return Sla(days.get("frequency"), days.get("latency"), days.get("retention"))

    def _check_whole(self, dataset: Dataset) -> None:
        """What only shows when the columns are seen together."""
        known = {column.name for column in dataset.columns}
        from_file = {column.name for column in dataset.file_columns}
        self._check_names(dataset)
        if dataset.properties.mart:
            self._check_mart(dataset)
        self._check_rests_on(dataset)
        for column in dataset.columns:
            if column.expression is not None:
                self._check_expression((*column.path, "transformLogic"), column.expression, from_file)
                self._check_cells(column)
                unknown = set(column.derived_from) - from_file
                if unknown:
                    self._fault(
                        (*column.path, "transformSourceObjects"),
                        f"names {', '.join(sorted(unknown))}, which stands in no file",
                        "name columns that stand in the file",
                    )
            swap = column.properties.swap_coordinates
            other = dataset.by_name.get(swap.column) if swap else None
            if swap and not (_is_coordinate(column) and other and other is not column and _is_coordinate(other)):
                self._fault(column.path, "swapCoordinates needs two numbers of the file", "name the other coordinate")
        for rule in dataset.rules:
            if rule.kind == "row" and rule.body.get("type") == "custom":
                self._check_expression((*rule.path, "implementation"), rule.body["implementation"], known)
        self._check_publication(dataset, known)
        named = {
            "versionColumn": dataset.properties.version_column,
            "temporalColumn": dataset.properties.temporal_column,
        }
        for word, referred in named.items():
            if referred and referred not in known:
                self._fault(("schema", 0), f"{word} {referred} is not a column", "name one of the columns")
        time = dataset.by_name.get(dataset.properties.temporal_column or "")
        timed = {
            "futureSkew": dataset.properties.future_skew is not None,
            "delayMonths": dataset.publication.delay_months > 0,
        }
        for word in [word for word, asked in timed.items() if asked]:
            if time is None or time.logical_type not in ("date", "timestamp"):
                self._fault(("schema", 0), f"{word} needs a temporalColumn that is a date or a timestamp", "name one")
        servers = [source.server for source in dataset.sources]
        if "inbox" not in servers and not dataset.properties.mart:
            self._fault(("servers",), "no server is called inbox", "add the one that holds for every city")
        for source in dataset.sources:
            if servers.count(source.server) > 1:
                self._fault(source.path, f"server {source.server} stands twice", "keep one for each city")

    def _check_mart(self, dataset: Dataset) -> None:
        """What a mart cannot have, and what is wrong with its query."""
        mart = dataset.properties.mart
        assert mart is not None
        if dataset.sources:
            self._fault(("servers",), "a mart is delivered by nobody", "take the servers out, or `mart`")
        for column in dataset.columns:
            if column.expression is not None:
                self._fault((*column.path, "transformLogic"), "a mart's columns come from its query", "write it there")
        for rule in dataset.rules:
            if rule.kind == "table":
                self._fault(rule.path, "a mart's rules are about rows", "use engine pravah, or valid values")
        try:
            if dataset.query:
                query.check(dataset.query, mart.reads)
        except expression.ExpressionFault as error:
            self._fault(("schema", 0), f"its query {error}", "mend the .sql file, or what `mart` reads")

    def _check_rests_on(self, dataset: Dataset) -> None:
        for column in dataset.columns:
            for other in column.properties.rests_on:
                counted = dataset.by_name.get(other)
                if counted is None or counted.logical_type != "integer":
                    self._fault(column.path, f"restsOn {other} is no count of this table", "name an integer column")
        if any(column.properties.rests_on for column in dataset.columns) and dataset.publication.form != "rows":
            self._fault(("schema", 0), "restsOn belongs to rows that are published", "take it out")

    def _check_names(self, dataset: Dataset) -> None:
        owner: dict[str, Column] = {}
        for column in dataset.columns:
            if not re.fullmatch("[a-z][a-z0-9_]*", column.name):
                self._fault(column.path, f"{column.name} is no column name", "use small letters, digits, underscores")
            if column.name in RESERVED:
                self._fault(column.path, f"{column.name} is a column that the platform adds", "take another name")
            for name in column.source_names if column.from_file else (column.name,):
                first = owner.setdefault(name, column)
                if first is not column:
                    self._fault(column.path, f"{name} names column {first.name} as well", "give each name one column")
            if len(set(column.source_names)) < len(column.source_names):
                self._fault(column.path, f"column {column.name} names itself twice", "take one of sourceNames out")
        self._check_pointers(dataset, owner)

    def _check_pointers(self, dataset: Dataset, owner: dict[str, Column]) -> None:
        """A key that holds an object would be taken, whole, for the value of the column of its name."""
        for column in dataset.columns:
            _, *keys = (column.properties.source_pointer or "").split("/")
            other = owner.get(keys[0]) if len(keys) > 1 else None
            if other and other.from_file:
                message = f"sourcePointer leads through {keys[0]}, by which column {other.name} is known"
                self._fault(column.path, message, "take the name from that column's, or rename it")

    def _check_expression(self, path: FieldPath, sql: str, known: set[str]) -> None:
        try:
            expression.check_row(sql, known)
        except expression.ExpressionFault as error:
            self._fault(path, str(error), "write an expression over the columns of one row")

    def _check_cells(self, column: Column) -> None:
        """People are never shown finer than an H3 cell of resolution 8; a point that may be is kept as a point."""
        treatment = column.properties.treatment
        if treatment and treatment.kind != "drop" and not expression.is_coarse(column.expression or ""):
            self._fault((*column.path, "transformLogic"), "its H3 cell is too fine to go out", "say 8 or less")

    def _check_publication(self, dataset: Dataset, known: set[str]) -> None:
        path: FieldPath = ("schema", 0, "customProperties")
        publication = dataset.publication
        for dimension in publication.dimensions:
            column = dataset.by_name.get(dimension.column)
            treatment = column.properties.treatment if column else None
            if column is None:
                self._fault(path, f"dimension {dimension.column} is not a column", "name one of the columns")
            elif treatment and treatment.kind not in ("keep", "generalise"):
                self._fault(
                    path,
                    f"dimension {dimension.column} is a column that does not go out",
                    "its treatment must be keep or generalise",
                )
            elif treatment and dimension.to and treatment.to and GRAINS[dimension.to] < GRAINS[treatment.to]:
                self._fault(
                    path,
                    f"dimension {dimension.column} is finer than the column's treatment",
                    f"say {treatment.to} or coarser",
                )
        if publication.where:
            self._check_expression(path, publication.where, known)
        for name, sql in publication.measures.items():
            try:
                expression.check_aggregate(sql, known)
            except expression.ExpressionFault as error:
                self._fault(path, f"measure {name} {error}", "use count, sum, avg or median over columns")


def _is_coordinate(column: Column) -> bool:
    return column.from_file and column.logical_type == "number"


def _rule_kind(body: dict[str, Any]) -> Any:
    """`row` where each row can be judged alone, `table` otherwise, None where nothing here runs it."""
    kind, metric = body.get("type", "library"), body.get("metric")
    if kind == "library" and metric in ("invalidValues", "nullValues", "missingValues"):
        return "row" if body.get("mustBe") == 0 else "table"
    if kind == "library" and metric in ("duplicateValues", "rowCount"):
        return "table"
    if kind == "sql":
        return "table"
    if kind == "custom" and body.get("engine") == "pravah" and isinstance(body.get("implementation"), str):
        return "row"
    implementation = body.get("implementation")
    if kind == "custom" and body.get("engine") == "greatExpectations" and isinstance(implementation, dict):
        return "table"
    return None


def _why_not(body: dict[str, Any]) -> tuple[str, str]:
    if body.get("type") == "text":
        return "a text rule cannot be checked", "write it as a rule, or put it under description.limitations"
    if body.get("type") == "custom":
        return (
            "no engine here runs this rule",
            "use engine pravah (a row's SQL) or greatExpectations (type, kwargs)",
        )
    return (
        "no check can be made of this rule",
        "use a metric, sql or custom rule of docs/reference/contracts.md",
    )


def _todos(value: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Where a draft's values stand that nobody has decided on."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _todos(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _todos(inner, (*path, index))
    elif isinstance(value, str) and value.startswith(UNDECIDED):
        yield path


def _words(description: Any, field: str) -> str:
    """One of the contract's texts about the whole dataset; empty where it is silent."""
    return (getattr(description, field, None) or "").strip()


def _hash(data: object) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _standard() -> jsonschema_rs.Validator:
    # About 200 times as fast as the validator written in Python, and each command reads every contract.
    return jsonschema_rs.validator_for(json.loads(OpenDataContractStandard.json_schema()))
