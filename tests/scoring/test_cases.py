"""Every worked case beside the rules, on the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

import attain
from attain.facts.facts import Facts
from tests.scoring.case_facts import Run, all_cases, by_run, differences, expects_a_gap, shared_cases, write_cases

RUNS = by_run(shared_cases())
ALONE = [case for case in all_cases() if expects_a_gap(case)]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return attain.load(write_cases(shared_cases(), tmp_path_factory.mktemp("cases")))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(str(part) for part in run if part))
def test_cases(facts: Facts, run: Run) -> None:
    as_of, edition, designation = run
    scores = attain.score(facts, on=as_of, designations=[designation], edition=edition)
    assert not differences(RUNS[run], scores)


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.partner_id)
def test_cases_of_uncovered_months(tmp_path: Path, case: object) -> None:
    (chosen,) = [one for one in ALONE if one is case]
    facts = attain.load(write_cases([chosen], tmp_path))
    scores = attain.score(facts, on=chosen.as_of, designations=[chosen.designation], edition=chosen.edition)
    assert not differences([chosen], scores)
    assert scores.gaps
