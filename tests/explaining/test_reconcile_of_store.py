"""What could explain a difference is found in a store as it is in a folder: in rows as delivered, in loads, in months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attain.explaining.reconciliation import Reconciliation
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.workspace import Workspace
from tests.explaining.test_reconcile import clue, only, reported, security
from tests.oracle.build import PARTNER, M, azure, covered, seats, tenant
from tests.scoring.disk import write_facts
from tests.sources.folders import T1, usage, write_csv

Stored = Callable[..., Reconciliation]
ADDS = reported("security", "8", "net_customer_adds", "smb")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture
def reconcile(store: Store, tmp_path: Path) -> Stored:
    """Give a function that imports tables, with lines of a file appended, and compares; `files` are imported after them."""

    def found(facts: dict[str, list[Any]], *rows: dict[str, Any], lines: dict[str, str] | None = None, files: tuple[Path, ...] = ()) -> Any:
        folder = write_facts({**facts, "reported_scores": list(rows)}, tmp_path / "facts")
        for table, text in (lines or {}).items():
            with (folder / f"{table}.csv").open("a", encoding="utf-8") as stream:
                stream.write(text)
        import_files([folder, *files], store.place.local, Options(), (1, 1))
        return Workspace.open(store.place.root).reconcile(partner=PARTNER)

    return found


def test_rows_set_aside_and_unassigned_are_those_of_the_table(reconcile: Stored) -> None:
    rows = [azure(M, 1, "900"), azure(M, 2, "900") | {"partner_id": None, "tenant_id": None}]
    bad = {"azure_usage": "2026-10,1001,no-guid,sub,Key Vault,,pal,5,acr\n", "customers": "no-guid,Somebody\n"}
    facts = security(azure_usage=rows, customers=[{"tenant_id": tenant(2), "name": "Litware"}])
    row = only(reconcile(facts, ADDS, lines=bad))
    assert clue(row, "set_aside").words == "rows of azure_usage set aside on load, of any partner: 1 of 28"
    assert clue(row, "unassigned").words == "rows of azure_usage that name no partner or tenant, and are not scored: 1"


def test_rows_that_a_report_set_aside_count_too_whosever_they_are(reconcile: Stored, tmp_path: Path) -> None:
    ours = {"MPNID": PARTNER, "PGAMpnID": PARTNER, "CustomerTenantId": T1}
    report = write_csv(tmp_path / "AzureUsage.csv", [usage(**ours), usage(MPNID="7777", ACR_USD="much"), usage(**ours, ACR_USD="")])
    row = only(reconcile(security(workload_usage=[seats(M, 1, 20)]), ADDS, files=(report,)))
    words = clue(row, "set_aside").words
    assert words.startswith("rows of azure_usage set aside on load, of any partner: 2 of ")
    assert int(words.rsplit(" ", 1)[1]) > 3


def test_usage_without_association(reconcile: Stored) -> None:
    facts = security(workload_usage=[seats(M, 1, 20), seats(M, 2, 20, associations="")])
    facts["customers"] = [{"tenant_id": tenant(2), "name": "Litware"}]
    found = clue(only(reconcile(facts, ADDS)), "unrecognized")
    assert (found.points, found.agrees) == (8, True)
    assert "Litware" in found.words


def test_missing_months(reconcile: Stored) -> None:
    row = only(reconcile({"workload_usage": [seats(M, 1, 20)]}, ADDS))
    assert {one.kind for one in row.clues} & {"missing_months", "missing_table"}


def test_another_basis(reconcile: Stored) -> None:
    rows = [azure(M, 1, "900"), azure(M, 1, "900") | {"basis": "billed"}, azure(M, 2, "900") | {"basis": "billed"}]
    rows += [azure(month, 999, "0", associations="", partner="nobody") | {"basis": "billed"} for month in range(M - 24, M + 1)]
    found = clue(only(reconcile(security(azure_usage=rows), ADDS)), "basis")
    assert (found.points, found.agrees) == (8, True)


def test_a_refresh_that_came_late(reconcile: Stored) -> None:
    usage_rows = [seats(M - 1, 1, 20), seats(M, 1, 20), seats(M, 2, 20)]
    found = clue(only(reconcile(security(workload_usage=usage_rows), reported("security", "4", "net_customer_adds", "smb"))), "refresh")
    assert (found.points, found.agrees) == (4, True)


def test_an_unknown_name(reconcile: Stored) -> None:
    facts = covered(azure_usage=[azure(M, 1, "900") | {"service": "Key Vaults"}], workload_usage=[])
    found = clue(only(reconcile(facts, ADDS)), "unknown_name")
    assert "'Key Vaults'" in found.words
