"""Certificates as the rows of a file: the same columns in the web workspace and over the REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.published.masked import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.advise.columns import Columns, Record
    from attain.explaining.skilling import Certificate, StepRef

COLUMNS: Columns = {
    "person_id": "text",
    "person": "text",
    "certification": "text",
    "name": "text",
    "earned_on": "day",
    "expires_on": "day",
    "counts_until": "day",
    "state": "text",
    "reason": "text",
    "steps": "text",
    "gates": "text",
}
"""Steps and gates that a certificate serves stand with their designation, one after the other between semicolons."""


def records(certificates: Iterable[Certificate], *, names: bool, of: tuple[str, str] | None = None) -> Iterator[Record]:
    """Give a row a certificate; without `names` people have marks.

    `of` is a designation and the name of a metric: steps of others are left out, and the designation of these is not repeated.
    """
    for one in certificates:
        serves = [ref for ref in one.serves if of is None or (ref.designation, ref.metric_name) == of]
        yield {
            "person_id": one.person_id if names else mark_of(one.person_id),
            "person": one.person_name if names else mark_of(one.person_id),
            "certification": one.code,
            "name": one.name,
            "earned_on": one.earned_on,
            "expires_on": one.expires_on,
            "counts_until": one.ends_on,
            "state": one.state,
            "reason": one.why,
            "steps": _listed(serves, short=of is not None),
            "gates": _listed([ref for ref in serves if ref.is_gate], short=of is not None),
        }


def _listed(steps: Iterable[StepRef], *, short: bool) -> str:
    return "; ".join(dict.fromkeys(ref.step_name if short else f"{ref.designation_name}: {ref.step_name}" for ref in steps))
