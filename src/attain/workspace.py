"""The one door that surfaces use: facts opened once, and questions asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from attain.explaining.difference import difference
from attain.explaining.run import explain
from attain.facts.facts import Facts, load
from attain.facts.report import DEFAULT_MAX_REJECTS
from attain.rulebook.load import Book, load_book
from attain.scoring.options import Chosen
from attain.scoring.run import scores
from attain.scoring.statuses import statuses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from attain.engine.backends import Backend
    from attain.explaining.lines import Difference
    from attain.explaining.result import Explanation
    from attain.facts.conform import Progress
    from attain.scoring.options import ScoreOptions
    from attain.scoring.result import Scores
    from attain.scoring.statuses import PartnerOn


@dataclass(frozen=True)
class Workspace:
    """Facts and the rulebook to read them by. `backend` is the engine; None is Polars on this machine."""

    facts: Facts
    book: Book
    backend: Backend | None = None

    @classmethod
    def open(
        cls,
        source: Path | str,
        *,
        book: Book | None = None,
        max_rejects: Fraction = DEFAULT_MAX_REJECTS,
        progress: Progress | None = None,
        backend: Backend | None = None,
    ) -> Workspace:
        """Open a facts folder; raises AttainError where it is refused (contract: faults of files, more than 1% rejected rows)."""
        rules = book or load_book()
        facts = load(source, max_rejects=max_rejects, progress=progress, catalog=rules.catalog)
        return cls(facts, rules, backend)

    def score(
        self,
        on: dt.date,
        *,
        partners: Sequence[str] | None = None,
        designations: Sequence[str] | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Scores:
        """Score partners in designations on a day (all of each where none is named); see `attain.scoring.run.scores`."""
        return scores(
            self.book,
            self.facts,
            on,
            partners=partners,
            designations=designations,
            options=Chosen(**options),
            backend=self.backend,
        )

    def status(
        self,
        on: dt.date,
        *,
        partners: Sequence[str] | None = None,
        designations: Sequence[str] | None = None,
        **options: Unpack[ScoreOptions],
    ) -> list[PartnerOn]:
        """Give the statuses of partners in designations on a day (all of each where none is named); see `attain.scoring.statuses`."""
        return statuses(
            self.book,
            self.facts,
            on,
            partners=partners,
            designations=designations,
            options=Chosen(**options),
            backend=self.backend,
        )

    def explain(
        self,
        on: dt.date,
        *,
        partner: str,
        designation: str,
        metric: str,
        track: str | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Explanation:
        """Give the rows behind one metric of one partner; see `attain.explaining.run.explain`."""
        return explain(
            self.book,
            self.facts,
            on,
            partner=partner,
            designation=designation,
            metric=metric,
            track=track,
            options=Chosen(**options),
            backend=self.backend,
        )

    def difference(
        self,
        *,
        partner: str,
        from_: dt.date,
        to: dt.date,
        designations: Sequence[str] | None = None,
        track: str | None = None,
        before_facts: Facts | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Difference:
        """Say why the scores of one partner changed between two days; see `attain.explaining.difference.difference`."""
        return difference(
            self.book,
            self.facts,
            partner=partner,
            from_=from_,
            to=to,
            designations=designations,
            track=track,
            before_facts=before_facts,
            options=Chosen(**options),
            backend=self.backend,
        )

    def partner_names(self) -> dict[str, str]:
        """Give the names of the global accounts that have one, by id."""
        named = self.facts.scan("accounts").select("partner_id", "name").drop_nulls().collect()
        return dict(named.iter_rows())
