"""How certified people are called for who may not see their names: by a mark that stays the same everywhere and tells nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
from django.utils.crypto import salted_hmac

from attain.advise.names import known_person
from attain.advise.partner_facts import CERTIFICATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.advise.changes import Change
    from attain.advise.partner_facts import PartnerFacts
    from attain.explaining.result import Explanation
    from attain.rulebook.load import Book

_BETWEEN = " · "
"""Stands between a person's id and a step in the entity of a row."""
_SALT = "attain.published.masked"
_LETTERS = 12


def mark_of(person_id: str) -> str:
    """Give the mark of a person: the same on every page, in every answer and file of a server, and nothing without its signing key."""
    return f"Person {salted_hmac(_SALT, person_id, algorithm='sha256').hexdigest()[:_LETTERS]}"


def called(name: str, person_id: str, *, shown: bool) -> str:
    """Call a person by name where names are shown and there is one, else by the mark."""
    return name if shown and name else mark_of(person_id)


def without_people(explanation: Explanation, book: Book) -> Explanation:
    """Give an explanation in which people have marks; one of a metric that counts no people stays as it is."""
    metric = next(one for one in book.designations[explanation.designation].metrics if one.id == explanation.metric)
    if not metric.steps:
        return explanation
    rows = list(explanation.rows)
    for place, row in enumerate(rows):
        person, between, step = row.entity.rpartition(_BETWEEN)
        if between:
            rows[place] = replace(row, entity=f"{mark_of(person)}{_BETWEEN}{step}", name="")
    return replace(explanation, rows=tuple(rows))


def facts_without_people(facts: PartnerFacts) -> PartnerFacts:
    """Give a partner's facts in which people have marks instead of ids and names: what follows from them names nobody, and scores alike."""
    frame = facts.frames.get(CERTIFICATIONS)
    if frame is None:
        return facts
    people: list[str] = frame["person_id"].unique().to_list()
    marks = {person: mark_of(person) if person else person for person in people}
    masked = frame.with_columns(
        pl.col("person_id").replace_strict(marks, return_dtype=pl.String),
        pl.lit(None, pl.String).alias("person_name"),
    )
    return facts.with_frames({CERTIFICATIONS: masked})


def changes_without_people(changes: Sequence[Change], facts: PartnerFacts) -> tuple[Change, ...]:
    """Give the changes of a scenario in which people have the marks that `facts_without_people` gives them; a new person is one too.

    `facts` are the partner's with names.
    """
    made: list[Change] = []
    for change in changes:
        person: str | None = getattr(change, "person", None)
        mark = None if person is None else mark_of(known_person(facts.frames, person) or person)
        made.append(change if mark is None else change.model_copy(update={"person": mark}))
    return tuple(made)
