"""Files posted to the REST interface take the same path as those of the page."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from attain.imports import runner
from attain.people.models import Token, TokenScope, User
from attain.people.principal import Grant
from attain.store.store import Store
from tests.imports.conftest import OTHER, OWN, TENANT, focus_file

IMPORTS = f"/api/v1/partners/{OWN}/imports"


def _headers(grant: Grant) -> dict[str, str]:
    user = User.objects.get(members__organization=grant.organization)
    scopes = [TokenScope.READ, TokenScope.IMPORT]
    _, secret = Token.issue("script", scopes=scopes, expires_at=timezone.now() + dt.timedelta(days=1), by=user)
    return {"Authorization": f"Bearer {secret}"}


def test_a_posted_file_is_imported_and_its_rejected_rows_are_told(store: Store, partner: Grant) -> None:
    headers, client = _headers(partner), Client()
    said = {"partner": OWN, "tenant": TENANT, "files": SimpleUploadedFile("costs.csv", focus_file({}))}
    answer = client.post(IMPORTS, said, headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    runner.work_off()
    state = client.get(f"{IMPORTS}/{answer.json()['id']}", headers=headers).json()
    assert (state["state"], state["fault"], state["files"][0]["name"]) == ("done", None, "costs.csv")
    [report] = state["reports"]
    assert (report["rows_in"], report["kept"], report["rejected"]) == (1, 1, 0)
    listed = client.get(IMPORTS, headers=headers).json()
    assert ([one["id"] for one in listed["imports"]], listed["next"]) == ([state["id"]], "")
    loads = client.get(f"/api/v1/partners/{OWN}/loads", headers=headers).json()["loads"]
    assert report["load"] in {one["number"] for one in loads}
    rejects = client.get(f"/api/v1/partners/{OWN}/loads/{report['load']}/rejects", headers=headers).json()
    assert rejects == {"count": 0, "rejects": [], "next": ""}
    # The load that filled the store is not this organization's.
    assert client.get(f"/api/v1/partners/{OWN}/loads/1/rejects", headers=headers).status_code == 404


def test_a_file_for_somebody_else_is_refused(store: Store, partner: Grant) -> None:
    said = {"partner": OTHER, "files": SimpleUploadedFile("costs.csv", focus_file({}))}
    answer = Client().post(IMPORTS, said, headers=_headers(partner))
    assert (answer.status_code, answer.json()["code"]) == (400, "not-your-partner")
