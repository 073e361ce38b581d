"""How certified people are called for who may not see their names: by a mark that stays the same everywhere and tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from django.utils.crypto import salted_hmac

from attain.advise.names import known_person
from attain.advise.partner_facts import CERTIFICATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.advise.changes import Change
    from attain.advise.partner_facts import PartnerFacts

_SALT = "attain.published.masked"
_LETTERS = 12


def mark_of(person_id: str) -> str:
    """Give the mark of a person: the same on every page, in every answer and file of a server, and nothing without its signing key."""
    return f"Person {salted_hmac(_SALT, person_id, algorithm='sha256').hexdigest()[:_LETTERS]}"


def called(name: str, person_id: str, *, shown: bool) -> str:
    """Call a person by name where names are shown and there is one, else by the mark."""
    return name if shown and name else mark_of(person_id)


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
