"""The project itself tells of nobody: documents, notebooks, pictures, pages and contracts hold examples only."""

import ipaddress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from transforms.privacy.scan.artefact import Failure, Piece
from transforms.privacy.scan.report import recognised
from transforms.privacy.scan.walk import walk

# The number of an office that does not exist, in a how-to.
EXAMPLES = {"PHONE_NUMBER": {"022 5550 0101"}}


@pytest.mark.parametrize("name", ["docs", "notebooks", "portal/pages", "data_contracts", "README.md", "CHANGELOG.md"])
def test_what_is_found_are_examples(name: str, tmp_path: Path) -> None:
    for part in walk(ROOT / name, tmp_path):
        assert not isinstance(part, Failure)
        if isinstance(part, Piece):
            texts = [str(text) for text in part.texts]
            for one in recognised(texts, part.context).to_pylist():
                assert is_example(one["entity"], texts[one["row"]][one["start"] : one["end"]]), part.place


def is_example(entity: str, text: str) -> bool:
    if entity == "EMAIL_ADDRESS":
        return text.rpartition("@")[2].endswith(("example.org", ".example", "localhost"))
    if entity == "IP_ADDRESS":
        address = ipaddress.ip_address(text)
        return address.is_loopback or address.is_unspecified or address.is_private
    return text in EXAMPLES.get(entity, ())
