"""Where the facts of one partner begin later than those of others. All facts are by hand; another partner covers every month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.explaining.test_whole_partner import opened
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, certificate, covered, seats

FIRST = P - 11
"""The first month that net customer adds in Azure look at: the year that ends a year before the data month."""
WORDS = "{}: the facts hold none of this partner before {}, and earlier months count as nothing. If there was some, import it"


def notes(folder: Path, *, metric: str = "net_customer_adds", **facts: list[Any]) -> list[str]:
    given: dict[str, list[Any]] = {"azure_usage": [], "workload_usage": [], "certifications": [], **facts}
    workspace = opened(folder, covered(**given))
    explanation = workspace.explain(AS_OF, partner=PARTNER, designation="security", metric=metric, track="smb")
    return [note for note in explanation.notes if "the facts hold none" in note]


@pytest.mark.parametrize(
    ("month", "expected"),
    [(FIRST, []), (FIRST + 1, ["2024-12"]), (P, ["2025-10"]), (P + 1, ["2025-11"]), (M, ["2026-10"])],
)
def test_it_says_from_which_month_on_there_is_usage(month: int, expected: list[str], tmp_path: Path) -> None:
    found = notes(tmp_path, azure_usage=[azure(month, 1, "700"), azure(M, 2, "700")])
    assert found == [WORDS.format("Azure usage", name) for name in expected]


def test_usage_before_the_months_looked_at_shows_that_the_facts_reach_back(tmp_path: Path) -> None:
    assert notes(tmp_path, azure_usage=[azure(FIRST - 1, 3, "1"), azure(M, 1, "700")]) == []


def test_each_table_has_its_own_beginning(tmp_path: Path) -> None:
    found = notes(tmp_path, azure_usage=[azure(FIRST, 1, "700")], workload_usage=[seats(M, 1, 20, 10)])
    assert found == [WORDS.format("Workload usage", "2026-10")]


def test_months_between_those_looked_at_count_as_reaching_back(tmp_path: Path) -> None:
    assert notes(tmp_path, workload_usage=[seats(P - 4, 1, 20, 10), seats(M, 1, 20, 10)]) == []


def test_no_usage_at_all_and_certificates_have_no_beginning(tmp_path: Path) -> None:
    people = [certificate("p1", "SC-100")]
    assert notes(tmp_path, certifications=people) == []
    assert notes(tmp_path, metric="intermediate_certifications", certifications=people, azure_usage=[azure(M, 1, "700")]) == []
