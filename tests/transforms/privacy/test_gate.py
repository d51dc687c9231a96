"""The gate finds personal data in the columns of a public table that nobody declared, and tells the rows alone."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts import catalogue
from data_contracts.catalogue import HOME
from orchestration.sample.people import places
from tests.contracts_kit import column, contract, write
from tests.personal_kit import MAKERS
from tests.transforms.kit import dataset, opened
from tests.transforms.privacy.names.measure import people
from transforms.compiling import compile_contract
from transforms.privacy.gate import Finding, disclosed, search

NOTE = dataset(column("note", treatment="keep"), column("dial", treatment="keep", discloses=["PHONE_NUMBER"]))
DAY = {"format": "yyyy-MM-dd"}
# Context is what a column is called.
CALLED = {
    "IN_AADHAAR": "aadhaar_no",
    "IN_VID": "vid",
    "IMEI": "imei",
    "IN_BANK_ACCOUNT": "account_no",
    "IN_CASE_NUMBER": "fir_no",
    "IN_PASSPORT": "passport",
    "IN_PIN_CODE": "pin_code",
    "IN_RATION_CARD": "ration_card",
    "IN_ABHA": "abha",
    "HOME_LOCATION": "home",
}


def found(folder: Path, **columns: Any) -> list[Finding]:
    file = folder / "table.parquet"
    pq.write_table(pa.table(columns), file)
    with opened() as connection:
        return search(connection, NOTE, file)


def names(language: str, case: str = "title", count: int = 200) -> list[str]:
    """Whole names of people, none of them known to the lists."""
    texts = people(language, case, 4 * count, seed=5)
    spoken = [text.text[start:end] for text in texts for start, end in text.spans]
    return [name for name in dict.fromkeys(spoken) if len(name.split()) > 1][:count]


@pytest.mark.parametrize("entity", MAKERS)
def test_one_value_of_any_kind_among_many_is_found_with_its_rows(tmp_path: Path, entity: str):
    value = MAKERS[entity](random.Random(7))
    called = CALLED.get(entity, "note")
    texts = [f"lamp {n}" for n in range(50)]
    texts[7] = texts[31] = value
    hits = found(tmp_path, city=["navsagar"] * 50, **{called: texts})
    assert Finding(called, entity, (7, 31)) in hits
    assert value not in repr(hits)


def test_whole_numbers_are_read_as_texts(tmp_path: Path):
    hits = found(tmp_path, mobile=[9876501234, 1, None], cost_inr=[9876501234, 1, 2])
    assert hits == [Finding("mobile", "PHONE_NUMBER", (0,))]


def test_nothing_is_found_in_what_the_platform_writes_itself(tmp_path: Path):
    tokens = [random.Random(n).randbytes(16).hex() for n in range(2_000)]
    none = pa.nulls(2_000, pa.string())
    assert found(tmp_path, token=tokens, city=["navsagar", "meghavan"] * 1_000, empty=none) == []


@pytest.mark.parametrize("entity", ["IN_AADHAAR", "IN_VID", "IMEI"])
@pytest.mark.parametrize("called", ["note", "order_no"])
def test_numbers_that_all_pass_a_check_digit_are_what_they_look_like(tmp_path: Path, entity: str, called: str):
    chance = random.Random(11)
    some = [MAKERS[entity](chance) for _ in range(300)]
    others = [str(int(number) + 1) for number in some]
    assert found(tmp_path, **{called: others}) == []
    hits = found(tmp_path, **{called: some})
    # A column that is named as numbers of another kind is believed.
    assert [(hit.entity, len(hit.rows)) for hit in hits] == ([(entity, 300)] if called == "note" else [])
    mixed = [*some[:50], *(str(chance.randrange(2 * 10**11, 9 * 10**11)) for _ in range(250))]
    assert found(tmp_path, note=mixed) == []


@pytest.mark.parametrize("language", ["english", "hindi"])
@pytest.mark.parametrize("case", ["title", "upper", "lower"])
def test_a_column_of_persons_is_found(tmp_path: Path, language: str, case: str):
    given = names(language, case)
    (hit,) = found(tmp_path, note=[*given, *given])
    assert (hit.column, hit.entity) == ("note", "PERSON")
    assert len(hit.rows) >= 1.9 * len(given)


@pytest.mark.parametrize("written", ["Smt. {0} {1}", "{1} {0}", "S/o {0} {1}", "{0} {1} ", "DR {0} {1}"])
def test_persons_are_found_with_title_and_surname_first(tmp_path: Path, written: str):
    given = [written.format(*name.split(maxsplit=1)) for name in names("english")]
    (hit,) = found(tmp_path, note=given)
    assert len(hit.rows) >= 0.9 * len(given)


@pytest.mark.parametrize("persons", [False, True])
def test_persons_are_looked_for_all_over_a_long_column(tmp_path: Path, persons: bool):
    """A column is judged by a part of it, and each of its names is told."""
    given, others = names("english", count=300), [f"lamp {n}" for n in range(6_000)]
    texts = [*others, *given] if not persons else [f"{a} {b}" for a in given for b in given[:20]]
    hits = found(tmp_path, note=texts)
    assert [hit.entity for hit in hits] == (["PERSON"] if persons else [])
    assert not persons or len(hits[0].rows) > 0.8 * len(texts)


def test_names_of_places_and_things_are_no_persons(tmp_path: Path):
    import numpy as np

    coined = places(np.random.default_rng(3), 200)
    some = names("english", count=60)
    hits = found(
        tmp_path,
        ward=[one.latin for one in coined],
        ward_hi=[one.devanagari for one in coined],
        place=[f"{one.latin} Nagar" for one in coined],
        firm=[f"{name} and Sons Construction" for name in names("english", count=200)],
        # Fewer than most: a park named after somebody, a firm called by its owner.
        mixed=[*some, *(f"Ward {n}" for n in range(140))],
    )
    assert hits == []


def test_a_contract_discloses_what_goes_out(tmp_path: Path):
    given = dataset(
        column("dial", treatment="keep", discloses=["PHONE_NUMBER", "PERSON"]),
        column("opened_at", "timestamp", {"kind": "generalise", "to": "month"}, options=DAY, discloses=["PERSON"]),
        column("note", treatment="keep"),
    )
    assert disclosed(given) == {("dial", "PHONE_NUMBER"), ("dial", "PERSON"), ("opened_month", "PERSON")}


@pytest.mark.parametrize(
    ("treatment", "discloses", "words"),
    [
        ("keep", ["PHONE"], "discloses PHONE, which is no entity"),
        ("keep", ["IN_PAN", "person"], "discloses person, which is no entity"),
        ("drop", ["IN_PAN"], "discloses are about what goes out"),
    ],
)
def test_what_cannot_be_disclosed_is_a_fault(tmp_path: Path, treatment: str, discloses: list[str], words: str):
    write(tmp_path, contract("things", [column("dial", treatment=treatment, discloses=discloses)]))
    loaded, faults = catalogue.read(tmp_path)
    for one in loaded.datasets.values():
        faults += compile_contract(one, loaded.datasets)[1]
    assert [words in str(fault) for fault in faults] == [True]


def test_every_contract_of_ours_discloses_known_entities():
    loaded = catalogue.load(HOME)
    assert all(not compile_contract(one, loaded.datasets)[1] for one in loaded.datasets.values() if disclosed(one))
