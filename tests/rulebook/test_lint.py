"""Softer findings: loose ends of a rulebook that loads, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.rulebook.lint import counts, lint
from attain.rulebook.load import load_book
from tests.rulebook.broken import BOOK, write_book

ROSES = "designations/roses.yaml"
NO_CASES = "cases: there are no worked cases (add cases below, at and above each figure)"


def _findings(folder: Path, *edits: tuple[str, int, str, str]) -> list[str]:
    write_book(folder, tuple({"file": file, "line": line, "replace": replace, "with": by} for file, line, replace, by in edits))
    return [str(finding).replace(f"{folder}/", "") for finding in lint(load_book(folder))]


def test_the_rulebook_that_comes_with_attain_has_no_loose_ends() -> None:
    assert [str(finding) for finding in lint(load_book())] == []


def test_the_small_book_lacks_cases_only(tmp_path: Path) -> None:
    assert _findings(tmp_path) == [NO_CASES]


@pytest.mark.parametrize(
    ("file", "line", "replace", "by", "said"),
    [
        (
            "sources.yaml",
            6,
            "growth, names",
            "growth, names, moon",
            "sources.yaml:6, sources.page-2024.anchors: no rule cites #moon (cite it, or remove the anchor)",
        ),
        (
            "sources.yaml",
            7,
            "  - id: page-2025",
            "  - {id: page-1999, title: Old, publisher: The garden club, anchors: [a]}\n  - id: page-2025",
            "sources.yaml:7, sources.page-1999: no rule cites this source (cite it, or remove it)",
        ),
        (
            "programme.yaml",
            56,
            "roses.usage_growth.beds.base_floor",
            "roses.usage_growth.bed",
            "programme.yaml:56, garden.interpretations.I-2.applies_to: 'roses.usage_growth.bed' is the path of nothing "
            "(write a rule path, a field of programme.yaml or a table; * is any part)",
        ),
        (
            ROSES,
            96,
            "value: [RO-200/201, pruning-assessment]",
            "value: [RO-200/201]",
            "designations/roses.yaml:96, roses.intermediate_certifications.experts.certificates: the entry says what the "
            "one before it says "
            "(remove it: a value holds until the next)",
        ),
        (
            ROSES,
            50,
            "{enterprise: 4, smb: 2}",
            "{enterprise: 3, smb: 3}",
            "designations/roses.yaml:50, roses.net_customer_adds.beds.full_marks.by_track: every track has the same value (write value)",
        ),
        (
            ROSES,
            62,
            "from: 2025-01-01",
            "until: 2025-01-01",
            "designations/roses.yaml:65, roses.net_customer_adds.glass.workloads: the entry is never in force "
            "(remove it, or correct its day)",
        ),
        (
            ROSES,
            65,
            "[greenhouse]",
            "[greenhouse, compost]",
            "designations/roses.yaml:65, roses.net_customer_adds.glass.workloads: nothing recognizes the kept workload compost "
            "(add it to recognized_by)",
        ),
        (
            ROSES,
            67,
            "workloads: [greenhouse]",
            "workloads: [greenhouse, compost]",
            "designations/roses.yaml:65, roses.net_customer_adds.glass.workloads: the workload compost is not kept, "
            "though a rule recognizes it "
            "(keep it, or remove it there)",
        ),
    ],
)
def test_a_loose_end_is_named_in_these_words(tmp_path: Path, file: str, line: int, replace: str, by: str, said: str) -> None:
    assert said in _findings(tmp_path, (file, line, replace, by))


def test_entries_out_of_order_are_named(tmp_path: Path) -> None:
    swapped = _findings(
        tmp_path,
        (ROSES, 49, "from: 2024-01-01, value: 4", "from: 2025-01-01, by_track: {enterprise: 4, smb: 2}"),
        (ROSES, 50, "from: 2025-01-01, by_track: {enterprise: 4, smb: 2}", "from: 2024-01-01, value: 4"),
    )
    said = "designations/roses.yaml:48, roses.net_customer_adds.beds.full_marks: the entries do not stand in the order of their days"
    assert swapped == [f"{said} (put the earliest first)", NO_CASES]


def test_a_workload_without_a_weight_is_named(tmp_path: Path) -> None:
    found = _findings(
        tmp_path,
        (ROSES, 58, "paid_licenses", "consumption_value"),
        (
            ROSES,
            70,
            "full_marks:",
            "rates:\n          - {from: 2025-01-01, value: {compost: {rate: 2}}, source: page-2025#adds}\n        full_marks:",
        ),
    )
    at = "designations/roses.yaml:65, roses.net_customer_adds.glass.workloads"
    assert found == [
        f"{at}: nothing weighs the kept workload greenhouse (add it to rates)",
        f"{at}: the workload compost is not kept, though a rule weighs it (keep it, or remove it there)",
        NO_CASES,
    ]


def test_a_figure_without_cases_is_named_once_a_side(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir(parents=True)
    found = _findings(tmp_path)
    leaf = "roses.net_customer_adds.beds.qualifies_if.above"
    assert f"{leaf}: no case below it in 2025 enterprise (add one to cases/, with tests: {{leaf: {leaf}}})" in found
    leaf = "roses.usage_growth.beds.full_marks"
    assert f"{leaf}: no case at it in 2024 single, 2025 enterprise, 2025 smb (add one to cases/, with tests: {{leaf: {leaf}}})" in found


def test_what_a_book_holds_is_counted() -> None:
    assert counts(load_book(BOOK)) == {
        "designations": 1,
        "editions": 2,
        "dated entries": 31,
        "sources": 2,
        "names": 12,
        "interpretations": 2,
    }
