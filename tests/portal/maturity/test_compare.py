"""Cities side by side: a difference is told where there is one."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.pages.texts import texts
from portal.public.maturity import compare
from portal.public.maturity.look import Look
from portal.public.visit import Visit

Interval = st.tuples(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20))


@given(st.lists(st.none() | Interval, min_size=2, max_size=6), st.sampled_from(["higher", "lower"]))
def test_a_difference_is_one_only_where_intervals_do_not_overlap(given_: list[Any], better: str):
    class Names(Look):
        def city(self, city: str) -> str:
            return city

    rows = {
        f"c{place}": {"value": None, "low": None, "high": None}
        if one is None
        else {"value": one[0], "low": one[0] - one[1], "high": one[0] + one[2]}
        for place, one in enumerate(given_)
    }
    named = Names(Visit(texts("en"), None, None), None, ())  # type: ignore[arg-type]
    found = compare.apart(named, {"better": better}, rows)
    known_ones = [row for row in rows.values() if row["low"] is not None]
    if len(known_ones) < 2:
        assert found is None
        return
    top, bottom = max(known_ones, key=lambda row: row["value"]), min(known_ones, key=lambda row: row["value"])
    assert (" is ahead of " in str(found)) == (top["low"] > bottom["high"])
    if top["low"] > bottom["high"]:
        ahead, behind = str(found).split(" is ahead of ")
        assert (rows[ahead]["value"] > rows[behind]["value"]) == (better == "higher")
