"""The cast scores what its files say, by the naive scorer."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from attain.errors import AttainError
from attain.facts.synthetic import DemoPlan, write_demo
from attain.facts.synthetic.cast import Member, members
from attain.facts.synthetic.plan import AS_OF
from tests.oracle.scorer import score
from tests.synthetic.facts_of import rows_of

CONTOSO, FABRIKAM, NORTHWIND, TAILSPIN = "1000001", "1000002", "1000003", "1000004"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("cast")
    write_demo(DemoPlan(partners=4), folder)
    return rows_of(folder)


@pytest.fixture(scope="module")
def scores(facts: dict[str, list[dict[str, Any]]]) -> Any:
    @cache
    def of(partner: str, designation: str, day: date = AS_OF) -> dict[tuple[str, str], dict[str, Any]]:
        rows = score(facts, day, designation=designation)
        return {(row["track"], row["metric"]): row for row in rows if row["partner_id"] == partner}

    return of


# Partner, designation, track that counts, its total, qualified, total of the other track.
TOTALS = [
    (CONTOSO, "security", "smb", Fraction(70), True, Fraction(16408, 375)),
    (CONTOSO, "data-ai", "smb", Fraction(557794, 7893), True, Fraction(257860, 7893)),
    (CONTOSO, "infrastructure", "smb", Fraction(494650, 7893), False, Fraction(257860, 7893)),
    (CONTOSO, "digital-app-innovation", "smb", Fraction(463078, 7893), False, Fraction(257860, 7893)),
    (CONTOSO, "modern-work", "smb", Fraction(1366, 25), False, Fraction(221, 10)),
    (CONTOSO, "business-applications", "smb", Fraction(15), False, Fraction(2)),
    (FABRIKAM, "security", "enterprise", Fraction(80), False, Fraction(54)),
    (FABRIKAM, "data-ai", "enterprise", Fraction(78094, 1041), True, Fraction(86422, 1041)),
    (FABRIKAM, "infrastructure", "enterprise", Fraction(82258, 1041), True, Fraction(90586, 1041)),
    (FABRIKAM, "digital-app-innovation", "enterprise", Fraction(69766, 1041), False, Fraction(78094, 1041)),
    (FABRIKAM, "modern-work", "enterprise", Fraction(2659, 40), False, Fraction(36)),
    (FABRIKAM, "business-applications", "enterprise", Fraction(551, 7), True, Fraction(93)),
    (NORTHWIND, "security", "enterprise", Fraction(76), False, Fraction(76)),
    (NORTHWIND, "data-ai", "smb", Fraction(64), False, Fraction(40)),
    (NORTHWIND, "infrastructure", "smb", Fraction(76), False, Fraction(40)),
    (NORTHWIND, "digital-app-innovation", "smb", Fraction(68), False, Fraction(40)),
    (NORTHWIND, "modern-work", "smb", Fraction(76), True, Fraction(1117, 50)),
    (NORTHWIND, "business-applications", "smb", Fraction(89), True, Fraction(65, 7)),
]


@pytest.mark.parametrize(("partner", "designation", "track", "total", "qualified", "other"), TOTALS)
def test_totals(scores: Any, partner: str, designation: str, track: str, total: Fraction, qualified: bool, other: Fraction) -> None:
    found = scores(partner, designation)
    not_track = "smb" if track == "enterprise" else "enterprise"
    assert found[track, "total"]["selected"]
    assert (found[track, "total"]["points"], found[track, "total"]["qualified"]) == (total, qualified)
    assert found[not_track, "total"]["points"] == other
    assert all(row["complete"] for row in found.values())


# By hand, from the comments of the files: net adds, certificates, growth, deployments.
SECURITY = [
    (CONTOSO, "smb", (Fraction(16), Fraction(32), Fraction(16, 3), Fraction(50, 3))),
    (FABRIKAM, "enterprise", (Fraction(20), Fraction(40), Fraction(0), Fraction(20))),
    (NORTHWIND, "enterprise", (Fraction(16), Fraction(40), Fraction(0), Fraction(20))),
    (NORTHWIND, "smb", (Fraction(4), Fraction(40), Fraction(12), Fraction(20))),
]


@pytest.mark.parametrize(("partner", "track", "points"), SECURITY)
def test_security_metrics(scores: Any, partner: str, track: str, points: tuple[Fraction, ...]) -> None:
    found = scores(partner, "security")
    metrics = ("net_customer_adds", "intermediate_certifications", "usage_growth", "deployments")
    assert tuple(found[track, metric]["points"] for metric in metrics) == points


def test_contoso_loses_the_designation_with_its_next_certificate(scores: Any) -> None:
    before = scores(CONTOSO, "security")["smb", "total"]
    after = scores(CONTOSO, "security", AS_OF + timedelta(days=10))["smb", "total"]
    assert (before["qualified"], after["qualified"]) == (True, False)
    assert before["points"] - after["points"] == 8


@pytest.mark.parametrize(
    "day", [date(2026, 6, 1), date(2026, 6, 20), date(2026, 7, 20), date(2026, 8, 20), date(2026, 9, 20), date(2026, 10, 20)]
)
def test_fabrikam_was_not_qualified_in_the_whole_window(scores: Any, day: date) -> None:
    found = scores(FABRIKAM, "security", day)
    assert found["enterprise", "total"]["selected"] and found["enterprise", "total"]["complete"]
    assert found["enterprise", "usage_growth"]["points"] == 0
    assert not any(row["qualified"] for row in found.values())


def test_contoso_business_growth_lacks_its_base(scores: Any) -> None:
    growth = scores(CONTOSO, "business-applications")["smb", "usage_growth"]
    assert growth["value"] > 0 and growth["points"] == 0


def test_northwind_was_qualified_until_a_certificate_expired(scores: Any) -> None:
    for designation in ("data-ai", "infrastructure", "digital-app-innovation"):
        assert scores(NORTHWIND, designation, AS_OF - timedelta(days=10))["smb", "total"]["qualified"], designation
        assert not scores(NORTHWIND, designation)["smb", "total"]["qualified"], designation


@pytest.mark.parametrize("designation", sorted({row[1] for row in TOTALS}))
def test_tailspin_scores_nothing(scores: Any, designation: str) -> None:
    found = scores(TAILSPIN, designation)
    assert {row["points"] for row in found.values()} == {0}


def test_tailspin_is_known_as_a_partner_alone(facts: dict[str, list[dict[str, Any]]]) -> None:
    held = {table for table, rows in facts.items() if any(row.get("partner_id") == TAILSPIN for row in rows)}
    assert held == {"partners"}


def test_what_the_cast_shows(facts: dict[str, list[dict[str, Any]]]) -> None:
    usage = facts["azure_usage"]
    assert any(not row["associations"] for row in usage), "unrecognized usage"
    assert {row["offer"] for row in usage} == {"", "Trial", "Internal", "Benefit Program"}
    assert {row["partner_id"] for row in facts["enrollments"]} == {CONTOSO, FABRIKAM}
    assert [row["anniversary"] for row in facts["enrollments"] if row["partner_id"] == FABRIKAM] == [AS_OF - timedelta(days=14)] * 3
    assert {row["status"] for row in facts["certifications"]} == {"active", "left", "not_linked"}


def test_associations_stand_behind_the_rows(facts: dict[str, list[dict[str, Any]]]) -> None:
    known = {(row["partner_id"], row["tenant_id"], row["association"]): row["started_on"] for row in facts["associations"]}
    used = {
        (row["partner_id"], row["tenant_id"], code): row["month"]
        for table in ("azure_usage", "workload_usage", "workload_revenue")
        for row in sorted(facts[table], key=lambda row: row["month"], reverse=True)
        for code in row["associations"]
    }
    assert used.keys() == known.keys()
    assert all(f"{known[link]:%Y-%m}" <= month for link, month in used.items())


def test_amounts_are_exact_and_customers_named() -> None:
    spend = {"who": "a", "service": "Sentinel", "via": "pal", "usd": [0.1, 1]}
    partner = {"id": "1", "name": "A", "country": "US", "kind": "reseller"}
    with pytest.raises(ValidationError, match="no exact amount"):
        Member.model_validate({"partner": partner, "azure": [spend]})
    with pytest.raises(AttainError) as caught:
        Member.model_validate({"partner": partner}).tenant("a")
    assert caught.value.code == "cast-customer"
    assert [member.partner.name for member in members()] == ["Contoso", "Fabrikam", "Northwind", "Tailspin"]
