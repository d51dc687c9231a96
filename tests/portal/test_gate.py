"""The gates before Streamlit: an address answers with its status, in its language, and every answer is guarded."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orchestration.store import releases as store
from orchestration.store.home import Home
from orchestration.store.ledger import Ledger
from portal.plain import COMMON, HEADERS, POLICY, STREAMLIT_POLICY
from portal.public.gate import Gate
from portal.staff.gate import Gate as StaffGate
from tests.contracts_kit import CITY
from tests.portal.kit import SLUG, THINGS, build, calling, let_out, things
from tests.portal.shell_kit import SHELL, in_pieces, packed, streamlit
from transforms.release.bundle import CATALOG, DATABASE, MANIFEST
from transforms.release.reader import CURRENT, Shelf

PAGE = f"/dataset?id={SLUG}"
DEPARTMENT = THINGS.department
TITLES = {
    404: {"en": "Page not found", "hi": "पृष्ठ नहीं मिला"},
    405: {"en": "This cannot be done here", "hi": "यह यहाँ नहीं हो सकता"},
    503: {"en": "No data is out yet", "hi": "अभी कोई डेटा प्रकाशित नहीं"},
}
each_language = pytest.mark.parametrize("language", ["en", "hi"])


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release is out, one was, one never."""
    folder = tmp_path_factory.mktemp("gate") / "releases"
    build(folder, "old", things(5))
    build(folder, "new", things(5))
    build(folder, "proposed", things(5))
    let_out(folder, "old")
    let_out(folder, "new")
    return folder


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[httpx.Client]:
    with calling(Gate(streamlit(), Shelf(releases))) as client:
        yield client


@pytest.fixture(scope="module")
def staff() -> Iterator[httpx.Client]:
    with calling(StaffGate(streamlit())) as client:
        yield client


def localised(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def guarded(response: httpx.Response) -> httpx.Response:
    """The answer, which must have the headers that every answer has."""
    assert {name: response.headers.get(name) for name in COMMON} == COMMON
    return response


def plain_page(response: httpx.Response, status: int, language: str = "en") -> None:
    """The answer must be a page of ours: of that status, in that language, with nothing in it that runs."""
    guarded(response)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["Cache-Control"] == "no-store"
    assert f'<html lang="{language}">' in response.text
    assert f"<h1>{TITLES[status][language]}</h1>" in response.text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?:|<form|<iframe", response.text)
    assert "/tmp" not in response.text and len(response.content) < 100_000


def is_shell(response: httpx.Response, language: str = "en", name: str = "Pravah") -> None:
    """The answer must be Streamlit's shell in that language, whole and not to be kept."""
    guarded(response)
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == STREAMLIT_POLICY
    wanted = SHELL.replace('lang="en"', f'lang="{language}"').replace("Streamlit<", f"{name}<")
    assert response.text == wanted.replace("./favicon.png", "/assets/mark.svg")
    assert not packed(response) and "etag" not in response.headers


# What exists


@each_language
@pytest.mark.parametrize(
    "path",
    [
        *("/", f"/?city={CITY}", "/data", f"/data?city={CITY}&q=x", f"/data?department={DEPARTMENT}"),
        *(PAGE, f"{PAGE}&city={CITY}", "/cities", f"/cities?city={CITY}", f"/footage?city={CITY}", "/privacy"),
    ],
)
def test_a_page_is_the_shell_in_its_language(client: httpx.Client, path: str, language: str):
    is_shell(client.get(localised(path, language)), language, {"en": "Pravah", "hi": "प्रवाह"}[language])


@pytest.mark.parametrize(
    "headers", [{"Accept-Encoding": "gzip, br"}, {"If-None-Match": '"shell"'}, {"Range": "bytes=0-9"}]
)
def test_the_shell_is_whole_whatever_is_asked(client: httpx.Client, headers: dict[str, str]):
    is_shell(client.get("/data", headers=headers))


def test_the_shell_is_rewritten_when_it_comes_in_pieces(releases: Path):
    with calling(Gate(in_pieces(streamlit()), Shelf(releases))) as client:
        is_shell(client.get("/?lang=hi"), "hi", "प्रवाह")


def test_head_has_the_headers_and_no_body(client: httpx.Client):
    for path, status in (("/", 200), ("/nowhere", 404)):
        answer = guarded(client.head(path))
        assert (answer.status_code, answer.content) == (status, b"")
        assert answer.headers.get("content-length") != "0"


# What does not exist


@each_language
@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere", "/data/", "/data/deeper", "/Data", "/dataset/x", "/datasets", "/apifoo", "/faviconx"),
        *("/dataset", "/dataset?id=", "/dataset?id=no-such", f"/dataset?id={SLUG}&id=no-such"),
        *(f"{PAGE}&city=atlantis", "/data?city=atlantis", "/?city=%00", "/?city=..%2F.."),
        *("/cities?city=atlantis", "/cities/", f"/cities/{CITY}", "/footage?city=atlantis", "/footage/"),
        *("/data?department=nowhere", "/data?department=%00"),
        *("/datasets/", "/datasets/no-such", f"/datasets/{SLUG}@nowhere", f"/datasets/{SLUG}?city=atlantis"),
        *(f"/datasets/{SLUG}/", f"/datasets/{SLUG}%0d%0aX-Evil:1", "/datasets/%2e%2e%2fdata"),
        *("/?release=nowhere", "/?release=..%2Fnew", "/?release=new%0a", "/?release=NEW", f"{PAGE}&release=%ff"),
    ],
)  # fmt: skip
def test_an_address_that_names_nothing(client: httpx.Client, path: str, language: str):
    plain_page(client.get(localised(path, language)), 404, language)


