"""The worked cases of the rulebook as facts: one folder for all that cover their months, so that one run scores many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from attain.rulebook.cases import Case, read_cases
from attain.rulebook.load import packaged_folder
from attain.scoring.rationals import cut
from attain.scoring.result import Scores
from tests.scoring.disk import write_facts

Run = tuple[dt.date, str | None, str]


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(read_cases(packaged_folder() / "cases"))


def expects_a_gap(case: Case) -> bool:
    return any(expected.complete is False for expected in case.expect)


def shared_cases() -> list[Case]:
    """Cases that may share one facts folder; the others are about months that the facts as a whole do not cover."""
    return [case for case in all_cases() if not expects_a_gap(case)]


def write_cases(cases: Iterable[Case], folder: Path) -> Path:
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen: dict[str, set[tuple[tuple[str, str], ...]]] = defaultdict(set)
    for case in cases:
        for table, rows in case.facts.items():
            for row in rows:
                key = tuple(sorted(row.items()))
                if key not in seen[table]:
                    seen[table].add(key)
                    tables[table].append(dict(row))
    return write_facts(tables, folder)


def by_run(cases: Iterable[Case]) -> dict[Run, list[Case]]:
    runs: dict[Run, list[Case]] = defaultdict(list)
    for case in cases:
        runs[case.as_of, case.edition, case.designation].append(case)
    return dict(runs)


def differences(cases: Iterable[Case], scores: Scores) -> list[str]:
    """Say where a score is not what a case expects; amounts are compared as they are shown, cut at six decimals."""
    rows = {(row["partner_id"], row["track"], row["metric"]): row for row in scores.frame.iter_rows(named=True)}
    found: list[str] = []
    for case in cases:
        for expected in case.expect:
            row = rows.get((case.partner_id, expected.track, expected.metric))
            if row is None:
                found.append(f"{case.partner_id} {case.name}: no row of {expected.track}, {expected.metric}")
                continue
            for name in ("value", "points", "qualified", "selected", "complete"):
                wanted = getattr(expected, name)
                if isinstance(wanted, Fraction):
                    wanted = cut(wanted)
                if wanted is not None and row[name] != wanted:
                    found.append(f"{case.partner_id} {case.name}: {expected.track} {expected.metric} {name} is {row[name]}, not {wanted}")
    return found
