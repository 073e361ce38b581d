"""Hold the cheapest path against every set of actions, on random cases: the solver's plans, and all sets played through the score."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from attain.advise.hypothesis import Hypotheses
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.exhaustive import drawn_cases, lenient_book
from tests.scoring.test_against_oracle import EDITIONS


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench plans", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--minutes", type=int, default=10, help="draw for so long")
    parser.add_argument("--output", type=Path, help="write the result here too")
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    options = arguments(given)
    until = time.monotonic() + options.minutes * 60
    counts: Counter[str] = Counter()
    faults: list[str] = []
    seed = options.first
    while time.monotonic() < until:
        for designation, edition in EDITIONS:
            with tempfile.TemporaryDirectory(prefix="attain-plans-") as folder:
                facts, day = drawn_facts(designation, edition, seed, Path(folder))
                for strict in hypotheses_of(facts, day, designation):
                    lenient = Hypotheses(lenient_book(), facts, strict.account, day, designations=[designation])
                    for hypotheses in (strict, lenient):
                        for case in drawn_cases(hypotheses, designation, seed, targets=8, hair=True):
                            counts["cases"] += 1
                            counts["plans"] += len(case.plans)
                            counts["optimal"] += sum(plan.optimal for plan in case.plans)
                            counts["reached"] += bool(case.plans)
                            counts["unproven"] += not case.proven
                            counts["sets"] += len(case.tried.sets)
                            faults.extend(case.faults())
            if time.monotonic() >= until:
                break
        print(f"seed {seed}: {dict(counts)}, {len(faults)} faults", file=sys.stderr, flush=True)
        seed += 1
    text = (
        f"{counts['cases']:,} cases (seeds {options.first} to {seed - 1}, every designation and edition), {counts['reached']:,} of them "
        f"within reach, {counts['plans']:,} plans, {counts['optimal']:,} of them proven the cheapest; {counts['sets']:,} sets of actions "
        f"held against them. In {counts['unproven']:,} cases the search gave up without a claim. {len(faults)} faults.\n"
    )
    print(text, *faults, sep="\n")
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
    if faults:
        sys.exit(1)
