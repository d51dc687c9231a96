"""The ways that are measured, each in a process of its own; prints seconds, peak memory, rows accepted."""

import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CONTRACTS = Path(__file__).parent / "contracts"


def ours(file: Path, folder: Path) -> dict[str, float]:
    """The platform's way: land, then read, check and store by the contract, duplicates found."""
    from data_contracts import catalogue
    from orchestration.store.files import settle
    from orchestration.store.home import Home
    from orchestration.store.landing import land, object_path
    from transforms.checking.delivery import check_delivery
    from transforms.checking.merge import supersede
    from transforms.engine import connect

    dataset = catalogue.load(CONTRACTS).datasets["traffic_police__e_challans"]
    home = Home(folder / "home")
    home.prepare()
    start = time.perf_counter()
    with home.workspace() as workspace:
        raw = object_path(home, land(home, file, workspace))
    landed = time.perf_counter()
    with home.workspace() as workspace:
        checked = check_delivery(raw, dataset, "testpur", None, workspace / "checked.parquet", workspace)
        final = home.checked / "checked.parquet"
        settle(workspace / "checked.parquet", final)
        with connect(workspace) as connection:
            table = supersede(connection, dataset, (final,), workspace / "superseded.parquet")
    end = time.perf_counter()
    duplicates = 0 if table.superseded is None else -1
    shutil.rmtree(home.root)
    return {
        "seconds": end - landed,
        "landing": landed - start,
        "accepted": checked.rows_read - checked.quarantined - duplicates,
    }


def suite(file: Path, folder: Path) -> dict[str, float]:
    """Great Expectations on the accepted table, from import to verdict."""
    from data_contracts import catalogue
    from transforms.checking.delivery import check_delivery
    from transforms.checking.merge import Table
    from transforms.checking.suite import compile_suite, failures
    from transforms.engine import connect

    dataset = catalogue.load(CONTRACTS).datasets["traffic_police__e_challans"]
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        checked = check_delivery(file, dataset, "testpur", None, scratch / "checked.parquet", scratch)
        facts: list[dict[str, float | int | None]] = [
            {"rows_read": checked.rows_read, "quarantined": checked.quarantined,
             "reject_share": checked.quarantined / checked.rows_read, "volume_ratio": None}
        ]  # fmt: skip
        with connect(scratch) as connection:
            accepted = Table(dataset, (scratch / "checked.parquet",)).sql()
            start = time.perf_counter()
            broken = failures(compile_suite(dataset), connection, accepted, facts, {})
    if broken:
        raise SystemExit(f"the table breaks {broken}")
    return {"seconds": time.perf_counter() - start}


def pandas(file: Path, folder: Path) -> dict[str, float]:
    """The obvious way: read as text, convert a column at a time, masks, to_parquet with zstd."""
    import pandas as pd

    start = time.perf_counter()
    rows = pd.read_csv(file, dtype=str)
    for column in ("issued_at", "paid_at"):
        local = pd.to_datetime(rows[column], format="%d-%m-%Y %H:%M:%S", errors="coerce")
        rows[column] = local.dt.tz_localize("Asia/Kolkata").dt.tz_convert("UTC")
    rows["amount_inr"] = pd.to_numeric(rows["amount_inr"], errors="coerce")
    rows["lat"] = rows["lat"].astype(float)
    rows["lon"] = rows["lon"].astype(float)
    good = _masks(rows)
    rows[good].to_parquet(folder / "pandas.parquet", compression="zstd")
    seconds = time.perf_counter() - start
    (folder / "pandas.parquet").unlink()
    return {"seconds": seconds, "accepted": int(good.sum())}


def _masks(rows: Any) -> Any:
    """The contract's row rules as boolean masks."""
    return (
        rows["challan_id"].str.match(r"^CH[0-9]{9}$")
        & ~rows.duplicated("challan_id")
        & rows["violation"].isin(["signal", "helmet", "speed", "wrong side", "parking"])
        & rows["issued_at"].notna()
        & rows["junction_id"].str.match(r"^J[0-9]{4}$")
        & rows["vehicle_class"].isin(["2W", "LMV", "HMV", "AUTO"])
        & rows["amount_inr"].between(0, 100000)
        & rows["status"].isin(["paid", "pending", "disposed"])
        & ~(rows["paid_at"] < rows["issued_at"])
        & rows["lat"].between(6, 38)
        & rows["lon"].between(68, 98)
    )


if __name__ == "__main__":
    way, source, workdir = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    result = {"ours": ours, "suite": suite, "pandas": pandas}[way](source, workdir)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**result, "mebibytes": peak}))
