"""Downloads: the files of a release's manifest, byte for byte, and nothing else on the disk."""

import hashlib
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.public.downloads import media_type
from tests.portal.kit import TABLE, asking, build, let_out, things
from transforms.release.bundle import CATALOG, DATABASE, MANIFEST
from transforms.release.reader import Release, Shelf

SECRET = "nobody may read this"
CSV = f"/download/new/{TABLE}.csv"
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
each_form = pytest.mark.parametrize("form", MEDIA)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases, and beside them what must not be reached."""
    folder = tmp_path_factory.mktemp("downloads") / "releases"
    for name, number in (("old", 1), ("new", 2), ("proposed", 3)):
        build(folder, name, things(40, number))
    (folder.parent / "secret.csv").write_text(SECRET)
    (folder / "secret.csv").write_text(SECRET)
    (folder / "new" / "data" / "more.csv").write_text(SECRET)
    (folder / "new" / "data" / "link.csv").symlink_to(folder.parent / "secret.csv")
    let_out(folder, "old")
    return folder


@pytest.fixture(scope="module")
def shelf(releases: Path) -> Shelf:
    shelf = Shelf(releases)
    shelf.current_id()
    let_out(releases, "new")
    return shelf


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[httpx.Client]:
    with asking(shelf) as client:
        yield client


def raw(client: httpx.Client, path: str, method: str = "GET") -> tuple[int, bytes]:
    """Status and body for a path that is sent as it is written; other clients tidy it first."""
    connection = HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=30)
    connection.request(method, path)
    response = connection.getresponse()
    status, body = response.status, response.read()
    connection.close()
    return status, body


def refused(status: int, body: bytes) -> tuple[int, str]:
    error = json.loads(body)["error"]
    assert set(error) == {"code", "message", "remedy"}
    assert SECRET not in str(error) and "/tmp" not in str(error)
    return status, error["code"]


@each_form
@pytest.mark.parametrize("release", ["new", "old"])
def test_a_file_is_as_the_manifest_says(client: httpx.Client, releases: Path, form: str, release: str):
    response = client.get(f"/download/{release}/{TABLE}.{form}")
    files = json.loads((releases / release / MANIFEST).read_text())["files"]
    (listed,) = (file for file in files if file["path"] == f"data/{TABLE}.{form}")
    assert hashlib.sha256(response.content).hexdigest() == listed["sha256"]
    expected = {
        "Content-Type": MEDIA[form],
        "Content-Length": str(listed["bytes"]),
        "Content-Disposition": f'attachment; filename="{TABLE}.{form}"',
        "ETag": f'"{listed["sha256"]}"',
        "Cache-Control": "public, max-age=31536000, immutable",
        "Pravah-Release": release,
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: response.headers[name] for name in expected} == expected


@each_form
def test_the_head_of_a_file(client: httpx.Client, form: str):
    address = f"/download/new/{TABLE}.{form}"
    whole, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


def test_a_file_that_is_known_is_not_sent_again(client: httpx.Client):
    etag = client.get(CSV).headers["ETag"]
    again = client.get(CSV, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 500), length=st.integers(1, 5000))
def test_a_range_of_a_file(client: httpx.Client, start: int, length: int):
    whole = client.get(CSV)
    part = client.get(CSV, headers={"Range": f"bytes={start}-{start + length - 1}", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.content) == (206, whole.content[start : start + length])
    other = client.get(CSV, headers={"Range": f"bytes={start}-", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/download/new/nothing.csv", "unknown_file"),
        ("/download/new/more.csv", "unknown_file"),
        ("/download/new/link.csv", "unknown_file"),
        ("/download/new/", "unknown_file"),
        ("/download/new", "unknown_file"),
        ("/download/", "unknown_release"),
        (f"/download/new/{MANIFEST}", "unknown_file"),
        (f"/download/new/{CATALOG}", "unknown_file"),
        (f"/download/new/{DATABASE}", "unknown_file"),
        (f"/download/new/data/{TABLE}.csv", "unknown_file"),
        (f"/download/new/./{TABLE}.csv", "unknown_file"),
        (f"/download/new/{TABLE}.csv/", "unknown_file"),
        (f"/download/new/{TABLE}.csv%00", "unknown_file"),
        (f"/download/new/{TABLE.upper()}.csv", "unknown_file"),
        ("/download/new/../secret.csv", "unknown_file"),
        ("/download/new/..%2fsecret.csv", "unknown_file"),
        ("/download/new/..%2f..%2fsecret.csv", "unknown_file"),
        ("/download/new/%2e%2e/%2e%2e/secret.csv", "unknown_file"),
        ("/download/new/..%5c..%5csecret.csv", "unknown_file"),
        ("/download/new/..%252fsecret.csv", "unknown_file"),
        ("/download/new//etc/passwd", "unknown_file"),
        ("/download/new/%2fetc%2fpasswd", "unknown_file"),
        ("/download/secret.csv", "unknown_release"),
        ("/download/CURRENT", "unknown_release"),
        (f"/download/proposed/{TABLE}.csv", "unknown_release"),
        (f"/download/../new/{TABLE}.csv", "unknown_release"),
        (f"/download/..%2freleases%2fnew/{TABLE}.csv", "unknown_release"),
        (f"/download/./{TABLE}.csv", "unknown_release"),
        (f"/download/{'x' * 3000}/{TABLE}.csv", "unknown_release"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_else_is_there(client: httpx.Client, path: str, code: str, method: str):
    status, body = raw(client, path, method)
    assert (status, body) == (404, b"") if method == "HEAD" else refused(status, body) == (404, code)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["..", ".", "/", "%2f", "%5c", "new", "old", "data", "secret.csv", "%00", "é", "~"])))
def test_no_path_reaches_anything(client: httpx.Client, parts: list[str]):
    status, body = raw(client, "/download/new/" + "".join(quote(part, safe="/%.~") for part in parts))
    assert status == 404 and SECRET.encode() not in body


@pytest.mark.parametrize("path", ["../../secret.csv", "data/link.csv", "../../../../etc/passwd", "data"])
def test_a_manifest_that_leads_elsewhere_is_not_followed(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str
):
    entry = {"path": path, "bytes": len(SECRET), "sha256": "0" * 64}
    monkeypatch.setattr(Release, "files", {"secret.csv": entry})
    assert refused(*raw(client, "/download/new/secret.csv")) == (404, "unknown_file")


def test_an_absolute_path_in_a_manifest_is_not_followed(
    client: httpx.Client, releases: Path, monkeypatch: pytest.MonkeyPatch
):
    entry = {"path": str(releases.parent / "secret.csv"), "bytes": len(SECRET), "sha256": "0" * 64}
    monkeypatch.setattr(Release, "files", {"secret.csv": entry})
    assert refused(*raw(client, "/download/new/secret.csv")) == (404, "unknown_file")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written(client: httpx.Client, method: str):
    response = client.request(method, CSV)
    assert refused(response.status_code, response.content) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"


def test_before_the_first_release(tmp_path: Path):
    with asking(Shelf(tmp_path)) as client:
        response = client.get(CSV)
        assert refused(response.status_code, response.content) == (503, "no_release")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.json", "application/json"),
        ("a.zip", "application/zip"),
        ("a.nothing", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_media_types(file: str, expected: Any):
    assert media_type(file) == expected
