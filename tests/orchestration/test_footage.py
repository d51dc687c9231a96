"""Why requests fail, end to end: from files with planted faults and causes to causes, public counts and a plan."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from pypdf import PdfReader

from orchestration.availability import availability
from orchestration.footage import Footage, footage, frame, planner
from orchestration.project import Project, Settings
from orchestration.publishing import material
from orchestration.run import run
from orchestration.sample import write_sample
from orchestration.siting import BUILDINGS, packed, siting
from orchestration.standing import standing
from orchestration.storage import storage
from tests.conftest import ROOT, Pravah
from tests.docs.test_docs import COMMANDS, section
from transforms.engine import connect
from transforms.footage.availability import rates
from transforms.footage.causes import CAUSES
from transforms.footage.custody import cut, verify
from transforms.footage.explanation import by, explain
from transforms.footage.fault import FootageFault
from transforms.footage.lag import logged_late
from transforms.footage.levers import LEVERS, Setting, lattice
from transforms.footage.published import published
from transforms.footage.safeguards import NO_EXCLUDED_PLACES
from transforms.privacy.publish import publish

CITIES = ("meghavan", "phulkheda", "sonpali", "tarangpur")
TABLES = (
    "engineering__buildings", "iccc__wards", "police__cameras", "police__crime_incidents", "police__custody_events",
    "police__footage_requests", "police__recordings",
)  # fmt: skip
SILENT = "phulkheda"
REQUESTS = "police__footage_requests"
# Of these the keys are words of the data, or there may be none.
FREE = ("newly_watched_by_ward", "alone")
Truth = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Four cities' cameras and requests in full, accepted; the truth lies outside the home."""
    root = tmp_path_factory.mktemp("footage")
    home = root / "home"
    write_sample(home / "inbox", truth=root / "truth", scale="five", cities=list(CITIES), tables=list(TABLES))
    opened = Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        run(opened, "asha", release=False)
    return opened


@pytest.fixture(scope="module")
def truth(project: Project) -> Truth:
    """What was planted in the requests of each city."""
    folder = project.home.root.parent / "truth"
    return {city: json.loads((folder / city / f"{REQUESTS}.json").read_text()) for city in CITIES}


@pytest.fixture(scope="module")
def footages(project: Project) -> dict[str, Footage]:
    """What the analyses of footage get of each city."""
    return {city: footage(project, city) for city in CITIES}


def test_causes_of_failure_are_those_planted_or_not_known(footages: dict[str, Footage], truth: Truth) -> None:
    """In at least 98 of 100 requests for which the evidence is there all causes are found, and no other one."""
    right, blind = Counter[bool](), Counter[bool]()
    for city, loaded in footages.items():
        told = truth[city]["requests"]
        for row in loaded.requests.itertuples():
            planted = told[row.request_id]
            if planted["causes"] and planted["evidence"]:
                found = [cause for cause in CAUSES if getattr(row, cause)] if row.known else None
                right[found == planted["causes"]] += 1
            elif planted["causes"]:
                blind[row.reason == "unknown"] += 1
    assert right[True] >= 0.98 * right.total() and right.total() > 2_000
    # The others lie before a camera that the register has the wrong way round, which nobody has named yet.
    assert blind[True] >= 0.9 * blind.total() > 0


def test_requests_stand_as_they_truly_do(footages: dict[str, Footage], truth: Truth) -> None:
    for city, loaded in footages.items():
        told = truth[city]["requests"]
        stands = {row.request_id: (row.matured, row.met) for row in loaded.requests.itertuples()}
        assert stands == {name: (told[name]["matured"], told[name]["met"]) for name in stands}


def test_a_city_without_an_index_of_recordings_is_told_what_to_send(footages: dict[str, Footage]) -> None:
    silent = footages[SILENT]
    assert silent.missing == ("police__crime_incidents", "police__custody_events", "police__recordings")
    assert set(silent.requests["reason"].dropna()) == {"unknown"}
    with pytest.raises(FootageFault, match=r"does not send police__crime_incidents, .*; send that first"):
        silent.wanted("pairs")


