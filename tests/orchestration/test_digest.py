"""Digests over a real mail server and a real web server, both on loopback."""

import json
import os
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller

from orchestration.project import Project
from orchestration.store.contacts import FILE
from tests.conftest import Pravah
from tests.orchestration.test_serving import free_port

CITY, DEPARTMENT = "testpur", "police"


class Letterbox:
    """Keeps what a mail server is handed."""

    def __init__(self) -> None:
        self.mails: list = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (the server's name for it)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[list]:
    """What a mail server on loopback takes in; PRAVAH_SMTP leads to it."""
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("PRAVAH_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("PRAVAH_SENDER", "pravah@navsagar.example")
    yield box.mails
    controller.stop()


@pytest.fixture
def hook() -> Iterator[tuple[str, list]]:
    """A web server's address, and what is posted to it; it refuses what is posted to /closed."""
    posted: list = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(404 if self.path == "/closed" else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", posted
    server.shutdown()


def name(home: Path, *lines: str) -> None:
    (home / FILE).write_text("\n".join([f"{CITY}:", f"  {DEPARTMENT}:", *(f"    {line}" for line in lines)]) + "\n")


def test_without_send_nothing_leaves(small_home: Path, mail: list, pravah: Pravah) -> None:
    name(small_home, "name: Control room", "email: [desk@police.example]")
    code, out, _ = pravah("digest")
    assert (code, mail) == (0, [])
    assert "Control room" in out
    assert "lat.type" in out


def test_a_department_gets_one_mail_in_both_languages(small: Project, small_home: Path, mail: list, pravah: Pravah):
    name(small_home, "name: Control room", "email: [desk@police.example, head@police.example]")
    code, out, _ = pravah("digest", "--send", "--as", "asha")
    assert (code, out) == (0, f"{DEPARTMENT} of {CITY}: sent\n")
    ((to, letter),) = mail
    text = letter.get_content()
    assert to == ["desk@police.example", "head@police.example"]
    assert letter["From"] == "pravah@navsagar.example"
    assert "lat.type" in text
    assert "Dear Sir or Madam" in text
    assert "महोदय" in text
    assert [(entry.who, entry.subject) for entry in small.audit.entries() if entry.action == "digest"] == [
        ("asha", f"{CITY}/{DEPARTMENT}")
    ]


def test_a_digest_holds_no_value_of_the_data(small_home: Path, mail: list, pravah: Pravah) -> None:
    name(small_home, "name: Control room", "email: [desk@police.example]")
    pravah("digest", "--send", "--as", "asha")
    values = {
        cell.strip()
        for file in (small_home / "inbox").rglob("*.csv")
        for line in file.read_text().splitlines()[1:]
        for cell in line.split(",")
        if len(cell.strip()) > 4
    }
    assert values
    ((_, letter),) = mail
    assert not [value for value in values if value in letter.get_content() + letter["Subject"]]


def test_a_webhook_gets_the_same_words(small_home: Path, hook: tuple[str, list], pravah: Pravah) -> None:
    address, posted = hook
    name(small_home, "name: Control room", f"webhook: {address}/desk")
    assert pravah("digest", "--send", "--as", "asha")[0] == 0
    ((text,),) = (one.values() for one in posted)
    assert "lat.type" in text
    assert "महोदय" in text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "nobody is named to receive it"),
        (("email: [desk@police.example]",), "no mail server is set"),
        (("webhook: {hook}/closed",), "the webhook did not take it (HTTPStatusError)"),
        (("webhook: http://127.0.0.1:9/desk",), "the webhook did not take it (ConnectError)"),
    ],
)
def test_what_cannot_be_sent_is_said(small_home: Path, hook: tuple[str, list], pravah: Pravah, lines, words) -> None:
    name(small_home, "name: Control room", *(line.format(hook=hook[0]) for line in lines))
    code, out, _ = pravah("digest", "--send", "--as", "asha")
    assert code == 1
    assert words in out


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtp://127.0.0.1:9", "the mail server did not take it (ConnectionRefusedError)"),
        ("smtp://u:secretword@127.0.0.1:9", "the mail server did not take it (ConnectionRefusedError)"),
        ("http://127.0.0.1", "PRAVAH_SMTP is no address of a mail server"),
    ],
)
def test_a_wrong_mail_server_is_said_without_its_password(small_home: Path, pravah, monkeypatch, url, words) -> None:
    name(small_home, "name: Control room", "email: [desk@police.example]")
    monkeypatch.setenv("PRAVAH_SMTP", url)
    code, out, err = pravah("digest", "--send", "--as", "asha")
    assert code == 1
    assert words in out
    assert "secretword" not in out + err


def test_a_password_never_goes_out_without_encryption(small_home: Path, mail: list, pravah, monkeypatch) -> None:
    name(small_home, "name: Control room", "email: [desk@police.example]")
    port = os.environ["PRAVAH_SMTP"].rpartition(":")[2]
    monkeypatch.setenv("PRAVAH_SMTP", f"smtp://user:word@127.0.0.1:{port}")
    code, out, _ = pravah("digest", "--send", "--as", "asha")
    assert (code, mail) == (1, [])
    assert "SMTPNotSupportedError" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("atlantis: {police: {name: x}}", "atlantis: is no city"),
        ("testpur: {dragons: {name: x}}", "testpur.dragons: is no department"),
        ("testpur: {police: {phone: '1'}}", "testpur.police.name"),
        ("testpur: {police: {name: x, email: ['a@b\\nBcc: c@d']}}", "testpur.police.email"),
        ("testpur: [", "is not YAML"),
    ],
)
def test_a_wrong_file_of_contacts_is_one_line(small_home: Path, pravah: Pravah, text: str, words: str) -> None:
    (small_home / FILE).write_text(text)
    code, _, err = pravah("status")
    assert code == 1
    assert len(err.splitlines()) == 1
    assert words in err


def test_status_says_whom_to_call(small_home: Path, pravah: Pravah) -> None:
    name(small_home, "name: Control room", "phone: '022 5550 0101'")
    _, out, _ = pravah("status")
    assert "Control room 022 5550 0101" in out
    _, out, _ = pravah("status", "--json")
    assert {line["city"] + line["department"]: line["call"] for line in json.loads(out)}[CITY + DEPARTMENT] == {
        "name": "Control room",
        "phone": "022 5550 0101",
    }
