"""An OpenID Connect provider for tests: the real flow on a loopback port, without passwords.

It speaks the authorization code flow with PKCE as any provider does. Whoever types an e-mail is that person;
what a test wants to go wrong it sets on the provider: the lifetime of a login, the key that signs it, whether the
e-mail is verified.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html><html lang="en"><title>Sign in (test)</title><body>
<form method="post"><label>E-mail <input type="email" name="email" required autofocus></label>
<button type="submit">Sign in</button></form></body></html>"""


class Refused(Exception):
    """A request that the provider refuses: OAuth's error code and the HTTP status."""

    def __init__(self, error: str, status: int = 400):
        self.error, self.status = error, status


@dataclass
class Provider:
    """The provider and its one client; a test may change any of this while it runs."""

    issuer: str
    redirect_uris: set[str] = field(default_factory=set)
    client_id: str = "pravah-staff"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    lifetime: int = 3600
    verified: bool = True
    wrong_key: bool = False

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        # The same name, so that a client which looks no further than the name is caught.
        self.other = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}

    @property
    def metadata_url(self) -> str:
        """Where a client reads everything else."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def routes(self) -> list[Route]:
        """The provider as an application."""
        return [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/jwks", self.jwks),
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/token", self.token, methods=["POST"]),
            Route("/userinfo", self.userinfo),
        ]

    async def metadata(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """The page on which someone says who they are, and the way back to the client."""
        asked = dict(request.query_params)
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") not in self.redirect_uris:
            # Never sent back to an address that is not the client's.
            return HTMLResponse("unknown client or redirect_uri", 400)
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return HTMLResponse("this provider knows response_type=code with the scope openid", 400)
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return HTMLResponse("this provider knows code_challenge_method=S256", 400)
        if request.method == "GET":
            return HTMLResponse(PAGE)
        email = (await _form(request)).get("email", "")
        code = secrets.token_urlsafe(24)
        self.codes[code] = {**asked, "email": email}
        back = urlencode({"code": code, **({"state": asked["state"]} if "state" in asked else {})})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def token(self, request: Request) -> Response:
        """Tokens for a code, once."""
        given = await _form(request)
        self._client(request, given)
        asked = self.codes.pop(given.get("code", ""), None)
        if given.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type")
        if asked is None or asked["redirect_uri"] != given.get("redirect_uri"):
            raise Refused("invalid_grant")
        challenge = asked.get("code_challenge")
        if challenge and challenge != _s256(given.get("code_verifier", "")):
            raise Refused("invalid_grant")
        access = secrets.token_urlsafe(24)
        self.tokens[access] = self._person(asked["email"])
        return JSONResponse(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": max(self.lifetime, 1),
                "scope": asked["scope"],
                "id_token": self._id_token(asked),
            },
            headers={"Cache-Control": "no-store"},
        )

    async def userinfo(self, request: Request) -> Response:
        person = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if person is None:
            raise Refused("invalid_token", 401)
        return JSONResponse(person)

    def _client(self, request: Request, given: dict[str, str]) -> None:
        """Refuse whoever does not know the client's secret, in the header or in the form."""
        header = request.headers.get("authorization", "")
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        else:
            name, secret = given.get("client_id", ""), given.get("client_secret", "")
        if name != self.client_id or not secrets.compare_digest(secret.encode(), self.client_secret.encode()):
            raise Refused("invalid_client", 401)

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + self.lifetime}
        claims |= self._person(asked["email"])
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.other if self.wrong_key else self.key)

    def _person(self, email: str) -> dict[str, Any]:
        subject = hashlib.sha256(email.casefold().encode()).hexdigest()[:16]
        return {"sub": subject, "email": email, "email_verified": self.verified, "name": email.partition("@")[0]}


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider at work on a free loopback port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        made = Provider(f"http://127.0.0.1:{door.getsockname()[1]}")
        app = Starlette(routes=made.routes(), exception_handlers={Refused: _refused})
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            until = time.monotonic() + 10
            while not server.started:
                assert thread.is_alive() and time.monotonic() < until, "the provider did not start"
                time.sleep(0.01)
            yield made
        finally:
            server.should_exit = True
            thread.join(10)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse({"error": error.error}, error.status)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
