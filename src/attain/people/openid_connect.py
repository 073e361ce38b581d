"""Sign-in with OpenID Connect: a question with a nonce, and an ID token that is believed once everything it says was checked.

allauth leads the browser to the provider and back and keeps state and key (PKCE) in the session. It takes the ID token unsigned, since it
asked the provider for it itself, and knows no nonce; here neither is left to the connection.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import jwt
from allauth.socialaccount import helpers
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from requests import RequestException

from attain.people.discovery import fault_of, tenant_of
from attain.people.fitting import holds_no_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest, HttpResponse

    Claims = dict[str, Any]

# Signatures that only the provider can make: none, and no HMAC, whose key the client would share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
KEPT = ("iss", "sub", "tid", "oid", "name", "preferred_username", "email", "email_verified")
# allauth keeps no longer one unless told, and then only in tables that are made anew.
LONGEST_SUBJECT = 191
# How far the clocks of two machines may be apart.
LEEWAY_SECONDS = 60
ANOTHER_TENANT = "Your account belongs to another tenant than the one whose people may sign in here."


class SignInRefused(OAuth2Error):
    """An answer of the provider that is not believed; `words` are for the person who tried, empty where they would not help."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.words = words


class OrganizationAdapter(OpenIDConnectOAuth2Adapter):
    """What is asked of the provider and what is believed of its answers."""

    @property
    def openid_config(self) -> Claims:
        """Give what the provider says of itself; SignInRefused where it is another than the one that is set up."""
        base: Any = super()
        config: Claims = base.openid_config
        settings: Claims = self._provider.app.settings
        fault = fault_of(config, settings["server_url"], settings.get("tenant", ""))
        if fault:
            raise SignInRefused(fault)
        return config

    def get_access_token_data(self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None) -> Claims:
        """Exchange the code for tokens, after a look at who answered (RFC 9207)."""
        issuer, promised = self.openid_config["issuer"], self.openid_config.get("authorization_response_iss_parameter_supported")
        if request.GET.get("iss", None if promised else issuer) != issuer:
            raise SignInRefused("the answer is of another issuer")
        self._nonce = nonce_of(pkce_code_verifier or "")
        base: Any = super()
        return base.get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Make the sign-in of what the ID token says, and of the userinfo endpoint where the token leaves the address to it."""
        claims = self._claims_of(app, str(kwargs["response"].get("id_token", "")))
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            base: Any = self
            told: Claims = base._fetch_user_info(str(token.token))
            if told.get("sub") != claims["sub"]:
                raise SignInRefused("the userinfo endpoint speaks of somebody else")
            claims = {**told, **claims}
        return self._provider.sociallogin_from_response(request, claims)

    @property
    def _provider(self) -> Any:
        return self.get_provider()

    def _claims_of(self, app: Any, token: str) -> Claims:
        """Check signature, times, audience, nonce, tenant and issuer of an ID token, and give its claims."""
        client_id, issuer = str(app.client_id), str(self.openid_config["issuer"])
        try:
            claims: Claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=ALGORITHMS,
                audience=client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError) as fault:
            raise SignInRefused(f"the ID token is not good: {fault}") from fault
        if claims.get("azp", client_id) != client_id:
            raise SignInRefused("the ID token was made for another client")
        if claims["nonce"] != self._nonce:
            raise SignInRefused("the ID token answers another question")
        if app.settings.get("tenant") and str(claims.get("tid", "")).lower() != tenant_of(issuer):
            raise SignInRefused("the account is of another tenant", ANOTHER_TENANT)
        if claims["iss"] != issuer:
            raise SignInRefused("the ID token is of another issuer")
        if holds_no_text({name: claims[name] for name in KEPT if name in claims}):
            raise SignInRefused("the ID token has a character that is no text")
        return claims

    def _key_of(self, token: str) -> jwt.PyJWK:
        """Give the published key that a token names; the only one where it names none."""
        keys = jwt.PyJWKSet.from_dict(self._ask(self.openid_config["jwks_uri"])).keys
        named = jwt.get_unverified_header(token).get("kid")
        found = [key for key in keys if key.public_key_use in {None, "sig"} and named in {None, key.key_id}]
        if len(found) != 1:
            raise SignInRefused("the ID token is signed with a key that the provider does not publish")
        return found[0]

    def _ask(self, url: str) -> Claims:
        with get_adapter().get_requests_session() as session:
            answer: Any = session.get(url)
        answer.raise_for_status()
        return answer.json()


class OrganizationProvider(OpenIDConnectProvider):
    """The one identity provider of this server."""

    oauth2_adapter_class = OrganizationAdapter

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **told: Any) -> HttpResponse:
        """Lead to the provider; to the page that says it failed where the provider does not answer or is not the one set up."""
        try:
            base: Any = super()
            return base.redirect(request, process, next_url, data, **told)
        except (RequestException, OAuth2Error) as fault:
            show: Any = helpers
            return show.render_authentication_error(request, self, exception=fault)

    def get_pkce_params(self) -> Claims:
        """Make the key of a question, and a nonce that only who has the key can tell."""
        base: Any = super()
        params: Claims = base.get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> Claims:
        """Take no part of the question from an address: whoever wrote a link would choose it."""
        asked: Any = self
        return asked.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ask for no more than the name and the address."""
        asked: Any = self
        return asked.get_scope()

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        """Take an address as verified for the plain word alone: any other text would be as good as yes."""
        verified = data.get("email_verified")
        base: Any = super()
        return base.extract_email_addresses({**data, "email_verified": verified is True or verified == "true"})

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        """Tell who it is by the subject; by its digest where it is longer than is kept (OpenID Connect lets it have 255 characters)."""
        base: Any = super()
        subject: str = base.extract_uid(data)
        return subject if len(subject) <= LONGEST_SUBJECT else f"sha256:{hashlib.sha256(subject.encode()).hexdigest()}"

    def extract_extra_data(self, data: Mapping[str, Any]) -> Claims:
        """Keep what tells who it is, and nothing else that a provider may say of a person."""
        return {name: data[name] for name in KEPT if name in data}


def nonce_of(key: str) -> str:
    """Give the nonce of a question from its key, which stays in the session; SignInRefused where there is no key."""
    if not key:
        raise SignInRefused("the question had no key")
    return base64.urlsafe_b64encode(hashlib.sha256(f"nonce {key}".encode()).digest()).rstrip(b"=").decode()
