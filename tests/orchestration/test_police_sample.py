"""The police's sample against its own truth: causes, clocks, coverage and chains are found again by other code."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from math import asin, atan2, cos, degrees, radians, sin, sqrt

import numpy as np
import pandas as pd
import pytest
import shapely

from data_contracts import catalogue
from orchestration.sample.chance import stream
from orchestration.sample.maker import World
from orchestration.sample.planting import plant
from orchestration.sample.police import (
    camera_health,
    cameras,
    crime_incidents,
    custody_events,
    emergency_calls,
    footage_requests,
    recordings,
)
from orchestration.sample.profile import FIVE

CONTRACTS = catalogue.load()
PROFILES = {profile.city: profile for profile in FIVE}
MAKERS = {
    "cameras": cameras.MAKER,
    "camera_health": camera_health.MAKER,
    "recordings": recordings.MAKER,
    "footage_requests": footage_requests.MAKER,
    "custody_events": custody_events.MAKER,
    "crime_incidents": crime_incidents.MAKER,
    "emergency_calls": emergency_calls.MAKER,
}
END = pd.Timestamp("2026-10-01")
STOPS = {
    "device": "camera_down",
    "link": "link_down_not_backfilled",
    "recorder": "recorder_fault",
    "other": "recording_gap",
}
RATES = {
    "navsagar": (0.41, 0.47),
    "meghavan": (0.62, 0.70),
    "sonpali": (0.37, 0.45),
    "phulkheda": (0.35, 0.55),
    "tarangpur": (0.34, 0.42),
}
EACH = pytest.mark.parametrize("city", RATES)
SEEN = pytest.mark.parametrize("city", ["navsagar", "meghavan", "sonpali", "tarangpur"])


@cache
def world(city, share=1.0):
    profile = PROFILES[city]
    return World(profile, CONTRACTS, 7, share, round(profile.devices * share))


def share_of(city):
    """A part of a city, so that the search by hand stays short."""
    return world(city, {"navsagar": 0.15, "tarangpur": 0.8}.get(city, 0.5))


def final(place, dataset):
    """A dataset's rows as they stand in the end: of a key the last."""
    rows = place.rows(f"police__{dataset}")
    key = list(CONTRACTS.datasets[f"police__{dataset}"].key)
    return rows.drop_duplicates(key, keep="last").reset_index(drop=True)


def told(place):
    return place.batch("police__footage_requests").truth