@pytest.mark.parametrize("language", ["xx", "EN", "hi-IN", "%3Cscript%3E", "../hi"])
def test_a_language_there_is_none_of(client: httpx.Client, language: str):
    plain_page(client.get(f"/?lang={language}"), 404)


@pytest.mark.parametrize("path", ["/_stcore/nope", "/static/nope", "/media/nope"])
def test_behind_streamlits_doors_its_shell_is_no_answer(client: httpx.Client, staff: httpx.Client, path: str):
    plain_page(client.get(path), 404)
    plain_page(staff.get(path), 404)
    assert guarded(client.get("/_stcore/health")).text == "ok"


@each_language
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/data", PAGE, f"/datasets/{SLUG}"])
def test_a_page_can_only_be_read(client: httpx.Client, path: str, method: str, language: str):
    answer = client.request(method, localised(path, language))
    plain_page(answer, 405, language)
    assert answer.headers["Allow"] == "GET, HEAD"


# Releases


@pytest.mark.parametrize(("release", "status"), [("new", 200), ("old", 200), ("proposed", 404), ("never", 404)])
def test_a_release_can_be_named_if_it_is_or_was_out(client: httpx.Client, release: str, status: int):
    for path in ("/", "/data", PAGE):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}release={release}")
        is_shell(answer) if status == 200 else plain_page(answer, 404)
    assert client.get(f"/datasets/{SLUG}@{release}").status_code == (307 if status == 200 else 404)


@each_language
@pytest.mark.parametrize("pointer", [None, "nowhere", "", "../new", "\xff"])
@pytest.mark.parametrize("there", [True, False], ids=["a folder", "no folder"])
def test_without_a_release_the_page_says_so(tmp_path: Path, there: bool, pointer: str | None, language: str):
    folder = tmp_path / "releases"
    if there:
        folder.mkdir()
        if pointer is not None:
            (folder / CURRENT).write_text(pointer, encoding="latin-1")
    with calling(Gate(streamlit(), Shelf(folder))) as client:
        for path in ("/", PAGE, f"/datasets/{SLUG}", "/?release=x"):
            wanted = 404 if path == "/?release=x" and pointer == "nowhere" and there else 503
            answer = client.get(localised(path, language))
            plain_page(answer, wanted, language)
            assert answer.headers.get("Retry-After") == ("60" if wanted == 503 else None)
        # What no release could hold is not found, and what stands elsewhere still answers.
        plain_page(client.get(localised("/nowhere", language)), 404, language)
        assert client.get("/_stcore/health").text == "ok"


@pytest.mark.parametrize("file", [MANIFEST, CATALOG, DATABASE, "data"])
@pytest.mark.parametrize("how", ["missing", "cut short"])
def test_a_release_that_is_not_whole_is_not_shown(tmp_path: Path, releases: Path, file: str, how: str):
    copy = tmp_path / "releases"
    shutil.copytree(releases, copy)
    damaged = copy / "new" / file
    damaged = next(damaged.iterdir()) if damaged.is_dir() else damaged
    damaged.chmod(0o644)
    if how == "missing":
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes()[:-40])
    with calling(Gate(streamlit(), Shelf(copy))) as client:
        plain_page(client.get("/?lang=hi"), 503, "hi")
        # Named, it is there but cannot be read; the one before it can.
        plain_page(client.get("/?release=new"), 503)
        is_shell(client.get("/?release=old"))


