"""Sign-in with OpenID Connect, against a provider that runs on this machine and speaks the protocol."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.test.utils import override_settings

from attain.people.models import AuditEntry, Event, Invitation, Member, User
from attain.people.openid_connect import KEPT
from attain.people.roles import Role
from attain.server.doctor.finding import Health
from attain.server.doctor.sign_in import sign_in
from attain.server.environment import IdentityProvider, openid_connect
from tests.people.identity_provider.running import CALLBACK, CLIENT, OTHER_CLIENT, SECRET, TENANT, Provider, running
from tests.people.places import OWN, Places
from tests.security.hostile import ELSEWHERE

START = "/account/oidc/organization/login/"
OTHER_TENANT = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
PEOPLE = {
    "new": {"email": "new@contoso.example", "email_verified": True, "name": "New Person"},
    "unverified": {"email": "new@contoso.example", "email_verified": False, "name": "Somebody Else"},
    "known": {"email": "partner_admin@contoso.example", "email_verified": True},
    "impostor": {"email": "partner_admin@contoso.example", "email_verified": False},
    "silent": {"email": "partner_admin@contoso.example"},
    "wordy": {"email": "partner_admin@contoso.example", "email_verified": "false"},
    "nameless": {"name": "No Address"},
}
LONG_AGO = 1_600_000_000
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "the nonce of another question": ({"claims": {"nonce": "another"}}, "another question"),
    "no nonce": ({"claims": {"nonce": None}}, "nonce"),
    "for another client": ({"claims": {"aud": OTHER_CLIENT}}, "Audience"),
    "for several, made for another": ({"claims": {"aud": [CLIENT, OTHER_CLIENT], "azp": OTHER_CLIENT}}, "another client"),
    "for nobody": ({"claims": {"aud": None}}, "aud"),
    "of another issuer": ({"claims": {"iss": "https://evil.example"}}, "another issuer"),
    "of no issuer": ({"claims": {"iss": None}}, "iss"),
    "expired": ({"claims": {"exp": LONG_AGO, "iat": LONG_AGO}}, "expired"),
    "without an end": ({"claims": {"exp": None}}, "exp"),
    "of the future": ({"claims": {"iat": 9_999_999_999, "exp": 9_999_999_999}}, "iat"),
    "unsigned": ({"signed": "none"}, "not good"),
    "signed by a stranger": ({"signed": "stranger"}, "ignature"),
    "signed with the published key as a secret": ({"signed": "public"}, "not good"),
    "with a character that is no text": ({"claims": {"name": "New\0Person"}}, "no text"),
    "of somebody else than the userinfo": (
        {"claims": {"email": None, "sub": "new"}, "userinfo": {"email": "partner_admin@contoso.example", "email_verified": True}},
        "somebody else",
    ),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    accounts = {name: {"oid": f"oid-{name}", "tid": TENANT, "preferred_username": name, **claims} for name, claims in PEOPLE.items()}
    with running(accounts, [f"http://testserver{CALLBACK}"]) as made:
        yield made


@pytest.fixture
def with_provider(provider: Provider) -> Iterator[None]:
    provider.lie()
    with set_up(provider.named()):
        yield


def set_up(named: IdentityProvider) -> override_settings:
    return override_settings(IDENTITY_PROVIDER=named, SOCIALACCOUNT_PROVIDERS={"openid_connect": openid_connect(named)})


def asked_by(client: Client, **told: str) -> str:
    """Start a sign-in and give the address that the browser is led to."""
    address = client.post(START, told)["Location"]
    question = parse_qs(urlsplit(address).query)
    assert question["code_challenge_method"] == ["S256"]
    assert question["state"] and question["nonce"]
    return address


def come_in(client: Client, provider: Provider, account: str, **told: str) -> Any:
    """Go through the whole code flow as one person of the provider."""
    return client.get(provider.answer(asked_by(client, **told), account), follow=True)


def with_parameters(address: str, **changed: str) -> str:
    """Give an address with parameters of its query set anew."""
    parts = urlsplit(address)
    told = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return parts._replace(query=urlencode(told)).geturl()


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.usefixtures("with_provider")
class TestProvider:
    def test_the_page_offers_it_and_a_link_alone_does_not_start_it(self, places: Places, client: Client) -> None:
        assert "Sign in with Entra" in client.get("/account/login/").content.decode()
        assert "127.0.0.1" not in client.get(START).get("Location", "")

    def test_nobody_comes_in_uninvited(self, places: Places, client: Client, provider: Provider) -> None:
        before = User.objects.count()
        answer = come_in(client, provider, "new")
        assert answer.status_code == 403
        assert "No account here has the address new@contoso.example." in answer.content.decode()
        assert User.objects.count() == before
        entry = AuditEntry.objects.get(event=Event.SIGN_IN_FAILED)
        assert entry.actor == "new@contoso.example"

    def test_whom_the_provider_vouches_for_takes_the_invitation_of_the_address(
        self, places: Places, client: Client, provider: Provider
    ) -> None:
        Invitation.issue(places.partner, "new@contoso.example", Role.EXECUTIVE_REPORT_VIEWER, None)
        answer = come_in(client, provider, "new")
        assert answer.request["PATH_INFO"] == f"/{OWN}/insights/"
        member = Member.objects.get(user__email="new@contoso.example")
        assert (member.organization, member.role, member.user.name) == (places.partner, Role.EXECUTIVE_REPORT_VIEWER, "New Person")
        assert not member.user.has_usable_password()
        assert set(AuditEntry.objects.filter(user=member.user).values_list("event", flat=True)) == {
            Event.INVITATION_ACCEPTED,
            Event.SIGNED_IN,
        }
        kept = SocialAccount.objects.get(user=member.user).extra_data
        assert kept["oid"] == "oid-new"
        assert set(kept) <= set(KEPT)

    def test_a_subject_and_a_name_may_be_as_long_as_a_provider_makes_them(self, places: Places, client: Client, provider: Provider) -> None:
        Invitation.issue(places.partner, "new@contoso.example", Role.EXECUTIVE_REPORT_VIEWER, None)
        provider.lie(claims={"sub": "s" * 255, "name": "New " + "Person" * 100})
        come_in(client, provider, "new")
        account = SocialAccount.objects.get(user__email="new@contoso.example")
        assert account.user.name == "New " + "Person" * 100
        client.logout()
        come_in(client, provider, "new")
        assert client.session["_auth_user_id"] == str(account.user.pk)
        # Another subject that begins alike is somebody else.
        provider.lie(claims={"sub": "s" * 254 + "t", "email_verified": None})
        client.logout()
        come_in(client, provider, "new")
        assert not is_in(client)

    @pytest.mark.parametrize("account", ["unverified", "nameless"])
    def test_an_address_that_nobody_vouches_for_takes_no_invitation(
        self, places: Places, client: Client, provider: Provider, account: str
    ) -> None:
        Invitation.issue(places.partner, "new@contoso.example", Role.GLOBAL_ADMIN, None)
        answer = come_in(client, provider, account)
        assert ("Email not verified" if account == "unverified" else "By invitation") in answer.content.decode()
        assert not Member.objects.filter(user__email="new@contoso.example").exists()

    def test_the_link_of_an_invitation_lets_in_whoever_holds_it(self, places: Places, client: Client, provider: Provider) -> None:
        _, secret = Invitation.issue(places.partner, "new@contoso.example", Role.LEARNER, None)
        client.get(f"/join/{secret}/")
        answer = come_in(client, provider, "unverified")
        assert answer.request["PATH_INFO"] == "/playbook/"

    @pytest.mark.parametrize("account", ["impostor", "silent", "wordy"])
    def test_a_known_address_signs_in_to_its_account_and_an_unverified_one_does_not(
        self, places: Places, client: Client, provider: Provider, account: str
    ) -> None:
        known = User.objects.get(email="partner_admin@contoso.example")
        assert "Email not verified" in come_in(client, provider, account).content.decode()
        assert not is_in(client)
        come_in(client, provider, "known")
        assert client.session["_auth_user_id"] == str(known.pk)
        assert EmailAddress.objects.filter(user=known).count() == 1

    def test_an_address_may_be_left_to_the_userinfo_endpoint(self, places: Places, client: Client, provider: Provider) -> None:
        provider.lie(claims={"email": None, "email_verified": None})
        come_in(client, provider, "known")
        assert is_in(client)

    def test_a_person_lands_on_the_page_that_was_asked_for(self, places: Places, client: Client, provider: Provider) -> None:
        answer = come_in(client, provider, "known", next=f"/{OWN}/data/")
        assert answer.request["PATH_INFO"] == f"/{OWN}/data/"

    @pytest.mark.parametrize("elsewhere", ELSEWHERE)
    def test_no_other_host_comes_after_sign_in(self, places: Places, client: Client, provider: Provider, elsewhere: str) -> None:
        back = provider.answer(asked_by(client, next=elsewhere), "known")
        answer = client.get(back)
        assert is_in(client)
        assert answer["Location"] == "/"

    def test_a_session_gets_a_new_key_at_sign_in(self, places: Places, client: Client, provider: Provider) -> None:
        """Who planted a session in a browser does not share the one that its person signs in to."""
        back = provider.answer(asked_by(client), "known")
        planted = client.cookies["sessionid"].value
        client.get(back)
        assert client.cookies["sessionid"].value != planted
        other = Client()
        other.cookies["sessionid"] = planted
        assert other.get(f"/{OWN}/membership/").status_code == 302

    def test_an_answer_to_a_question_not_asked_here_is_refused(self, places: Places, client: Client) -> None:
        answer = client.get(f"{CALLBACK}?code=abc&state=made-up", follow=True)
        assert "Sign-in failed" in answer.content.decode()
        assert not AuditEntry.objects.filter(event=Event.SIGN_IN_FAILED).exists()

    def test_an_answer_meant_for_another_browser_is_refused(self, places: Places, client: Client, provider: Provider) -> None:
        """Who starts a sign-in and gives its answer to somebody else signs nobody in to an account that is not theirs."""
        back = provider.answer(asked_by(client), "known")
        other = Client()
        assert "Sign-in failed" in other.get(back, follow=True).content.decode()
        assert other.get(f"/{OWN}/membership/").status_code == 302
        assert client.get(back).status_code == 302
        assert is_in(client)

    def test_an_answer_is_good_once(self, places: Places, client: Client, provider: Provider) -> None:
        """Nor is a second answer to a question that was answered, though the provider gives a code that is new."""
        asked = asked_by(client)
        first, second = (provider.answer(asked, "known") for _ in range(2))
        client.get(first)
        assert is_in(client)
        for back in (first, second):
            assert "Sign-in failed" in client.get(back, follow=True).content.decode()
        client.post("/account/logout/")
        for back in (first, second):
            assert "Sign-in failed" in client.get(back, follow=True).content.decode()
            assert not is_in(client)

    def test_a_code_is_good_only_with_the_key_of_its_question(
        self, places: Places, client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The provider gets the key (PKCE) that it was shown the digest of, so a stolen code is worth nothing in another sign-in."""
        sent: list[str] = []
        ask = requests.Session.request

        def seen(session: requests.Session, method: str, url: str, **told: Any) -> requests.Response:
            sent.append(str((told.get("data") or {}).get("code_verifier", "")))
            return ask(session, method, url, **told)

        monkeypatch.setattr(requests.Session, "request", seen)
        asked = asked_by(client)
        client.get(provider.answer(asked, "known"))
        key = next(filter(None, sent))
        shown = base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).rstrip(b"=").decode()
        assert parse_qs(urlsplit(asked).query)["code_challenge"] == [shown]

    def test_a_code_of_another_session_is_refused(self, places: Places, client: Client, provider: Provider) -> None:
        """A code that was got in one browser is worth nothing beside the state of another, whosever it is."""
        stolen = parse_qs(urlsplit(provider.answer(asked_by(Client()), "known")).query)["code"][0]
        own = provider.answer(asked_by(client), "new")
        answer = client.get(with_parameters(own, code=stolen))
        assert "Sign-in failed" in answer.content.decode()
        assert not is_in(client)

    def test_a_code_of_another_client_is_refused(self, places: Places, client: Client, provider: Provider) -> None:
        """What a person gave to another application of the same provider does not sign in here."""
        back = provider.answer(with_parameters(asked_by(client), client_id=OTHER_CLIENT), "known")
        assert "Sign-in failed" in client.get(back).content.decode()
        assert not is_in(client)

    def test_a_link_does_not_choose_what_is_asked(self, places: Places, client: Client, provider: Provider) -> None:
        told = {"auth_params": "nonce=chosen&prompt=none&redirect_uri=https://evil.example/", "scope": "offline_access"}
        question = parse_qs(urlsplit(client.post(f"{START}?{urlencode(told)}")["Location"]).query)
        assert question["redirect_uri"] == [f"http://testserver{CALLBACK}"]
        assert question["nonce"] != ["chosen"]
        assert "prompt" not in question
        assert set(question["scope"][0].split()) == {"openid", "profile", "email"}

    @pytest.mark.parametrize(("fault", "reason"), LIES.values(), ids=list(LIES))
    def test_an_id_token_that_is_not_good_in_every_way_is_refused(
        self, places: Places, client: Client, provider: Provider, fault: dict[str, Any], reason: str
    ) -> None:
        back = provider.answer(asked_by(client), "known")
        provider.lie(**fault)
        assert "Sign-in failed" in client.get(back).content.decode()
        assert not is_in(client)
        assert reason in AuditEntry.objects.get(event=Event.SIGN_IN_FAILED).detail
        provider.lie()
        come_in(client, provider, "known")
        assert is_in(client)

    @pytest.mark.parametrize("changed", [{"iss": "https://evil.example"}, {"iss": None}])
    def test_an_answer_of_another_issuer_is_refused(
        self, places: Places, client: Client, provider: Provider, changed: dict[str, str | None]
    ) -> None:
        """A mix-up: the browser comes back from another provider than the one that was asked, or one that hides which it is."""
        provider.lie(answer=changed)
        assert "Sign-in failed" in come_in(client, provider, "known").content.decode()
        assert not is_in(client)

    def test_a_provider_that_names_no_issuer_in_its_answers_is_taken_if_it_never_does(
        self, places: Places, client: Client, provider: Provider
    ) -> None:
        """Entra ID does not (RFC 9207 is younger)."""
        provider.lie(answer={"iss": None}, discovery={"authorization_response_iss_parameter_supported": None})
        come_in(client, provider, "known")
        assert is_in(client)

    @pytest.mark.parametrize("discovery", [{"issuer": "https://evil.example"}, {"jwks_uri": None}])
    def test_a_provider_that_is_not_the_one_that_was_named_is_not_asked(
        self, places: Places, client: Client, provider: Provider, discovery: dict[str, Any]
    ) -> None:
        provider.lie(discovery=discovery)
        answer = client.post(START)
        assert answer.status_code == 401
        assert "Sign-in failed" in answer.content.decode()

    def test_a_provider_that_does_not_answer_is_said(self, places: Places, client: Client, provider: Provider) -> None:
        with set_up(provider.named(url="http://127.0.0.1:9/nobody")):
            answer = client.post(START)
        assert answer.status_code == 401
        assert "Sign-in failed" in answer.content.decode()

    def test_another_provider_than_the_one_that_is_set_up_is_not_there(self, places: Places, client: Client) -> None:
        for address in ("login/", "login/callback/?code=a&state=b"):
            assert client.post(f"/account/oidc/another/{address}").status_code == 404

    def test_a_denial_is_said(self, places: Places, client: Client, provider: Provider) -> None:
        answer = client.get(provider.answer(asked_by(client)), follow=True)
        assert "Sign-in stopped" in answer.content.decode()


