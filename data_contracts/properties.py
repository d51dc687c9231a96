"""Our parts of a contract, carried in ODCS `customProperties`: their names and shapes.

Keys are in camel case as the standard asks; unknown ones are faults.
"""

from string import ascii_uppercase
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from data_contracts.steps import Step

Grain = Literal["hour", "day", "month", "year"]
Repair = Literal["trim", "foldSpaces"]


class Properties(BaseModel):
    """Base of all property groups: camel case in YAML, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Treatment(Properties):
    """What happens to a column before it is public."""

    kind: Literal["keep", "drop", "pseudonym", "mask", "generalise", "redact"]
    to: Grain | None = None
    band: float | None = Field(default=None, gt=0)
    edges: tuple[float, ...] = ()
    keep_last: int = Field(default=0, ge=0)
    domain: str | None = None
    released_by: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _options_fit(self) -> "Treatment":
        ways = [self.to, self.band, self.edges or None]
        if self.kind == "generalise" and ways.count(None) != 2:
            raise ValueError("generalise needs one of `to` (hour, day, month, year), `band` (a width) and `edges`")
        if self.kind != "generalise" and ways.count(None) != 3:
            raise ValueError("`to`, `band` and `edges` belong to generalise")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("`edges` must rise")
        if self.kind != "mask" and self.keep_last:
            raise ValueError("`keepLast` belongs to mask")
        if self.kind != "pseudonym" and self.domain:
            raise ValueError("`domain` belongs to pseudonym")
        if (self.kind == "redact") != bool(self.released_by):
            raise ValueError("redact, and nothing else, needs `releasedBy`: the office that lets the text out")
        return self


def _treatment(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Dimension(Properties):
    """A column by which an aggregate groups; `to` coarsens an instant or a date."""

    column: str
    to: Grain | None = None


def _dimension(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Publication(Properties):
    """The public form of a dataset: its rows, an aggregate over them, or nothing."""

    form: Literal["rows", "aggregate", "none"]
    reason: str | None = None
    dimensions: tuple[Annotated[Dimension, BeforeValidator(_dimension)], ...] = ()
    measures: dict[str, str] = {}
    k: int = Field(default=10, ge=2)
    l: int = Field(default=2, ge=1)  # noqa: E741
    suppress_share: float = Field(default=0.05, ge=0, le=1)
    differencing: Literal["measure", "hold"] = "measure"
    where: str | None = None
    delay_months: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _options_fit(self) -> "Publication":
        if self.form == "aggregate" and not (self.dimensions and self.measures):
            raise ValueError("an aggregate needs `dimensions` and `measures`")
        if self.form != "aggregate" and (self.dimensions or self.measures):
            raise ValueError("`dimensions` and `measures` belong to an aggregate")
        if self.form == "none" and not self.reason:
            raise ValueError("`none` needs a `reason`")
        if self.form == "none" and (self.where or self.delay_months):
            raise ValueError("`where` and `delayMonths` belong to rows and to an aggregate")
        return self


def _publication(value: object) -> object:
    return {"form": value} if isinstance(value, str) else value


class Office(Properties):
    """Who answers for a dataset: an office by its title, never a person."""

    title: str
    title_hi: str


class Listing(Properties):
    """On which list of the national data sharing policy a dataset stands, why, and who decided."""

    list: Literal["open", "negative"]
    reason: str
    reason_hi: str
    decided_by: str


class UsageWarning(Properties):
    """What a reader must know before using the data."""

    text: str
    text_hi: str


class Mart(Properties):
    """A dataset that is not delivered but made by the query beside its contract, over other tables."""

    reads: tuple[str, ...] = Field(min_length=1)


class Swap(Properties):
    """The other column of a pair of coordinates, and when the two change places."""

    column: str
    when: Literal["always", "outside"] = "outside"


class ColumnProperties(Properties):
    """What a column adds to ODCS: how it is found and read in the source, and how it is treated."""

    treatment: Annotated[Treatment, BeforeValidator(_treatment)] | None = None
    source_names: tuple[str, ...] = ()
    source_pointer: str | None = Field(default=None, pattern="^/")
    source_document: str | None = Field(default=None, pattern="^/")
    source_formats: tuple[str, ...] = ()
    source_unit: str | None = None
    source_unit_by_key: dict[str, dict[str, str]] = {}
    source_suffixes: tuple[str, ...] = ()
    source_marks: tuple[Annotated[str, Field(pattern=r"^[^0-9\s]+$")], ...] = ()
    grouping: Literal["indian", "western"] | None = None
    digits: Literal["devanagari"] | None = None
    duration: Literal["h:mm", "h:mm:ss"] | None = None
    month_names: Literal["hi"] | None = None
    unit: str | None = None
    repairs: tuple[Repair, ...] = ()
    map_codes: dict[str, str] = {}
    swap_coordinates: Swap | None = None
    mend_geometry: bool = False
    drift_units: bool = True
    rests_on: tuple[str, ...] = ()
    quasi: bool = False
    sensitive: bool = False
    discloses: tuple[str, ...] = ()
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)
    title_hi: str | None = None
    description_hi: str | None = None

    @model_validator(mode="after")
    def _tells_of_what_goes_out(self) -> "ColumnProperties":
        if (self.quasi or self.sensitive or self.discloses) and self.treatment and self.treatment.kind == "drop":
            raise ValueError(
                "quasi, sensitive and discloses are about what goes out; take them out, or do not drop the column"
            )
        return self


class TableProperties(Properties):
    """What a dataset adds to ODCS: how deliveries relate, what it joins, how it goes out."""

    title_hi: str | None = None
    description_hi: str | None = None
    purpose_hi: str | None = None
    limitations_hi: str | None = None
    owner: Office | None = None
    coordinator: Office | None = None
    listing: Listing | None = None
    usage_warnings: tuple[UsageWarning, ...] = ()
    publication: Annotated[Publication, BeforeValidator(_publication)]
    delivery: Literal["snapshot", "increment"] | None = None
    mart: Mart | None = None
    boundary: str | None = None
    drift_share: float = Field(default=0.5, gt=0, le=1)
    high_value: bool = False
    version_column: str | None = None
    temporal_column: str | None = None
    future_skew: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _listed_as_published(self) -> "TableProperties":
        if self.listing and self.listing.list == "negative" and self.publication.form != "none":
            raise ValueError("a dataset on the negative list is not published: say `publication: {form: none, …}`")
        return self

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> "TableProperties":
        if (self.delivery is None) == (self.mart is None):
            raise ValueError("needs either `delivery` (snapshot, increment) or `mart` (what its query reads)")
        return self


class SourceProperties(Properties):
    """What a server (a place files come from) adds to ODCS: everything a reader would have to guess."""

    encoding: str = "utf-8"
    delimiter: str = Field(default=",", pattern=r'^[^"\r\n]$')
    header: Literal["names", "none"] = "names"
    short_lines: bool = False
    decimal: Literal[".", ","] = "."
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    sheet_column: str | None = None
    header_row: int = Field(default=1, ge=1, le=1000)
    header_rows: int = Field(default=1, ge=1, le=20)
    header_join: str = " "
    cells_above: dict[str, Annotated[str, Field(pattern="^[A-Z]{1,3}[1-9][0-9]{0,3}$")]] = {}
    steps: tuple[Step, ...] = ()
    formulas: Literal["refuse", "cached"] = "refuse"
    records: str = Field(default="", pattern="^(/[^/]+)*$")
    entries: bool = False
    explode: str | None = Field(default=None, pattern="^(/[^/]+)+$")
    namespaces: dict[str, str] = {}
    layer: str | None = None
    packing: Literal["none", "zip", "gz"] = "none"
    member: str | None = None
    members: Literal["one", "many"] = "one"
    optional_columns: tuple[str, ...] = ()
    null_values: tuple[str, ...] = Field(default=("",), min_length=1)
    ignored_columns: tuple[str, ...] = ()

    @property
    def laid_out(self) -> bool:
        """Whether the table needs to be laid out anew, or does not begin in the first line."""
        return bool(self.steps or self.cells_above or self.header_row > 1 or self.header_rows > 1)

    @field_validator("header_row", "header_rows")
    @classmethod
    def _is_there(cls, number: int, info: ValidationInfo) -> int:
        if number > 1 and info.data.get("header") == "none":
            raise ValueError("there is none with `header: none`")
        return number

    @field_validator("steps")
    @classmethod
    def _begin_with_unstack(cls, steps: tuple[Step, ...], info: ValidationInfo) -> tuple[Step, ...]:
        if steps and info.data.get("header") == "none":
            raise ValueError("steps need the names of a header")
        if any(step.unstack for step in steps[1:]):
            raise ValueError("unstack must be the first step")
        if steps and steps[0].unstack and info.data.get("header_rows", 1) > 1:
            raise ValueError("unstack needs a header of one row")
        return steps

    @field_validator("sheets")
    @classmethod
    def _are_named_once(cls, sheets: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if sheets and info.data.get("sheet") is not None:
            raise ValueError("`sheet` names one already; keep one of the two")
        return sheets

    @field_validator("cells_above")
    @classmethod
    def _stand_above(cls, cells: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if any(int(cell.lstrip(ascii_uppercase)) >= info.data.get("header_row", 1) for cell in cells.values()):
            raise ValueError("one does not stand above `headerRow`")
        return cells

    @field_validator("null_values")
    @classmethod
    def _are_cells(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if any(mark in value for value in values for mark in (info.data.get("delimiter", ","), '"')):
            raise ValueError("one holds the delimiter or a quote")
        return values
