"""Signing in to Microsoft as a person: by a refresh token, or by a code that is typed in a browser. Tokens stay in memory."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.sources.partner_center.answers import get, text
from attain.sources.partner_center.endpoints import followed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attain.sources.partner_center.answers import Answer
    from attain.sources.partner_center.client import Client

TENANT, CLIENT, SECRET, REFRESH = "ATTAIN_TENANT_ID", "ATTAIN_CLIENT_ID", "ATTAIN_CLIENT_SECRET", "ATTAIN_REFRESH_TOKEN"
EARLY = 300
"""Seconds before its end at which a token is renewed, as Microsoft's own samples do."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
PENDING, SLOW_DOWN = "authorization_pending", "slow_down"
DECLINED = frozenset({"authorization_declined", "access_denied"})
EXPIRED = frozenset({"expired_token", "code_expired"})
_TENANT_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_REFUSALS: tuple[tuple[str, str], ...] = (
    ("AADSTS7000222", f"the client secret has expired: make a new one and set {SECRET}"),
    ("AADSTS7000215", f"{SECRET} is not the secret of this app"),
    ("AADSTS700016", f"no such app in this directory: check {CLIENT} and {TENANT}"),
    ("AADSTS90002", f"no such directory: check {TENANT}"),
    ("AADSTS65001", "an administrator must consent to the app's permissions"),
    ("AADSTS700082", f"the refresh token was unused for too long: sign in anew without {REFRESH}"),
    ("AADSTS50173", f"the refresh token was revoked: sign in anew without {REFRESH}"),
    ("AADSTS50076", f"a second factor is asked for: sign in anew without {REFRESH}"),
    ("invalid_client", f"check {CLIENT} and {SECRET}"),
    ("invalid_grant", f"the refresh token is no longer good: sign in anew without {REFRESH}"),
)
"""What to do about a refusal, by what stands in the answer, the telling ones first."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in, from the environment alone. The secrets are in no `repr`."""

    tenant: str
    client: str
    secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Credentials:
        """Read the variables; raises AttainError `sign-in-unset` where the directory or the app is not named."""
        values = {name: environment.get(name, "").strip() for name in (TENANT, CLIENT, SECRET, REFRESH)}
        for name, what in ((TENANT, "the directory to sign in to"), (CLIENT, "the id of your registered app")):
            if not values[name]:
                raise AttainError("sign-in-unset", f"{name} is not set", "environment", f"set it to {what}; see docs/pull.md")
        return cls(tenant_name(values[TENANT], TENANT), values[CLIENT], values[SECRET], values[REFRESH])


def tenant_name(text: str, where: str) -> str:
    """Check the name of a directory, a GUID or a domain: it becomes part of an address. Raises AttainError `tenant-unclear`."""
    if _TENANT_FORM.fullmatch(text) and ".." not in text:
        return text
    raise AttainError("tenant-unclear", f"{text[:40]!r} names no directory", where, "give its id (a GUID) or its domain")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when to renew it, on this machine's monotonic clock."""

    value: str = field(repr=False)
    renew_at: float


