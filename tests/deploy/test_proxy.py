"""The real proxy with the shipped file, in front of stand-ins: who gets where."""

import datetime
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.deploy.programs import CADDIES, DEPLOY, run, settings

CADDYFILE = DEPLOY / "proxy/Caddyfile"
PUBLIC, STAFF, DAGSTER = (settings()[name] for name in ("PUBLIC_HOST", "STAFF_HOST", "DAGSTER_HOST"))
GROUP = settings()["DAGSTER_GROUP"]
# What the stand-in of oauth2-proxy knows: sessions and their groups.
SESSIONS = {"operator": f"staff,{GROUP}", "officer": "staff", "former": f"{GROUP}-2025", "newcomer": None}


class Service(BaseHTTPRequestHandler):
    """Answers with its name; repeats what comes over a websocket; as `login` it knows the sessions."""

    name: str
    seen: list[str]
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.seen.append(self.path)
        if self.path == "/stream":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.wfile.write(self.rfile.read(4))
            self.close_connection = True
        elif self.path == "/oauth2/auth":
            session = self.headers.get("Cookie", "").removeprefix("session=")
            self._answer(202 if session in SESSIONS else 401, {"X-Auth-Request-Groups": SESSIONS.get(session)})
        else:
            own = {"Content-Security-Policy": "default-src 'self'"} if self.path == "/own" else {}
            self._answer(200, own | {"Told-User": self.headers.get("X-Auth-Request-User")})

    def do_POST(self):
        self.do_GET()

    def _answer(self, status: int, headers: dict[str, str | None]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        body = self.name.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Serves without a word about clients that hang up."""

    def handle_error(self, *_):
        pass


@dataclass
class Proxy:
    """A running proxy and what its services were asked for."""

    http: int
    https: int
    trust: ssl.SSLContext
    seen: dict[str, list[str]]
    stop: Callable[[str], None]

    def ask(self, host: str, path: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
        """One request to a host name, at this machine."""
        with httpx.Client(verify=self.trust, trust_env=False) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{self.https}{path}",
                headers={"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}},
                extensions={"sni_hostname": host},
            )

    def raw(self, host: str, head: str, *lines: str, then: bytes = b"") -> bytes:
        """One request as it stands, without a client that tidies it up; `then` is sent after the answer's head."""
        with (
            socket.create_connection(("127.0.0.1", self.https), timeout=10) as plain,
            self.trust.wrap_socket(plain, server_hostname=host) as connection,
        ):
            connection.sendall("\r\n".join((head, f"Host: {host}", *lines, "", "")).encode())
            answer = connection.recv(4096)
            connection.sendall(then)
            while part := connection.recv(4096):
                answer += part
            return answer

    def websocket(self, host: str, *lines: str) -> bytes:
        """Open a websocket and say four bytes; the answer."""
        upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA==")
        return self.raw(host, "GET /stream HTTP/1.1", *upgrade, *lines, then=b"ping")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the three names and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "city.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in (PUBLIC, STAFF, DAGSTER)]), False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def start(program: str, folder: Path, **changed: str) -> Iterator[Proxy]:
    """The program with the shipped file, the example's settings and a stand-in for each service."""
    servers, seen = {}, {}
    for name in ("portal", "staff", "dagster", "login"):
        seen[name] = []
        handler = type(name, (Service,), {"name": name, "seen": seen[name]})
        servers[name] = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=servers[name].serve_forever, daemon=True).start()

    def stop(name: str) -> None:
        servers[name].shutdown()
        servers[name].server_close()

    files = certificate(folder)
    http, https = free_ports(2)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        **settings(),
        **{name.upper(): f"127.0.0.1:{server.server_port}" for name, server in servers.items()},
        "TLS_LINE": f"tls {files[0]} {files[1]}",
        "HTTP_PORT": str(http),
        "HTTPS_PORT": str(https),
        **changed,
    }
    log = folder / "caddy.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "run", "--config", CADDYFILE, "--adapter", "caddyfile"],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        until = time.monotonic() + 30
        while not _listens(https):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield Proxy(http, https, ssl.create_default_context(cafile=files[0]), seen, stop)
    finally:
        process.terminate()
        process.wait(timeout=30)
        for server in servers.values():
            server.shutdown()
            server.server_close()


def _listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module", params=CADDIES)
def proxy(request, tmp_path_factory) -> Iterator[Proxy]:
    yield from start(CADDIES[request.param](), tmp_path_factory.mktemp("proxy"))


@pytest.mark.parametrize("caddy", CADDIES)
@pytest.mark.parametrize("line", ["", "tls {folder}/certificate.pem {folder}/key.pem"], ids=["acme", "own certificate"])
def test_the_file_is_valid(caddy, line, tmp_path):
    certificate(tmp_path)
    environment = settings() | {"HOME": str(tmp_path), "TLS_LINE": line.format(folder=tmp_path)}
    assert "Valid configuration" in run(
        CADDIES[caddy](), "validate", "--config", CADDYFILE, "--adapter", "caddyfile", env=environment
    )