def test_the_public_counts_are_those_of_the_desk(project: Project, footages: dict[str, Footage]) -> None:
    """Before anything is hidden, over the same months and offences."""
    with connect(project.home.aside) as connection:
        tables = {}
        for mart in ("mart_footage_by_month", "mart_footage_reasons"):
            sql = material(project, project.catalogue.marts[mart], standing(project)).sql
            tables[mart] = connection.execute(sql).df()
    for city, loaded in footages.items():
        desk = explain(published(loaded.requests), loaded.crimes)
        months, reasons = (table[table["city"] == city] for table in tables.values())
        whole = months[months["level"] == "city"]
        ended = desk["outcomes"]
        assert whole["received"].sum() == desk["requests"]
        assert whole["set_aside"].sum() == ended["withdrawn"] + ended["duplicate"]
        counted = published(loaded.requests).query("counted and matured")
        late = logged_late(counted)
        assert late is not None and whole["logged_late"].sum() == late.part
        assert (whole["matured_requests"].sum(), whole["met_requests"].sum()) == (desk["matured"], desk["met"])
        told = {one["reason"]: (one["requests"], pytest.approx(one["shapley"], abs=0.06)) for one in desk["causes"]}
        if city != SILENT:
            assert {row.reason: (row.requests, row.shapley) for row in reasons.itertuples()} == told
        zones = {one["group"]: one["matured"] for one in by(published(loaded.requests), "zone")}
        assert months[months["level"] == "zone"].groupby("zone")["matured_requests"].sum().to_dict() == zones


def test_the_rate_is_shown_wherever_it_was_before_what_came_in_was(project: Project) -> None:
    """Whoever adds a count of which the others are parts must not hide by it how many were met."""
    mart = project.catalogue.marts["mart_footage_by_month"]
    parts = replace(mart, columns=tuple(column for column in mart.columns if column.name != "received"))
    with project.home.workspace() as workspace, connect(workspace) as connection:
        sql = material(project, mart, standing(project)).sql
        shown = []
        for given in (mart, parts):
            out, _ = publish(connection, given, sql)
            shown.append(
                connection.execute(
                    f"SELECT city, level, count(met_pct), count(*) FROM ({out}) GROUP BY ALL ORDER BY ALL"
                ).fetchall()
            )
        told, received, aside = connection.execute(
            f"SELECT count(*), count(received), count(set_aside) FROM ({publish(connection, mart, sql)[0]})"
        ).fetchall()[0]
    assert shown[0] == shown[1] and sum(met for *_, met, _ in shown[0])
    assert 0 < received <= aside < told


@pytest.mark.parametrize("city", [city for city in CITIES if city != SILENT])
def test_the_public_is_told_of_cameras_what_the_desk_sees(project: Project, city: str) -> None:
    """The whole city and each ward of ten cameras or more, in every month that is public."""
    sql = material(project, project.catalogue.marts["mart_availability_by_month"], standing(project)).sql
    with connect(project.home.aside) as connection:
        public = connection.execute(f"SELECT * FROM ({sql}) WHERE city = '{city}'").df()
    desk = availability(project, city)
    assert desk is not None and public["month"].nunique() == 12
    for level, keys in (("city", ["month"]), ("ward", ["month", "ward_id"])):
        seen = rates(desk.recorded, keys)
        told = public[public["level"] == level].merge(seen, "left", on=keys, suffixes=("", "_seen"), validate="1:1")
        assert len(told) and (told["cameras"] == told["cameras_seen"]).all()
        assert told["available_pct"].to_numpy() == pytest.approx(100 * told["availability"].to_numpy(), abs=0.051)


@pytest.mark.parametrize("city", [city for city in CITIES if city != SILENT])
def test_the_plan_is_the_truly_cheapest_and_foretold_within_two_points(
    project: Project, footages: dict[str, Footage], truth: Truth, city: str
) -> None:
    made, told = planner(project, city, footages[city]), truth[city]
    matured = sum(one["matured"] for one in told["requests"].values())
    planted = {key: met / matured for key, met in told["met_under"].items()}
    for setting in lattice()[::7]:
        assert made.outcome(setting).rate == pytest.approx(planted[_key(setting)], abs=0.02), setting
    plan, costs = made.cheapest(0.75), made.costs
    enough = [setting for setting in lattice() if planted[_key(setting)] >= 0.75]
    assert plan.reachable == bool(enough)
    if enough:
        assert costs.yearly_inr(plan.chosen.setting) == min(map(costs.yearly_inr, enough))


def _key(setting: Setting) -> str:
    return " ".join(str(setting[lever]) for lever in LEVERS)


@pytest.fixture
def called(project: Project, pravah: Pravah, monkeypatch: pytest.MonkeyPatch) -> Pravah:
    """The command line over that home."""
    monkeypatch.setenv("PRAVAH_HOME", str(project.home.root))
    return pravah


