"""Apache Spark gives the scores that Polars gives, cell by cell: every worked case, and random facts of every designation.

A run on Spark takes seconds however few its rows are, so all cases of a day and an edition are scored together, and the few partners of
the days with a case or two alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import attain
from attain.engine.backends import SparkBackend
from attain.facts.facts import Facts
from attain.rulebook.cases import Case
from tests.oracle import figures
from tests.oracle.random_facts import random_facts
from tests.scoring.case_facts import all_cases, differences, expects_a_gap, shared_cases, write_cases
from tests.scoring.disk import write_facts

pytestmark = pytest.mark.spark

DAY = dt.date(2026, 11, 24)
Run = tuple[dt.date, str | None]


def _runs() -> dict[Run, list[Case]]:
    runs: dict[Run, list[Case]] = defaultdict(list)
    for case in shared_cases():
        runs[case.as_of, case.edition].append(case)
    return dict(runs)


RUNS = _runs()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return attain.load(write_cases(shared_cases(), tmp_path_factory.mktemp("cases")))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(str(part) for part in run if part))
def test_cases(cases: Facts, spark_backend: SparkBackend, run: Run) -> None:
    day, edition = run
    chosen = RUNS[run]
    designations = sorted({case.designation for case in chosen})
    partners = sorted({case.partner_id for case in chosen})
    on_spark = attain.score(cases, on=day, designations=designations, edition=edition, partners=partners, backend=spark_backend)
    on_polars = attain.score(cases, on=day, designations=designations, edition=edition, partners=partners)
    assert on_spark.frame.equals(on_polars.frame)
    assert on_spark.gaps == on_polars.gaps
    assert (on_spark.engine, on_polars.engine) == ("spark", "polars")
    for designation in designations:
        alone = replace(on_spark, frame=on_spark.frame.filter(designation=designation))
        assert not differences([case for case in chosen if case.designation == designation], alone)


def test_a_case_of_uncovered_months(spark_backend: SparkBackend, tmp_path: Path) -> None:
    (case,) = [case for case in all_cases() if expects_a_gap(case)]
    facts = attain.load(write_cases([case], tmp_path))
    scores = attain.score(facts, on=case.as_of, designations=[case.designation], edition=case.edition, backend=spark_backend)
    assert not differences([case], scores)
    assert scores.gaps


def _drawn(designation: str, folder: Path, order: int | None = None) -> Facts:
    facts = random_facts(4_000, partners=12, designation=designation, edition_day=DAY)
    # An enrollment without a track asks for those of six days, each a run: one such is enough.
    undecided = [row for row in facts["enrollments"] if row["designation"] == designation == "data-ai" and not row["track"]]
    facts["enrollments"] = undecided[:1]
    if order is not None:
        facts = {table: Random(order).sample(rows, len(rows)) for table, rows in facts.items()}
    return attain.load(write_facts(facts, folder))


@pytest.mark.parametrize("designation", figures.DESIGNATIONS)
def test_random_facts(spark_backend: SparkBackend, designation: str, tmp_path: Path) -> None:
    facts = _drawn(designation, tmp_path)
    on_spark = attain.score(facts, on=DAY, designations=[designation], backend=spark_backend)
    assert on_spark.frame.equals(attain.score(facts, on=DAY, designations=[designation]).frame)
    assert on_spark.frame.filter(metric="total")["points"].n_unique() > 3


@pytest.mark.parametrize("designation", ["security", "modern-work"])
def test_the_order_of_rows_means_nothing(spark_backend: SparkBackend, designation: str, tmp_path: Path) -> None:
    shuffled = attain.score(_drawn(designation, tmp_path / "shuffled", order=7), on=DAY, designations=[designation], backend=spark_backend)
    assert shuffled.frame.equals(attain.score(_drawn(designation, tmp_path / "drawn"), on=DAY, designations=[designation]).frame)


def test_an_explanation_is_the_same(spark_backend: SparkBackend, tmp_path: Path) -> None:
    facts = _drawn("security", tmp_path)
    partner = "P0001"
    for metric in ("net_customer_adds", "intermediate_certifications"):
        on_spark, on_polars = (
            attain.explain(facts, on=DAY, partner=partner, designation="security", metric=metric, track="smb", backend=backend)
            for backend in (spark_backend, None)
        )
        assert on_spark == on_polars
        assert on_spark.rows
