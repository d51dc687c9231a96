"""A department joins: a contract and a file are dropped in, and everything else appears. No Python is written."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from data_contracts import catalogue
from orchestration import serving
from orchestration.definitions import definitions
from orchestration.project import Settings
from tests.browser.conftest import Serve, Visitor
from tests.conftest import Pravah
from tests.contracts_kit import CITY, column, contract, load, write

LAMPS = contract("lamps", [column("lamp_id", treatment="keep", key=True)], department="works")
BENCHES = contract(
    "benches",
    [
        column("bench_id", treatment="keep", key=True),
        column("seats", "integer", "keep", options={"minimum": 1, "maximum": 9}),
        column("mended_by", treatment="drop"),
    ],
    department="parks",
    titleHi="बेंच",
)


def assets_and_checks(contracts: Path, home: Path) -> set[str]:
    """The names of Dagster's assets and checks over a folder of contracts."""
    made = definitions(catalogue.load(contracts), Settings(home, contracts, "", None))
    graph = made.resolve_asset_graph()
    return {key.to_user_string() for key in graph.get_all_asset_keys()} | {
        f"{key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys
    }


def test_a_contract_and_a_file_are_all_it_takes(
    own_home: Path, tmp_path: Path, pravah: Pravah, serve: Serve, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    contracts = tmp_path / "contracts"
    load(contracts, LAMPS)
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    before = assets_and_checks(contracts, own_home)

    write(contracts, BENCHES)
    inbox = own_home / "inbox" / CITY / "parks" / "benches"
    inbox.mkdir(parents=True)
    (inbox / "march.csv").write_text("bench_id,seats,mended_by\nB1,4,Someone\nB2,3,Someone else\nB3,40,\n")

    assert assets_and_checks(contracts, own_home) - before == {
        "parks/benches", "parks/benches: arrived", "parks/benches: stands", "parks/benches: quarantine",
    }  # fmt: skip
    assert pravah("run", "--as", "officer")[0] == 0
    assert "seats.maximum" in pravah("quarantine")[1]
    assert pravah("release", "approve", "--as", "approver")[0] == 0

    address = serve(serving.portal, own_home)
    entry = httpx.get(f"{address}/api/datasets/parks-benches").json()
    assert {file["name"] for file in entry["files"]} == {"parks__benches.csv", "parks__benches.parquet"}
    visitor.open(f"{address}/data")
    visitor.page.get_by_role("link", name="benches", exact=True).click()
    visitor.page.wait_for_url("**id=parks-benches**")
    expect(visitor.page.locator("caption").first).to_have_text("First 2 of 2 rows of Navsagar, as published.")
    assert "Someone" not in visitor.page.content()
