"""New dataset as an officer meets it: a sample file in, a draft out, nothing kept."""

import json
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, command
from tests.contracts_kit import PERSON
from tests.contracts_kit import PHONE as NUMBER

ROWS = "".join(f"{place},{PERSON},{NUMBER},{'open' if place % 2 else 'closed'}\n" for place in range(40))
SAMPLE = {"name": "street lights.csv", "mimeType": "text/csv", "buffer": f"Pole No,Owner,Mobile,State\n{ROWS}".encode()}


def entries(home: Path) -> list[dict]:
    return [entry for entry in json.loads(command(home, "audit", "list", "--json")) if "draft" in entry["action"]]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_page_can_be_used_by_all(desk_all: str, onlooker: Visitor, language: str):
    onlooker.open(f"{desk_all}/new?as=officer%40example.org&lang={language}")
    assert onlooker.page.locator("h1").count() == 1
    onlooker.page.locator("input[type=file]").set_input_files(SAMPLE)  # type: ignore[arg-type]
    expect(onlooker.page.locator("table").nth(1)).to_be_visible()
    assert onlooker.hindrances() == []


def test_a_sample_becomes_a_draft_and_is_not_kept(desk_all: str, staffed_all: Path, visitor: Visitor):
    page, before = visitor.page, len(entries(staffed_all))
    visitor.open(f"{desk_all}/new?as=officer%40example.org&department=police")
    page.locator("input[type=file]").set_input_files(SAMPLE)  # type: ignore[arg-type]
    expect(page.get_by_text("What looks like personal data")).to_be_visible()
    expect(page.get_by_role("cell", name=PERSON).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the draft").click()
    assert download.value.suggested_filename == "street_lights.odcs.yaml"
    text = download.value.path().read_text(encoding="utf-8")
    assert yaml.safe_load(text)["domain"] == "police"
    assert PERSON not in text and NUMBER not in text
    assert list((staffed_all / "restricted/aside").iterdir()) == []
    visitor.settle()
    assert [(entry["who"], entry["action"], entry["subject"]) for entry in entries(staffed_all)[before:]] == [
        ("officer@example.org", "draft", "police")
    ]


def test_a_file_that_is_none_is_refused_in_one_line(desk_all: str, staffed_all: Path, visitor: Visitor):
    before = len(entries(staffed_all))
    visitor.open(f"{desk_all}/new?as=officer%40example.org")
    hostile = {"name": "a.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04" + b"\0" * 40}
    visitor.page.locator("input[type=file]").set_input_files(hostile)  # type: ignore[arg-type]
    expect(visitor.page.get_by_text("No draft was made:")).to_be_visible()
    assert [entry["action"] for entry in entries(staffed_all)[before:]] == ["draft refused"]


@pytest.mark.parametrize("who", ["approver", "operator", "reviewer"])
def test_who_is_no_officer_may_not(desk_all: str, visitor: Visitor, who: str):
    visitor.open(f"{desk_all}/new?as={who}%40example.org")
    expect(visitor.page.get_by_role("heading", name="This page is not yours")).to_be_visible()
    expect(visitor.page.locator("input[type=file]")).to_have_count(0)