class SignIn:
    """Gives access tokens for a scope, renewed before they end; signs in at the first one.

    `tell` takes the line with the code that a person types in a browser, where there is no refresh token.
    """

    def __init__(self, client: Client, login: str, credentials: Credentials, tell: Callable[[str], None]) -> None:
        self._client, self._login, self._credentials, self._tell = client, login, credentials, tell
        self._refresh = credentials.refresh_token
        self._tokens: dict[tuple[str, str], Token] = {}
        for secret in (credentials.secret, credentials.refresh_token):
            client.secrets.add(secret)

    def token(self, scope: str, tenant: str = "", *, renew: bool = False) -> str:
        """Give a token for a scope such as `https://graph.microsoft.com/.default` in a directory (empty: one's own).

        `renew` gets a new one whatever the age of the one in hand. Raises AttainError `sign-in-refused`, `sign-in-declined`,
        `sign-in-expired`.
        """
        key = (tenant or self._credentials.tenant, scope)
        held = self._tokens.get(key)
        if held is None or renew or time.monotonic() >= held.renew_at:
            held = self._tokens[key] = self._renewed(*key) if self._refresh else self._by_code(*key)
        return held.value

    def _renewed(self, tenant: str, scope: str) -> Token:
        answer = self._ask(tenant, {"grant_type": "refresh_token", "refresh_token": self._refresh, "scope": f"{scope} offline_access"})
        if answer.status != 200:
            raise self._refused(answer)
        return self._taken(answer)

    def _by_code(self, tenant: str, scope: str) -> Token:
        form = {"client_id": self._credentials.client, "scope": f"{scope} offline_access"}
        answer = self._client.send("POST", f"{self._login}/{tenant}/oauth2/v2.0/devicecode", "sign-in", form=form)
        if answer.status != 200:
            raise self._refused(answer)
        held = answer.json()
        device_code = self._client.secrets.add(self._member(answer, held, "device_code"))
        page = followed(self._member(answer, held, "verification_uri"), self._login, "sign-in")
        code = self._client.secrets.clean(self._member(answer, held, "user_code"))
        wait, lifetime = _seconds(get(held, "interval"), self._client.pace.slow_down), _seconds(get(held, "expires_in"), 900)
        self._tell(f"To sign in, open {self._client.secrets.clean(page)} in a browser and enter the code {code}")
        end = time.monotonic() + lifetime
        while time.monotonic() < end:
            self._client.deadline.pause(wait, "sign-in")
            answer = self._ask(tenant, {"grant_type": DEVICE_CODE, "device_code": device_code})
            if answer.status == 200:
                return self._taken(answer)
            error = text(answer.json(), "error")
            if error == SLOW_DOWN:
                wait += self._client.pace.slow_down
            elif error in DECLINED:
                raise AttainError("sign-in-declined", "the sign-in was declined in the browser", "sign-in", "run the command again")
            elif error in EXPIRED:
                break
            elif error != PENDING:
                raise self._refused(answer)
        raise AttainError("sign-in-expired", "the code was not entered in time", "sign-in", "run the command again")

    def _ask(self, tenant: str, form: dict[str, str]) -> Answer:
        sent = {"client_id": self._credentials.client, **form}
        if self._credentials.secret:
            sent["client_secret"] = self._credentials.secret
        return self._client.send("POST", f"{self._login}/{tenant}/oauth2/v2.0/token", "sign-in", form=sent)

    def _taken(self, answer: Answer) -> Token:
        held = answer.json()
        value = self._client.secrets.add(self._member(answer, held, "access_token"))
        # Entra hands out a new refresh token each time; the old one stays good, so nothing has to be written
        self._refresh = self._client.secrets.add(text(held, "refresh_token") or self._refresh)
        lifetime = _seconds(get(held, "expires_in"), 2 * EARLY)
        return Token(value, time.monotonic() + max(lifetime - EARLY, lifetime / 2))

    def _member(self, answer: Answer, held: Mapping[str, Any], name: str) -> str:
        value = get(held, name)
        if isinstance(value, str) and value:
            return value
        raise AttainError("answer-unclear", f"the answer to the sign-in holds no {name}", answer.url, "check the address of the sign-in")

    def _refused(self, answer: Answer) -> AttainError:
        said = f"{answer.message()} {answer.body[:200].decode('utf-8', 'replace')}"
        hint = next((hint for mark, hint in _REFUSALS if mark in said), f"check {TENANT}, {CLIENT} and {SECRET}")
        message = f"the sign-in was refused (HTTP {answer.status}){self._client.explained(answer)}"
        return AttainError("sign-in-refused", message, "sign-in", hint)


def _seconds(value: Any, otherwise: float) -> float:
    """Read a number of seconds that may come as text; `otherwise` where it is none."""
    try:
        return max(float(value), 0)
    except (TypeError, ValueError):
        return otherwise


class Session:
    """A signed-in way to ask one service: its base address and scope, in one directory (empty: one's own)."""

    def __init__(self, client: Client, sign_in: SignIn, base: str, scope: str, *, tenant: str = "", ticket: bool = False) -> None:
        self.client, self.base = client, base
        self._sign_in, self._scope, self._tenant, self._ticket = sign_in, scope, tenant, ticket

    def send(self, method: str, url: str, what: str, *, body: Mapping[str, Any] | None = None, harmless: bool = True) -> Answer:
        """Send a request with a token, once more with a new one where it is refused as too old.

        `url` must be on the service's own host. Raises AttainError `no-access` for 401 and 403, and as `Client.send`.
        """
        for renew in (False, True):
            token = self._sign_in.token(self._scope, self._tenant, renew=renew)
            headers = {"Authorization": f"Bearer {token}"}
            if self._ticket:
                # Microsoft's own samples send the token this way
                headers["X-AadUserTicket"] = token
            answer = self.client.send(method, url, what, headers=headers, body=body, harmless=harmless)
            if answer.status != 401:
                break
        if answer.status in {401, 403}:
            message = f"access is refused (HTTP {answer.status}){self.client.explained(answer)}"
            raise AttainError("no-access", message, what, "check the role of who signs in and the app's permissions; see docs/pull.md")
        return answer

    def refused(self, answer: Answer, what: str, hint: str = "") -> AttainError:
        """Word an answer that is not what was asked for."""
        message = f"the service refused the request (HTTP {answer.status}){self.client.explained(answer)}"
        return AttainError("request-refused", message, what, hint)
