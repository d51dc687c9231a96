"""The API: what it answers, what it refuses, and that pages together are the table."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.public.api import api
from tests.portal.kit import ROWS, SLUG, TABLE, THINGS, asking, build, let_out, things
from transforms.release.artefacts import NOTICE
from transforms.release.bundle import CATALOG, DATABASE, MANIFEST
from transforms.release.reader import Shelf

DATASET = f"/api/datasets/{SLUG}"
LISTED = f"{DATASET}/rows"
ROUTES = ["/api/health", "/api/release", "/api/datasets", DATASET, LISTED]
COLUMNS = ["city", "code", "place", "n", "cost", "ratio", "seen_at", "built_on", "is_open", "notice"]
# Stands for a value that nobody should see again.
SECRET = "9876501234"
each_route = pytest.mark.parametrize("route", ROUTES)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: one was out, one is, one was never let out."""
    folder = tmp_path_factory.mktemp("api") / "releases"
    build(folder, "old", things(5, 1))
    build(folder, "new")
    build(folder, "proposed")
    let_out(folder, "old")
    return folder


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[httpx.Client]:
    shelf = Shelf(releases)
    shelf.current_id()
    let_out(releases, "new")
    with asking(shelf) as client:
        yield client


def error(response: httpx.Response) -> tuple[int, str]:
    """The status and code of an answer that must have the one shape of errors."""
    body = response.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "remedy"}, body
    assert all(isinstance(text, str) and text and "\n" not in text for text in body["error"].values())
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert SECRET not in response.text and "/tmp" not in response.text
    return response.status_code, body["error"]["code"]


# What is answered


@each_route
@pytest.mark.parametrize("release", ["new", "old"])
def test_every_answer_names_its_release(client: httpx.Client, route: str, release: str):
    response = client.get(route, params={"release": release})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    body = response.json()
    assert (body["release"], response.headers["Pravah-Release"]) == (release, release)
    assert body["notice"] == NOTICE
    if release == "new":
        assert client.get(route).json() == body | ({"next": client.get(route).json()["next"]} if "next" in body else {})


def test_health(client: httpx.Client):
    assert client.get("/api/health").json() == {"release": "new", "notice": NOTICE, "ok": True}


def test_the_release(client: httpx.Client):
    body = client.get("/api/release").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30", body["published_at"])
    assert [(city["id"], city["name"]["hi"]) for city in body["cities"]] == [("navsagar", "नवसागर")]
    assert client.get("/api/release?release=old").json()["published_at"] is None


@pytest.mark.parametrize("query", ["", "?city=navsagar", "?department=works", "?city=navsagar&department=works"])
def test_the_list_of_datasets(client: httpx.Client, query: str):
    assert client.get(f"/api/datasets{query}").json()["datasets"] == [
        {
            "slug": SLUG,
            "title": {"en": THINGS.title, "hi": THINGS.title},
            "department": {"id": "works", "en": "Public works", "hi": "लोक निर्माण"},
            "form": "rows",
            "rows": {"navsagar": ROWS},
            "until": {},
            "links": {"self": DATASET, "rows": LISTED},
        }
    ]


def test_a_dataset_is_its_catalogue_entry_and_its_files(client: httpx.Client, releases: Path):
    body = client.get(DATASET).json()
    with Shelf(releases).reading() as release:
        assert body.items() >= release.datasets[SLUG].items()
        files = {name: (file["bytes"], file["sha256"]) for name, file in release.files.items()}
    assert {file["name"]: (file["bytes"], file["sha256"]) for file in body["files"]} == files
    assert set(files) == {f"{TABLE}.{form}" for form in ("csv", "geojson", "parquet")}
    for file in body["files"]:
        assert file["url"] == f"/download/new/{file['name']}"
        assert client.get(file["url"]).status_code == 200


def test_rows_as_json_has_them(client: httpx.Client):
    body = client.get(LISTED, params={"limit": 3}).json()
    assert {key: body[key] for key in body if key != "records"} == {
        "release": "new",
        "notice": NOTICE,
        "dataset": SLUG,
        "columns": COLUMNS,
        "total": ROWS,
        "limit": 3,
        "offset": 0,
        "next": f"{LISTED}?limit=3&offset=3&release=new",
    }
    assert list(body["records"][0]) == COLUMNS
    assert body["records"][1] == {
        "city": "navsagar",
        "code": "0001A",
        "place": "a&b=c",
        "n": 1,
        "cost": 0.25,
        "ratio": None,
        "seen_at": "2025-12-31T19:30:00Z",
        "built_on": "2026-01-02",
        "is_open": False,
        "notice": NOTICE,
    }
    # A null, a NaN that JSON does not know, and a number.
    assert [body["records"][0]["built_on"], *(row["ratio"] for row in body["records"])] == [None, None, None, 2 / 3]


def test_a_hundred_rows_without_a_limit(client: httpx.Client):
    body = client.get(LISTED).json()
    assert (body["limit"], len(body["records"])) == (100, 100)


