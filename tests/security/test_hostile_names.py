"""Names that are scripts or formulas, in facts and in what people type: no page runs one, no file has a cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from attain.facts.spreadsheet import neutral
from attain.imports.models import ImportRun, ImportState
from attain.people.audit import record
from attain.people.models import Event, Invitation, Organization, OrganizationPartner, Token, TokenScope, User
from attain.people.roles import Role
from attain.recorded.models import CporClaim, Purchase, SavedScenario
from attain.rulebook.load import load_book
from attain.web.plan.downloading import FOUND
from tests.browser.screenshots import OPEN, SIGNED_IN
from tests.people.places import OWN, Places
from tests.security.conftest import DAY
from tests.security.hostile import MARK, STARTS, hostile, planted, runs, shows

WAITING = "working this out"
METRICS = tuple(dict.fromkeys((one.id, metric.id) for one in load_book().designations.values() for metric in one.metrics))


def _settled(client: Client, address: str) -> Any:
    """Ask until what is shown is worked out."""
    for _ in range(600):
        answer: Any = client.get(address, follow=True)
        if answer.streaming or WAITING not in answer.content.decode():
            return answer
        time.sleep(0.1)
    message = f"{address} is still being worked out"
    raise AssertionError(message)


def _typed(places: Places) -> list[str]:
    """Put hostile text into all that people type, and give the pages that show it."""
    admin = places.people[Role.GLOBAL_ADMIN]
    Organization.objects.filter(pk=places.partner.pk).update(name=hostile(0, "organization")[:200])
    OrganizationPartner.objects.filter(organization=places.partner).update(name=hostile(1, "partner")[:200])
    User.objects.update(name=hostile(2, "person")[:200])
    Invitation.issue(places.partner, f'"<{MARK}>"@evil.example', Role.LEARNER, admin)
    expires = timezone.now() + dt.timedelta(days=1)
    for place in (None, places.partner):
        Token.issue(
            hostile(3, "token")[:100], scopes=[TokenScope.READ], expires_at=expires, by=admin, organization=place, role=Role.LEARNER
        )
    record(Event.EXPORTED, None, organization=places.partner, user=admin, actor=hostile(4, "actor")[:254], detail=hostile(5, "detail"))
    claim = CporClaim.objects.create(
        partner_id=OWN,
        claim_id=hostile(6, "")[:100],
        tenant_id="0" * 8 + "-0000-4000-8000-000000000001",
        association="cpor",
        status="draft",
        note=hostile(7, "note"),
        recorded_by=hostile(8, "by")[:254],
    )
    day = timezone.now().date()
    Purchase.objects.create(
        partner_id=OWN, designation="security", enrolled_on=day, reference=f"<{MARK}>", recorded_by=hostile(9, "by")[:254]
    )
    scenario = SavedScenario.objects.create(
        organization=places.partner, partner_id=OWN, name=hostile(10, "")[:100], note=hostile(11, "note"), saved_by=hostile(12, "by")[:254]
    )
    run = ImportRun.objects.create(
        store=Token.objects.model.__name__,
        organization=places.partner,
        partner_id=OWN,
        files=[{"name": hostile(13, "file"), "size": 1}],
        state=ImportState.FAILED,
        fault={"message": hostile(14, "fault"), "where": hostile(15, "where"), "hint": hostile(16, "hint")},
        note=hostile(17, "note")[:500],
        actor=hostile(18, "actor")[:254],
    )
    return [
        f"/{OWN}/plan/claims/{claim.pk}/",
        f"/{OWN}/plan/scenarios/?scenario={scenario.pk}",
        f"/{OWN}/data/imports/{run.pk}/",
        f"/{OWN}/membership/offers/",
    ]


def test_no_page_runs_what_a_name_says(served: Places, admin: Client, poisoned: Path) -> None:
    pages = _typed(served)
    ImportRun.objects.update(store=str(poisoned))
    showing: set[str] = set()
    for address in dict.fromkeys((*OPEN, *SIGNED_IN, *pages)):
        answer = _settled(admin, address)
        assert answer.status_code < 500, address
        text = answer.content.decode()
        assert planted(text) == [], address
        if shows(text):
            showing.add(address)
    # Every page names the organization or the partner; a count near that says that the text did get there.
    assert len(showing) > len(SIGNED_IN) // 2, sorted(showing)
    assert set(pages) <= showing


QUERIES: tuple[str, ...] = (
    "q",
    "sort",
    "page",
    "keep",
    "designation",
    "criterion",
    "change",
    "scenario",
    "kind",
    "view",
    "edition",
    "event",
    "who",
    "day",
)


def test_no_page_runs_what_its_address_says(admin: Client) -> None:
    said = hostile(0, "asked")
    asked_singly = 0
    for path in dict.fromkeys(address.split("?")[0] for address in SIGNED_IN):
        whole = admin.get(path, follow=True).content.decode()
        # What a page reads stands in its forms and links; the first fault may hide the next, so each is asked alone too.
        read = [name for name in QUERIES if re.search(rf"[?&;\"']{name}[=\"']", whole)]
        for asked in (dict.fromkeys(QUERIES, said), *({name: said} for name in read)):
            answer: Any = admin.get(path, asked, follow=True)
            assert answer.status_code < 500, (path, asked)
            assert planted(answer.content.decode()) == [], (path, asked)
        asked_singly += len(read)
    assert asked_singly > 20


def test_a_page_that_is_not_there_does_not_run_its_address(admin: Client) -> None:
    for path in (f"/<{MARK}>/", f'/"{MARK}="1/membership/', f"/{OWN}/membership/<script>alert(1)</script>/"):
        answer = admin.get(path)
        assert answer.status_code in {400, 404}
        assert planted(answer.content.decode()) == []


def _rows(kind: str, content: bytes) -> list[list[Any]]:
    if kind == "csv":
        return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_file_of_the_pages_has_a_cell_that_runs(admin: Client, kind: str) -> None:
    addresses = [f"/{OWN}/membership/{designation}/{metric}/rows.{kind}" for designation, metric in METRICS]
    addresses += [f"/{OWN}/plan/files/{name}.{kind}" for name in FOUND]
    assert _hostile_cells(admin, addresses, kind) > 20


def test_no_file_of_the_rest_interface_has_a_cell_that_runs(admin: Client) -> None:
    partner, day = f"/api/v1/partners/{OWN}", "format=csv"
    addresses = [f"{partner}/designations/{designation}/metrics/{metric}/rows?{day}" for designation, metric in METRICS]
    addresses += [f"{partner}/{name}?{day}" for name in ("scores", "statuses", "reconciliation")]
    addresses += [f"{partner}/difference?designation=security&from=2026-10-31&to={DAY}&{day}"]
    assert _hostile_cells(admin, addresses, "csv") > 20


def _hostile_cells(admin: Client, addresses: Sequence[str], kind: str) -> int:
    """Look for cells that run in every file, and count the rows that hostile text got to."""
    met, files = 0, 0
    for address in addresses:
        answer = _settled(admin, address)
        if answer.status_code in {400, 404}:  # not in the edition of the day
            continue
        assert answer.status_code == 200, address
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for row in _rows(kind, content)[1:]:
            assert not any(runs(cell) for cell in row if not _number(cell)), (address, row)
            met += any(MARK in str(cell) for cell in row)
        files += 1
    assert files > len(addresses) // 2
    return met


def _number(cell: Any) -> bool:
    """Say whether a cell is a number below zero, which begins like a formula and is none."""
    return isinstance(cell, str) and re.fullmatch(r"-?[0-9]+([./][0-9]+)?", cell) is not None


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_begins_like_a_formula_is_written_as_text(start: str) -> None:
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral(f"x{start}1+1") == f"x{start}1+1"


@pytest.mark.parametrize("number", ["-2", "-0.5", "-3085/27"])
def test_a_number_below_zero_stays_a_number(number: str) -> None:
    assert neutral(number) == number


@pytest.mark.parametrize("formula", ["-2-3", "-1/2/3", "--2", "-", "-2 ", "-2\n", "-\uff12", "-A1", "-1/0x", "-.5"])
def test_what_is_more_than_a_number_is_written_as_text(formula: str) -> None:
    assert neutral(formula) == f"'{formula}"
