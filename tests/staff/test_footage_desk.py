"""What the footage desk writes and sends, and how long it believes what it has read."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data_contracts.footage import Price
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.sample import write_sample
from portal.pages.texts import LANGUAGES, texts
from portal.staff.footage.loaded import known, sited
from portal.staff.footage.queue import message
from portal.staff.footage.wording import between, combination, noted, percent, rupees
from tests.conftest import ROOT
from transforms.footage.fault import FootageFault
from transforms.footage.levers import NOW, Setting
from transforms.footage.queue import AtRisk

EN, HI = texts("en"), texts("hi")
CITY = "meghavan"
TABLES = [
    *("iccc__wards", "police__cameras", "police__crime_incidents", "police__custody_events"),
    *("police__footage_requests", "police__recordings"),
]
LATE = Path(CITY, "police", "footage_requests", "footage_requests_2026-07_2026-09.csv")
AT = pd.Timestamp("2026-09-15 21:33", tz="UTC")
RISK = AtRisk("FR-1", ("C-1", "C-2"), ("NVR-7",), AT, AT + pd.Timedelta(hours=2), AT + pd.Timedelta(days=15), 3.05)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_names_ids_and_indian_times_whether_or_not_the_recorder_is_known(language: str):
    words = texts(language)
    first, second = message(RISK, words), message(replace(RISK, recorder_ids=()), words)
    for text in (first, second):
        assert "FR-1" in text and "C-1, C-2" in text
        assert text.count("03:03 IST") == 2 and "05:03 IST" in text
    assert "NVR-7" in first and "NVR" not in second


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0.0%"), (0.74999, "75.0%"), (0.7449, "74.5%"), (0.43479, "43.5%"), (1, "100.0%")]
)
def test_a_share_has_one_decimal(share: float, shown: str):
    assert percent(share, EN) == percent(share, HI) == shown
    assert between(share, share, EN) == f"{shown[:-1]}–{shown}"


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "₹0"), (329.6, "₹330"), (590_000, "₹5,90,000"), (21_300_000, "₹2,13,00,000")]
)
def test_rupees_are_grouped_by_lakh_and_crore(amount: float, shown: str):
    assert rupees(amount, EN) == rupees(amount, HI) == shown


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({}, "All as now"),
        ({"hold_on_receipt": 1}, "Hold placed on receipt"),
        ({"retention_days": 30, "clock_sync": 1}, "Footage is kept (at least 30 days), Clocks set by a time server"),
    ],
)
def test_levers_are_named_with_their_settings_where_there_are_several(changed: Setting, shown: str):
    assert combination({**NOW, **changed}, EN) == shown


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One city's requests but the last file of them, and all that tells of them."""
    found = tmp_path_factory.mktemp("desk") / "home"
    write_sample(found / "inbox", truth=found.parent / "truth", scale="small", cities=[CITY], tables=TABLES)
    (found / "inbox" / LATE).rename(found.parent / LATE.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        run(opened(found), "asha", release=False)
    return found


def opened(home: Path) -> Project:
    return Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))


def test_what_is_known_is_kept_until_data_or_prices_change(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    project = opened(home)
    first = known(project, CITY)
    assert known(opened(home), CITY) is first
    city = project.catalogue.cities[CITY]
    assert city.footage_assumptions is not None
    dearer = city.footage_assumptions.model_copy(update={"hold_on_receipt": Price(yearly_inr=9e6, note="Offered.")})
    project.catalogue.cities[CITY] = city.model_copy(update={"footage_assumptions": dearer})
    changed = known(project, CITY)
    held = {**NOW, "hold_on_receipt": 1}
    assert first.planner is not None and changed.planner is not None
    assert changed.planner.outcome(held).cost_inr == 9e6 != first.planner.outcome(held).cost_inr
    (home.parent / LATE.name).rename(home / "inbox" / LATE)
    run(opened(home), "asha", release=False)
    assert known(opened(home), CITY).explained["requests"] > first.explained["requests"]


def test_a_plan_for_cameras_is_worked_out_once_for_what_was_asked(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    project = opened(home)
    found = known(project, CITY)
    plan = sited(project, CITY, found, 2, 0.0)
    assert sited(opened(home), CITY, known(opened(home), CITY), 2, 0.0) is plan
    assert sited(project, CITY, found, 3, 0.0) is not plan
    assert {ward.id for ward in found.wards.values()} == set(plan.wards["ward_id"])


@pytest.mark.parametrize(("given", "english", "hindi"), [("कल्पना", "Guess.", "कल्पना"), (None, "Guess.", "Guess.")])
def test_where_a_price_is_from_is_told_in_the_language_there_is(given: str | None, english: str, hindi: str):
    price = Price(yearly_inr=1, note="Guess.", note_hi=given)
    assert (noted(price, EN), noted(price, HI)) == (english, hindi)


def test_a_city_that_sent_no_requests_is_a_fault_each_time(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    for _ in range(2):
        with pytest.raises(FootageFault, match="police__footage_requests"):
            known(opened(home), "sonpali")
