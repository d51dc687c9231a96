"""Keyed pseudonyms: one value, one token, in one version of one dataset."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import PHONE, column
from tests.transforms.kit import KEY, dataset, rows
from transforms.engine import literal
from transforms.privacy.pseudonym import version_key
from transforms.privacy.publish import published_sql


def token(value: str | None, domain: str = "phone", key: bytes = KEY) -> str | None:
    cell = "NULL" if value is None else literal(value)
    (row,) = rows(f"SELECT pseudonym({literal(domain)}, CAST({cell} AS VARCHAR)) AS token", key)
    return row["token"]


def test_a_token_is_32_hex_digits_and_the_same_each_time():
    assert re.fullmatch("[0-9a-f]{32}", token(PHONE))
    assert token(PHONE) == token(PHONE)


def test_null_stays_null_and_empty_does_not():
    assert token(None) is None
    assert re.fullmatch("[0-9a-f]{32}", token(""))


MASTER, OTHER = b"m" * 32, b"n" * 32


@pytest.mark.parametrize(
    "other",
    [
        token("9876501235"),
        token(PHONE, domain="other"),
        token(PHONE, key=OTHER),
        token(PHONE, key=version_key(MASTER, "works__a", "1")),
        # The lengths part domain and value: "phone" + "x" is not "phonex" + "".
        token("e" + PHONE, domain="phon"),
    ],
)
def test_another_value_field_or_key_gives_another_token(other: str):
    assert other != token(PHONE)


@pytest.mark.parametrize(
    ("master", "table", "inputs"),
    [(OTHER, "works__a", "1"), (MASTER, "works__b", "1"), (MASTER, "works__a", "2"), (MASTER, "works__a 1", "")],
)
def test_the_key_is_of_one_version_of_one_dataset_of_one_city(master: bytes, table: str, inputs: str):
    key = version_key(MASTER, "works__a", "1")
    assert key == version_key(MASTER, "works__a", "1")
    other = version_key(master, table, inputs)
    assert other != key
    assert token(PHONE, key=other) != token(PHONE, key=key)


def test_a_token_is_no_plain_hash_that_a_dictionary_would_find():
    for algorithm in ("md5", "sha1", "sha256"):
        for text in (PHONE, f"phone{PHONE}", f"5:phone{PHONE}"):
            assert hashlib.new(algorithm, text.encode()).hexdigest()[:32] != token(PHONE)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), min_size=1, max_size=30))
def test_in_one_table_tokens_agree_exactly_where_values_do(values: list[str]):
    cells = ", ".join(f"({number}, {literal(value)})" for number, value in enumerate(values))
    made = rows(f"SELECT n, pseudonym('id', v) AS token FROM (VALUES {cells}) AS t(n, v) ORDER BY n")
    tokens = [row["token"] for row in made]
    for value, one in zip(values, tokens, strict=True):
        assert [other == one for other in tokens] == [other == value for other in values]


def published(treatment: object, key: bytes = KEY) -> list[str]:
    chosen = dataset(column("a", treatment=treatment), column("b", treatment="pseudonym"))
    accepted = f"SELECT 'navsagar' AS city, '{PHONE}' AS a, '{PHONE}' AS b"
    (row,) = rows(published_sql(chosen, accepted), key)
    return [row["a"], row["b"]]


def test_two_columns_join_only_where_the_contract_gives_them_one_domain():
    a, b = published("pseudonym")
    assert a != b
    a, b = published({"kind": "pseudonym", "domain": "b"})
    assert a == b


def test_a_number_has_the_token_of_its_text():
    chosen = dataset(column("a", "integer", {"kind": "pseudonym", "domain": "b"}), column("b", treatment="pseudonym"))
    (row,) = rows(published_sql(chosen, "SELECT 'navsagar' AS city, 42 AS a, '42' AS b"))
    assert row["a"] == row["b"]