def test_what_the_store_lets_out_and_takes_back(tmp_path: Path):
    """Two releases are approved; the return to the first one takes the second from the public."""
    home = Home(tmp_path / "home")
    home.prepare()
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    first, second = "a" * 64, "b" * 64
    for release in (first, second):
        build(home.releases, release, things(3))
        ledger.propose(release, {}, "asha@x.example")
    with calling(Gate(streamlit(), Shelf(home.releases))) as client:

        def statuses() -> list[int]:
            return [client.get(path).status_code for path in ("/", f"/?release={first}", f"/?release={second}")]

        assert statuses() == [503, 503, 503]
        store.approve(home, ledger, first, "bilal@x.example")
        assert statuses() == [200, 200, 404]
        store.approve(home, ledger, second, "bilal@x.example")
        assert statuses() == [200, 200, 200]
        store.roll_back(home, ledger, first, "bilal@x.example")
        assert statuses() == [200, 200, 404]


# The lasting address of a dataset


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (f"/datasets/{SLUG}", f"/dataset?id={SLUG}"),
        (f"/datasets/{SLUG}@old", f"/dataset?id={SLUG}&release=old"),
        (f"/datasets/{SLUG}?city={CITY}&lang=hi", f"/dataset?city={CITY}&lang=hi&id={SLUG}"),
        (f"/datasets/{SLUG}@old?lang=hi", f"/dataset?lang=hi&id={SLUG}&release=old"),
        (f"/datasets/{SLUG}?release=old", f"/dataset?release=old&id={SLUG}"),
        # The path says which dataset and which version; what else an address carries is not taken along.
        (f"/datasets/{SLUG}?id=other", f"/dataset?id={SLUG}"),
        (f"/datasets/{SLUG}@old?release=new", f"/dataset?release=old&id={SLUG}"),
        (f"/datasets/{SLUG}?next=https://evil.example&a%26id%3Dx=1", f"/dataset?id={SLUG}"),
        (f"/datasets/{SLUG}?q=%0d%0aSet-Cookie:%20a=b&x%0d%0aX-Evil:%201=y", f"/dataset?id={SLUG}"),
    ],
)
def test_a_lasting_address_leads_to_its_page_and_nowhere_else(client: httpx.Client, path: str, there: str):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (307, there)
    assert set(answer.headers) <= {"location", "content-length", "date", "server", *(name.lower() for name in HEADERS)}
    assert guarded(answer)
    assert client.get(there).status_code == 200


# The staff app's gate


@each_language
@pytest.mark.parametrize("path", ["/", "/releases", "/?city=atlantis", "/releases?as=x%40y.example"])
def test_a_page_of_the_staff_app(staff: httpx.Client, path: str, language: str):
    is_shell(staff.get(localised(path, language)), language, {"en": "Staff desk", "hi": "कर्मचारी डेस्क"}[language])


@each_language
@pytest.mark.parametrize("path", ["/nowhere", "/data", "/dataset", "/releases/", "/api/health", "/oauth2callbackx"])
def test_the_staff_app_has_no_other_address(staff: httpx.Client, path: str, language: str):
    plain_page(staff.get(localised(path, language)), 404, language)
    plain_page(staff.get(f"{path}?lang=xx"), 404)


@pytest.mark.parametrize("path", ["/auth/login", "/oauth2callback?code=x", "/assets/mark.svg", "/favicon.png"])
def test_the_login_and_the_fonts_pass_the_staff_gate(staff: httpx.Client, path: str):
    assert guarded(staff.get(path)).headers["X-Path"] == path.partition("?")[0]


@pytest.mark.parametrize("headers", [{"Accept-Encoding": "gzip"}, {"If-None-Match": '"shell"'}, {"Range": "bytes=0-9"}])
def test_the_staff_shell_is_whole_whatever_is_asked(staff: httpx.Client, headers: dict[str, str]):
    is_shell(staff.get("/", headers=headers), name="Staff desk")
