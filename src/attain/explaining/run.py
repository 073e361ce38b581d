"""The rows behind one metric of one partner: the plan of the score, stopped at its entities, and put in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.explaining.beginning import late_beginnings
from attain.explaining.certificates import explain_certificates
from attain.explaining.pool_rows import FIRST_MOVED
from attain.explaining.pools import PoolExplainer
from attain.explaining.queries import metric_query
from attain.explaining.result import Explanation
from attain.scoring.run import DEFAULTS, resolve_accounts, scores

if TYPE_CHECKING:
    import datetime as dt

    from attain.engine.backends import Backend
    from attain.explaining.pool_rows import Order, PoolRows
    from attain.explaining.queries import MetricQuery
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import MetricPlan


@dataclass(frozen=True)
class RowsBehind:
    """The rows behind a metric of usage, looked up when they are asked for and put in words a few at a time: in the order of `explain`."""

    explainer: PoolExplainer
    metric: MetricPlan

    @property
    def is_usage(self) -> bool:
        """Say whether usage makes the metric, not people and certificates."""
        return not self.metric.steps

    def pools(self, order: Order = FIRST_MOVED) -> list[PoolRows]:
        """Look the rows up, and give those of each pool in an order; where there are very many, in several runs that follow each other."""
        return self.explainer.runs(self.metric, order)


def rows_behind(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    designation: str,
    metric: str,
    track: str,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> RowsBehind:
    """Give the rows behind a metric of usage for somebody who passes them on: no more than a few of them are held at a time.

    A metric of certificates has none; raises AttainError as `explain` does.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    query = metric_query(book, facts, as_of, designation, track, metric, options)
    return RowsBehind(_explainer(query, facts, account, engine, book), query.metric)


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
    query = metric_query(book, facts, as_of, designation, track, metric, options)
    plan, found = query.plan, query.metric
    notes = tuple(str(gap) for gap in found.gaps)
    if found.steps:
        rows, pools = explain_certificates(plan, found, facts, account, engine, book)
    else:
        rows, pools = _explainer(query, facts, account, engine, book).explain(found)
        notes += tuple(late_beginnings(query, facts, engine, account))
    edition = plan.designations[0].rules.edition.id
    return Explanation(account, designation, edition, track, metric, as_of, tuple(rows), tuple(pools), notes)


def _explainer(query: MetricQuery, facts: Facts, account: str, engine: Backend, book: Book) -> PoolExplainer:
    return PoolExplainer(query.plan, facts, account, engine, book, query if isinstance(engine, PolarsBackend) else None)
