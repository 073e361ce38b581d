"""Sign-in with OpenID Connect, against a provider that runs on this machine and speaks the protocol."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
from allauth.account.models import EmailAddress
from django.test import Client
from django.test.utils import override_settings

from attain.people.models import AuditEntry, Event, Invitation, Member, User
from attain.people.roles import Role
from attain.server.environment import IdentityProvider, openid_connect
from tests.browser.serving import free_port
from tests.people.places import OWN, Places

CLAIMS = {
    "verified": {"email": "new@contoso.example", "email_verified": True, "name": "New Person"},
    "unverified": {"email": "new@contoso.example", "email_verified": False, "name": "Somebody Else"},
    "known": {"email": "partner_admin@contoso.example", "email_verified": True},
    "impostor": {"email": "partner_admin@contoso.example", "email_verified": False},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for sub, claims in CLAIMS.items():
        command += ["--user-claims", json.dumps({"sub": sub, **claims})]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield _up(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()


def _up(url: str, process: subprocess.Popen[bytes]) -> str:
    """Give the address once the provider answers."""
    while process.poll() is None:
        try:
            httpx.get(f"{url}/.well-known/openid-configuration")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return url
    message = f"the provider ended with {process.returncode}"
    raise RuntimeError(message)


@pytest.fixture
def with_provider(provider: str) -> Iterator[None]:
    named = IdentityProvider("Entra", provider, "attain", "secret", trust_email=False)
    with override_settings(IDENTITY_PROVIDER=named, SOCIALACCOUNT_PROVIDERS={"openid_connect": openid_connect(named)}):
        yield


def _answer_of(client: Client, sub: str, client_id: str = "") -> str:
    """Start a sign-in and give the address with which the provider answers, for one of its people."""
    start = client.post("/account/oidc/organization/login/")
    asked = parse_qs(urlsplit(start["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    address = start["Location"].replace("client_id=attain", f"client_id={client_id}") if client_id else start["Location"]
    parts = urlsplit(httpx.post(address, data={"sub": sub}).headers["Location"])
    return f"{parts.path}?{parts.query}"


def _come_in(client: Client, sub: str) -> Any:
    """Go through the whole code flow as one person of the provider."""
    return client.get(_answer_of(client, sub), follow=True)


@pytest.mark.usefixtures("with_provider")
class TestProvider:
    def test_the_page_offers_it_and_a_link_alone_does_not_start_it(self, places: Places, client: Client) -> None:
        assert "Sign in with Entra" in client.get("/account/login/").content.decode()
        assert "127.0.0.1" not in client.get("/account/oidc/organization/login/").get("Location", "")

    def test_nobody_comes_in_uninvited(self, places: Places, client: Client) -> None:
        before = User.objects.count()
        answer = _come_in(client, "verified")
        assert "By invitation" in answer.content.decode()
        assert User.objects.count() == before

    def test_whom_the_provider_vouches_for_takes_the_invitation_of_the_address(self, places: Places, client: Client) -> None:
        Invitation.issue(places.partner, "new@contoso.example", Role.EXECUTIVE_REPORT_VIEWER, None)
        answer = _come_in(client, "verified")
        assert answer.request["PATH_INFO"] == f"/{OWN}/insights/"
        member = Member.objects.get(user__email="new@contoso.example")
        assert (member.organization, member.role, member.user.name) == (places.partner, Role.EXECUTIVE_REPORT_VIEWER, "New Person")
        assert not member.user.has_usable_password()
        assert set(AuditEntry.objects.filter(user=member.user).values_list("event", flat=True)) == {
            Event.INVITATION_ACCEPTED,
            Event.SIGNED_IN,
        }

    def test_an_address_that_nobody_vouches_for_takes_no_invitation(self, places: Places, client: Client) -> None:
        Invitation.issue(places.partner, "new@contoso.example", Role.GLOBAL_ADMIN, None)
        answer = _come_in(client, "unverified")
        assert "By invitation" in answer.content.decode()
        assert not Member.objects.filter(user__email="new@contoso.example").exists()

    def test_the_link_of_an_invitation_lets_in_whoever_holds_it(self, places: Places, client: Client) -> None:
        _, secret = Invitation.issue(places.partner, "new@contoso.example", Role.LEARNER, None)
        client.get(f"/join/{secret}/")
        answer = _come_in(client, "unverified")
        assert answer.request["PATH_INFO"] == "/playbook/"

    def test_a_known_address_signs_in_to_its_account_and_an_unverified_one_does_not(self, places: Places) -> None:
        account = User.objects.get(email="partner_admin@contoso.example")
        answer = _come_in(Client(), "impostor")
        assert answer.context["request"].user.is_anonymous
        client = Client()
        _come_in(client, "known")
        assert client.session["_auth_user_id"] == str(account.pk)
        assert EmailAddress.objects.filter(user=account).count() == 1

    def test_an_answer_to_a_question_not_asked_here_is_refused(self, places: Places, client: Client) -> None:
        answer = client.get("/account/oidc/organization/login/callback/?code=abc&state=made-up", follow=True)
        assert "Sign-in failed" in answer.content.decode()

    def test_an_answer_meant_for_another_browser_is_refused(self, places: Places, client: Client) -> None:
        """Who starts a sign-in and gives its answer to somebody else signs nobody in to an account that is not theirs."""
        back = _answer_of(client, "known")
        other = Client()
        assert "Sign-in failed" in other.get(back, follow=True).content.decode()
        assert other.get(f"/{OWN}/membership/").status_code == 302
        assert client.get(back).status_code == 302
        assert client.session["_auth_user_id"]

    def test_an_answer_is_good_once(self, places: Places, client: Client) -> None:
        back = _answer_of(client, "known")
        client.get(back)
        client.post("/account/logout/")
        assert "Sign-in failed" in client.get(back, follow=True).content.decode()
        assert "_auth_user_id" not in client.session

    def test_a_code_is_good_only_with_the_key_of_its_question(
        self, places: Places, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The provider gets the key (PKCE) that it was shown the digest of, so a stolen code is worth nothing in another sign-in."""
        sent: list[str] = []
        ask = requests.Session.request

        def seen(session: requests.Session, method: str, url: str, **told: Any) -> requests.Response:
            sent.append(str((told.get("data") or {}).get("code_verifier", "")))
            return ask(session, method, url, **told)

        monkeypatch.setattr(requests.Session, "request", seen)
        start = client.post("/account/oidc/organization/login/")
        parts = urlsplit(httpx.post(start["Location"], data={"sub": "known"}).headers["Location"])
        client.get(f"{parts.path}?{parts.query}")
        key = next(filter(None, sent))
        shown = base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).rstrip(b"=").decode()
        assert parse_qs(urlsplit(start["Location"]).query)["code_challenge"] == [shown]

    @pytest.mark.parametrize(("changed", "to"), [("issuer", "https://evil.example"), ("client", "another-client")])
    def test_a_token_of_another_issuer_or_for_another_client_is_refused(
        self, places: Places, client: Client, provider: str, changed: str, to: str
    ) -> None:
        named = IdentityProvider("Entra", provider, "attain", "secret", trust_email=False)
        told = openid_connect(named)
        if changed == "issuer":
            told["APPS"][0]["settings"]["openid_configuration_overrides"] = {"issuer": to}
        with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": told}):
            back = _answer_of(client, "known", client_id=to if changed == "client" else "")
            assert "Sign-in failed" in client.get(back, follow=True).content.decode()
        assert "_auth_user_id" not in client.session

    def test_another_provider_than_the_one_that_is_set_up_is_not_there(self, places: Places, client: Client) -> None:
        for address in ("login/", "login/callback/?code=a&state=b"):
            assert client.post(f"/account/oidc/another/{address}").status_code == 404

    def test_a_denial_is_said(self, places: Places, client: Client) -> None:
        start = client.post("/account/oidc/organization/login/")
        state = parse_qs(urlsplit(start["Location"]).query)["state"][0]
        answer = client.get(f"/account/oidc/organization/login/callback/?error=access_denied&state={state}", follow=True)
        assert "Sign-in stopped" in answer.content.decode()
