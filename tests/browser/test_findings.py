"""The staff app's page Privacy: what holds a table, and the officer's decision on it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchestration.project import Project, Settings
from orchestration.store.findings import Found
from tests.browser.conftest import Visitor
from tests.conftest import ROOT

REASON = "these are numbers of poles"


@pytest.fixture(scope="module")
def held(staffed: Path) -> Project:
    """The home of the desk, in which two tables are held."""
    ledger = f"sqlite:///{staffed / 'ledger.sqlite'}"
    project = Project.open(Settings(staffed, ROOT / "data_contracts", ledger, None))
    newest = project.ledger.findings.newest()
    cameras, lights = newest["police__cameras"], newest["street_lighting__street_lights"]
    project.ledger.findings.add([
        Found(cameras, "police__cameras", "place", "IN_VEHICLE_REGISTRATION", 3, by="scan"),
        Found(lights, "street_lighting__street_lights", "pole_id", "PHONE_NUMBER", 20, tuple(range(20))),
    ])  # fmt: skip
    return project


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_page_can_be_used_by_all(desk: str, held: Project, onlooker: Visitor, language: str):
    for who in ("officer", "approver"):
        onlooker.open(f"{desk}/privacy?as={who}%40example.org&lang={language}")
        assert onlooker.page.locator("h1").count() == 1
        assert onlooker.hindrances() == [], who


def test_an_officer_decides_with_a_reason(desk: str, held: Project, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk}/privacy?as=second%40example.org")
    expect(page.get_by_role("cell", name="0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …")).to_be_visible()
    # A list that opens while the page still scrolls to it closes again.
    page.get_by_role("combobox", name="Finding").scroll_into_view_if_needed()
    page.get_by_role("combobox", name="Finding").click()
    page.get_by_role("option", name="pole_id, telephone number").click()
    page.get_by_role("button", name="It is false").click()
    expect(page.get_by_text("a decision needs a reason")).to_be_visible()
    page.get_by_role("textbox", name="Why it is no personal data").fill(REASON)
    page.get_by_role("button", name="It is false").click()
    expect(page.get_by_text("The next run lets the table go on")).to_be_visible()
    expect(page.get_by_role("cell", name=REASON)).to_be_visible()
    (entry,) = [entry for entry in held.audit.entries() if entry.action == "allow"]
    assert (entry.who, entry.detail["column"], entry.detail["reason"]) == ("second@example.org", "pole_id", REASON)


def test_an_approver_reads_and_an_operator_does_not(desk: str, held: Project, visitor: Visitor):
    visitor.open(f"{desk}/privacy?as=approver%40example.org")
    expect(visitor.page.get_by_text("Only an officer decides on a finding.")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="It is false")).to_have_count(0)
    visitor.open(f"{desk}/privacy?as=operator%40example.org")
    expect(visitor.page.get_by_role("heading", name="This page is not yours")).to_be_visible()