def test_a_page_beyond_the_end_is_empty(client: httpx.Client):
    body = client.get(LISTED, params={"offset": 10**12}).json()
    assert (body["records"], body["total"], body["next"]) == ([], ROWS, None)


# Paging and filters


def pages(client: httpx.Client, **parameters: Any) -> Iterator[dict[str, Any]]:
    """A page and those that follow it, as `next` leads."""
    body = client.get(LISTED, params=parameters).json()
    yield body
    while body["next"]:
        body = client.get(body["next"]).json()
        yield body


@settings(max_examples=25, deadline=None)
@given(limit=st.integers(1, 1000), offset=st.integers(0, ROWS + 3), filters=st.sampled_from([{}, {"is_open": "true"}]))
def test_pages_together_are_the_table_in_order(client: httpx.Client, limit: int, offset: int, filters: dict[str, str]):
    limit = max(limit % ROWS, 7) if limit < 500 else limit
    whole = client.get(LISTED, params={"limit": 1000, **filters}).json()
    assert len(whole["records"]) == whole["total"] == (69 if filters else ROWS)
    found = list(pages(client, limit=limit, offset=offset, **filters))
    assert [row for page in found for row in page["records"]] == whole["records"][offset:]
    assert all(len(page["records"]) == limit for page in found[:-1])
    assert {(page["total"], page["limit"], page["release"]) for page in found} == {(whole["total"], limit, "new")}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_value_that_is_shown_finds_its_rows(client: httpx.Client, data: st.DataObject):
    rows = client.get(LISTED, params={"limit": 1000}).json()["records"]
    chosen = data.draw(st.sampled_from(rows))
    columns = data.draw(st.sets(st.sampled_from([name for name in COLUMNS if chosen[name] is not None]), max_size=3))

    def shown(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    filters = {name: shown(chosen[name]) for name in columns}
    expected = [row for row in rows if all(row[name] == chosen[name] for name in columns)]
    found = [row for page in pages(client, limit=50, **filters) for row in page["records"]]
    assert found == expected


def test_next_stays_on_its_release(releases: Path, tmp_path: Path):
    folder = tmp_path / "releases"
    build(folder, "first", things(9, 1))
    let_out(folder, "first")
    with asking(Shelf(folder)) as client:
        body = client.get(LISTED, params={"limit": 5}).json()
        build(folder, "second", things(9, 2))
        let_out(folder, "second")
        assert client.get("/api/health").json()["release"] == "second"
        body = client.get(body["next"]).json()
        assert (body["release"], {row["n"] for row in body["records"]}, body["next"]) == ("first", {1}, None)


# What is refused


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/health?verbose=1", 400, "unknown_parameter"),
        ("/api/release?city=navsagar", 400, "unknown_parameter"),
        ("/api/datasets?limit=5", 400, "unknown_parameter"),
        (f"{DATASET}?city=navsagar", 400, "unknown_parameter"),
        (f"{LISTED}?phone={SECRET}", 400, "unknown_parameter"),
        (f"{LISTED}?geometry=1", 400, "unknown_parameter"),
        (f"{LISTED}?{SECRET}=1", 400, "unknown_parameter"),
        (f"{LISTED}?=1", 400, "unknown_parameter"),
        (f"{LISTED}?%00=1", 400, "unknown_parameter"),
        (f"{LISTED}?n=1&n=2", 400, "repeated_parameter"),
        (f"{LISTED}?limit=1&limit=2", 400, "repeated_parameter"),
        ("/api/datasets?release=new&release=old", 400, "repeated_parameter"),
        (f"{LISTED}?limit=0", 400, "bad_parameter"),
        (f"{LISTED}?limit=1001", 400, "bad_parameter"),
        (f"{LISTED}?limit=-1", 400, "bad_parameter"),
        (f"{LISTED}?limit=1.5", 400, "bad_parameter"),
        (f"{LISTED}?limit=", 400, "bad_parameter"),
        (f"{LISTED}?limit={SECRET}x", 400, "bad_parameter"),
        (f"{LISTED}?limit={'9' * 5000}", 400, "bad_parameter"),
        (f"{LISTED}?offset=-1", 400, "bad_parameter"),
        (f"{LISTED}?offset=1e3", 400, "bad_parameter"),
        (f"{LISTED}?offset={10**30}", 400, "bad_parameter"),
        ("/api/datasets?city=nowhere", 404, "unknown_city"),
        ("/api/datasets?city=", 404, "unknown_city"),
        ("/api/datasets?department=nowhere", 404, "unknown_department"),
        (f"/api/datasets/{SECRET}", 404, "unknown_dataset"),
        (f"/api/datasets/{TABLE}", 404, "unknown_dataset"),
        ("/api/datasets/%00/rows", 404, "unknown_dataset"),
        ("/api/datasets/..%5c..", 404, "unknown_dataset"),
        (f"/api/health?release={SECRET}", 404, "unknown_release"),
        ("/api/health?release=", 404, "unknown_release"),
        ("/api/health?release=proposed", 404, "unknown_release"),
        ("/api/health?release=../releases/new", 404, "unknown_release"),
        ("/api/health?release=/etc", 404, "unknown_release"),
        (f"/api/health?release={'x' * 5000}", 404, "unknown_release"),
        (f"/api/{SECRET}", 404, "unknown_path"),
        ("/api/", 404, "unknown_path"),
        ("/api/health/", 404, "unknown_path"),
        ("/api/docs", 404, "unknown_path"),
        ("/api/redoc", 404, "unknown_path"),
        (f"{LISTED}/1", 404, "unknown_path"),
        ("/api/datasets/..%2f..%2f..%2fetc%2fpasswd", 404, "unknown_path"),
    ],
)
def test_what_is_refused(client: httpx.Client, address: str, status: int, code: str):
    assert error(client.get(address)) == (status, code)


