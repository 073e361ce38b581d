"""What next for a partner as it is published: the advice that pages and endpoints ask alike, people masked where they are to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attain.facts.kept import Kept
from attain.published.masked import facts_without_people
from attain.published.worked_out import PATIENCE, worked_out
from attain.scoring.options import ScoreOptions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Sequence

    from attain.advise.advice import Advice
    from attain.published.standing import Standing

T = TypeVar("T")
KEPT = 6
"""Partners whose facts stay in memory for the next question, those asked about last."""
_advices: Kept[Advice] = Kept(KEPT)


def advice_of(
    standing: Standing,
    *,
    sees_names: bool,
    day: dt.date | None = None,
    designations: Sequence[str] | None = None,
    edition: str | None = None,
) -> Advice:
    """Give the advice for a partner on a day (the published one unless given), by the options that it was published with.

    Without `sees_names` people go by their marks, in a scenario too. Raises AttainError as `Workspace.advice`.
    """
    options: ScoreOptions = {**standing.options, "edition": edition}
    found = standing.workspace.advice(
        day or standing.overview.partner.day, partner=standing.partner_id, designations=designations, **options
    )
    if not sees_names:
        found.hypotheses.today = facts_without_people(found.hypotheses.today)
    return found


def advised(
    standing: Standing,
    question: Hashable,
    work_out: Callable[[Advice], T],
    *,
    sees_names: bool,
    designation: str = "",
    patience: float = PATIENCE,
) -> T | None:
    """Give an answer of the advice, named by `question` within the partner; None while it is worked out, after `patience` seconds.

    With a `designation` the advice is about that one alone. Pages and endpoints that ask the same share the answer: `question` names
    what `work_out` gives.
    """
    state = state_of(standing)
    return worked_out(
        (sees_names, designation, question),
        lambda: work_out(_advice(state, standing, designation, sees_names=sees_names)),
        about=standing.partner_id,
        state=state,
        patience=patience,
    )


def state_of(standing: Standing) -> Hashable:
    """Name what an answer about a partner follows from, beside the question and who asks.

    The facts and what is recorded over them are read here: the thread that works an answer out asks no database.
    """
    partner = standing.overview.partner
    return standing.overview.etag, partner.published_at, standing.workspace.facts.digest


def _advice(state: Hashable, standing: Standing, designation: str, *, sees_names: bool) -> Advice:
    """Give the advice from memory, or read the partner's facts."""
    designations = [designation] if designation else None
    return _advices.answer(
        (sees_names, designation),
        lambda: advice_of(standing, sees_names=sees_names, designations=designations),
        about=standing.partner_id,
        state=state,
    )
