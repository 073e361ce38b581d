"""Rows and lines without the names and ids of certified people, for who may not see them: each person has a number instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attain.explaining.result import Explanation
    from attain.rulebook.load import Book

_BETWEEN = " · "
"""Stands between a person's id and a step in the entity of a row."""


def without_people(explanation: Explanation, book: Book) -> Explanation:
    """Give an explanation in which people are numbered; one of a metric that counts no people stays as it is."""
    metric = next(one for one in book.designations[explanation.designation].metrics if one.id == explanation.metric)
    if not metric.steps:
        return explanation
    numbers: dict[str, int] = {}
    rows = list(explanation.rows)
    for place, row in enumerate(rows):
        person, between, step = row.entity.rpartition(_BETWEEN)
        if between:
            number = numbers.setdefault(person, len(numbers) + 1)
            rows[place] = replace(row, entity=f"person {number}{_BETWEEN}{step}", name="")
    return replace(explanation, rows=tuple(rows))
