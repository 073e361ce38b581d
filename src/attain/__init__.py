"""Attain computes Microsoft partner capability scores exactly, from files a partner has, and explains every point.

>>> import datetime as dt, attain
>>> facts = attain.load("my-facts")  # doctest: +SKIP
>>> attain.score(facts, on=dt.date(2026, 11, 24)).total("1234567", "security").points  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from attain.engine.backends import Backend
    from attain.explaining.lines import Difference
    from attain.explaining.reconciliation import Reconciliation
    from attain.explaining.result import Explanation
    from attain.facts.facts import Facts
    from attain.scoring.options import ScoreOptions
    from attain.scoring.result import Scores
    from attain.workspace import Workspace

__all__ = ["difference", "explain", "load", "reconcile", "score"]


def load(folder: Path | str) -> Facts:
    """Open a facts folder of the data contract, checked and ready to score.

    Raises AttainError where a file is refused or more than 1% of a table's rows are faulty.
    """
    from attain.workspace import Workspace

    return Workspace.open(folder).facts


def score(
    facts: Facts | Path | str,
    *,
    on: dt.date,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | None = None,
    backend: Backend | None = None,
    **options: Unpack[ScoreOptions],
) -> Scores:
    """Score partners (all where none is named) in designations (all where none is named) on the day `on`.

    `facts` come from `load`, or are a folder. The result's `rows()` are typed, its `contract()` is a Polars frame with one row per partner,
    designation, track and metric. Raises AttainError for an unknown partner, designation or edition.
    """
    return _workspace(facts, backend).score(on, partners=partners, designations=designations, **options)


def explain(
    facts: Facts | Path | str,
    *,
    on: dt.date,
    partner: str,
    designation: str,
    metric: str,
    track: str | None = None,
    backend: Backend | None = None,
    **options: Unpack[ScoreOptions],
) -> Explanation:
    """Give the rows behind one metric of one partner on the day `on`, on the selected track unless `track` names one.

    The rows' `change` adds up exactly to the metric's value. Raises AttainError for an unknown name or where a needed table is missing.
    """
    return _workspace(facts, backend).explain(
        on,
        partner=partner,
        designation=designation,
        metric=metric,
        track=track,
        **options,
    )


def difference(
    facts: Facts | Path | str,
    *,
    partner: str,
    from_: dt.date,
    to: dt.date,
    designations: Sequence[str] | None = None,
    track: str | None = None,
    before_facts: Facts | None = None,
    backend: Backend | None = None,
    **options: Unpack[ScoreOptions],
) -> Difference:
    """Say why the scores of one partner changed between two days: lines whose exact points add up to the change.

    All designations with rules on both days unless some are named, on the track that counts unless `track` names one. `before_facts` is
    what was known on `from_`: where it differs, restated months have lines of their own. Raises AttainError for an unknown name.
    """
    return _workspace(facts, backend).difference(
        partner=partner,
        from_=from_,
        to=to,
        designations=designations,
        track=track,
        before_facts=before_facts,
        **options,
    )


def reconcile(
    facts: Facts | Path | str,
    *,
    partner: str,
    as_of: dt.date | None = None,
    backend: Backend | None = None,
    **options: Unpack[ScoreOptions],
) -> Reconciliation:
    """Compare the scores that Microsoft reported for a partner with ours of the same days, and say what could explain a difference.

    Of each designation the latest reported day counts, up to `as_of` where it is given. Raises AttainError where nothing is reported.
    """
    return _workspace(facts, backend).reconcile(partner=partner, as_of=as_of, **options)


def _workspace(facts: Facts | Path | str, backend: Backend | None) -> Workspace:
    from attain.facts.facts import Facts as LoadedFacts
    from attain.rulebook.load import load_book
    from attain.workspace import Workspace

    if isinstance(facts, LoadedFacts):
        return Workspace(facts, load_book(), backend)
    return Workspace.open(facts, backend=backend)
