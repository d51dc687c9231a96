"""The ledger of receipts: one file for each financial year, the last with entries that were corrected since."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END, HOUR
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people
from orchestration.sample.revenue.streams import entries

PERSONAL = ("phone", "bank_account", "ifsc", "upi_id", "bank_reference", "cashier")
BOUNCED, CORRECTED = 0.03, 0.01


def _other_year(cells: Cells) -> None:
    cells["financial_year"] = "2019-20"


def _below_zero(cells: Cells) -> None:
    cells["amount_inr"] = -1_250.0


def _company_of_a_person(cells: Cells) -> None:
    cells.update(payer_kind="company", payer_pan="ABCPK1234Z")


FAULTS = (
    Fault(("stream_known",), put("stream", "misc")),
    Fault(("stream.required",), empty("stream")),
    Fault(("payment_mode_known",), put("payment_mode", "barter")),
    Fault(("booked_on.type",), impossible_date("booked_on")),
    Fault(("amount_inr.type",), lettered("amount_inr")),
    Fault(("entry_id.pattern",), lower("entry_id")),
    Fault(("ifsc.pattern",), lower("ifsc")),
    Fault(("year_begins_in_april",), _other_year),
    Fault(("reversal_is_below_zero",), _below_zero, lambda cells: cells["entry_kind"] == "receipt"),
    Fault(("pan_fits_the_payer",), _company_of_a_person),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The ledger by financial years, in order of booking."""
    rows = _with_reversals(entries(world, rng), rng).sort_values("booked_on", kind="stable", ignore_index=True)
    rows = rows[rows["booked_on"] < END].reset_index(drop=True)
    count, upi = len(rows), rows["payment_mode"] == "upi"
    banked = rows["payment_mode"].isin(["neft_rtgs", "cheque"])
    year = _financial_year(rows["booked_on"])
    number = rows.groupby(year).cumcount() + 1
    cashiers = np.array([name.latin for name in people(rng, 6)], dtype=object)
    ledger = pd.DataFrame(
        {
            "entry_id": [f"RV/{label}/{n:05}" for label, n in zip(year, number, strict=True)],
            "booked_on": rows["booked_on"].astype("datetime64[s]"),
            "financial_year": year,
            "stream": rows["stream"],
            "entry_kind": np.where(rows["amount"] < 0, "reversal", "receipt").astype(object),
            "amount_inr": rows["amount"],
            "received_from": rows["name"],
            "payer_kind": rows["kind"],
            "payer_pan": rows["pan"].where((rows["kind"] != "individual") | (rng.random(count) < 0.4)),
            "phone": rows["phone"].where(rows["kind"] != "public_body"),
            "payment_mode": rows["payment_mode"],
            "bank_account": rows["bank_account"].where(banked),
            "ifsc": rows["ifsc"].where(banked),
            "upi_id": rows["upi_id"].where(upi),
            "bank_reference": [
                f"UTR{n}" if b else None for n, b in zip(_references(rng, count), banked | upi, strict=True)
            ],
            "cashier": cashiers[rng.integers(len(cashiers), size=count)],
            "updated_at": rows["booked_on"] + rng.integers(10, 18, count) * HOUR,
        }
    )
    private = rows["kind"].eq("individual") | rows["pan"].str[3].isin(["P", "F"])
    return Batch(_files(ledger, rng), personal=PERSONAL, within=tuple(rows["name"][private].unique()))


def correct(cells: Cells) -> Cells:
    """The same entry a day later, booked in by another hand."""
    return cells | {"cashier": "Accounts Section", "updated_at": cells["updated_at"] + pd.Timedelta(days=1)}


def _with_reversals(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Some cheques bounce: the same amount is taken back a week later."""
    bounced = rows[(rows["payment_mode"] == "cheque") & (rng.random(len(rows)) < BOUNCED)]
    back = bounced.assign(amount=-bounced["amount"], booked_on=bounced["booked_on"] + 7 * DAY)
    return pd.concat([rows, back], ignore_index=True)


def _financial_year(day: pd.Series) -> pd.Series:
    begins = day.dt.year - (day.dt.month < 4)
    return begins.astype(str) + "-" + ((begins + 1) % 100).astype(str).str.zfill(2)


def _references(rng: np.random.Generator, count: int) -> list[int]:
    return rng.integers(10**11, 10**12, count).tolist()


def _files(ledger: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A file for each year. Some entries of the last year but one come again, as their payer's PAN was missing."""
    files = {f"revenue_ledger_{year}": rows.reset_index(drop=True) for year, rows in ledger.groupby("financial_year")}
    *_, before, last = files
    known = files[before]["payer_pan"].notna()
    wanting = np.flatnonzero(known)[rng.random(int(known.sum())) < CORRECTED]
    whole = files[before].iloc[wanting]
    whole = whole.assign(updated_at=pd.Timestamp(END - 30 * DAY))
    files[before].loc[wanting, "payer_pan"] = None
    files[last] = pd.concat([whole, files[last]], ignore_index=True)
    return files


MAKER = Maker(build, FAULTS, correct)
