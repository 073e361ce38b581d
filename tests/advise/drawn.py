"""Random facts of every designation and edition, opened for hypotheses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import attain
from attain.advise.hypothesis import Hypotheses
from attain.facts.facts import Facts
from attain.rulebook.load import load_book
from attain.scoring.exact import ExactScores
from attain.scoring.run import resolve_accounts
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import Row, write_facts
from tests.scoring.test_against_oracle import EDITIONS, day_within

PARTNERS = 2
Numbers = dict[str, tuple[str, dict[str, dict[str, Fraction]], frozenset[str], frozenset[str]]]


def drawn_tables(designation: str, edition: str, seed: int) -> tuple[dict[str, list[Row]], date]:
    day = day_within(designation, edition, seed)
    number = 5000 + seed * len(EDITIONS) + EDITIONS.index((designation, edition))
    return random_facts(number, partners=PARTNERS, designation=designation, edition_day=day), day


def drawn_facts(designation: str, edition: str, seed: int, folder: Path) -> tuple[Facts, date]:
    tables, day = drawn_tables(designation, edition, seed)
    return attain.load(write_facts(tables, folder)), day


def hypotheses_of(facts: Facts, day: date, designation: str) -> Iterator[Hypotheses]:
    book = load_book()
    for account in resolve_accounts(facts, None):
        yield Hypotheses(book, facts, account, day, designations=[designation])


def numbers(scores: ExactScores) -> Numbers:
    """Give all that a score decides, to compare."""
    return {name: (score.selected, score.points, score.reaches, score.complete) for name, score in scores.of.items()}
