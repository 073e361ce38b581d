"""People in a pack: by name where that was asked for, else by a mark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from attain.explaining.result import ExplainedRow, Explanation

    Mark = Callable[[str], str]

BETWEEN = " · "
"""Stands between a person's id and a step in the entity of a row."""


def numbered(explanations: Iterable[Explanation]) -> Mark:
    """Mark the people of some explanations by number, in the order of their ids: the same facts give the same marks."""
    people = sorted({row.entity.rpartition(BETWEEN)[0] for one in explanations for row in one.rows if _is_person(row)})
    marks = {person: f"Person {place}" for place, person in enumerate(people, 1)}
    return marks.__getitem__


def without_people(explanation: Explanation, mark: Mark) -> Explanation:
    """Give an explanation of certificates in which people have marks instead of ids and names."""
    return replace(explanation, rows=tuple(_marked(row, mark) if _is_person(row) else row for row in explanation.rows))


def _is_person(row: ExplainedRow) -> bool:
    return BETWEEN in row.entity


def _marked(row: ExplainedRow, mark: Mark) -> ExplainedRow:
    person, _, step = row.entity.rpartition(BETWEEN)
    return replace(row, entity=f"{mark(person)}{BETWEEN}{step}", name="")
