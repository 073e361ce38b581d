"""What a server in production tells browsers, and what it takes from them: HTTPS alone, cookies that no script and no other site gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from attain.people.roles import Role
from tests.people.places import OWN, PASSWORD, Places

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = """
import json, logging
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from attain.server.running import _LEFT_OUT
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=_LEFT_OUT)
logging.disable(logging.CRITICAL)
from attain.people.joining import new_account
new_account("a@attain.example", "rather long words")
host = {"HTTP_HOST": "attain.example"}
client = Client()
page = client.get("/account/login/", secure=True, **host)
said = {"login": "a@attain.example", "password": "rather long words"}
signed_in = client.post("/account/login/", said, secure=True, HTTP_ORIGIN="https://attain.example", **host)
theme = client.post("/theme/", {"theme": "dark"}, secure=True, **host)
print(json.dumps({
    "headers": dict(page.headers),
    "cookies": {name: dict(morsel.items()) for name, morsel in client.cookies.items()},
    "signed_in": signed_in.status_code,
    "plain": [(answer.status_code, answer.get("Location", "")) for answer in [Client().get("/account/login/", **host)]],
    "other_host": Client().get("/account/login/", secure=True, HTTP_HOST="evil.example").status_code,
    "other_origin": Client(enforce_csrf_checks=True).post(
        "/account/login/", said, secure=True, HTTP_ORIGIN="https://evil.example", **host).status_code,
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server that is set up for HTTPS answers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "attain.server.settings",
        "ATTAIN_HOME": str(tmp_path_factory.mktemp("production")),
        "ATTAIN_HOSTS": "attain.example",
        "ATTAIN_HTTPS": "1",
    }
    done = subprocess.run([sys.executable, "-c", PRODUCTION], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_browsers_are_told_to_keep_to_https_and_to_this_server(production: dict[str, Any]) -> None:
    headers = production["headers"]
    assert int(headers["Strict-Transport-Security"].removeprefix("max-age=")) >= 31_536_000
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == policy["connect-src"] == "'self'"


def test_cookies_are_for_https_this_site_and_no_script(production: dict[str, Any]) -> None:
    cookies = production["cookies"]
    assert production["signed_in"] == 302
    assert len(cookies) >= 3
    for name, flags in cookies.items():
        assert flags["httponly"] is True, name
        assert flags["secure"] is True, name
        assert flags["samesite"] in {"Lax", "Strict"}, name
        assert flags["domain"] == "", name


def test_plain_http_another_host_and_another_origin_are_refused(production: dict[str, Any]) -> None:
    assert production["plain"] == [[301, "https://attain.example/account/login/"]]
    assert production["other_host"] == 400
    assert production["other_origin"] == 403


@pytest.mark.parametrize("address", [f"/{OWN}/membership/", "/settings/contoso/people/", "/api/v1/me", f"/api/v1/partners/{OWN}", "/"])
def test_what_only_some_may_see_is_kept_by_no_cache_between(places: Places, address: str) -> None:
    client = Client()
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    answer = client.get(address)
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]


def test_the_page_after_sign_in_is_asked_for_again_after_signing_out(places: Places) -> None:
    """A browser that goes back shows nothing from its memory without asking."""
    client = Client()
    client.post("/account/login/", {"login": places.people[Role.LEARNER].email, "password": PASSWORD})
    assert "no-cache" in client.get("/playbook/")["Cache-Control"]
