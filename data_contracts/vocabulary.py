"""The shared field vocabulary: one definition per field name, per theme, used by every contract."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from data_contracts.city import validation_faults
from data_contracts.document import Document
from data_contracts.faults import Fault
from data_contracts.properties import Properties


class Term(Properties):
    """What a field name means, in two languages, with its type and unit."""

    title: str
    title_hi: str
    description: str
    description_hi: str
    logical_type: str
    unit: str | None = None
    standard: str | None = None


Vocabulary = dict[str, Term]
_TERMS = TypeAdapter(dict[str, Term])


def read_vocabulary(folder: Path) -> tuple[Vocabulary, list[Fault]]:
    """Read all themes of a folder; a name defined in two themes is a fault."""
    vocabulary: Vocabulary = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.yaml")):
        document = Document(file)
        if document.faults:
            faults += document.faults
            continue
        try:
            terms = _TERMS.validate_python(document.data)
        except ValidationError as error:
            faults += validation_faults(document, (), error)
            continue
        for name in terms.keys() & vocabulary.keys():
            faults.append(document.fault((name,), "is defined in another theme as well", "keep one definition"))
        vocabulary |= terms
    return vocabulary, faults