class Search:
    """Finds the causes of a request from what the files say, a request at a time."""

    def __init__(self, place):
        self.place = place
        register = final(place, "cameras")
        self.register = register[(register["device_type"] == "camera") & (register["status"] != "removed")]
        self.lat, self.lon = (np.radians(self.register[name].to_numpy(float)) for name in ("lat", "lon"))
        spans = final(place, "recordings").sort_values("start_at")
        self.spans = dict(list(spans.groupby("camera_id")))
        self.crimes = final(place, "crime_incidents").set_index("incident_id")
        events = final(place, "custody_events")
        self.tried = set(events["request_id"][events["action"] == "export_failed"])

    def causes(self, request):
        found = set()
        if pd.isna(request.authorisation_no):
            found.add("authorisation_missing")
        if pd.isna(request.case_no) or pd.isna(request.officer):
            found.add("incomplete_request")
        found |= self._against_footage(request)
        if not pd.isna(request.incident_id) and self._elsewhere(request):
            found.add("wrong_time_or_place")
        unsearched, closed = pd.isna(request.searched_at), not pd.isna(request.decided_at)
        ended = request.decided_at if closed else END
        if (unsearched and ended >= request.due_at) or (not closed and request.due_at <= END):
            found.add("capacity")
        if not found and closed and unsearched:
            found.add("turned_away")
        elif not found and closed and request.outcome != "delivered":
            failed = request.request_id in self.tried and pd.isna(request.exported_at)
            found.add("export_failed" if failed else "quality")
        return found

    def _against_footage(self, request):
        each = [self._against(camera, request) for camera in self._watching(request)]
        return min(each, key=len) if each else {"no_coverage"}

    def _watching(self, request):
        """The cameras whose sector holds the place, by great circles."""
        lat, lon = radians(request.lat), radians(request.lon)
        near = np.hypot(self.lat - lat, (self.lon - lon) * cos(lat)) * 6_371_000 < 400
        for camera in self.register[near].itertuples():
            if camera.commissioned_on <= request.incident_from:
                to_lat, to_lon = radians(camera.lat), radians(camera.lon)
                half = sin((lat - to_lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((lon - to_lon) / 2) ** 2
                away = 2 * 6_371_000 * asin(sqrt(half))
                north = cos(to_lat) * sin(lat) - sin(to_lat) * cos(lat) * cos(lon - to_lon)
                bearing = degrees(atan2(sin(lon - to_lon) * cos(lat), north))
                turn = abs((bearing - camera.azimuth_deg + 180) % 360 - 180)
                reach = camera.range_m.value * (0.3048 if camera.range_m.suffix == " ft" else 1)
                if away <= reach and turn <= camera.hfov_deg / 2:
                    yield camera

    def _against(self, camera, request):
        """What is wrong with the footage that one camera has of the window."""
        spans = self._spans(camera.camera_id, camera.former_id)
        found = {STOPS[self._stop(spans, moment)] for moment in self._gaps(spans, request)}
        keeps = spans[0].expires_at - spans[0].end_at
        gone = request.incident_from + keeps
        needed = min(one for one in (request.searched_at, request.decided_at, END) if not pd.isna(one))
        held = not pd.isna(request.hold_placed_at) and request.hold_placed_at < gone
        if gone <= request.requested_at:
            found.add("expired_before_request")
        elif gone <= needed and not held:
            found.add("expired_during_handling")
        clock = [span.clock_offset_ms for span in spans if span.start_at <= request.incident_from][-1]
        return found | ({"clock_drift"} if abs(clock) > 600_000 else set())

    @cache  # noqa: B019
    def _spans(self, *ids):
        """A camera's spans under all its numbers, in the order of time, without what was held."""
        own = pd.concat([self.spans[one] for one in ids if one in self.spans])
        return list(own[~own["legal_hold"]].sort_values("start_at").itertuples())

    def _gaps(self, spans, request):
        """Where the window is not covered by spans: the first moment of each piece."""
        moment = request.incident_from
        while moment < request.incident_to:
            over = [span.end_at for span in spans if span.start_at <= moment < span.end_at]
            if not over:
                yield moment
            later = (span.start_at for span in spans if span.start_at > moment)
            moment = max(over) if over else min(later, default=request.incident_to)

    def _stop(self, spans, moment):
        before = [span for span in spans if span.end_at <= moment]
        return max(before, key=lambda span: span.end_at).stopped_by

    def _elsewhere(self, request):
        crime = self.crimes.loc[request.incident_id]
        in_time = request.incident_from <= crime["occurred_at"] <= request.incident_to
        inside = shapely.contains_xy(self.place.ground.outlines, request.lon, request.lat)
        ward = [number for number, holds in zip(self.place.ground.ids, inside, strict=True) if holds]
        return not in_time or ward != [crime["ward_id"]]


@SEEN
def test_the_causes_are_found_again_in_the_files(city):
    place = share_of(city)
    search, truth = Search(place), told(place)["requests"]
    counted = [one for one in final(place, "footage_requests").itertuples() if truth[one.request_id]["matured"]]
    sure = [one for one in counted if truth[one.request_id]["evidence"]]
    assert len(sure) > 0.9 * len(counted)
    found = {one.request_id: search.causes(one) for one in sure}
    assert [name for name, causes in found.items() if causes != set(truth[name]["causes"])] == []
    assert len({cause for causes in found.values() for cause in causes}) >= 12


@EACH
def test_rates_are_those_of_the_city(city):
    truth = told(world(city))["requests"].values()
    matured = [one for one in truth if one["matured"]]
    low, high = RATES[city]
    assert low < sum(one["met"] for one in matured) / len(matured) < high
    assert all(one["met"] == (not one["causes"]) for one in matured)
    assert all(not one["causes"] for one in truth if not one["matured"])


@EACH
def test_the_truth_of_the_outcome_is_that_of_the_file(city):
    place = world(city)
    rows, truth = final(place, "footage_requests"), told(place)["requests"]
    assert rows["request_id"].is_unique and set(rows["request_id"]) == set(truth)
    aside = rows["outcome"].isin(["withdrawn", "duplicate"])
    past = (rows["due_at"] <= END) | rows["decided_at"].notna()
    assert [truth[name]["matured"] for name in rows["request_id"]] == (past & ~aside).tolist()
    met = rows["outcome"] == "delivered"
    assert [truth[name]["met"] for name in rows["request_id"]] == met.tolist()
    assert {"pending", "partial", "rejected"} <= set(rows["outcome"])


@pytest.mark.parametrize(("city", "share"), [("navsagar", 0.35), ("meghavan", 0.03), ("sonpali", 0.3)])
def test_desks_state_other_reasons_than_the_true_ones(city, share):
    truth = told(world(city))["requests"]
    rows = final(world(city), "footage_requests").set_index("request_id")
    stated = rows["reason"].dropna()
    wrong = [name for name in stated.index if truth[name]["misstated"]]
    assert abs(len(wrong) / len(stated) - share) < 0.12
    assert all(stated[name] not in truth[name]["causes"][:1] for name in wrong)
    expired = Counter(stated[name] for name in wrong if truth[name]["causes"][0] == "expired_during_handling")
    assert expired.most_common(1)[0][0] == "expired_before_request"
    assert rows["reason"][rows["outcome"] == "rejected"].isna().any()


def met_under(city, **setting):
    truth = told(world(city))
    key = " ".join(str(setting.get(lever, 0)) for lever in truth["levers"])
    return truth["met_under"][key] / sum(one["matured"] for one in truth["requests"].values())


def test_navsagar_gets_there_by_holds_and_staff():
    assert met_under("navsagar", hold_on_receipt=1, search_staff=1) > 0.75
    assert max(met_under("navsagar", hold_on_receipt=1), met_under("navsagar", search_staff=2)) < 0.72


def test_tarangpur_does_not_get_there():
    assert max(told(world("tarangpur"))["met_under"].values()) < 0.6 * 1_300


@EACH
def test_levers_save_what_their_cause_kept(city):
    truth = told(world(city))
    counted = [one for one in truth["requests"].values() if one["matured"]]
    assert met_under(city) == sum(one["met"] for one in counted) / len(counted)
    cures = {
        "expired_during_handling": ("hold_on_receipt", 1),
        "clock_drift": ("clock_sync", 1),
        "incomplete_request": ("complete_form", 1),
    }
    for cause, (lever, setting) in cures.items():
        alone = [one for one in counted if one["causes"] == [cause]]
        assert all(one["saved_by"][lever] == setting for one in alone)
    for one in counted:
        hopeless = {"authorisation_missing", "turned_away", "quality", "export_failed", "wrong_time_or_place"}
        assert not one["saved_by"] or not hopeless & set(one["causes"])
        assert not (one["met"] and one["saved_by"])


@EACH
def test_more_levers_never_save_less(city):
    truth = told(world(city))
    names = list(truth["levers"])
    for key, met in truth["met_under"].items():
        setting = dict(zip(names, map(int, key.split()), strict=True))
        for lever, levels in truth["levers"].items():
            place = levels.index(setting[lever])
            if place + 1 < len(levels):
                stronger = setting | {lever: levels[place + 1]}
                assert truth["met_under"][" ".join(str(stronger[name]) for name in names)] >= met


@pytest.mark.parametrize("city", ["sonpali", "meghavan"])
def test_no_reading_contradicts_the_index(city):
    place = world(city, 0.1)
    health = final(place, "camera_health")
    register = final(place, "cameras")
    now = dict(zip(register["former_id"], register["camera_id"], strict=True))
    spans = final(place, "recordings")
    spans = spans[~spans["legal_hold"]]
    spans, health = (
        one.assign(camera=one["camera_id"].map(lambda name: now.get(name, name))) for one in (spans, health)
    )
    checked = 0
    for camera, rows in health.groupby("camera"):
        own = spans[spans["camera"] == camera]
        if own.empty:
            continue
        at = rows["observed_at"].to_numpy()[:, None]
        kept = ((own["start_at"].to_numpy() <= at) & (at < own["end_at"].to_numpy())).any(axis=1)
        # What a device kept while its link was down came later.
        later = (~rows["link_up"]).to_numpy(bool)
        assert (rows["recording"].to_numpy(bool) == (kept & ~later)).all()
        assert not kept[(rows["device_up"] == False).fillna(False).to_numpy(bool)].any()  # noqa: E712
        assert rows["device_up"].isna().to_numpy().tolist() == later.tolist()
        checked += len(rows)
    assert checked > 20_000


def test_the_index_holds_what_the_analysis_must_stand():
    spans = final(world("meghavan"), "recordings")
    own = spans[~spans["legal_hold"]].sort_values(["camera_id", "start_at"])
    overlap = (own["camera_id"] == own["camera_id"].shift()) & (own["start_at"] < own["end_at"].shift())
    assert overlap.any()
    assert (own["start_at"].dt.month != own["end_at"].dt.month).mean() > 0.2
    assert (own["end_at"] > own["start_at"]).all()
    assert (own["clock_offset_ms"].abs() > 1_600_000).any()
    assert not own["clock_offset_ms"].abs().between(100_000, 1_500_000).any()
    assert spans["legal_hold"].any() and spans["expires_at"].isna().equals(spans["legal_hold"])


@EACH
def test_chains_of_custody_hold(city):
    place = share_of(city)
    last: dict[str, str] = {}
    for event in final(place, "custody_events").sort_values("event_id").itertuples():
        previous = None if pd.isna(event.previous_sha256) else event.previous_sha256
        assert previous == last.get(event.request_id)
        utc = datetime.fromtimestamp(event.at.tz_localize("Asia/Kolkata").timestamp(), UTC)
        parts = [previous, event.event_id, event.request_id, f"{utc:%Y-%m-%dT%H:%M:%SZ}", event.actor, event.action]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        assert event.sha256 == hashlib.sha256(text.encode()).hexdigest()
        last[event.request_id] = event.sha256
    assert set(last) == set(final(place, "footage_requests")["request_id"])


@pytest.mark.parametrize(("city", "low", "high"), [("navsagar", 0.18, 0.26), ("meghavan", 0.34, 0.44)])
def test_crimes_have_footage_as_their_requests_do(city, low, high):
    crimes, requests = final(world(city), "crime_incidents"), final(world(city), "footage_requests")
    asked = set(requests["incident_id"].dropna())
    given = set(requests["incident_id"][requests["outcome"] == "delivered"].dropna())
    assert set(crimes["incident_id"][crimes["footage_requested"]]) == asked
    assert set(crimes["incident_id"][crimes["footage_provided"]]) == given
    assert low < crimes["footage_provided"].mean() < high


def test_a_city_that_sends_little_leaves_no_evidence():
    assert not any(one["evidence"] for one in told(world("phulkheda"))["requests"].values())


@pytest.mark.parametrize("dataset", MAKERS)
def test_the_history_is_as_it_stood(dataset):
    """No row of the first file knows of what comes after it."""
    first, *_ = share_of("navsagar").batch(f"police__{dataset}").files.values()
    times = first.select_dtypes("datetime").drop(columns=["due_at", "expires_at"], errors="ignore")
    until = {"cameras": END, "camera_health": pd.Timestamp("2026-09-01"), "emergency_calls": END}
    assert times.max().max() <= until.get(dataset, pd.Timestamp("2026-07-01"))


@pytest.mark.parametrize("dataset", MAKERS)
def test_files_have_the_contract_s_columns_and_personal_ones_are_dropped(dataset):
    place, contract = share_of("meghavan"), CONTRACTS.datasets[f"police__{dataset}"]
    batch = place.batch(contract.table)
    for rows in batch.files.values():
        assert set(rows.columns) == {column.name for column in contract.file_columns}
    assert {contract.by_name[name].treatment.kind for name in batch.personal} <= {"drop", "pseudonym"}


@pytest.mark.parametrize("dataset", ["footage_requests", "recordings", "crime_incidents", "emergency_calls"])
def test_every_fault_finds_a_row(dataset):
    contract, maker = CONTRACTS.datasets[f"police__{dataset}"], MAKERS[dataset]
    planted = plant(contract, maker, share_of("meghavan"), stream(7, "faults"))
    rules = {rule for file in planted.values() for broken in file.rules.values() for rule in broken}
    assert rules >= {rule for fault in maker.faults for rule in fault.rules}
