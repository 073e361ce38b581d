"""The rows behind one metric of one partner: the plan of the score, stopped at its entities, and put in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.errors import AttainError, nearest
from attain.explaining.certificates import explain_certificates
from attain.explaining.pools import PoolExplainer
from attain.explaining.result import Explanation
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts, scores

if TYPE_CHECKING:
    import datetime as dt

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import DesignationPlan, MetricPlan


def explain(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    designation: str,
    metric: str,
    track: str | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Explanation:
    """Give the rows behind one metric of one partner, on `track` (the selected one unless named), see `Explanation`.

    Raises AttainError for an unknown partner, designation, edition, track or metric, and where a table that the metric needs is missing.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    plan = make_plan(book, facts, as_of, designations=[designation], options=options)
    planned = plan.designations[0]
    if track is None:
        scored = scores(
            book,
            facts,
            as_of,
            partners=[account],
            designations=[designation],
            options=options,
            backend=engine,
        )
        track = scored.total(account, designation).track
    found = metric_plan(planned, track, metric)
    if not found.is_scored:
        gap = found.gaps[0]
        raise AttainError("missing-table", f"{metric} cannot be explained: {gap}", hint=f"add {gap.table}.csv to the facts")
    notes = tuple(str(gap) for gap in found.gaps)
    if found.steps:
        rows, pools = explain_certificates(plan, found, facts, account, engine, book)
    else:
        rows, pools = PoolExplainer(plan, facts, account, engine, book).explain(found)
    return Explanation(account, designation, planned.rules.edition.id, track, metric, as_of, tuple(rows), tuple(pools), notes)


def metric_plan(planned: DesignationPlan, track: str, metric: str) -> MetricPlan:
    """Find a metric of a track; raises AttainError `unknown-track` or `unknown-metric` with what there is."""
    if track not in planned.metrics:
        raise AttainError(
            "unknown-track", f"{planned.rules.designation.id} has no track {track!r}", hint=f"its tracks: {', '.join(planned.metrics)}"
        )
    for found in planned.metrics[track]:
        if found.rules.id == metric:
            return found
    known = [found.rules.id for found in planned.metrics[track]]
    near = nearest(metric, known)
    hint = (f"did you mean {near[0]}? " if near else "") + f"its metrics: {', '.join(known)}"
    raise AttainError("unknown-metric", f"{planned.rules.designation.id} has no metric {metric!r}", hint=hint)
