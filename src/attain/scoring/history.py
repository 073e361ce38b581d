"""Scores of many days at once: what the days share is read and gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, finished, resolve_accounts
from attain.scoring.values import segments, values_by_plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.result import Scores
    from attain.scoring.scans import Scan

AT_ONCE = 1700
"""Every day has numbers of its own for each tenant: fewer partners at a time than for one day."""


def history(
    book: Book,
    facts: Facts,
    days: Sequence[dt.date],
    *,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | Mapping[dt.date, Sequence[str]] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> list[Scores]:
    """Score partners in designations on each of `days`, in their order: the same as `scores` day by day, in one pass over the facts.

    Each day has the edition in effect on it; a mapping of `designations` names them day by day.

    Raises AttainError for an unknown partner, designation or edition, and for a day before the
    first edition.
    """
    if not days:
        return []
    engine: Backend = backend or PolarsBackend()
    accounts = resolve_accounts(facts, partners)
    wanted = None if partners is None else accounts
    shared: dict[str, Scan] = {}
    customers = segments(facts, engine)
    by_day = designations if isinstance(designations, Mapping) else dict.fromkeys(days, designations)
    plans = [make_plan(book, facts, day, designations=by_day[day], options=options, customers=customers, scans=shared) for day in days]
    values = values_by_plan(plans, facts, engine, accounts, wanted, AT_ONCE)
    return [finished(book, facts, plan, found, wanted, options=options, engine=engine) for plan, found in zip(plans, values, strict=True)]