def test_the_commands_print_what_scripts_rely_on(called: Pravah, footages: dict[str, Footage]) -> None:
    told = json.loads(called("footage", "explain", "--city", "sonpali", "--json")[1])
    expected = explain(footages["sonpali"].requests, footages["sonpali"].crimes)
    assert {name: told[name] for name in ("requests", "matured", "met", "rate_a", "low", "high", "rate_b")} == {
        name: expected[name] for name in ("requests", "matured", "met", "rate_a", "low", "high", "rate_b")
    }
    assert sum(one["shapley"] for one in told["causes"]) == pytest.approx(told["matured"] - told["met"], abs=0.01)
    plan = json.loads(called("footage", "plan", "--city", "tarangpur", "--target", "0.75", "--json")[1])
    assert not plan["reachable"] and plan["predicted"] < 0.75
    assert plan.keys() >= {"city", "rate", "target", "levers", "cost_inr", "low", "high"}
    assert {lever for one in plan["levers"] for lever in [one["lever"]]} <= LEVERS.keys()
    sited = json.loads(called("footage", "site", "--city", "meghavan", "--cameras", "2", "--json")[1])
    assert [one["name"] for one in sited["alternatives"]] == ["repair", "none", "sites"]
    assert (sited["zone"], len(sited["sites"])) == ("restricted", 2)
    assert sited["alternatives"][2]["covered"] > sited["alternatives"][0]["covered"]


def test_buildings_keep_cameras_out_and_a_city_without_them_is_warned(called: Pravah) -> None:
    plans = {
        city: json.loads(called("footage", "site", "--city", city, "--cameras", "2", "--json")[1])
        for city in ("meghavan", SILENT)
    }
    sent, silent = plans.values()
    assert sent["refused"] > 0 and sent["cut"] > 0 and NO_EXCLUDED_PLACES not in sent["warnings"]
    assert (silent["refused"], silent["cut"]) == (0, 0) and NO_EXCLUDED_PLACES in silent["warnings"]


def test_the_same_city_has_the_same_plan(project: Project) -> None:
    """Else nobody could tell whether a plan is the one that was approved."""
    first, second = (packed(siting(project, "tarangpur", footage(project, "tarangpur"), 5)) for _ in range(2))
    assert first == second


def test_no_site_stands_in_an_excluded_building(project: Project, footages: dict[str, Footage]) -> None:
    plan = siting(project, "tarangpur", footages["tarangpur"], 20)
    buildings = frame(project, BUILDINGS, [state for state in standing(project, "tarangpur") if state.version])
    assert buildings is not None
    closed = shapely.union_all(
        shapely.from_wkb([bytes(one) for one in buildings["geometry"][buildings["use"] != "other"]])
    )
    places = shapely.points(plan.chosen["lon"].to_numpy(float), plan.chosen["lat"].to_numpy(float))
    assert len(places) > 10 and not shapely.intersects(closed, places).any()


def test_a_plan_is_put_forward_approved_taken_and_returned(called: Pravah, tmp_path: Path) -> None:
    out, city = tmp_path / "sites.csv", ("--city", "tarangpur")
    code, _, err = called("footage", "site", *city, "--cameras", "2", "--propose", "--as", "asha", "--json")
    assert code == 0 and "waits; another person approves it" in err
    (plan,) = json.loads(called("footage", "sitings", *city, "--json")[1])
    assert (plan["proposed_by"], plan["cameras"], plan["approved_by"]) == ("asha", 2, None)
    take = ("footage", "positions", plan["plan"][:8], "--out", str(out))
    assert called(*take, "--as", "asha")[0] == 1 and not out.exists()
    give = ("footage", "approve", plan["plan"][:8], "--note", "Two junctions; the ward was heard.")
    code, _, err = called(*give, "--as", "Asha")
    assert (code, err.count("\n")) == (1, 1) and "another person must approve it" in err
    assert called(*give, "--as", "bilal")[0] == 0
    assert "bilal" in called("footage", "sitings", *city)[1]
    assert called(*take, "--as", "asha")[0] == 0
    assert len(out.read_text().splitlines()) == 3 and out.stat().st_mode & 0o777 == 0o600
    assert called(*take, "--as", "asha")[0] == 2
    back = ("footage", "return", plan["plan"][:8], "--remark", "The market moves.", "--as", "bilal")
    assert called(*back)[0] == 0
    (plan,) = json.loads(called("footage", "sitings", *city, "--json")[1])
    assert (plan["returned_by"], plan["remark"]) == ("bilal", "The market moves.")
    code, _, err = called(*back)
    assert (code, err.count("\n")) == (1, 1) and "bilal returned it" in err


