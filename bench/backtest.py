"""Hold forecasts against what came: on demo facts, from each past refresh day for every later one, for every partner and designation."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from attain.advise.backtest import MONTHS_BACK, backtest
from attain.advise.courses import Usage
from attain.advise.hypothesis import Hypotheses
from attain.facts.facts import load
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book
from attain.scoring.run import resolve_accounts

DAY = dt.date(2026, 11, 24)
MONTHS = 24 + MONTHS_BACK + 2
AHEAD = (1, 2, 3, 6, 9, 11)
USAGES: tuple[Usage, ...] = ("held", "trend")


@dataclass(frozen=True)
class Held:
    """One forecast of a total against what came, and whether the range that the partner's other forecasts give held it."""

    designation: str
    months: int
    error: Fraction
    covered: bool | None


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench backtest", description=__doc__)
    parser.add_argument("--partners", type=int, default=50, help="partners of the demo")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the tables here too")
    return parser.parse_args(given)


def compared(hypotheses: Hypotheses, usage: Usage) -> list[Held]:
    """Compare one partner's forecasts; each is held against the range that those made on other days give."""
    errors = backtest(hypotheses, usage)
    others = {day: errors.without(day) for day in {row.made_on for row in errors.rows}}
    found: list[Held] = []
    for row in errors.rows:
        spread = others[row.made_on].spread(row.designation, row.months)
        found.append(Held(row.designation, row.months, row.error, None if spread is None else abs(row.error) <= spread))
    return found


def quantile(errors: list[Fraction], share: Fraction) -> Fraction:
    ordered = sorted(abs(error) for error in errors)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def line(label: str, rows: list[Held]) -> str:
    errors = [row.error for row in rows]
    mean = sum((abs(error) for error in errors), Fraction(0)) / len(errors)
    bias = sum(errors, Fraction(0)) / len(errors)
    told = [row.covered for row in rows if row.covered is not None]
    exact = sum(not error for error in errors)
    numbers = [mean, quantile(errors, Fraction(1, 2)), quantile(errors, Fraction(9, 10)), max(abs(error) for error in errors), bias]
    coverage = f"{Fraction(100 * sum(told), len(told)).__round__()}%" if told else ""
    return f"| {label} | {len(rows):,} | {100 * exact // len(rows)}% | {' | '.join(f'{float(one):.1f}' for one in numbers)} | {coverage} |"


HEADING = (
    "| | comparisons | exactly right | mean error | half within | nine in ten within | largest | bias | inside the range |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def report(folder: Path, options: argparse.Namespace) -> str:
    write_demo(DemoPlan(partners=options.partners, as_of=DAY, months=MONTHS, seed=options.seed), folder, overwrite=True)
    book = load_book()
    facts = load(folder, catalog=book.catalog)
    accounts = resolve_accounts(facts, None)
    rows: dict[Usage, list[Held]] = defaultdict(list)
    for place, account in enumerate(accounts, 1):
        hypotheses = Hypotheses(book, facts, account, DAY)
        for usage in USAGES:
            rows[usage].extend(compared(hypotheses, usage))
        print(f"{place} of {len(accounts)} partners", file=sys.stderr, flush=True)
    lines = [
        f"{len(accounts)} partners of the demo (seed {options.seed}), six designations, forecasts from each refresh day of the "
        f"{MONTHS_BACK} months to {DAY}, exact points of the total on the track that counts."
    ]
    for usage in USAGES:
        found = rows[usage]
        lines += ["", f"Usage {'held' if usage == 'held' else 'by trend'}:", "", HEADING]
        for months in AHEAD:
            own = [row for row in found if row.months == months]
            if own:
                lines.append(line(f"{months} month{'' if months == 1 else 's'} ahead", own))
        for designation in book.designations:
            own = [row for row in found if row.designation == designation]
            if own:
                lines.append(line(book.designation(designation).name, own))
        lines.append(line("**all**", found))
    return "\n".join(lines) + "\n"


def main(given: list[str]) -> None:
    options = arguments(given)
    folder = Path(tempfile.mkdtemp(prefix="attain-backtest-"))
    try:
        text = report(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
