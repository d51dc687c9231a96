"""Steps that lay a table out anew before its columns are matched: what a contract may declare, and how."""

from string import ascii_uppercase
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

# One syntax for all patterns of a contract: RE2 is DuckDB's as well, and no text makes it run without end.
_QUIET = re2.Options()
_QUIET.log_errors = False


def pattern(text: str) -> Any:
    """A pattern of the contract, compiled; raises ValueError where it is none."""
    try:
        return re2.compile(text, _QUIET)
    except re2.error:
        raise ValueError("is no pattern in RE2's syntax") from None


def _is_pattern(text: str) -> str:
    pattern(text)
    return text


def column_number(letters: str) -> int:
    """The number of a sheet's column from 0: A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ascii_uppercase.index(letter) + 1
    return number - 1


Pattern = Annotated[str, AfterValidator(_is_pattern)]
Letters = Annotated[str, Field(pattern="^[A-Z]{1,3}$")]
Where = Annotated[dict[str, Pattern], Field(min_length=1)]


class Part(BaseModel):
    """Base of the parts of a step: camel case in YAML, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Unstack(Part):
    """Blocks one below the other, each with a header like the first and a label above it."""

    header: str
    label: Letters
    above: int = Field(default=1, ge=1, le=20)
    into: str


class Unpivot(Part):
    """Columns side by side that become rows: one row for each of them."""

    columns: tuple[str, ...] = Field(min_length=1)
    into: str
    value: str

    @model_validator(mode="after")
    def _differ(self) -> "Unpivot":
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("`columns` names one twice")
        if self.into == self.value:
            raise ValueError("`into` and `value` are one name")
        return self


class Split(Part):
    """A packed column, and the columns that its parts go into."""

    column: str
    into: tuple[str, ...] = Field(min_length=1)
    separator: str | None = Field(default=None, min_length=1)
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Split":
        if (self.separator is None) == (self.pattern is None):
            raise ValueError("split needs either `separator` or `pattern`")
        if self.pattern is not None and pattern(self.pattern).groups != len(self.into):
            raise ValueError("`pattern` needs a group for each name in `into`, no more")
        if len(set(self.into)) < len(self.into):
            raise ValueError("`into` names one twice")
        return self


class Step(Part):
    """One step: exactly one of these."""

    unstack: Unstack | None = None
    end_at: Where | None = None
    set_aside: Where | None = None
    forward_fill: tuple[str, ...] | None = Field(default=None, min_length=1)
    split: Split | None = None
    unpivot: Unpivot | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Step":
        if len([part for part in self if part[1] is not None]) != 1:
            raise ValueError("a step is exactly one of unstack, endAt, setAside, forwardFill, split, unpivot")
        return self

    @property
    def makes(self) -> tuple[str, ...]:
        """The names of the columns that the step adds."""
        if self.unstack:
            return (self.unstack.into,)
        if self.split:
            return self.split.into
        return (self.unpivot.into, self.unpivot.value) if self.unpivot else ()

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of the columns that the step needs; those it also takes away are those of unpivot."""
        if self.unpivot:
            return self.unpivot.columns
        if self.split:
            return (self.split.column,)
        return self.forward_fill or tuple(self.end_at or self.set_aside or ())