def test_an_unknown_parameter_is_named_with_those_that_are_known(client: httpx.Client):
    told = client.get("/api/datasets?colour=red").json()["error"]
    assert "colour" in told["message"] and "red" not in str(told)
    assert told["remedy"] == "known here: city, department, release"
    told = client.get(f"{LISTED}?x{'y' * 40}=1").json()["error"]
    assert "yyy" not in str(told)
    assert told["remedy"] == f"known here: limit, offset, release, {', '.join(COLUMNS)}"


@each_route
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: httpx.Client, route: str, method: str):
    response = client.request(method, route, content=SECRET)
    assert error(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"


@each_route
def test_before_the_first_release(tmp_path: Path, route: str):
    with asking(Shelf(tmp_path)) as client:
        for address in (route, f"{route}?release=new"):
            response = client.get(address)
            assert error(response) == (503, "no_release")
            assert response.headers["Retry-After"] == "60"


@pytest.mark.parametrize("missing", [MANIFEST, CATALOG, DATABASE, f"data/{TABLE}.csv", "whole"])
def test_a_release_that_is_not_whole(tmp_path: Path, missing: str):
    folder = tmp_path / "releases"
    build(folder, "half")
    let_out(folder, "half" if missing != "whole" else "gone")
    if missing != "whole":
        (folder / "half" / missing).unlink()
    with asking(Shelf(folder)) as client:
        for route in ROUTES:
            assert error(client.get(route)) == (503, "no_release")


def test_a_fault_of_ours_has_the_same_shape(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def fails(*_: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("transforms.release.reader.Release.page", fails)
    assert error(client.get(LISTED)) == (500, "internal")
    logged = capfd.readouterr().err
    assert re.fullmatch(r"pravah: an answer of the API failed with RuntimeError at test_api.py:\d+\n", logged)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from([*COLUMNS, "limit", "offset", "release", "city"]) | st.text(max_size=8),
    value=st.text(st.characters(codec="utf-8"), max_size=12),
)
def test_no_query_breaks_it(client: httpx.Client, name: str, value: str):
    response = client.get(f"{LISTED}?{quote(name)}={quote(value)}")
    assert response.status_code in (200, 400, 404)
    if response.status_code != 200:
        error(response)


# Caches and browsers


@each_route
def test_an_answer_that_is_known_is_not_sent_again(client: httpx.Client, route: str):
    response = client.get(route)
    assert response.headers["Cache-Control"] == "public, max-age=60"
    for known in (response.headers["ETag"], f'"other", W/{response.headers["ETag"]}', "*"):
        again = client.get(route, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", response.headers["ETag"])
        assert again.headers["Pravah-Release"] == "new"
    assert client.get(route, headers={"If-None-Match": '"other"'}).status_code == 200
    other = client.get(route, params={"release": "old"})
    assert other.headers["ETag"] != response.headers["ETag"]


@each_route
def test_the_head_of_an_answer(client: httpx.Client, route: str):
    whole, head = client.get(route), client.head(route)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Length", "Pravah-Release"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("route", [*ROUTES, f"/download/new/{TABLE}.csv", "/api/x", "/download/new/x"])
def test_any_page_in_the_world_may_read(client: httpx.Client, route: str):
    response = client.get(route, headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_browser_may_ask_beforehand(client: httpx.Client):
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    assert client.options(LISTED, headers=headers).status_code == 200
    assert client.options(LISTED, headers=headers | {"Access-Control-Request-Method": "POST"}).status_code == 400


# The description


def test_the_description_is_openapi_and_loads_nothing(client: httpx.Client):
    response = client.get("/api/openapi.json")
    described = response.json()
    assert described["servers"] == [{"url": "/api"}]
    assert {f"/api{path}".replace("{slug}", SLUG) for path in described["paths"]} == set(ROUTES)
    for path in described["paths"].values():
        assert set(path) == {"get"} and set(path["get"]["responses"]) == {"200", "default"}
        assert path["get"]["summary"] and path["get"]["description"]
        assert all(
            parameter.get("description") for parameter in path["get"]["parameters"] if parameter["in"] == "query"
        )


def test_it_runs_alone(releases: Path):
    described = api(Shelf(releases)).openapi()
    assert "/datasets/{slug}/rows" in described["paths"]
