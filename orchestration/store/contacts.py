"""Whom to call in a department: `contacts.yaml` in the home, as people are no matter of contracts."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, TypeAdapter, ValidationError

from data_contracts.city import validation_faults
from data_contracts.document import Document

FILE = "contacts.yaml"
# No line end may stand in an address: it would begin a header of its own.
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]


class ContactFault(Exception):
    """The file of contacts is not what it should be; one line with file, line, field and remedy."""


class Contact(BaseModel):
    """Who is there for a department of a city, and where its digest goes: by e-mail, to a webhook, or nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    phone: str | None = None
    email: tuple[Email, ...] = ()
    webhook: HttpUrl | None = None


Contacts = dict[tuple[str, str], Contact]
_SHAPE = TypeAdapter(dict[str, dict[str, Contact]])


def contacts(home: Path, cities: Collection[str], departments: Collection[str]) -> Contacts:
    """The contact of each (city, department) that has one; none where there is no file. Raises ContactFault."""
    file = home / FILE
    if not file.exists():
        return {}
    document = Document(file)
    faults = document.faults
    try:
        named = _SHAPE.validate_python(document.data) if not faults else {}
    except ValidationError as error:
        named, faults = {}, validation_faults(document, (), error)
    for city, given in named.items():
        faults += (
            [document.fault((city,), "is no city", f"known are {', '.join(cities)}")] if city not in cities else []
        )
        unknown = sorted(set(given) - set(departments))
        faults += [
            document.fault((city, one), "is no department", f"known are {', '.join(departments)}") for one in unknown
        ]
    if faults:
        raise ContactFault(str(faults[0]))
    return {(city, department): one for city, given in named.items() for department, one in given.items()}
