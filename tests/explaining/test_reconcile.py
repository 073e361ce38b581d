"""Microsoft's numbers beside ours: what agrees, and what is named where they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.errors import AttainError
from attain.explaining.reconciliation import COLUMNS, Clue, Compared, Reconciliation
from attain.workspace import Workspace
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, certificate, covered, people, seats, tenant
from tests.scoring.disk import write_facts

Reconcile = Callable[..., Reconciliation]


def reported(designation: str, points: str | None, metric: str = "", track: str = "", **more: Any) -> dict[str, Any]:
    """One number that Microsoft reported."""
    number = None if points is None else Decimal(points)
    row = {"partner_id": PARTNER, "as_of": AS_OF, "designation": designation, "track": track, "metric": metric, "points": number}
    return {**row, "value": None, **more}


@pytest.fixture
def reconcile(tmp_path: Path) -> Reconcile:
    """Give a function that compares numbers reported with the score of the facts."""

    def found(facts: dict[str, list[Any]], *rows: dict[str, Any], **more: Any) -> Reconciliation:
        loaded = attain.load(write_facts({**facts, "reported_scores": list(rows)}, tmp_path))
        return attain.reconcile(loaded, partner=PARTNER, **more)

    return found


def only(found: Reconciliation) -> Compared:
    (row,) = found.rows
    return row


def clue(row: Compared, kind: str) -> Clue:
    (one,) = [clue for clue in row.clues if clue.kind == kind]
    return one


def security(**tables: list[Any]) -> dict[str, list[Any]]:
    return covered(**{"azure_usage": [], "workload_usage": [], **tables})


# ---- agreement ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "agrees"), [("6.67", True), ("6.66", True), ("6.6667", True), ("6.65", False), ("6.68", False), ("7", False)]
)
def test_a_metric_agrees_as_far_as_two_decimals_show(reconcile: Reconcile, shown: str, agrees: bool) -> None:
    usage = [seats(M, number, 400, 390) for number in (1, 2)]
    row = only(reconcile(security(workload_usage=usage), reported("security", shown, "deployments", "enterprise")))
    assert (row.points, row.agrees) == (Fraction(20, 3), agrees)
    assert row.difference == Fraction(20, 3) - Fraction(shown)
    assert not (agrees and row.clues)


TOTALS = {
    "15.47": True,
    "15.46": True,
    "15.45": False,
    "15.4": True,
    "15.5": True,
    "15.3": False,
    "15": True,
    "16": True,
    "14": False,
    "17": False,
}


@pytest.mark.parametrize("shown", list(TOTALS))
def test_a_total_agrees_as_far_as_it_is_shown(reconcile: Reconcile, shown: str) -> None:
    usage = [seats(M, number, 20, 20) for number in (3, 4)]
    row = only(reconcile(security(workload_usage=usage), reported("security", shown, "", "smb")))
    assert row.points == 8 + Fraction(20, 3) + Fraction(40, 50)
    assert row.agrees == TOTALS[shown]


def test_values_are_compared_too(reconcile: Reconcile) -> None:
    usage = [seats(M, number, 400) for number in (1, 2)]
    facts = security(workload_usage=usage)
    assert only(reconcile(facts, reported("security", None, "net_customer_adds", "enterprise", value=Decimal(2)))).agrees
    row = only(reconcile(facts, reported("security", "4", "net_customer_adds", "enterprise", value=Decimal(3))))
    assert (row.agrees, row.points, row.value, row.difference) == (False, 4, 2, 0)


def test_without_a_track_the_one_that_counts_is_compared(reconcile: Reconcile) -> None:
    facts = security(workload_usage=[seats(M, number, 20) for number in (1, 2)])
    row = only(reconcile(facts, reported("security", "8", "net_customer_adds")))
    assert (row.track, row.agrees, row.edition) == ("smb", True, "2026-07")


# ---- clues --------------------------------------------------------------------------------------------------------------


def test_usage_without_association(reconcile: Reconcile) -> None:
    facts = security(workload_usage=[seats(M, 1, 20), seats(M, 2, 20, associations="")])
    facts["customers"] = [{"tenant_id": tenant(2), "name": "Litware"}]
    found = clue(only(reconcile(facts, reported("security", "8", "net_customer_adds", "smb"))), "unrecognized")
    assert (found.points, found.agrees) == (8, True)
    assert found.words == (
        "usage that no Claiming Partner of Record, CSP Tier 1 or CSP Tier 2 association recognizes: Litware; all of it would earn 8 points"
    )
    lower = only(reconcile(facts, reported("security", "0", "net_customer_adds", "smb")))
    assert "unrecognized" not in {one.kind for one in lower.clues}


def test_people_who_have_not_linked(reconcile: Reconcile) -> None:
    facts = {**security(), **people(AZ_500="A", SC_200="A")}
    facts["certifications"].append(certificate("N", "SC-100", status="not_linked", person_name="Nadia"))
    row = only(reconcile(facts, reported("security", "16", "intermediate_certifications", "smb")))
    assert clue(row, "not_linked").words == "1 person not linked, or left: Nadia"


def test_certificates_that_take_days_to_show(reconcile: Reconcile) -> None:
    facts = {**security(), **people(AZ_500="A", SC_200="A")}
    facts["certifications"].append(certificate("N", "SC-100", date(2026, 11, 20)))
    found = reconcile(facts, reported("security", "8", "intermediate_certifications", "smb"), reported("security", "8", "", "smb"))
    assert [clue(row, "skilling_refresh").agrees for row in found.rows] == [True, True]
    assert [answer.clue.kind for answer in found.answers] == ["skilling_refresh"]


def test_missing_months_and_tables(reconcile: Reconcile) -> None:
    facts = {"azure_usage": [azure(month, 1, "700") for month in (M, M - 13)]}
    found = reconcile(facts, reported("data-ai", "5", "usage_growth"), reported("data-ai", "4", "intermediate_certifications"))
    rows = {row.metric: row for row in found.rows}
    assert "azure_usage has no rows for" in clue(rows["usage_growth"], "missing_months").words
    assert "no certifications table" in clue(rows["intermediate_certifications"], "missing_table").words
    assert rows["intermediate_certifications"].points is None


def test_unknown_names(reconcile: Reconcile) -> None:
    facts = covered(azure_usage=[azure(M, 1, "900", "Kee Vault")], workload_usage=[])
    row = only(reconcile(facts, reported("security", "4", "net_customer_adds", "smb")))
    assert clue(row, "unknown_name").words == "the catalog does not know the service 'Kee Vault', nearest Key Vault"


def test_rows_that_are_left_out(tmp_path: Path) -> None:
    rows = [azure(M, 1, "900"), azure(M, 2, "900") | {"partner_id": None, "tenant_id": None}]
    facts = {**security(azure_usage=rows), "reported_scores": [reported("security", "8", "net_customer_adds", "smb")]}
    folder = write_facts(facts, tmp_path)
    with (folder / "azure_usage.csv").open("a", encoding="utf-8") as stream:
        stream.write("2026-10,1001,no-guid,sub,Key Vault,,pal,5,acr\n")
    workspace = Workspace.open(folder, max_rejects=Fraction(1, 2))
    row = only(workspace.reconcile(partner=PARTNER))
    assert clue(row, "unassigned").words == "rows of azure_usage that name no partner or tenant, and are not scored: 1"
    assert clue(row, "set_aside").words == "rows of azure_usage set aside on load, of any partner: 1 of 28"


def test_another_basis(reconcile: Reconcile) -> None:
    rows = [azure(M, 1, "900"), azure(M, 1, "900") | {"basis": "billed"}, azure(M, 2, "900") | {"basis": "billed"}]
    rows += [azure(month, 999, "0", associations="", partner="nobody") | {"basis": "billed"} for month in range(M - 24, M + 1)]
    row = only(reconcile(security(azure_usage=rows), reported("security", "8", "net_customer_adds", "smb")))
    found = clue(row, "basis")
    assert (found.points, found.agrees) == (8, True)
    assert "billed instead of acr" in found.words


def test_a_refresh_that_came_late(reconcile: Reconcile) -> None:
    usage = [seats(M - 1, 1, 20), seats(M, 1, 20), seats(M, 2, 20)]
    row = only(reconcile(security(workload_usage=usage), reported("security", "4", "net_customer_adds", "smb")))
    found = clue(row, "refresh")
    assert (found.points, found.agrees) == (4, True)
    assert found.words == "usage up to 2026-09, as if 2026-10 were refreshed later: agrees"


def test_a_refresh_that_came_early(reconcile: Reconcile) -> None:
    usage = [seats(M - 1, 1, 20), seats(M, 1, 20), seats(M, 2, 20)]
    row = only(reconcile(security(workload_usage=usage), reported("security", "8", "net_customer_adds", "smb", as_of=date(2026, 11, 10))))
    assert row.points == 4
    assert clue(row, "refresh").words == "usage up to 2026-10, as if 2026-10 were refreshed earlier: agrees"


def test_the_other_track(reconcile: Reconcile) -> None:
    usage = [seats(M, 1, 20), seats(M, 2, 20), seats(M, 3, 400)]
    found = reconcile(security(workload_usage=usage), reported("security", "2", "net_customer_adds"), reported("security", "2"))
    assert [clue(row, "track").words for row in found.rows] == ["the enterprise track of ours: agrees"] * 2
    assert [answer.clue.words for answer in found.answers] == ["the enterprise track of ours"]


def test_an_edition_whose_start_is_not_established(reconcile: Reconcile) -> None:
    """A tenant with 25 licenses counts in both editions; one person in step 1 earns by itself only from edition 2025 on."""
    facts = {**security(), **people(AZ_500="A")}
    row = only(reconcile(facts, reported("security", "0", "intermediate_certifications", as_of=date(2025, 7, 2))))
    found = clue(row, "edition")
    assert found.agrees
    assert "edition 2023-12: it is not established when 2025 began" in found.words


# ---- interpretations ----------------------------------------------------------------------------------------------------

READINGS: list[tuple[str, str, str, dict[str, list[Any]], list[dict[str, Any]]]] = [
    (
        "I-2",
        "whole-steps",
        "usage_growth",
        covered(azure_usage=[azure(M, 1, "1125"), azure(P, 1, "1000")]),
        [reported("data-ai", "12", "usage_growth", "enterprise"), reported("data-ai", "14", "", "enterprise")],
    ),
    (
        "I-3",
        "net-pools",
        "net_customer_adds",
        covered(azure_usage=[azure(M, 1, "700"), azure(M, 2, "700")], workload_usage=[seats(P, 3, 30)]),
        [reported("security", "4", "net_customer_adds", "smb")],
    ),
    (
        "I-4",
        "no-promotion",
        "net_customer_adds",
        covered(azure_usage=[], workload_usage=[seats(P, 1, 250), seats(M, 1, 400), seats(M, 2, 50), seats(M, 3, 50)]),
        [reported("security", "4", "net_customer_adds", "smb")],
    ),
    (
        "I-7",
        "growth-from-baseline-month",
        "usage_growth",
        covered(workload_usage=[seats(M, 1, 200, 100)]),
        [reported("modern-work", "6", "usage_growth", "smb")],
    ),
    (
        "I-8",
        "deployed-before-counts",
        "deployments",
        covered(workload_usage=[seats(M, 1, 200, 100)]),
        [reported("modern-work", "5", "deployments", "smb")],
    ),
]


@pytest.mark.parametrize(("interpretation", "reading", "metric", "facts", "rows"), READINGS)
def test_the_interpretation_that_makes_both_agree_is_named(
    reconcile: Reconcile, interpretation: str, reading: str, metric: str, facts: dict[str, list[Any]], rows: list[dict[str, Any]]
) -> None:
    found = reconcile(facts, *rows)
    row = next(row for row in found.rows if row.metric == metric)
    named = [one for one in row.clues if one.kind == "interpretation" and one.agrees]
    assert [(one.interpretation, one.reading) for one in named] == [(interpretation, reading)]
    assert row.clues[0].agrees
    answers = [answer.clue for answer in found.answers if answer.clue.kind == "interpretation"]
    assert [(one.interpretation, one.reading) for one in answers] == [(interpretation, reading)]
    assert named[0].words.startswith(f"{interpretation} read otherwise ({reading}): ")


def test_no_answer_where_one_number_stays_apart(reconcile: Reconcile) -> None:
    facts = covered(azure_usage=[azure(M, 1, "1125"), azure(P, 1, "1000")])
    found = reconcile(facts, reported("data-ai", "12", "usage_growth", "enterprise"), reported("data-ai", "55", "", "enterprise"))
    assert found.answers == ()


# ---- what is asked and reported -----------------------------------------------------------------------------------------


def test_the_latest_day_of_each_designation_is_taken(reconcile: Reconcile) -> None:
    facts = covered(azure_usage=[], workload_usage=[])
    rows = [
        reported("security", "1", as_of=date(2026, 9, 25)),
        reported("security", "2"),
        reported("data-ai", "3", as_of=date(2026, 10, 25)),
    ]
    assert [(row.designation, row.as_of) for row in reconcile(facts, *rows).rows] == [
        ("data-ai", date(2026, 10, 25)),
        ("security", AS_OF),
    ]
    assert [row.as_of for row in reconcile(facts, *rows, as_of=date(2026, 10, 1)).rows] == [date(2026, 9, 25)]


def test_rows_with_unknown_names_are_named_and_not_compared(reconcile: Reconcile) -> None:
    rows = [
        reported("security", "1", "deploiments"),
        reported("security", "1", "", "smbs"),
        reported("securty", "1"),
        reported("security", "0", "deployments"),
    ]
    found = reconcile(security(), *rows)
    assert [row.metric for row in found.rows] == ["deployments"]
    assert len(found.faults) == 3
    assert "no metric 'deploiments' (did you mean deployments?)" in " ".join(found.faults)
    assert "no track 'smbs' (did you mean smb?)" in " ".join(found.faults)
    assert "did you mean security?" in " ".join(found.faults)


def test_a_designation_is_found_whatever_its_case(reconcile: Reconcile) -> None:
    found = reconcile(security(), reported("Security", "0", "deployments"))
    assert [(row.designation, row.agrees) for row in found.rows] == [("security", True)]


def test_nothing_reported_is_refused(reconcile: Reconcile) -> None:
    with pytest.raises(AttainError, match="2026-11-24"):
        reconcile(security(), reported("security", "1"), as_of=date(2026, 1, 1))
    with pytest.raises(AttainError, match="attain report-score"):
        reconcile(security(partners=[{"partner_id": PARTNER, "account": "global"}]), reported("security", "1") | {"partner_id": "1002"})


def test_records_have_the_columns_of_the_file(reconcile: Reconcile) -> None:
    found = reconcile(security(), reported("security", "1", "deployments"))
    assert [tuple(record) for record in found.records()] == [COLUMNS]
