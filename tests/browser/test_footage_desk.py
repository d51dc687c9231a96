"""The staff app's page Footage desk: the same numbers as the command line, and three clicks to a plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from portal.pages.texts import texts
from portal.staff.footage.wording import between, percent, rupees
from tests.browser.conftest import Visitor, command
from tests.conftest import Pravah

EN = texts("en")


Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(pravah: Pravah, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What `pravah footage` prints over a home."""

    def call(home: Path, verb: str, city: str, *more: str) -> dict[str, Any]:
        monkeypatch.setenv("PRAVAH_HOME", str(home))
        found: dict[str, Any] = json.loads(pravah("footage", verb, "--city", city, *more, "--json")[1])
        return found

    return call


def address(visitor: Visitor) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlparse(visitor.page.url).query).items()}


def facts(visitor: Visitor) -> dict[str, str]:
    """Each figure of the page by what stands below it."""
    rows = visitor.page.locator(".facts div").evaluate_all(
        "rows => rows.map(row => [row.querySelector('dt').innerText, row.querySelector('dd').innerText])"
    )
    return dict(rows)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_desk_can_be_used_by_all(desk_all: str, onlooker: Visitor, language: str):
    for asked in ("city=navsagar&hold_on_receipt=1", "city=phulkheda", "city=meghavan&target=95"):
        onlooker.open(f"{desk_all}/footage?{asked}&lang={language}")
        assert onlooker.page.locator("h1").count() == 1
        assert onlooker.hindrances() == [], asked


def test_three_clicks_lead_from_the_rate_to_the_cheapest_way(
    desk_all: str, staffed_all: Path, visitor: Visitor, told: Told
):
    page, plan = visitor.page, told(staffed_all, "plan", "navsagar")
    assert plan["reachable"]
    visitor.open(desk_all)
    page.get_by_role("link", name="Footage desk").click()
    visitor.settle()
    page.get_by_role("combobox", name="City").click()
    page.get_by_role("option", name="Navsagar").click()
    page.get_by_role("button", name="Cheapest way to 75%").click()
    expect(page.get_by_role("heading", name="With: Footage is kept")).to_be_visible()
    visitor.settle()
    levers = {one["lever"]: str(one["value"]) for one in plan["levers"]}
    assert {name: value for name, value in address(visitor).items() if name != "city"} == levers
    found = facts(visitor)
    band = between(plan["low"], plan["high"], EN)
    assert found[EN("footage_desk.fact.predicted", band=band)] == percent(plan["predicted"], EN)
    assert found[EN("footage_desk.fact.cost")] == rupees(plan["cost_inr"], EN)
    assert found[EN("footage_desk.fact.each")] == rupees(plan["each_inr"], EN)
    assert found[EN("footage_desk.fact.extra", matured="525")] == str(plan["extra"])


@pytest.mark.parametrize("city", ["navsagar", "meghavan", "phulkheda"])
def test_the_rates_and_causes_are_those_of_the_command(
    desk_all: str, staffed_all: Path, visitor: Visitor, city: str, told: Told
):
    explained = told(staffed_all, "explain", city)
    visitor.open(f"{desk_all}/footage?city={city}")
    band = between(explained["low"], explained["high"], EN)
    number = {"met": str(explained["met"]), "matured": str(explained["matured"])}
    found = facts(visitor)
    assert found[EN("footage_desk.fact.rate_a", **number, band=band)] == percent(explained["rate_a"], EN)
    b = explained["rate_b"]
    assert found[EN("footage_desk.fact.rate_b")] == ("–" if b is None else percent(b, EN))
    caption = EN("footage_desk.causescaption")
    rows = visitor.page.locator("table", has=visitor.page.locator("caption", has_text=caption)).locator("tbody tr")
    shown = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    assert [(label.strip(), count) for label, _, _, count in shown] == [
        (EN(f"footage_desk.cause.{cause['reason']}"), str(cause["requests"])) for cause in explained["causes"]
    ]


def test_the_levers_alone_are_those_of_the_command(desk_all: str, staffed_all: Path, visitor: Visitor, told: Told):
    page, alone = visitor.page, told(staffed_all, "plan", "meghavan")["alone"]
    visitor.open(f"{desk_all}/footage?city=meghavan")
    page.get_by_text("Each lever alone").first.click()
    rows = page.locator("table", has=page.locator("caption", has_text="Each lever alone")).locator("tbody tr")
    expect(rows).to_have_count(len(alone))
    shown = [row.locator("td").all_inner_texts()[1:4] for row in rows.all()]
    assert shown == [[percent(one["predicted"], EN), str(one["extra"]), rupees(one["cost_inr"], EN)] for one in alone]


def test_a_lever_that_is_moved_stays_in_the_address_and_in_the_other_language(desk_all: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk_all}/footage?city=navsagar")
    page.get_by_role("slider", name="Clerks who search").press("ArrowRight")
    expect(page.get_by_role("heading", name="With: Clerks who search (1 more)")).to_be_visible()
    visitor.settle()
    assert address(visitor)["search_staff"] == "1"
    page.get_by_role("link", name="हिन्दी").click()
    expect(page.get_by_role("heading", name="इनके साथ: खोजने वाले कर्मचारी (1 और)")).to_be_visible()
    visitor.settle()
    page.get_by_role("slider", name="खोजने वाले कर्मचारी").press("ArrowLeft")
    expect(page.get_by_role("heading", name="इनके साथ: सब जैसा अभी")).to_be_visible()
    visitor.settle()
    assert "search_staff" not in address(visitor)


