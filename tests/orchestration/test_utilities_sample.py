"""The sample's water, lights, air, floods, fires, health and governance behave as such cities do."""

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts import catalogue
from orchestration.sample.environment.air import BREAKPOINTS, HIGHEST, index, sub_index
from orchestration.sample.iccc.catalogue import CATALOGUE
from orchestration.sample.maker import World
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import world
from tests.conftest import ROOT

CONTRACTS = catalogue.load(ROOT / "data_contracts")
RULE = "index_by_breakpoints"


@pytest.fixture(scope="module")
def city() -> Callable[[str], World]:
    made = {profile.city: world(profile, CONTRACTS, 7, "small") for profile in FIVE}
    return made.__getitem__


@pytest.mark.parametrize(
    ("pollutant", "concentration", "expected"),
    [
        ("pm2_5", 0, 0),
        # The report's own example.
        ("pm2_5", 45, 75),
        ("pm2_5", 60, 100),
        ("pm2_5", 120, 300),
        ("pm2_5", 250, 400),
        ("pm2_5", 380, 500),
        ("pm10", 250, 200),
        ("pm10", 430, 400),
        ("no2", 180, 200),
        ("so2", 380, 200),
        ("o3", 168, 200),
        ("co", 10, 200),
        ("co", 1.5, 75),
    ],
)
def test_sub_indices_are_those_of_the_national_index(pollutant: str, concentration: float, expected: float):
    assert sub_index(pollutant, np.array([concentration]))[0] == pytest.approx(expected)


@given(st.sampled_from(sorted(BREAKPOINTS)), st.floats(0, 3_000), st.floats(0, 3_000))
def test_dirtier_air_never_has_a_lower_sub_index(pollutant: str, one: float, other: float):
    clean, dirty = sub_index(pollutant, np.array(sorted([one, other])))
    assert clean <= dirty + 1e-9


@pytest.mark.parametrize(
    ("known", "there"),
    [
        ({"pm2_5", "no2", "o3"}, True),
        ({"pm2_5", "pm10", "co"}, True),
        ({"pm2_5", "no2"}, False),
        ({"no2", "so2", "o3", "co"}, False),
    ],
)
def test_an_index_needs_three_pollutants_of_which_one_is_dust(known: set[str], there: bool):
    means = {name: np.array([20.0 if name in known else np.nan]) for name in BREAKPOINTS}
    assert bool(np.isfinite(index(means)[0])) is there


def test_the_contract_works_out_the_same_index():
    """Over clean and filthy air, with gaps: the rule takes the index of the sample, and no other one."""
    rng = np.random.default_rng(3)
    top = {"pm2_5": 500, "pm10": 700, "no2": 500, "so2": 2_000, "o3": 900, "co": 50}
    means = {name: np.round(most * rng.random(4_000) ** 4, 2) for name, most in top.items()}
    for values in means.values():
        values[rng.random(len(values)) < 0.15] = np.nan
    frame = pd.DataFrame({**means, "aqi": pd.array(index(means), dtype="Int64")}).dropna(subset=["aqi"])
    assert frame["aqi"].between(0, HIGHEST).all() and frame["aqi"].max() == HIGHEST
    [rule] = [rule for rule in CONTRACTS.datasets["environment__air_quality"].rules if rule.name == RULE]
    with duckdb.connect() as connection:
        # NaN is pandas' way of saying null.
        typed = ", ".join(f"nullif({name}, 'nan'::DOUBLE) AS {name}" for name in BREAKPOINTS)
        for shift, kept in ((0, len(frame)), (3, 0), (-3, 0)):
            rows = frame.assign(aqi=frame["aqi"] + shift)
            connection.register("rows", rows)
            query = f"SELECT count(*) FROM (SELECT {typed}, aqi FROM rows) WHERE {rule.body['implementation']}"
            assert connection.execute(query).fetchall() == [(kept,)]


def test_water_comes_longest_where_the_city_is_mature(city: Callable[[str], World]):
    def hours(name: str) -> float:
        rows = city(name).rows("water__water_supply")
        return float(rows.groupby(["sensor_id", rows["read_at"].dt.date])["supply_hours"].sum().mean())

    assert hours("meghavan") > hours("navsagar") > hours("sonpali")


