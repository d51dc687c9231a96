"""The public pages as people meet them: on a phone and a desk, by day and by night, in both languages."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

PAGES = [
    "/",
    "/data",
    "/data?q=nothing+has+this+word",
    "/data?city=navsagar&department=police",
    "/cities",
    "/cities?city=navsagar",
    "/cities?city=phulkheda",
    "/footage?city=navsagar",
    "/footage?city=phulkheda",
    "/maturity",
    "/maturity?level=4",
    "/scorecard?city=navsagar",
    "/indicator?id=F3&city=navsagar",
    "/compare?cities=navsagar,meghavan",
    "/usecases",
    "/usecases?case=UC-12",
    "/privacy",
    "/dataset?id=iccc-wards",
    "/dataset?id=municipal-services-grievances",
    "/dataset?id=police-cameras&city=navsagar",
    "/dataset?id=police-footage-requests",
    "/nowhere",
]
NOTICE = {"en": "These cities are fictional", "hi": "ये शहर काल्पनिक हैं"}


def localised(path: str, language: str) -> str:
    return path if language == "en" else f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_all(public: str, onlooker: Visitor, path: str, language: str):
    onlooker.open(public + localised(path, language))
    assert onlooker.page.evaluate("document.documentElement.lang") == language
    assert onlooker.hindrances() == []
    if path != "/nowhere":
        expect(onlooker.page.locator(".strip")).to_contain_text(NOTICE[language])
    assert onlooker.page.locator("h1").count() == 1
    assert onlooker.page.title() not in ("", "Streamlit")


def test_the_keyboard_leads_from_home_to_a_download(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(public)

    def reach(name: str, role: str = "link") -> None:
        """Tab until the focus stands on a link of that name."""
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"no way to {name} by the keyboard")

    reach("Skip to the content")
    reach("Complaints")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dataset\?id=municipal-services-grievances"))
    visitor.settle()
    reach("Complaints as csv")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("city,grievance_id,category")
    assert "fictional sample, not government data" in text.splitlines()[1]


def test_every_choice_stands_in_the_address(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{public}/data")
    status = page.get_by_role("status")
    expect(status).to_have_text(re.compile(r"^(\d+) of \1 datasets$"))
    every = status.inner_text().split()[0]
    page.get_by_label("Search").fill("फ़ुटेज")
    page.keyboard.press("Enter")
    expect(status).to_have_text(re.compile(rf"^[1-9] of {every} datasets$"))
    expect(page).to_have_url(re.compile(r"q="))
    visitor.open(page.url)
    expect(status).to_have_text(re.compile(rf"^[1-9] of {every} datasets$"))
    page.get_by_role("link", name="Requests for footage", exact=True).click()
    page.wait_for_url(re.compile(r"id=police-footage-requests"))


def test_another_city_shows_its_own_rows(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{public}/dataset?id=iccc-wards")
    expect(page.locator("caption").first).to_have_text("First 10 of 30 rows of Meghavan, as published.")
    page.get_by_role("combobox", name="City").click()
    page.get_by_role("option", name="Navsagar").click()
    expect(page.locator("caption").first).to_have_text("First 10 of 60 rows of Navsagar, as published.")
    expect(page).to_have_url(re.compile(r"city=navsagar"))
    visitor.open(page.url)
    expect(page.locator("caption").first).to_have_text("First 10 of 60 rows of Navsagar, as published.")


def test_a_city_leads_to_its_departments_data(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{public}/cities")
    page.get_by_role("link", name="Navsagar").click()
    page.wait_for_url(re.compile(r"/cities\?city=navsagar"))
    visitor.settle()
    expect(page.locator("h1")).to_have_text("Navsagar")
    expect(page.locator(".facts")).to_contain_text("60wards")
    page.get_by_role("link", name="Police", exact=True).click()
    page.wait_for_url(re.compile(r"city=navsagar&department=police"))
    visitor.settle()
    expect(page.get_by_role("combobox", name="Department")).to_have_value("Police")


def test_a_city_names_the_departments_that_send_nothing(public: str, visitor: Visitor):
    visitor.open(f"{public}/cities?city=phulkheda")
    live = visitor.page.locator(".panel h3").all_inner_texts()
    absent = visitor.page.locator(".note").filter(has_text="No data of Phulkheda yet").inner_text()
    assert "Municipal services" in live and "Municipal services" not in absent
    assert "Procurement" in absent and "Procurement" not in live


def test_the_footage_page_keeps_its_city_and_leads_to_its_tables(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{public}/footage")
    page.get_by_role("combobox", name="City").click()
    page.get_by_role("option", name="Navsagar").click()
    expect(page).to_have_url(re.compile(r"city=navsagar"))
    visitor.open(page.url)
    expect(page.get_by_role("combobox", name="City")).to_have_value("Navsagar")
    page.get_by_role("link", name="Recorded crime by month").click()
    page.wait_for_url(re.compile(r"/dataset\?id=mart-crime-by-month&city=navsagar"))


def test_a_city_without_recordings_is_told_where_to_send_them(public: str, visitor: Visitor):
    visitor.open(f"{public}/footage?city=phulkheda")
    notes = visitor.page.locator(".note").filter(has_text="inbox/phulkheda/police/recordings/")
    # Both for the reasons and for how much was recorded.
    expect(notes).to_have_count(2)


def test_the_privacy_page_leads_to_a_datasets_statement(public: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{public}/privacy?lang=hi")
    page.get_by_role("link", name="शिकायतें", exact=True).click()
    page.wait_for_url(re.compile(r"/dataset\?id=municipal-services-grievances&lang=hi"))
    visitor.settle()
    statement = page.locator("section[aria-labelledby=privacy]")
    expect(statement).to_contain_text("सबसे छोटे समूह की पंक्तियाँ")
    statement.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/privacy\?lang=hi"))


def test_the_language_switch_keeps_the_page(public: str, visitor: Visitor):
    visitor.open(f"{public}/dataset?id=iccc-wards&city=navsagar")
    visitor.page.get_by_role("link", name="हिन्दी").click()
    visitor.page.wait_for_url(re.compile(r"lang=hi"))
    visitor.settle()
    expect(visitor.page.locator("h1")).to_have_text("वार्ड")
    assert "city=navsagar" in visitor.page.url


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/data?city=navsagar", 200),
        ("/dataset?id=iccc-wards", 200),
        ("/nowhere", 404),
        ("/data/deeper", 404),
        ("/dataset", 404),
        ("/dataset?id=no-such", 404),
        ("/dataset?id=iccc-wards&city=atlantis", 404),
        ("/data?city=atlantis", 404),
        ("/data?department=nowhere", 404),
        ("/cities?city=navsagar", 200),
        ("/cities?city=atlantis", 404),
        ("/cities/navsagar", 404),
        ("/footage", 200),
        ("/footage?city=atlantis", 404),
        ("/privacy", 200),
        ("/privacy?release=0000", 404),
        ("/?lang=xx", 404),
        ("/dataset?id=iccc-wards&release=0000", 404),
        ("/dataset?id=iccc-wards&release=../..", 404),
        ("/datasets/no-such", 404),
        ("/datasets/iccc-wards@0000", 404),
        ("/datasets/iccc-wards", 307),
    ],
)
def test_an_address_answers_with_its_status(public: str, path: str, status: int):
    answer = httpx.get(public + path)
    assert answer.status_code == status
    if status == 404:
        assert "Content-Security-Policy" in answer.headers
        assert "<script" not in answer.text