@pytest.mark.parametrize("asked", ["target=200&hold_on_receipt=7&repair_hours=x&month=1999-01&request=none"])
def test_what_is_not_there_is_left_as_it_is_now(desk_all: str, visitor: Visitor, asked: str):
    visitor.open(f"{desk_all}/footage?city=navsagar&{asked}")
    expect(visitor.page.get_by_role("heading", name="With: All as now")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Cheapest way to 75%")).to_be_visible()


def test_what_cannot_be_reached_is_said_and_the_best_offered(
    desk_all: str, staffed_all: Path, visitor: Visitor, told: Told
):
    plan = told(staffed_all, "plan", "meghavan", "--target", "0.95")
    assert not plan["reachable"]
    visitor.open(f"{desk_all}/footage?city=meghavan&target=95")
    best = percent(plan["predicted"], EN)
    said = f"95% is out of reach with these levers. The best is {best}"
    expect(visitor.page.get_by_text(said)).to_be_visible()
    visitor.page.get_by_role("button", name=f"Best there is: {best}").click()
    expect(visitor.page.get_by_role("heading", name="With: Footage is kept")).to_be_visible()
    visitor.settle()
    levers = {one["lever"]: str(one["value"]) for one in plan["levers"]}
    assert levers.items() <= address(visitor).items()


def test_a_city_that_sends_little_is_told_what_is_missing_and_where_it_goes(desk_all: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk_all}/footage?city=phulkheda")
    expect(page.get_by_text("Not sent yet:")).to_contain_text("Not sent yet:")
    expect(page.locator("code", has_text="inbox/phulkheda/police/recordings/")).to_be_visible()
    expect(page.get_by_text("send the files that are named above first.")).to_be_visible()
    expect(page.get_by_role("button", name="Cheapest way")).to_have_count(0)


def test_the_message_for_what_is_at_risk_is_in_both_languages(desk_all: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk_all}/footage?city=navsagar")
    first = page.locator("table", has=page.locator("caption", has_text="Most urgent first")).locator("tbody td").first
    request = first.inner_text()
    expect(page.locator("code:visible").filter(has_text=f"Request {request}: please hold")).to_be_visible()
    page.locator("[role=tab]:visible").filter(has_text="हिन्दी").click()
    expect(page.locator("code:visible").filter(has_text=f"अनुरोध {request}: कृपया")).to_be_visible()


def test_one_puts_a_plan_forward_and_another_approves_and_later_returns_it(
    desk: str, staffed: Path, visitor: Visitor, told: Told
):
    page, plan = visitor.page, told(staffed, "site", "meghavan", "--cameras", "3")
    visitor.open(f"{desk}/footage?as=officer%40example.org&city=meghavan&cameras=3&floor=20")
    expect(page.get_by_text("Lower the floor or allow more cameras.")).to_be_visible()
    visitor.open(f"{desk}/footage?as=officer%40example.org&city=meghavan&cameras=3")
    places = page.locator("table", has=page.locator("caption", has_text="Positions, restricted")).locator("tbody tr")
    assert [row.locator("td").first.inner_text() for row in places.all()] == [one["site_id"] for one in plan["sites"]]
    expect(page.get_by_text("Biased demand.")).to_be_visible()
    expect(page.get_by_role("button", name="Download the positions")).to_have_count(0)
    page.get_by_role("button", name="Put this plan forward").click()
    expect(page.get_by_text("You put this plan forward.")).to_be_visible()
    visitor.settle()
    kept = address(visitor)["plan"]
    visitor.open(f"{desk}/footage?as=approver%40example.org&city=meghavan&plan={kept}")
    page.get_by_role("button", name="Approve this plan").click()
    expect(page.get_by_text("the plan has no impact note")).to_be_visible()
    page.get_by_role("textbox", name="Impact note").fill("Three lanes; the ward was heard.")
    page.get_by_role("textbox", name="Impact note").blur()
    page.get_by_role("button", name="Approve this plan").click()
    approval = page.locator(".note", has_text="Approved by approver@example.org")
    expect(approval).to_contain_text("Three lanes; the ward was heard.")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the positions").click()
    assert len(taken.value.path().read_text().splitlines()) == len(plan["sites"]) + 1
    # What was said of the approval goes with the download, and the fold is drawn anew.
    expect(page.get_by_text("is approved in your name")).to_have_count(0)
    visitor.settle()
    page.get_by_text("Return or withdraw this plan").click()
    page.get_by_role("textbox", name="Remark").fill("The market moves.")
    page.get_by_role("textbox", name="Remark").blur()
    page.get_by_role("button", name="Return with remark").click()
    expect(page.locator(".note", has_text="Returned by approver@example.org")).to_contain_text("The market moves.")
    expect(page.get_by_role("button", name="Download the positions")).to_have_count(0)
    listed = json.loads(command(staffed, "footage", "sitings", "--city", "meghavan", "--json"))
    assert [(one["proposed_by"], one["approved_by"], one["returned_by"]) for one in listed] == [
        ("officer@example.org", "approver@example.org", "approver@example.org")
    ]


def test_an_operator_sees_the_own_city_only_and_a_reviewer_none(desk_all: str, visitor: Visitor):
    page = visitor.page
    visitor.open(f"{desk_all}/footage?as=operator%40example.org&city=meghavan")
    page.get_by_role("combobox", name="City").click()
    expect(page.get_by_role("option")).to_have_text(["Navsagar"])
    visitor.open(f"{desk_all}/footage?as=reviewer%40example.org")
    expect(page.get_by_role("heading", name="This page is not yours")).to_be_visible()
