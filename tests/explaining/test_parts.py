"""A tenant by subscription and workload, and Azure usage by location: what is recognized, what is not. All facts are by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from attain.errors import AttainError
from attain.explaining.parts import Part
from attain.workspace import Workspace
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, covered, seats, tenant
from tests.scoring.disk import write_facts

LOCATION = "2000001"
ADDS: dict[str, Any] = {"partner": PARTNER, "designation": "security", "metric": "net_customer_adds", "track": "smb"}


def opened(folder: Path) -> Workspace:
    facts = covered(
        azure_usage=[
            azure(M, 1, "500", subscription_id="web"),
            azure(M, 1, "200", subscription_id="db"),
            azure(M, 1, "90", "Sentinel", "", subscription_id="db"),
            azure(P, 1, "40", subscription_id="db"),
            azure(M, 2, "77", partner=LOCATION),
        ],
        workload_usage=[seats(M, 1, 30, 10), seats(M, 1, 12, 3, "Microsoft Entra ID P1"), seats(M, 2, 99, 9)],
    )
    facts["partners"].append({"partner_id": LOCATION, "account": "location", "global_id": PARTNER})
    return Workspace.open(write_facts(facts, folder))


def test_a_tenant_is_split_by_subscription_and_by_workload(tmp_path: Path) -> None:
    found = opened(tmp_path).parts(AS_OF, **ADDS, tenant=tenant(1))
    assert found == (
        Part("azure", "web", Fraction(0), Fraction(500), Fraction(0)),
        Part("azure", "db", Fraction(40), Fraction(200), Fraction(90)),
        Part("microsoft-365", "Intune", Fraction(0), Fraction(30), Fraction(0)),
        Part("microsoft-365", "Microsoft Entra ID P1", Fraction(0), Fraction(12), Fraction(0)),
    )


def test_subscriptions_add_up_to_the_row_of_their_tenant(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    row = next(row for row in workspace.explain(AS_OF, **ADDS).rows if row.tenant_id == tenant(1) and row.pool == "azure")
    found = [part for part in workspace.parts(AS_OF, **ADDS, tenant=tenant(1)) if part.pool == "azure"]
    assert (sum(part.before or 0 for part in found), sum(part.after for part in found)) == (row.before, row.after) == (40, 700)


def test_azure_usage_is_split_by_the_location_that_reported_it(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    assert workspace.locations(PARTNER) == (PARTNER, LOCATION)
    assert workspace.parts(AS_OF, **ADDS) == (
        Part("azure", PARTNER, Fraction(40), Fraction(700), Fraction(90)),
        Part("azure", LOCATION, Fraction(0), Fraction(77), Fraction(0)),
    )


def test_what_is_not_compared_with_a_year_ago_has_no_part_then(tmp_path: Path) -> None:
    facts = covered(azure_usage=[azure(M, 1, "500"), azure(P, 1, "80"), azure(M, 1, "20", "Storage"), azure(M, 2, "7", "Storage")])
    asked: dict[str, Any] = {"partner": PARTNER, "designation": "data-ai", "metric": "deployments", "track": "smb"}
    workspace = Workspace.open(write_facts(facts, tmp_path))
    found = {part.name: (part.before, part.after) for part in workspace.parts(AS_OF, **asked, tenant=tenant(1))}
    assert found == {"key-vault": (None, 500), "storage": (None, 20)}


def test_certificates_have_no_parts_and_a_wrong_metric_is_named(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    people: dict[str, Any] = {**ADDS, "metric": "intermediate_certifications"}
    wrong: dict[str, Any] = {**ADDS, "metric": "net_customer_add"}
    assert workspace.parts(AS_OF, **people) == ()
    with pytest.raises(AttainError, match="did you mean net_customer_adds"):
        workspace.parts(AS_OF, **wrong)