def test_no_water_flows_without_supply(city: Callable[[str], World]):
    rows = city("navsagar").rows("water__water_supply")
    assert (rows.loc[rows["supply_hours"] == 0, "flow_lps"] == 0).all()
    assert rows["supply_hours"].between(0, 1).all()


def test_where_days_are_columns_the_rows_go_through_all_of_them(city: Callable[[str], World]):
    rows = city("phulkheda").rows("water__water_supply")
    days = [str(day) for day in range(1, 32)]
    assert list(rows["day"]) == days * (len(rows) // 31)


def test_a_feeder_that_trips_takes_all_its_poles(city: Callable[[str], World]):
    rows = city("navsagar").rows("street_lighting__street_lights")
    tripped = rows["lamp_fault"].isin(["feeder_trip", "cable_fault"])
    assert tripped.any() and not rows.loc[tripped, "lamp_on"].any()
    assert (tripped.groupby([rows["feeder_id"], rows["observed_at"]]).nunique() == 1).all()


def test_diwali_is_the_worst_of_its_weeks():
    rows = world(FIVE[2], CONTRACTS, 7, "five").rows("environment__air_quality").set_index("observed_at")["aqi"]
    assert rows["2025-10-20":"2025-10-22"].mean() > 1.2 * rows["2025-10-05":"2025-10-17"].mean()
    assert rows["2025-12-15":"2026-01-31"].mean() > 1.5 * rows["2026-07-01":"2026-08-31"].mean()


def test_water_rises_after_rain():
    rows = world(FIVE[1], CONTRACTS, 7, "five").rows("environment__flood_sensors")
    flooded = rows["level_m"] >= rows["danger_level_m"]
    assert 0 < flooded.mean() < 0.05
    assert rows.loc[flooded, "rain_mm"].mean() > 5 * rows["rain_mm"].mean()


def test_help_comes_after_the_call_and_sooner_where_the_city_is_mature(city: Callable[[str], World]):
    def minutes(name: str) -> pd.Series:
        rows = city(name).rows("fire__fire_incidents")
        return (rows["on_scene_at"] - rows["reported_at"]).dt.total_seconds() / 60

    assert minutes("meghavan").median() < minutes("tarangpur").median() < minutes("sonpali").median()
    assert minutes("sonpali").min() > 0


def test_no_return_holds_a_patient(city: Callable[[str], World]):
    rows = city("sonpali").rows("health__health_services")
    assert rows[["patient_name", "abha_number"]].isna().all(axis=None)
    autumn = rows["report_date"].dt.month.isin([9, 10])
    assert rows.loc[autumn, "dengue_cases"].mean() > rows.loc[~autumn, "dengue_cases"].mean()


def test_the_catalogue_names_departments_and_datasets_that_there_are():
    assert len(CATALOGUE) >= 36
    assert {name for case in CATALOGUE for name in case.departments.split()} <= set(CONTRACTS.departments)
    assert {name for case in CATALOGUE for name in case.feeds.split()} <= set(CONTRACTS.datasets)


def test_every_procedure_belongs_to_a_use_case(city: Callable[[str], World]):
    cases, procedures = city("sonpali").rows("iccc__use_cases"), city("sonpali").rows("iccc__sops")
    assert set(procedures["use_case_id"]) <= set(cases["use_case_id"])
    assert set(procedures["sop_id"]) == set(cases["sop_id"].dropna())


def test_a_city_that_is_good_on_paper_declares_more_and_keeps_up_less(city: Callable[[str], World]):
    def declared(name: str, indicator: str) -> float:
        rows = city(name).rows("iccc__declarations")
        return float(rows.loc[rows["indicator_id"] == indicator, "declared_value"].iloc[-1])

    def fresh(name: str) -> float:
        reviewed = city(name).rows("iccc__sops")["last_reviewed_on"]
        return 100 * float((reviewed > pd.Timestamp("2025-09-25")).mean())

    assert declared("meghavan", "G9") == pytest.approx(fresh("meghavan"), abs=0.1)
    assert declared("sonpali", "G9") > 4 * fresh("sonpali")


def test_a_declaration_has_a_document_and_its_hash_or_neither(city: Callable[[str], World]):
    rows = city("tarangpur").rows("iccc__declarations")
    assert (rows["document_name"].isna() == rows["document_sha256"].isna()).all()
    assert 0 < rows["document_name"].isna().mean() < 1
