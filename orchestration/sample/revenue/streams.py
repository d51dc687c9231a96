"""What the centre is paid for: each stream's entries as day, amount and payer, before they are booked."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END, START
from orchestration.sample.maker import World
from orchestration.sample.revenue.parties import parties

MONTHS = np.arange(START, END, dtype="datetime64[M]")
CHALLANS, LEASES = "traffic_police__e_challans", "revenue__vmd_leases"
# The part of the fines that the traffic police pass on.
SHARE = (0.04, 0.08)
# How many events ask for a permission, against the mean month: weddings and festivals come from October to February.
SEASON = np.array([1.3, 1.3, 0.9, 0.8, 1.1, 0.6, 0.4, 0.6, 0.8, 1.2, 1.5, 1.5])


def entries(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """All entries: stream, booked_on (datetime64[m]), amount (rupees), payment_mode, and the payer's columns."""
    people = world.profile.population
    streams = [
        _challan_share(world, rng),
        _rent(world),
        _regular("duct_lease", 1 + people // 400_000, 3, people * 0.1, rng),
        _regular("pole_lease", 1 + people // 600_000, 1, people * 0.03, rng),
        _parking(world, rng),
        _events(world, rng),
    ]
    return pd.concat(streams, ignore_index=True)


def _challan_share(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The centre's share of the fines of each month, passed on in the next one by the traffic police."""
    challans = world.rows(CHALLANS)
    paid = challans[challans["paid_at"].notna()]
    month = paid["paid_at"].to_numpy().astype("datetime64[M]")
    fines = paid["fine_inr"].groupby(month).sum()
    share = fines.reindex(MONTHS[:-1], fill_value=0.0) * rng.uniform(*SHARE)
    due = (share.index.to_numpy().astype("datetime64[M]") + 1).astype("datetime64[m]")
    payer = {**parties(rng, 1, {"public_body": 1}).iloc[0], "name": f"Traffic Police, {world.profile.city.title()}"}
    found = _paid("echallan_share", due + rng.integers(7, 13, len(due)) * DAY, share.to_numpy(), "treasury")
    return found[found["amount"] > 0].assign(**payer)


def _rent(world: World) -> pd.DataFrame:
    """What lessees of displays paid, as their register says."""
    bills = world.rows(LEASES).drop_duplicates(["lease_id", "billed_for"], keep="last")
    bills = bills[bills["received_inr"] > 0]
    day = bills["billed_for"].to_numpy().astype("datetime64[m]") + (bills.index.to_numpy() % 20 + 4) * DAY
    payer = bills[["lessee_name", "lessee_kind", "lessee_pan", "phone", "bank_account", "ifsc"]]
    payer = payer.set_axis(["name", "kind", "pan", "phone", "bank_account", "ifsc"], axis=1)
    found = _paid("vmd_lease", day, bills["received_inr"].to_numpy(), "neft_rtgs")
    return pd.concat([found, payer.reset_index(drop=True)], axis=1)


def _regular(stream: str, payers: int, every: int, amount: float, rng: np.random.Generator) -> pd.DataFrame:
    """Companies that pay the same every so many months, a little more each year."""
    party = parties(rng, payers, {"company": 1})
    month, who = (grid.ravel() for grid in np.meshgrid(np.arange(0, len(MONTHS), every), np.arange(payers)))
    fee = amount * rng.uniform(0.6, 1.4, payers)[who] * 1.05 ** (month // 12)
    day = MONTHS[month].astype("datetime64[m]") + rng.integers(3, 25, len(month)) * DAY
    return _of(_paid(stream, day, np.round(fee, -1), "neft_rtgs"), party, who)


def _parking(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """A share of each lot's takings, weekly, from the firms that run them."""
    lots = max(2, world.profile.wards // 8)
    party = parties(rng, lots, {"firm": 0.7, "company": 0.3})
    week, who = (grid.ravel() for grid in np.meshgrid(np.arange((END - START) // DAY // 7), np.arange(lots)))
    day = START + (week * 7 + 2) * DAY
    month = day.astype("datetime64[M]").astype(int) % 12
    takings = rng.lognormal(8.9, 0.35, lots)[who] * (0.85 + 0.15 * SEASON[month]) * rng.lognormal(0, 0.12, len(week))
    mode = np.where(rng.random(len(week)) < 0.6, "upi", "cheque")
    return _of(_paid("parking_share", day, np.round(takings), mode), party, who)


def _events(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Fees for events and film shoots in front of cameras and displays, mostly from people."""
    month = np.repeat(
        np.arange(len(MONTHS)), rng.poisson(SEASON[MONTHS.astype(int) % 12] * world.size(world.profile.wards / 3))
    )
    party = parties(rng, max(4, len(month) // 2), {"individual": 0.75, "firm": 0.2, "company": 0.05})
    day = MONTHS[month].astype("datetime64[m]") + rng.integers(0, 28, len(month)) * DAY
    mode = rng.choice(["upi", "cash", "cheque"], len(month), p=[0.65, 0.2, 0.15])
    return _of(
        _paid("event_permission", day, rng.choice([500.0, 1250.0, 2500.0, 7500.0], len(month)), mode),
        party,
        rng.integers(len(party), size=len(month)),
    )


def _paid(stream: str, day: np.ndarray, amount: np.ndarray, mode: str | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"stream": stream, "booked_on": day, "amount": np.round(amount, 2), "payment_mode": mode})


def _of(paid: pd.DataFrame, party: pd.DataFrame, who: np.ndarray) -> pd.DataFrame:
    return pd.concat([paid, party.iloc[who].reset_index(drop=True)], axis=1)
