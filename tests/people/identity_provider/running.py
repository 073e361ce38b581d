"""The OpenID Connect provider of the tests: a real one (npm: oidc-provider) on this machine, that can be told to lie."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from attain.server.environment import IdentityProvider

HERE = Path(__file__).resolve().parent
TENANT = "6f3c1d52-0b5e-4c1a-9d0e-1f2a3b4c5d6e"
CLIENT, SECRET, OTHER_CLIENT = "attain", "a secret of tests", "another-client"
CALLBACK = "/account/oidc/organization/login/callback/"


@dataclass(frozen=True)
class Provider:
    """A running provider, by its issuer."""

    issuer: str

    @property
    def origin(self) -> str:
        return str(httpx.URL(self.issuer).join("/")).rstrip("/")

    def named(self, **told: Any) -> IdentityProvider:
        """Give it as the server's environment names it: one whose addresses count where it says that they are verified."""
        entra: dict[str, Any] = {"name": "Entra", "url": self.issuer, "client_id": CLIENT, "secret": SECRET, "trust_email": False}
        return IdentityProvider(**entra | told)

    def lie(self, **faults: Any) -> None:
        """Make it lie as `provider.mjs` says; without faults make it honest."""
        httpx.put(f"{self.origin}/faults", json=faults).raise_for_status()

    def answer(self, asked: str, account: str = "") -> str:
        """Go through its pages as a person does, from the address it was asked at; give the address it sends the person back to.

        Without an account, the person cancels.
        """
        with httpx.Client() as person:
            address, told = asked, None
            for _ in range(12):
                answer = person.get(address) if told is None else person.post(address, data=told)
                told = None
                if answer.is_success:
                    told = ({"account": account} if "Account" in answer.text else {"accept": "1"}) if account else {"stop": "1"}
                    continue
                assert answer.is_redirect, answer.text
                address = str(answer.url.join(answer.headers["Location"]))
                if not address.startswith(self.origin):
                    return address
        message = f"the provider does not come to an end at {address}"
        raise AssertionError(message)


@contextmanager
def running(accounts: Mapping[str, Mapping[str, Any]], redirects: Sequence[str], tenant: str = TENANT) -> Generator[Provider]:
    """Run the provider until the block ends, with people by the names they sign in with, for two clients of these redirects."""
    if not (HERE / "node_modules").is_dir():
        message = "the identity provider of the tests is not installed: run make identity-provider"
        raise RuntimeError(message)
    clients = [
        {"client_id": name, "client_secret": SECRET, "redirect_uris": list(redirects), "token_endpoint_auth_method": "client_secret_post"}
        for name in (CLIENT, OTHER_CLIENT)
    ]
    told = json.dumps({"tenant": tenant, "clients": clients, "accounts": accounts})
    with subprocess.Popen(
        ["node", str(HERE / "provider.mjs"), told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            issuer = process.stdout.readline().strip()
            if not issuer:
                message = f"the identity provider ended with {process.wait()}"
                raise RuntimeError(message)
            yield Provider(issuer)
        finally:
            process.terminate()
