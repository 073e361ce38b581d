"""The reader of worked cases, and that no edge of the rules is without its cases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from attain.errors import AttainError
from attain.rulebook.boundaries import missing_boundaries
from attain.rulebook.cases import Boundary, Case, read_cases
from attain.rulebook.model import Designation

FOLDER = Path(__file__).parents[2] / "src/attain/rulebook/solutions_partner"
SHORT = """
designation: security
cases:
  - name: Written short
    source: a made-up rule
    as_of: 2026-03-31
    covers: 2026-01..2026-02
    tests: {leaf: security.some.leaf, editions: ['2025'], tracks: [smb, enterprise]}
    metric: deployments
    facts:
      azure_usage:
        - {months: 2026-01..2026-02, tenant: T1..T2, service: [Sentinel, Key Vault], associations: pal, acr_usd: $amount}
      certifications:
        - {person_id: A, certification: SC-100}
    sides:
      below: {amount: '1.5', value: 1, points: 1/3}
      at: {amount: 2, value: 2}
"""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return read_cases(FOLDER / "cases")


@pytest.fixture(scope="module")
def designations() -> list[Designation]:
    return [Designation.model_validate(yaml.safe_load(path.read_text())) for path in sorted((FOLDER / "designations").glob("*.yaml"))]


def written(folder: Path, text: str) -> list[Case]:
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return read_cases(folder)


def test_every_edge_has_its_cases(cases: list[Case], designations: list[Designation]) -> None:
    assert not [str(due) for due in missing_boundaries(designations, cases)]


def test_an_edge_without_a_case_is_missed(cases: list[Case], designations: list[Designation]) -> None:
    gone = Boundary("security.deployments.azure.qualifies_if.at_most", "2026-07", "smb", "at")
    kept = [case for case in cases if case.tests != gone]
    assert len(kept) < len(cases)
    assert missing_boundaries(designations, kept) == [gone]


def test_every_boundary_case_tests_an_edge_that_exists(cases: list[Case], designations: list[Designation]) -> None:
    due = set(missing_boundaries(designations, []))
    assert not [case.name for case in cases if case.tests is not None and case.tests not in due]


def test_every_case_expects_something_of_a_partner_of_its_own(cases: list[Case]) -> None:
    assert not [case.name for case in cases if not case.expect]
    assert len({case.partner_id for case in cases}) == len(cases)
    tenants = [{row["tenant_id"] for row in case.facts["customers"]} for case in cases]
    assert len(set[str]().union(*tenants)) == sum(len(one) for one in tenants)


def test_a_short_case_expands_to_rows_of_the_contract(tmp_path: Path) -> None:
    cases = written(tmp_path, SHORT)
    assert [str(case.tests) for case in cases] == [
        "security.some.leaf (2025, smb: below)",
        "security.some.leaf (2025, smb: at)",
        "security.some.leaf (2025, enterprise: below)",
        "security.some.leaf (2025, enterprise: at)",
    ]
    case = cases[0]
    assert (case.edition, case.partner_id) == ("2025", "some-0001")
    usage = case.facts["azure_usage"]
    assert len(usage) == 2 * 2 * 2 + 2
    assert usage[0] == {
        "month": "2026-01",
        "service": "Sentinel",
        "associations": "pal",
        "acr_usd": "1.5",
        "tenant_id": "00000001-0000-4000-8000-000000000001",
        "partner_id": "some-0001",
    }
    assert [(row["month"], row["associations"], row["acr_usd"]) for row in usage[-2:]] == [("2026-01", "", "0"), ("2026-02", "", "0")]
    assert case.facts["certifications"][0]["earned_on"] == "2025-03-28"
    assert [(one.track, one.metric, str(one.value), str(one.points)) for one in case.expect] == [("smb", "deployments", "1", "1/3")]
    assert cases[1].expect[0].points is None


def test_the_day_chooses_the_edition_where_a_side_names_one(tmp_path: Path) -> None:
    text = SHORT.replace("below: {", "below: {as_of: 2025-06-30, ")
    assert [(case.edition, case.as_of.isoformat()) for case in written(tmp_path, text)][:2] == [
        (None, "2025-06-30"),
        ("2025", "2026-03-31"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("amount: 2,", "amount: 2.5,", "some.yaml:17: 2.5 is not exact as it stands (quote it, so that no digit is lost: '2.5')"),
        ("amount: 2,", "", "some.yaml: Written short: no side fills $amount (give amount in every side)"),
        (
            "designation: security",
            "designations: security",
            "some.yaml: designation: Field required (see attain/rulebook/cases.py for the form of a case)",
        ),
        (
            "    tests: {leaf: security.some.leaf, editions: ['2025'], tracks: [smb, enterprise]}\n",
            "",
            "some.yaml: Written short: a case with sides must say what it tests (add tests: {leaf, editions, tracks})",
        ),
    ],
)
def test_a_case_that_does_not_read_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(AttainError) as caught:
        written(tmp_path, SHORT.replace(old, new))
    assert str(caught.value).removeprefix(f"{tmp_path}/") == message
