"""A city: its names, where it lies, whether it is real."""

from pathlib import Path

from pydantic import Field, ValidationError

from data_contracts.document import Document
from data_contracts.faults import Fault
from data_contracts.footage import FootageAssumptions
from data_contracts.properties import Properties


class City(Properties):
    """A city as `cities/<id>.yaml` says. `bounds` is west, south, east, north in degrees (WGS 84).

    Without `footage_assumptions` no footage can be planned. `region`: whom it is compared with; else its State.
    """

    id: str = Field(pattern="^[a-z][a-z0-9-]*$")
    name: str
    name_hi: str
    state: str
    region: str | None = None
    fictional: bool = False
    bounds: tuple[float, float, float, float]
    footage_assumptions: FootageAssumptions | None = None


def read_city(file: Path) -> tuple[City | None, list[Fault]]:
    """Read one city file; the faults where it is not one."""
    document = Document(file)
    if document.faults:
        return None, document.faults
    try:
        city = City.model_validate(document.data)
    except ValidationError as error:
        return None, validation_faults(document, (), error)
    if city.id != file.stem:
        return None, [document.fault(("id",), "differs from the file's name", f"call it {file.stem}")]
    return city, []


def validation_faults(document: Document, base: tuple[str | int, ...], error: ValidationError) -> list[Fault]:
    """A pydantic error as faults, each at its line."""
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        path = (*base, *detail["loc"])
        unknown = detail["type"] == "extra_forbidden"
        message = "is not known here" if unknown else detail["msg"]
        remedy = "take it out, or see docs/reference/contracts.md for the names"
        found.append(document.fault(path, message, remedy if unknown else "see docs/reference/contracts.md"))
    return found
