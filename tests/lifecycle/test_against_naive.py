"""Random histories of a partner: every status equals that of the machine that lives day by day."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from attain.lifecycle import DailyScore, Enrollment, days_needed, status_on
from tests.lifecycle.histories import DAY, PROGRAMME, Span, days_of, scores
from tests.lifecycle.naive import Machine, Row

DESIGNATIONS = ("security", "modern-work", "data-ai")
FIRST = dt.date(2022, 10, 3)
DAYS = 1300


def _spans(chance: random.Random, begin: dt.date) -> list[Span]:
    spans: list[Span] = []
    day = begin + DAY * chance.randrange(300)
    while day < begin + DAY * DAYS:
        end = day + DAY * chance.choice((0, 0, 1, 10, 40, 200))
        spans.append((day, end))
        day = end + DAY * chance.randrange(2, 420)
    return spans


def _rows(chance: random.Random, begin: dt.date) -> list[Row]:
    """Purchases, renewals near both ends of the renewal window, late ones, and further designations, some without a payment."""
    rows: dict[tuple[str, dt.date], Row] = {}
    day = begin + DAY * chance.randrange(200)
    while day < begin + DAY * DAYS:
        paid = day - DAY * chance.choice((0, 0, 0, 2))
        for designation in chance.sample(DESIGNATIONS, chance.choice((1, 1, 2))):
            rows[designation, day] = Row(designation, day, paid)
        if chance.random() < 0.5:
            joined = chance.choice(DESIGNATIONS)
            on = day + DAY * chance.randrange(1, 395)
            rows[joined, on] = Row(joined, on, None)
        day = paid + DAY * (365 + chance.choice((2, 3, 15, 29, 30, 31, 32, 60, 200)))
    return list(rows.values())


@pytest.mark.parametrize("seed", range(40))
def test_every_status_is_the_naive_one(seed: int) -> None:
    chance = random.Random(seed)
    begin = FIRST + DAY * chance.choice((0, 150, 250, 330, 900))
    spans = {designation: _spans(chance, begin) for designation in DESIGNATIONS}
    rows = _rows(chance, begin)
    enrollments = [Enrollment(row.designation, row.enrolled_on, row.paid_on) for row in rows]
    chance.shuffle(enrollments)
    machine = Machine(DESIGNATIONS, {designation: days_of(own) for designation, own in spans.items()}, rows)
    steps = {designation: scores(own) for designation, own in spans.items()}
    marked = {row.enrolled_on + DAY * shift for row in rows for shift in (-1, 0, 1, 364, 365, 366, 394, 395, 396)}
    marked |= {edge + DAY * shift for own in spans.values() for span in own for edge in span for shift in (-1, 0, 1, 31, 180)}
    marked |= {begin + DAY * number for number in chance.sample(range(DAYS), 30)}
    changes = {designation: {step.day for step in own} for designation, own in steps.items()}
    for number in range(DAYS):
        today = begin + DAY * number
        expected = machine.live(today)
        if today not in marked:
            continue
        for designation in DESIGNATIONS:
            status = status_on(PROGRAMME, designation, today, steps[designation], enrollments)
            assert status.status == expected[designation], f"seed {seed}, {designation} on {today}: {status.reason}"
            needed = days_needed(PROGRAMME, designation, today, enrollments, changes[designation])
            few = [_score_on(steps[designation], day) for day in needed]
            assert status_on(PROGRAMME, designation, today, few, enrollments) == status, f"seed {seed}, {designation} on {today}"


def _score_on(steps: list[DailyScore], day: dt.date) -> DailyScore:
    return replace(max((step for step in steps if step.day <= day), key=lambda step: step.day), day=day)
