"""The tests' identity provider, by Authlib's own client: a login goes through, and each wrong one does not."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError
from joserfc.jwk import KeySet

from tests.staff.oidc import Provider

BACK = "http://127.0.0.1:9/oauth2callback"
VERIFIER = "v" * 48
EMAIL = "asha@navsagar.example"


def client(oidc: Provider, **changed: str) -> OAuth2Client:
    oidc.redirect_uris.add(BACK)
    given = {"client_id": oidc.client_id, "client_secret": oidc.client_secret, "redirect_uri": BACK} | changed
    return OAuth2Client(**given, scope="openid email", code_challenge_method="S256")


def answer(oidc: Provider, one: OAuth2Client, nonce: str = "n-1") -> str:
    """Sign in on the provider's page as a browser would; the address one is sent back to."""
    metadata = httpx.get(oidc.metadata_url).json()
    page, _ = one.create_authorization_url(metadata["authorization_endpoint"], code_verifier=VERIFIER, nonce=nonce)
    assert '<input type="email" name="email"' in httpx.get(page).text
    sent = httpx.post(page, data={"email": EMAIL})
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def login(oidc: Provider, one: OAuth2Client, verifier: str = VERIFIER) -> dict:
    metadata = httpx.get(oidc.metadata_url).json()
    back = answer(oidc, one)
    return one.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier=verifier)


def claims(oidc: Provider, token: dict, **expected: str) -> dict:
    """The login's claims, verified as a client must."""
    keys = KeySet.import_key_set(httpx.get(httpx.get(oidc.metadata_url).json()["jwks_uri"]).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    wanted = {"iss": oidc.issuer, "aud": oidc.client_id, "nonce": "n-1"} | expected
    rules = {name: {"essential": True, "value": value} for name, value in wanted.items()}
    jwt.JWTClaimsRegistry(**rules, exp={"essential": True}).validate(decoded.claims)
    return decoded.claims


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_login_states_who_it_is(oidc: Provider, method: str) -> None:
    with client(oidc, token_endpoint_auth_method=method) as one:
        token = login(oidc, one)
        found = claims(oidc, token)
        assert (found["email"], found["email_verified"]) == (EMAIL, True)
        assert one.get(f"{oidc.issuer}/userinfo").json()["sub"] == found["sub"]


def test_the_public_keys_hold_no_private_part(oidc: Provider) -> None:
    (key,) = httpx.get(f"{oidc.issuer}/jwks").json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


@pytest.mark.parametrize(
    ("changed", "expected", "fault"),
    [
        ({"lifetime": -60}, {}, ExpiredTokenError),
        ({"wrong_key": True}, {}, BadSignatureError),
        ({}, {"nonce": "another"}, InvalidClaimError),
        ({}, {"aud": "another"}, InvalidClaimError),
        ({}, {"iss": "https://another.example"}, InvalidClaimError),
    ],
)
def test_a_login_that_is_not_right_is_found_out(
    oidc: Provider, changed: dict, expected: dict, fault: type[Exception]
) -> None:
    for name, value in changed.items():
        setattr(oidc, name, value)
    with client(oidc) as one:
        token = login(oidc, one)
        with pytest.raises(fault):
            claims(oidc, token, **expected)


def test_the_client_has_to_prove_itself(oidc: Provider) -> None:
    with client(oidc, client_secret="guessed") as one, pytest.raises(OAuthError, match="invalid_client"):
        login(oidc, one)
    with client(oidc) as one, pytest.raises(OAuthError, match="invalid_grant"):
        login(oidc, one, verifier="w" * 48)


def test_a_code_is_good_once_and_for_its_own_address(oidc: Provider) -> None:
    with client(oidc) as one:
        back = answer(oidc, one)
        fetch = {"authorization_response": back, "code_verifier": VERIFIER}
        assert one.fetch_token(f"{oidc.issuer}/token", **fetch)["id_token"]
        with pytest.raises(OAuthError, match="invalid_grant"):
            one.fetch_token(f"{oidc.issuer}/token", **fetch)
        code = parse_qs(urlsplit(answer(oidc, one)).query)["code"][0]
        with pytest.raises(OAuthError, match="invalid_grant"):
            one.fetch_token(
                f"{oidc.issuer}/token", code=code, redirect_uri="http://evil.example", code_verifier=VERIFIER
            )


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://evil.example/"},
        {"client_id": "another"},
        {"response_type": "token"},
        {"scope": "email"},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ],
)
def test_nobody_is_sent_back_on_a_wrong_request(oidc: Provider, changed: dict) -> None:
    oidc.redirect_uris.add(BACK)
    asked = {"client_id": oidc.client_id, "redirect_uri": BACK, "response_type": "code", "scope": "openid"} | changed
    for call in (httpx.get, httpx.post):
        assert call(f"{oidc.issuer}/authorize", params=asked).status_code == 400


def test_userinfo_asks_for_a_token(oidc: Provider) -> None:
    assert httpx.get(f"{oidc.issuer}/userinfo", headers={"Authorization": "Bearer x"}).status_code == 401