@pytest.mark.usefixtures("with_provider")
class TestTenant:
    @pytest.mark.parametrize("tenant", [TENANT, TENANT.upper(), "contoso.example"])
    def test_the_people_of_a_tenant_sign_in_by_the_addresses_it_names(
        self, places: Places, client: Client, provider: Provider, tenant: str
    ) -> None:
        with set_up(provider.named(tenant=tenant, trust_email=True)):
            come_in(client, provider, "silent")
        assert is_in(client)

    @pytest.mark.parametrize("tenant", [TENANT, "contoso.example"])
    @pytest.mark.parametrize("tid", [OTHER_TENANT, None])
    @pytest.mark.parametrize("issuer", [{}, {"iss": f"https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"}])
    def test_a_person_of_another_tenant_is_refused_and_told_why(
        self, places: Places, client: Client, provider: Provider, tenant: str, tid: str | None, issuer: dict[str, str]
    ) -> None:
        provider.lie(claims={"tid": tid, **issuer})
        with set_up(provider.named(tenant=tenant, trust_email=True)):
            answer = come_in(client, provider, "known")
        assert "belongs to another tenant" in answer.content.decode()
        assert not is_in(client)

    def test_an_issuer_of_another_tenant_is_refused_whatever_the_account_says(
        self, places: Places, client: Client, provider: Provider
    ) -> None:
        provider.lie(claims={"iss": provider.issuer.replace(TENANT, OTHER_TENANT)})
        with set_up(provider.named(tenant=TENANT, trust_email=True)):
            answer = come_in(client, provider, "known")
        assert "Sign-in failed" in answer.content.decode()
        assert not is_in(client)

    def test_a_provider_of_another_tenant_is_not_asked(self, places: Places, client: Client, provider: Provider) -> None:
        with set_up(provider.named(tenant=OTHER_TENANT, trust_email=True)):
            answer = client.post(START)
        assert "Sign-in failed" in answer.content.decode()