def test_storage_knows_each_camera_that_stands(project: Project, footages: dict[str, Footage]) -> None:
    loaded = footages["sonpali"]
    cameras = loaded.wanted("cameras")
    standing_now = cameras["camera_id"][(cameras["device_type"] == "camera") & (cameras["status"] != "removed")]
    table = storage(project, loaded)
    assert sorted(table["camera_id"]) == sorted(standing_now) and table["keeps_days"].notna().all()
    # A camera of this city writes some 20 GB a day.
    assert table["bytes_per_s"].median() * 86_400 == pytest.approx(20e9, rel=0.5)
    with pytest.raises(FootageFault, match="does not send"):
        storage(project, footages[SILENT])


def test_a_log_that_was_changed_is_found(
    called: Pravah, footages: dict[str, Footage], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = called("footage", "verify", "--city", "sonpali", "--json")
    assert (code, json.loads(out)) == (0, {"breaks": [], "days": [], "published": 0})
    events = footages["sonpali"].events
    assert events is not None
    changed = events.assign(actor=events["actor"].where(events.index != 7, "somebody else"))
    monkeypatch.setattr("orchestration.footage.footage", lambda *_: replace(footages["sonpali"], events=changed))
    code, out, _ = called("footage", "verify", "--city", "sonpali", "--json")
    (found,) = json.loads(out)["breaks"]
    assert (code, found["event_id"], found["kind"]) == (1, events["event_id"][7], "edited")


@pytest.mark.parametrize(
    "words",
    ["explain --city sonpali", "plan --city meghavan", "site --city meghavan --cameras 1", "verify --city sonpali"],
)
def test_json_shapes_are_those_of_the_reference(
    called: Pravah, footages: dict[str, Footage], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    events = footages["sonpali"].events
    assert events is not None
    broken = replace(footages["sonpali"], events=events.drop(index=events.index[0]))
    if words.startswith("verify"):
        monkeypatch.setattr("orchestration.footage.heads", lambda *_: {date(2026, 9, 1): "0" * 64})
        monkeypatch.setattr("orchestration.footage.footage", lambda *_: broken)
    found = json.loads(called("footage", *words.split(), "--json")[1])
    told = section(COMMANDS, f"`pravah footage {words.split()[0]}`")
    (shape,) = re.findall(r"```json\n(.*?)```", told, re.DOTALL)
    assert names(found) == names(json.loads(shape))


def names(data: Any) -> Any:
    """The keys of what is printed, down to the first item of each list."""
    if isinstance(data, list):
        return names(data[0]) if data else None
    return {key: names(value) for key, value in data.items() if key not in FREE} if isinstance(data, dict) else None


def test_the_published_heads_are_those_of_the_log(project: Project, footages: dict[str, Footage]) -> None:
    """So whoever cuts the end of the log off is found by them."""
    sql = material(project, project.catalogue.marts["mart_custody_heads"], standing(project)).sql
    with connect(project.home.aside) as connection:
        rows = connection.execute(f"SELECT day, head FROM ({sql}) WHERE city = 'sonpali'").fetchall()
    events = footages["sonpali"].events
    assert events is not None and len(rows) > 300
    assert cut(events, dict(rows)) == []
    last = max(day for day, _ in rows)
    gone = events["at"].dt.tz_convert("Asia/Kolkata").dt.date >= last
    assert verify(events[~gone]) == [] and cut(events[~gone], dict(rows)) == [last]


def test_a_certificate_is_drafted_and_states_nothing_of_the_device(
    called: Pravah, footages: dict[str, Footage], tmp_path: Path
) -> None:
    met = footages["sonpali"].requests.query("met and known").iloc[0]
    words = ("footage", "certificate", "--city", "sonpali", "--request", met["request_id"])
    file = tmp_path / "draft.pdf"
    assert called(*words, "--out", str(file))[0] == 0
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert met["request_id"] in text and met["camera_id"] in text and "DRAFT" in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert called(*words, "--out", str(file))[0] == 2
    code, _, err = called(*words[:-1], "FR-999999", "--out", str(tmp_path / "other.pdf"))
    assert (code, err.count("\n")) == (1, 1) and "no such request" in err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["plan", "--city", SILENT], 1, "does not send"),
        (["verify", "--city", SILENT], 1, "does not send"),
        (["explain", "--city", "atlantis"], 2, "--city: no such city"),
        (["explain", "--city", "sonpali", "--by", "officer"], 2, "--by: not one of zone, ward_id"),
        (["explain", "--city", "navsagar"], 1, "no requests have been accepted; send police__footage_requests"),
    ],
)
def test_what_cannot_be_said_is_one_line(called: Pravah, words: list[str], code: int, message: str) -> None:
    found, out, err = called("footage", *words)
    assert (found, out) == (code, "")
    assert message in err and err.count("\n") == 1
