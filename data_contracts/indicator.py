"""An indicator of the rubric: what is measured, how, and from where to where it counts."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from data_contracts.document import FieldPath
from data_contracts.properties import Properties

Words = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
# Exact, so that sums of weights are.
Weight = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=4)]
# A fault before it has its file and line: where, what, what to do.
Found = Iterator[tuple[FieldPath, str, str]]


class Criterion(Properties):
    """What must be the case for a number of points."""

    text: Words
    text_hi: Words


class Indicator(Properties):
    """What is measured, how, and from where to where it counts; see docs/reference/maturity.md.

    `reads` are the tables of its query, `rows` is the one that a reader is led to.
    """

    id: str = Field(pattern="^[FTGC][1-9][0-9]?$")
    dimension: str
    title: Words
    title_hi: Words
    text: Words
    text_hi: Words
    formula: Words
    formula_hi: Words
    evidence: Literal["computed", "mixed", "reviewed"]
    unit: Literal["pct", "count", "hours", "rating", "points"]
    floor: Number | None = None
    target: Number | None = None
    better: Literal["higher", "lower"]
    weight: Weight
    interval: Literal["wilson", "none"] = "none"
    least_n: int = Field(default=0, ge=0)
    criteria: dict[int, Criterion] = Field(default_factory=dict)
    source: Words
    source_hi: Words
    raise_: Words = Field(alias="raise")
    raise_hi: Words
    effort: Literal[1, 2, 3]
    reads: tuple[str, ...] = ()
    rows: str
    _query: str | None = PrivateAttr(default=None)

    @property
    def query(self) -> str | None:
        """The SQL that measures it; None where nothing but a reviewed document tells."""
        return self._query

    @property
    def file(self) -> str:
        """The name of its query's file."""
        return f"{self.id.lower()}.sql"


def measure_faults(indicator: Indicator) -> Found:
    """What is wrong with how an indicator's value comes to points."""
    floor, target = indicator.floor, indicator.target
    if indicator.unit == "points":
        if floor is not None or target is not None:
            yield ("unit",), "is told in points, and has a floor or a target", "take these out"
        if set(indicator.criteria) != {2, 3, 4}:
            yield ("criteria",), "does not say what 4, 3 and 2 points take", "write these three"
    elif indicator.criteria:
        yield ("criteria",), "has criteria, and is not told in points", "take them out, or use unit points"
    elif floor is None or target is None:
        yield ("unit",), "has no floor or no target", "say from where to where it counts"
    elif floor == target:
        yield ("target",), "has its floor as its target", "let the two differ"
    elif (target > floor) != (indicator.better == "higher"):
        yield ("better",), "goes another way from floor to target", f"say {'higher' if target > floor else 'lower'}"
    if indicator.interval == "wilson" and indicator.unit != "pct":
        yield ("interval",), "has Wilson's interval, and is no share", "use it with unit pct alone"
    if (indicator.evidence == "reviewed") == bool(indicator.reads):
        yield (
            ("reads",),
            f"is {indicator.evidence} and reads {len(indicator.reads)} tables",
            "only a query reads, and it must",
        )
