"""What the sample says of money, assets and contracts hangs together as it would in an office's books."""

import numpy as np
import pandas as pd
import pytest
from stdnum.in_ import gstin, pan

from data_contracts import catalogue
from orchestration.sample.clock import CUT, END
from orchestration.sample.delivery import Quantity
from orchestration.sample.engineering.assets import rupees
from orchestration.sample.maker import World
from orchestration.sample.profile import FIVE
from orchestration.sample.revenue.parties import HOLDERS

LEASES, LEDGER = "revenue__vmd_leases", "revenue__revenue_ledger"
ASSETS, MAINTENANCE = "engineering__assets", "engineering__maintenance"
CONTRACTS = "procurement__contracts"
SCALE = 0.05


@pytest.fixture(scope="module", params=["navsagar", "meghavan"])
def world(request: pytest.FixtureRequest) -> World:
    profile = next(profile for profile in FIVE if profile.city == request.param)
    return World(profile, catalogue.load(), 7, SCALE, round(profile.devices * SCALE))


def newest(world: World, table: str, *key: str) -> pd.DataFrame:
    """The rows that stand after all files: of each key the last."""
    return world.rows(table).sort_values("updated_at", kind="stable").drop_duplicates([*key], keep="last")


def test_arrears_carry_over_from_month_to_month(world: World):
    bills = newest(world, LEASES, "lease_id", "billed_for").sort_values(["lease_id", "billed_for"])
    owed = bills["opening_inr"] + bills["billed_inr"] - bills["received_inr"]
    assert np.allclose(owed, bills["arrears_inr"], atol=0.01)
    before = bills.groupby("lease_id")["arrears_inr"].shift()
    assert np.allclose(bills["opening_inr"][before.notna()], before.dropna(), atol=0.01)
    assert (bills["arrears_inr"] > 0).any()


def test_what_lessees_paid_stands_in_the_ledger(world: World):
    bills, ledger = newest(world, LEASES, "lease_id", "billed_for"), newest(world, LEDGER, "entry_id")
    booked = ledger.loc[ledger["stream"] == "vmd_lease", "amount_inr"].sum()
    assert booked == pytest.approx(bills["received_inr"].sum())


def test_the_share_of_fines_follows_what_was_paid_the_month_before(world: World):
    fines, ledger = world.rows("traffic_police__e_challans"), newest(world, LEDGER, "entry_id")
    paid = fines[fines["paid_at"].notna()]
    by_month = paid.groupby(paid["paid_at"].dt.to_period("M") + 1)["fine_inr"].sum()
    share = ledger[ledger["stream"] == "echallan_share"]
    booked = share.groupby(share["booked_on"].dt.to_period("M"))["amount_inr"].sum()
    part = (booked / by_month.reindex(booked.index)).to_numpy()
    assert len(booked) > 30
    assert np.allclose(part, np.median(part), rtol=0.01)


def test_upkeep_costs_two_to_three_crore_a_year(world: World):
    spent = newest(world, MAINTENANCE, "ticket_id")["cost_inr"].sum() / SCALE
    # Twenty to thirty million rupees a year, for three years.
    assert 3 * 2e7 <= spent <= 3 * 3e7


def test_penalties_are_due_for_delay_alone_and_never_levied_beyond_that(world: World):
    tickets = newest(world, MAINTENANCE, "ticket_id")
    hours = (tickets["closed_at"] - tickets["opened_at"]) / pd.Timedelta(hours=1)
    due, levied = tickets["penalty_due_inr"], tickets["penalty_levied_inr"]
    assert (due[~(hours > tickets["target_hours"])] == 0).all()
    assert (levied <= due).all() and 0 < levied.sum() < due.sum()


def test_tickets_belong_to_assets_in_use(world: World):
    assets = world.rows(ASSETS).set_index("asset_id")
    tickets = newest(world, MAINTENANCE, "ticket_id")
    of = assets.loc[tickets["asset_id"]]
    assert (of["asset_class"].to_numpy() == tickets["asset_class"].to_numpy()).all()
    assert (of["commissioned_on"].to_numpy() <= tickets["opened_at"].to_numpy()).all()


def test_costs_are_in_lakhs_whatever_word_stands_behind():
    cells = pd.Series([0.53, Quantity(12.5, " lakh"), Quantity(2.35, " Cr")], dtype=object)
    assert rupees(cells).tolist() == [53_000, 1_250_000, 23_500_000]


def test_a_process_is_awarded_whole_or_not_at_all(world: World):
    processes = newest(world, CONTRACTS, "ocid")
    tender = processes["stage"] == "tender"
    for column in ("awarded_on", "award_inr", "supplier_name", "supplier_pan", "amendments"):
        assert (processes[column].isna() == tender).all(), column
    assert (processes.loc[~tender, "awarded_on"] >= processes.loc[~tender, "tendered_on"]).all()
    assert (processes.loc[processes["stage"] == "contractAmendment", "amendments"] > 0).all()


@pytest.mark.parametrize("table", [LEDGER, LEASES, CONTRACTS])
def test_the_numbers_of_payers_are_real_in_form(world: World, table: str):
    rows, kinds = world.rows(table), {"payer_pan": "payer_kind", "lessee_pan": "lessee_kind"}
    for column in {"payer_pan", "lessee_pan", "supplier_pan", "signatory_pan"} & set(rows.columns):
        found = rows[rows[column].notna()]
        assert all(map(pan.is_valid, found[column])), column
        if column in kinds:
            holders = zip(found[column].str[3], found[kinds[column]], strict=True)
            assert all(letter in HOLDERS[kind] for letter, kind in holders)
    if "gstin" in rows:
        assert all(map(gstin.is_valid, rows["gstin"].dropna()))


@pytest.mark.parametrize("table", [LEDGER, LEASES, ASSETS, MAINTENANCE, CONTRACTS])
def test_no_file_knows_what_happens_after_it(world: World, table: str):
    history, *_ = world.batch(table).files.values()
    if "updated_at" in history and table != LEDGER:
        assert (history["updated_at"] < CUT).all()
    for rows in world.batch(table).files.values():
        for column in {"updated_at", "closed_at", "booked_on", "commissioned_on", "awarded_on"} & set(rows.columns):
            assert not (rows[column] > END).any(), column