@pytest.mark.parametrize(
    ("told", "discovery", "says"),
    [
        ({}, {}, "answers"),
        ({"ATTAIN_ENTRA_TENANT": TENANT}, {}, "answers"),
        ({"ATTAIN_ENTRA_TENANT": "contoso.example"}, {}, "answers"),
        ({"ATTAIN_ENTRA_TENANT": OTHER_TENANT}, {}, f"answers for the tenant {TENANT}"),
        ({"ATTAIN_ENTRA_TENANT": "contoso.example"}, {"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"}, "{tenantid}"),
        ({}, {"issuer": "https://evil.example"}, "says that its issuer is https://evil.example"),
        ({}, {"token_endpoint": None}, "does not say its token_endpoint"),
        ({"ATTAIN_OIDC_URL": "http://127.0.0.1:9/nobody"}, {}, "refused"),
    ],
)
def test_the_doctor_asks_the_provider(provider: Provider, told: dict[str, str], discovery: dict[str, Any], says: str) -> None:
    provider.lie(discovery=discovery)
    named = {"ATTAIN_OIDC_URL": provider.issuer, "ATTAIN_OIDC_CLIENT_ID": CLIENT, "ATTAIN_OIDC_CLIENT_SECRET": SECRET, **told}
    found = list(sign_in(named))
    assert [(one.subject, one.health) for one in found] == [("identity provider", Health.OK if says == "answers" else Health.WRONG)]
    assert says in found[0].says


def test_the_doctor_asks_nobody_where_no_provider_is_set_up() -> None:
    assert list(sign_in({})) == []
