"""The one door that surfaces use: facts opened once, and questions asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Unpack

from attain.advise.advice import Advice
from attain.advise.impact import impact
from attain.advise.prospects import prospects
from attain.engine.backends import PolarsBackend
from attain.errors import AttainError
from attain.explaining.difference import difference
from attain.explaining.eligibility import eligibility
from attain.explaining.freshness import freshness
from attain.explaining.parts import locations, parts
from attain.explaining.reconcile import reconcile
from attain.explaining.run import explain, rows_behind
from attain.explaining.selection import selections
from attain.explaining.skilling import skilling
from attain.explaining.trends import trends
from attain.facts.directory import accounts, ids_of, reported_scores
from attain.facts.facts import Facts
from attain.facts.facts import load as load_facts
from attain.facts.report import DEFAULT_MAX_REJECTS
from attain.lifecycle.windows import rules_on
from attain.report.evidence.gathering import gather
from attain.rulebook.load import Book, load_book
from attain.scoring.chronicle import chronicle
from attain.scoring.options import Chosen
from attain.scoring.plan import USAGE_TABLES
from attain.scoring.run import finished, resolve_accounts, scores
from attain.scoring.statuses import statuses
from attain.scoring.timeline import TimelineReader
from attain.scoring.values import plan_and_values, silent
from attain.scoring.windows import month_text, table_window
from attain.store.facts import StoreFacts
from attain.store.place import is_store
from attain.store.restated import before_restatements
from attain.store.scores import keep_run
from attain.store.store import Store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from attain.advise.impact import Impact
    from attain.advise.prospects import Key, Prospects
    from attain.engine.backends import Backend
    from attain.explaining.eligibility import Eligibility
    from attain.explaining.freshness import Freshness
    from attain.explaining.lines import Difference
    from attain.explaining.parts import Part
    from attain.explaining.reconciliation import Reconciliation
    from attain.explaining.result import Explanation
    from attain.explaining.run import RowsBehind
    from attain.explaining.selection import Selection
    from attain.explaining.skilling import Skilling
    from attain.explaining.trends import Trends
    from attain.facts.directory import Account, ReportedScore
    from attain.facts.first_pass import Progress
    from attain.report.evidence.gathering import Asked
    from attain.report.evidence.pack import Evidence
    from attain.scoring.chronicle import By, Chronicle
    from attain.scoring.options import ScoreOptions
    from attain.scoring.result import Scores
    from attain.scoring.statuses import PartnerOn
    from attain.scoring.values import Told
    from attain.store.restated import Restated


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
        load: int | None = None,
        known_on: dt.date | None = None,
        book: Book | None = None,
        max_rejects: Fraction = DEFAULT_MAX_REJECTS,
        progress: Progress | None = None,
        backend: Backend | None = None,
    ) -> Workspace:
        """Open a facts folder or a store; of a store, what load `load` left, or what was known at the end of a day (else the newest).

        Raises AttainError where it is refused (contract: faults of files, more than 1% rejected rows), and `no-versions` where a folder is
        asked for an earlier load.
        """
        rules = book or load_book()
        if is_store(source):
            return cls(Store.open(source).facts(rules.catalog, load=load, known_on=known_on), rules, backend)
        if load is not None or known_on is not None:
            raise AttainError("no-versions", "a facts folder keeps no earlier loads", str(source), "import it into a store")
        facts = load_facts(source, max_rejects=max_rejects, progress=progress, catalog=rules.catalog)
        return cls(facts, rules, backend)

    def score(
        self,
        on: dt.date,
        *,
        partners: Sequence[str] | None = None,
        designations: Sequence[str] | None = None,
        told: Told = silent,
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
            told=told,
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
        self, on: dt.date, *, partner: str, designation: str, metric: str, track: str | None = None, **options: Unpack[ScoreOptions]
    ) -> Explanation:
        """Give the rows behind one metric of one partner; see `attain.explaining.run.explain`."""
        book, facts, chosen, engine = self.book, self.facts, Chosen(**options), self.backend
        return explain(
            book, facts, on, partner=partner, designation=designation, metric=metric, track=track, options=chosen, backend=engine
        )

    def rows_behind(
        self, on: dt.date, *, partner: str, designation: str, metric: str, track: str, **options: Unpack[ScoreOptions]
    ) -> RowsBehind:
        """Give the rows behind a metric of usage to pass on, few of them held at a time; see `attain.explaining.run.rows_behind`."""
        book, facts, chosen, engine = self.book, self.facts, Chosen(**options), self.backend
        return rows_behind(
            book, facts, on, partner=partner, designation=designation, metric=metric, track=track, options=chosen, backend=engine
        )

    def parts(
        self,
        on: dt.date,
        *,
        partner: str,
        designation: str,
        metric: str,
        track: str,
        tenant: str | None = None,
        **options: Unpack[ScoreOptions],
    ) -> tuple[Part, ...]:
        """Split a metric of one partner by subscription or workload of a tenant, or by location; see `attain.explaining.parts`."""
        return parts(
            self.book,
            self.facts,
            on,
            partner=partner,
            designation=designation,
            metric=metric,
            track=track,
            tenant=tenant,
            options=Chosen(**options),
            backend=self.backend,
        )

    def locations(self, partner: str) -> tuple[str, ...]:
        """List the locations of a global account by id, itself among them."""
        return locations(self.facts, partner)

    def eligibility(
        self,
        on: dt.date,
        *,
        partner: str,
        tracks: Mapping[str, str],
        designations: Sequence[str] | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Eligibility:
        """Hold every customer of a partner against the conditions of the tracks that count; see `attain.explaining.eligibility`."""
        chosen = Chosen(**options)
        return eligibility(
            self.book, self.facts, on, partner=partner, tracks=tracks, designations=designations, options=chosen, backend=self.backend
        )

    def skilling(self, on: dt.date, *, partner: str, tracks: Mapping[str, str], **options: Unpack[ScoreOptions]) -> Skilling:
        """Give the steps, people and certificates of a partner on the tracks that count; see `attain.explaining.skilling`."""
        chosen = Chosen(**options)
        return skilling(self.book, self.facts, on, partner=partner, tracks=tracks, options=chosen, backend=self.backend)

    def trends(
        self,
        on: dt.date,
        *,
        partner: str,
        tracks: Mapping[str, str],
        designations: Sequence[str] | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Trends:
        """Follow the usage behind the scores of a partner month by month; see `attain.explaining.trends`."""
        chosen = Chosen(**options)
        return trends(
            self.book, self.facts, on, partner=partner, tracks=tracks, designations=designations, options=chosen, backend=self.backend
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

    def before_restatements(self, partner: str, day: dt.date) -> tuple[Workspace, tuple[Restated, ...]]:
        """Give a store's facts with the months of a partner as they were told before loads after `day` restated them, and those months.

        A facts folder keeps nothing of the kind: its facts stay as they are. Raises AttainError for an unknown partner.
        """
        if not isinstance(self.facts, StoreFacts):
            return self, ()
        ids = ids_of(self.facts, resolve_accounts(self.facts, [partner]))
        facts, months = before_restatements(self.facts, ids, day, self.book.catalog)
        return replace(self, facts=facts), months

    def chronicle(
        self,
        *,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        by: By = "month",
        partners: Sequence[str] | None = None,
        designations: Sequence[str] | None = None,
        **options: Unpack[ScoreOptions],
    ) -> Chronicle:
        """Give scores and statuses over time, by day or month; see `attain.scoring.chronicle.chronicle`."""
        return chronicle(
            self.book,
            self.facts,
            from_=from_,
            to=to,
            by=by,
            partners=partners,
            designations=designations,
            options=Chosen(**options),
            backend=self.backend,
        )

    def shown(self, day: dt.date, points: Decimal | Fraction) -> str:
        """Write points as a person sees them by the rules of a day: never rounded up across the qualifying total (I-2)."""
        return rules_on(self.book.programme, day).shown(Fraction(points))

    def score_with_reasons(
        self, on: dt.date, *, partners: Sequence[str], **options: Unpack[ScoreOptions]
    ) -> tuple[Scores, list[Selection]]:
        """Score global accounts in all designations on a day, and say of each why the track that counts does."""
        chosen, engine = Chosen(**options), self.backend or PolarsBackend()
        accounts = sorted(partners)
        plan, values = plan_and_values(self.book, self.facts, on, accounts, accounts, designations=None, options=chosen, engine=engine)
        found = finished(self.book, self.facts, plan, values, accounts, options=chosen, engine=engine)
        return found, selections(self.book, self.facts, plan, values, found)

    def timelines(self, until: dt.date, **options: Unpack[ScoreOptions]) -> TimelineReader:
        """Give a reader of partners through time, up to a day; see `attain.scoring.timeline`."""
        return TimelineReader(self.book, self.facts, until, options=Chosen(**options), backend=self.backend)

    def data_months(self, on: dt.date, **options: Unpack[ScoreOptions]) -> dict[str, str]:
        """Give the month that each usage table with rows is scored by on a day, as `2026-10`."""
        chosen = Chosen(**options)
        day = chosen.refresh_day or self.book.programme.on(on).refresh_day
        tables = {table: table_window(self.facts, table, on, day, chosen.basis) for table in USAGE_TABLES if table in self.facts.tables}
        return {table: month_text(window.data_month) for table, window in tables.items() if window.covered}

    def freshness(self, on: dt.date, **options: Unpack[ScoreOptions]) -> Freshness:
        """Say how fresh the facts are on a day and what a missing table blocks; see `attain.explaining.freshness`."""
        return freshness(self.book, self.facts, on, options=Chosen(**options))

    def advice(self, on: dt.date, *, partner: str, designations: Sequence[str] | None = None, **options: Unpack[ScoreOptions]) -> Advice:
        """Say what next for one partner on a day: simulations, near misses, coverage and the like; see `attain.advise`."""
        return Advice.of(self.book, self.facts, partner, on, designations=designations, options=Chosen(**options))

    def prospects(
        self, on: dt.date, *, selected: Mapping[Key, str], qualified: Collection[Key], **options: Unpack[ScoreOptions]
    ) -> Prospects:
        """Look ahead of many partners at once; see `attain.advise.prospects.prospects`."""
        return prospects(self.book, self.facts, on, selected=selected, qualified=qualified, options=Chosen(**options))

    def impact(
        self,
        on: dt.date,
        *,
        edition: str | None = None,
        other: tuple[Book, Facts] | None = None,
        partners: Sequence[str] | None = None,
        designations: Sequence[str] | None = None,
        basis: str = "acr",
        refresh_day: int | None = None,
    ) -> Impact:
        """Say what an edition or another rulebook does to partners' scores on a day; see `attain.advise.impact.impact`."""
        return impact(
            self.book,
            self.facts,
            on,
            edition=edition,
            other=other,
            partners=partners,
            designations=designations,
            options=Chosen(basis=basis, refresh_day=refresh_day),
            backend=self.backend,
        )

    def accounts(self, partners: Sequence[str] | None = None) -> list[Account]:
        """List global accounts by id: those asked for (a location means its account), or every one.

        Raises AttainError for an unknown partner.
        """
        return accounts(self.facts, None if partners is None else resolve_accounts(self.facts, partners))

    def ids_of(self, accounts: Sequence[str]) -> list[str]:
        """List the ids that global accounts and their locations go by."""
        return ids_of(self.facts, accounts)

    def reported_scores(self, partners: Sequence[str], until: dt.date) -> list[ReportedScore]:
        """List what Microsoft reported for global accounts up to a day, oldest first."""
        return reported_scores(self.facts, partners, until)

    def keep(self, scores: Scores) -> str:
        """Keep scores in the store whose facts they were made from, and give the id of the run; see `attain.store.scores`.

        Raises AttainError `no-store` where the facts are a folder's.
        """
        if not isinstance(self.facts, StoreFacts):
            raise AttainError(
                "no-store", "a facts folder keeps no scores", hint="make a store with attain init, and import the folder into it"
            )
        return keep_run(
            self.facts.place,
            scores.contract(),
            load=self.facts.load,
            rulebook=scores.rulebook,
            facts=scores.facts,
            engine=scores.engine,
            refresh_day=scores.refresh_day,
        )

    def reconcile(self, *, partner: str, as_of: dt.date | None = None, **options: Unpack[ScoreOptions]) -> Reconciliation:
        """Compare what Microsoft reported for a partner with our scores of the same days; see `attain.explaining.reconcile.reconcile`."""
        return reconcile(self.book, self.facts, partner=partner, as_of=as_of, options=Chosen(**options), backend=self.backend)

    def evidence(self, asked: Asked, **options: Unpack[ScoreOptions]) -> Evidence:
        """Gather the evidence pack of one partner and designation; see `attain.report.evidence.gathering.gather`."""
        return gather(self.book, self.facts, asked, options=Chosen(**options), backend=self.backend)

    def partner_names(self) -> dict[str, str]:
        """Give the names of the global accounts that have one, by id."""
        named = self.facts.scan("accounts").select("partner_id", "name").drop_nulls().collect()
        return dict(named.iter_rows())
