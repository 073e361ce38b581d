"""What next for a partner as it is published: the advice that pages and endpoints ask alike, people masked where they are to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.published.masked import facts_without_people
from attain.scoring.options import ScoreOptions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.advise.advice import Advice
    from attain.published.standing import Standing


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
