"""Rows about persons: no class smaller than k, none of one sensitive value, and a list that must not go out."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import column
from tests.transforms.kit import dataset, opened, records
from transforms.engine import literal
from transforms.privacy.publish import publish
from transforms.privacy.risk import Measured, RiskTooHigh

K = 3


def people(share: float = 1, least: int = 2) -> Any:
    columns = [
        column("ward", treatment="keep", quasi=True),
        column("age", "integer", {"kind": "generalise", "edges": [0, 18, 60]}, quasi=True),
        column("illness", treatment="keep", sensitive=True),
        column("name"),
    ]
    return dataset(*columns, publication={"form": "rows", "k": K, "l": least, "suppressShare": share})


def sent(*given: tuple[Any, Any, Any]) -> str:
    """SQL of accepted rows (ward, age, illness), all of one city."""
    cells = ", ".join(
        "(" + ", ".join("NULL" if v is None else literal(str(v)) for v in row) + ", 'x')" for row in given
    )
    return (
        "SELECT 'navsagar' AS city, ward, CAST(age AS BIGINT) AS age, illness, name "
        f"FROM (VALUES {cells}) AS t(ward, age, illness, name)"
    )


def public(chosen: Any, given: str) -> tuple[list[dict[str, Any]], Measured]:
    with opened() as connection:
        sql, measured = publish(connection, chosen, given)
        return records(connection, sql), measured


KEPT = [("1", 20, "flu"), ("1", 30, "flu"), ("1", 59, "dengue")]


@pytest.mark.parametrize(
    ("more", "left_out"),
    [
        # a class of its own by ward, by age, by an absent value
        ([("2", 20, "flu")], 1),
        ([("1", 70, "flu")], 1),
        ([(None, 20, "flu")], 1),
        # one short of k, and k
        ([("2", 20, "flu"), ("2", 21, "dengue")], 2),
        ([("2", 20, "flu"), ("2", 21, "dengue"), ("2", 22, "flu")], 0),
        # all of one class have the same illness; none told is a value, too
        ([("2", 20, "flu"), ("2", 21, "flu"), ("2", 22, "flu")], 3),
        ([("2", 20, None), ("2", 21, None), ("2", 22, None)], 3),
        ([("2", 20, "flu"), ("2", 21, "flu"), ("2", 22, None)], 0),
    ],
)
def test_rows_that_stand_out_are_left_out(more: list[tuple[Any, Any, Any]], left_out: int):
    made, measured = public(people(), sent(*KEPT, *more))
    assert len(made) == len(KEPT) + len(more) - left_out
    assert measured == Measured(k=K, l=2, left_out=left_out)


@pytest.mark.parametrize(("share", "held"), [(0.25, False), (0.24, True)])
def test_a_table_of_which_too_many_stand_out_is_held(share: float, held: bool):
    given = sent(*KEPT, ("2", 20, "flu"))
    if not held:
        assert len(public(people(share), given)[0]) == 3
        return
    with pytest.raises(RiskTooHigh) as reason:
        public(people(share), given)
    assert str(reason.value) == (
        "too many rows stand out by their quasi columns (navsagar 25.0%, at most 24.0%); coarsen or drop one of them"
    )


def test_rows_without_quasi_columns_are_not_measured():
    chosen = dataset(column("ward", treatment="keep"))
    assert public(chosen, "SELECT 'navsagar' AS city, '1' AS ward")[1] == Measured()


PERSON = st.tuples(st.sampled_from(["1", "2", None]), st.integers(0, 99), st.sampled_from(["flu", "dengue", None]))


@settings(max_examples=50, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_what_goes_out_is_k_anonymous_and_l_diverse_and_nothing_else_is_left_out(given: list[tuple], chance: Any):
    made, measured = public(people(), sent(*given))
    band = {age: 60.0 if age >= 60 else 18.0 if age >= 18 else 0.0 for age in range(100)}
    asked = Counter((ward, band[age]) for ward, age, _ in given)
    kinds = {at: {ill for ward, age, ill in given if (ward, band[age]) == at} for at in asked}
    fit = {at: size for at, size in asked.items() if size >= K and len(kinds[at]) >= 2}
    assert Counter((row["ward"], row["age"]) for row in made) == fit
    assert measured == Measured(
        k=min(fit.values(), default=None),
        l=min((len(kinds[at]) for at in fit), default=None),
        left_out=len(given) - sum(fit.values()),
    )
    mixed = given[:]
    chance.shuffle(mixed)
    assert public(people(), sent(*mixed)) == (made, measured)
