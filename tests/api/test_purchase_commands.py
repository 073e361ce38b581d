"""`attain purchases`: recorded and withdrawn on the server's machine, and published at once as the endpoint does."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.people.models import AuditEntry, Event
from attain.published.models import Publication
from attain.recorded.models import Purchase
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
    def status() -> str:
        return caller.get(f"/partners/{OWN}/designations/security").json()["status"]

    before = status()
    assert attain("purchases", "list", OWN) == "No purchase is recorded.\n"
    paid = ("--enrolled-on", "2026-11-20", "--paid-on", "2026-11-20", "--amount", "4730.00", "--currency", "usd", "--reference", "PO 17")
    attain("purchases", "record", OWN, "security", *paid)
    bought = Purchase.objects.get(partner_id=OWN)
    assert (bought.currency, bought.recorded_by) == ("USD", "attain purchases record")
    assert (status(), before != "enrolled") == ("enrolled", True)
    (row,) = rows_of("purchases", "list", OWN)
    assert (row["purchase"], row["amount"], row["reference"], row["counts"]) == (str(bought.pk), "4730", "PO 17", "true")
    assert refused("purchases", "record", OWN, "security", *paid).code == "purchase-recorded"
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
        ("attain purchases record", "Security on 2026-11-20, PO 17"),
        ("attain purchases withdraw", "withdrawn: security on 2026-11-20"),
    ]
