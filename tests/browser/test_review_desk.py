"""The review desk as reviewers meet it: a declaration and its document, the decision, the scores, the frozen round."""

import hashlib
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, command


@pytest.fixture(scope="module")
def reviewed(staffed: Path) -> Path:
    """The home with its release out."""
    command(staffed, "release", "approve", "--as", "approver@example.org")
    return staffed


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_desk_can_be_used_by_all(desk: str, reviewed: Path, onlooker: Visitor, language: str):
    onlooker.open(f"{desk}/review?as=reviewer%40example.org&lang={language}")
    assert onlooker.hindrances() == []


def test_a_declaration_is_judged_once_and_its_round_is_frozen(desk: str, reviewed: Path, visitor: Visitor):
    page, where = visitor.page, "round=2026-H1&city=meghavan&indicator=G1"
    visitor.open(f"{desk}/review?as=officer%40example.org&{where}")
    expect(page.get_by_text("Only a reviewer decides.")).to_be_visible()
    expect(page.get_by_role("button", name="Freeze round 2026-H1")).to_have_count(0)
    visitor.open(f"{desk}/review?as=reviewer%40example.org&{where}")
    expect(page.get_by_role("heading", name="G1 · City data policy")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"}
    )
    expect(page.get_by_text("This is another file than the one that was declared.")).to_be_visible()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("needs a reason")).to_be_visible()
    page.get_by_role("textbox", name="Why").fill("Page 3 bears it out.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The decision on G1 is recorded.")).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name="Freeze round 2026-H1").click()
    expect(page.get_by_text("Round 2026-H1 is frozen. The next run proposes a release with it.")).to_be_visible()
    visitor.settle()
    page.get_by_role("button", name="Recompute 2026-H1").click()
    expect(page.get_by_text("its evidence gives the same figures to the byte")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Report card (PDF)").click()
    card = reviewed / "restricted" / "rounds" / "2026-H1" / "cards" / "meghavan.pdf"
    assert digest(taken.value.path()) == digest(card)
    told = json.loads(command(reviewed, "score", "--city", "meghavan", "--round", "2026-H1", "--json"))
    assert {one["class"] for one in told["indicators"] if one["id"] == "G1"} == {"reviewed"}


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