def test_the_file_has_caddys_own_format():
    caddy = CADDIES["current Caddy"]()
    assert run(caddy, "fmt", CADDYFILE) == CADDYFILE.read_text(encoding="utf-8")


# Names, TLS, headers


@pytest.mark.parametrize(("host", "service"), [(PUBLIC, "portal"), (STAFF, "staff")])
def test_a_name_leads_to_its_service(proxy, host, service):
    assert proxy.ask(host, "/some/page").text == service


def test_plain_http_is_sent_to_https(proxy):
    answer = httpx.get(f"http://127.0.0.1:{proxy.http}/page", headers={"Host": PUBLIC}, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{PUBLIC}/page")


@pytest.mark.parametrize("host", [PUBLIC, STAFF, DAGSTER])
def test_every_answer_has_the_security_headers(proxy, host):
    headers = proxy.ask(host, Cookie="session=operator").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert "Server" not in headers


def test_a_page_keeps_its_own_content_policy(proxy):
    assert proxy.ask(PUBLIC, "/own").headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize("host", [PUBLIC, STAFF])
def test_websockets_pass(proxy, host):
    answer = proxy.websocket(host)
    assert answer.startswith(b"HTTP/1.1 101")
    assert answer.endswith(b"ping")


# Dagster


def test_without_login_a_page_leads_to_the_login(proxy):
    before = len(proxy.seen["dagster"])
    answer = proxy.ask(DAGSTER, "/runs", Accept="text/html,*/*")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/oauth2/start?rd=/runs")
    assert len(proxy.seen["dagster"]) == before


def test_the_login_itself_can_be_reached(proxy):
    assert proxy.ask(DAGSTER, "/oauth2/start").text == "login"


def without_access() -> Iterator[tuple[str, dict[str, str], int]]:
    yield "no session", {}, 401
    yield "an unknown session", {"Cookie": "session=forged"}, 401
    yield "no session, groups claimed", {"X_Auth_Request_Groups": GROUP}, 401
    yield "another group", {"Cookie": "session=officer"}, 403
    yield "a group whose name begins alike", {"Cookie": "session=former"}, 403
    yield "no group", {"Cookie": "session=newcomer"}, 403
    yield "no group, groups claimed", {"Cookie": "session=newcomer", "X_Auth_Request_Groups": GROUP}, 403


@pytest.mark.parametrize(("headers", "status"), [pytest.param(*rest, id=name) for name, *rest in without_access()])
@pytest.mark.parametrize("path", ["/graphql", "/", "/server_info", "/oauth2x", "/x/oauth2/"])
def test_without_access_nothing_reaches_dagster(proxy, path, headers, status):
    before = len(proxy.seen["dagster"])
    assert [proxy.ask(DAGSTER, path, method, **headers).status_code for method in ("GET", "POST")] == [status] * 2
    assert len(proxy.seen["dagster"]) == before


@pytest.mark.parametrize(
    "path", ["/oauth2/../graphql", "/oauth2/%2e%2e/graphql", "//oauth2/../graphql", "/OAUTH2/..//graphql"]
)
def test_no_spelling_of_a_path_reaches_dagster(proxy, path):
    before = len(proxy.seen["dagster"])
    assert not proxy.raw(DAGSTER, f"GET {path} HTTP/1.1", "Connection: close").endswith(b"dagster")
    assert len(proxy.seen["dagster"]) == before


def test_without_login_no_websocket_opens(proxy):
    assert proxy.websocket(DAGSTER, "Connection: close").startswith(b"HTTP/1.1 401")


def test_an_operator_gets_to_dagster(proxy):
    assert proxy.ask(DAGSTER, "/graphql", "POST", Cookie="session=operator").text == "dagster"
    assert proxy.websocket(DAGSTER, "Cookie: session=operator").startswith(b"HTTP/1.1 101")


def test_what_a_browser_says_about_its_user_is_thrown_away(proxy):
    answer = proxy.ask(DAGSTER, Cookie="session=operator", X_Auth_Request_User="someone.else")
    assert answer.text == "dagster"
    assert "Told-User" not in answer.headers


@pytest.mark.parametrize("caddy", CADDIES)
def test_it_fails_closed(caddy, tmp_path):
    """Without a group in the settings nobody gets in, and without the login service neither."""
    for proxy in start(CADDIES[caddy](), tmp_path, DAGSTER_GROUP=""):
        for session in SESSIONS:
            assert proxy.ask(DAGSTER, Cookie=f"session={session}").status_code == 403
        proxy.stop("login")
        assert proxy.ask(DAGSTER, Cookie="session=operator").status_code == 502
        assert proxy.seen["dagster"] == []
        assert proxy.ask(PUBLIC).text == "portal"
