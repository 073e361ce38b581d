"""`attain purchases`: recorded and withdrawn on the server's machine, and published at once as the endpoint does."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.people.models import AuditEntry, Event
from attain.published.models import Publication, PublishedDesignation
from attain.recorded.models import Purchase
from attain.rulebook.load import load_book
from attain.server import running
from tests.api.calling import Caller
from tests.api.test_commands import attain, refused, rows_of
from tests.people.places import OWN


@pytest.fixture(autouse=True)
def connected(served: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: running.Serving) -> None:
        """Django is set up for the tests already, and the facts are served."""

    monkeypatch.setattr(running, "connect", connect)


def test_a_purchase_counts_at_once_and_its_withdrawal_too(caller: Caller) -> None:
    not_bought = PublishedDesignation.objects.filter(account__partner_id=OWN, status__in=["in_progress", "qualified"])
    designation = not_bought[0].designation

    def status() -> str:
        return caller.get(f"/partners/{OWN}/designations/{designation}").json()["status"]

    before = status()
    assert attain("purchases", "list", OWN) == "No purchase is recorded.\n"
    paid = ("--enrolled-on", "2026-11-20", "--paid-on", "2026-11-20", "--amount", "4730.00", "--currency", "usd", "--reference", "PO 17")
    attain("purchases", "record", OWN, designation, *paid)
    bought = Purchase.objects.get(partner_id=OWN)
    assert (bought.currency, bought.recorded_by) == ("USD", "attain purchases record")
    assert (status(), before in {"in_progress", "qualified"}) == ("enrolled", True)
    (row,) = rows_of("purchases", "list", OWN)
    assert (row["purchase"], row["amount"], row["reference"], row["counts"]) == (str(bought.pk), "4730", "PO 17", "true")
    assert refused("purchases", "record", OWN, designation, *paid).code == "purchase-recorded"
    assert refused("purchases", "record", OWN, "securty", "--enrolled-on", "2026-11-20").hint == "did you mean security?"
    for amount in ("x", "-1", "1.001", "nan"):
        wrong = ["purchases", "record", OWN, "security", "--enrolled-on", "2026-11-21", "--amount", amount, "--currency", "USD"]
        assert CliRunner().invoke(app, wrong).exit_code == 2
    attain("purchases", "withdraw", OWN, str(bought.pk))
    assert status() == before
    assert rows_of("purchases", "list", OWN)[0]["counts"] == "false"
    assert refused("purchases", "withdraw", OWN, str(bought.pk)).code == "no-such-purchase"
    entries = AuditEntry.objects.filter(event=Event.ENROLLED).order_by("pk").values_list("actor", "detail")
    assert list(entries) == [
        ("attain purchases record", f"{load_book().designation(designation).name} on 2026-11-20, PO 17"),
        ("attain purchases withdraw", f"withdrawn: {designation} on 2026-11-20"),
    ]
