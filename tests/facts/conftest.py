"""A facts folder written by a test, and what a load makes of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from attain.facts.facts import Facts, check, load
from attain.facts.schema import ASSOCIATIONS, BASES
from attain.rulebook.load import load_book

if TYPE_CHECKING:
    from pathlib import Path

    from attain.facts.rejects import Reject

TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER = "11111111-2222-4333-8444-555555555555"


class Folder:
    """A facts folder: tables are given as lines of CSV."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, table: str, header: str, *rows: str) -> Folder:
        """Write a table (or `table/part`) as CSV."""
        path = self.path / f"{table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return self

    def azure(self, *rows: str) -> Folder:
        return self.write("azure_usage", AZURE, *rows)

    def load(self, max_rejects: Fraction = Fraction(1)) -> Facts:
        return load(self.path, max_rejects=max_rejects, catalog=load_book().catalog)

    def rejects(self) -> list[str]:
        """Give the line of each row set aside."""
        return [str(reject) for reject in self.found()]

    def found(self) -> tuple[Reject, ...]:
        facts, _ = check(self.path, max_rejects=Fraction(1), catalog=load_book().catalog)
        return facts.report.rejects


AZURE = "month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis"
SEATS = "month,partner_id,tenant_id,workload,associations,paid_licenses,assigned_licenses,active_users,capacity"
REVENUE = "month,partner_id,tenant_id,workload,associations,revenue_usd"
PARTNERS = "partner_id,name,country,kind,account,global_id,distributor_id"
LINKS = "partner_id,tenant_id,association,scope,started_on,ended_on"
CERTIFICATES = "partner_id,person_id,person_name,certification,earned_on,expires_on,status"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = tmp_path / "facts"
    made.mkdir()
    return Folder(made)


def rows(facts: Facts, table: str) -> list[dict[str, Any]]:
    """Give the conformed rows of a table with names for codes, months as text and association codes for masks."""
    found = facts.scan(table).collect().to_dicts()
    for row in found:
        for kind, names in facts.names.items():
            if row.get(kind) is not None:
                row[kind] = names[row[kind]]
        if "month" in row:
            row["month"] = f"{row['month'] // 12}-{row['month'] % 12 + 1:02}"
        if "basis" in row:
            row["basis"] = BASES[row["basis"]]
        if isinstance(row.get("associations"), int):
            row["associations"] = "+".join(code for bit, code in enumerate(ASSOCIATIONS) if row["associations"] >> bit & 1)
    return found
