"""A department's names for people, from `departments.yaml`."""

from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from data_contracts.city import validation_faults
from data_contracts.document import Document
from data_contracts.faults import Fault
from data_contracts.properties import Properties


class Department(Properties):
    """What a department is called in English and in Hindi, and at which step a command centre takes it in: its own
    departments first (1), then other bodies in the city (2), then State and Central ones (3)."""

    title: str
    title_hi: str
    step: Literal[1, 2, 3] | None = None


_DEPARTMENTS = TypeAdapter(dict[str, Department])


def read_departments(file: Path, folders: set[str]) -> tuple[dict[str, Department], list[Fault]]:
    """The departments of some folders; one that the file does not name is called as its folder."""
    named: dict[str, Department] = {}
    faults: list[Fault] = []
    if file.exists():
        document = Document(file)
        faults += document.faults
        if not faults:
            try:
                named = _DEPARTMENTS.validate_python(document.data)
            except ValidationError as error:
                faults += validation_faults(document, (), error)
    spelled = {folder: folder.replace("_", " ").capitalize() for folder in sorted(folders)}
    return {
        folder: named.get(folder) or Department(title=name, title_hi=name) for folder, name in spelled.items()
    }, faults
