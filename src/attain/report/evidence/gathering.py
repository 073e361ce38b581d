"""Gathering an evidence pack: the score of one partner in one designation, Microsoft's numbers, the rows, the rules and the versions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

from attain.engine.backends import PolarsBackend
from attain.explaining.clues import FactClues
from attain.explaining.reconcile import latest_reported, reconcile
from attain.explaining.run import explain
from attain.explaining.selection import selections
from attain.explaining.words import number
from attain.facts.added import below
from attain.facts.directory import accounts, ids_of, reported_scores
from attain.lifecycle.windows import rules_on
from attain.report.evidence.pack import Cover, Evidence, Metric, Part, Versions
from attain.report.evidence.people import numbered, without_people
from attain.report.evidence.rules import rule_parts
from attain.report.evidence.tables import (
    compared_part,
    formulas_part,
    metric_names,
    missing_part,
    reasons_part,
    reported_part,
    rows_part,
)
from attain.report.evidence.versions import commands, files_part
from attain.rulebook.resolve import edition_on
from attain.rulebook.words import TRACK_NAMES
from attain.scoring.result import ASSIGNMENT, TOTAL
from attain.scoring.run import DEFAULTS, finished, resolve_accounts
from attain.scoring.values import plan_and_values
from attain.store.facts import StoreFacts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from attain.advise.columns import ColumnKind
    from attain.engine.backends import Backend
    from attain.explaining.reconciliation import Clue, Reconciliation
    from attain.explaining.result import Explanation
    from attain.explaining.selection import Selection
    from attain.facts.directory import ReportedScore
    from attain.facts.facts import Facts
    from attain.report.evidence.pack import Cell, Prepared
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.result import ScoreRow, Scores

ENROLLMENTS: dict[str, ColumnKind] = {
    "designation": "text",
    "enrolled_on": "day",
    "paid_on": "day",
    "anniversary": "day",
    "track": "text",
}


@dataclass(frozen=True)
class Asked:
    """What a pack is asked about. `reported` are Microsoft's numbers of the partner (None: those of the facts, empty: none).

    `names` shows people by name; else they are numbered. `source` is the facts folder that the facts were loaded from, where they are a
    folder's. `own_loads` are the loads whose files are named; None: every one.
    """

    partner: str
    designation: str
    as_of: dt.date
    prepared: Prepared
    reported: Sequence[ReportedScore] | None = None
    names: bool = False
    source: Path | str | None = None
    own_loads: Collection[int] | None = None


def gather(book: Book, facts: Facts, asked: Asked, *, options: Chosen = DEFAULTS, backend: Backend | None = None) -> Evidence:
    """Gather the pack of a partner and a designation.

    The day is that of Microsoft's latest numbers up to the one asked for, so that the two can be held against each other; where nothing is
    reported it is the one asked for. Raises AttainError for an unknown partner or designation, and before the first edition.
    """
    return _Gathering(book, facts, asked, options, backend or PolarsBackend()).evidence()


@dataclass(frozen=True)
class _Gathering:
    book: Book
    facts: Facts
    asked: Asked
    options: Chosen
    engine: Backend

    def evidence(self) -> Evidence:
        explanations, missing_tables = self.explanations
        names_shown = self.asked.names
        if not names_shown:
            mark = numbered(explanations)
            explanations = [without_people(one, mark) for one in explanations]
        rows = rows_part(explanations)
        cover = self.cover()
        designation, edition = (
            self.book.designation(self.designation),
            edition_on(self.book.designation(self.designation), self.day, self.options.edition),
        )
        tenants = {row.tenant_id for one in explanations for row in one.rows if row.tenant_id}
        base = below(self.facts)
        parts = (
            compared_part(self.rows, self.compared, self.tracks, self.names),
            reasons_part(self.compared, names_shown=names_shown),
            formulas_part(explanations, self.names),
            rows,
            missing_part(self.clues(), missing_tables, names_shown=names_shown),
            *rule_parts(self.book, designation, edition, self.day, self.tracks),
            reported_part(self.reported),
            self.enrollments(),
            files_part(base, self.asked.source, ids_of(self.facts, [self.account]), tenants, self.asked.own_loads),
        )
        explained = [(one.track, one.metric) for one in explanations]
        load = base.load if isinstance(base, StoreFacts) else 0
        return Evidence(
            cover=cover,
            prepared=self.asked.prepared,
            versions=Versions(load, base.digest, self.book.digest, version("attain"), self.scores.engine),
            parts=parts,
            metrics=tuple(_metrics(explanations, self.names)),
            commands=commands(
                cover,
                self.asked.prepared,
                explained,
                load=load,
                refresh_day=self.options.refresh_day,
                reported=bool(self.reported),
                whole=self.asked.own_loads is None,
            ),
        )

    @cached_property
    def account(self) -> str:
        return resolve_accounts(self.facts, [self.asked.partner])[0]

    @cached_property
    def designation(self) -> str:
        return self.book.designation(self.asked.designation).id

    @cached_property
    def reported(self) -> list[ReportedScore]:
        """Give Microsoft's latest numbers of the designation up to the day asked for."""
        known = self.asked.reported
        if known is None:
            known = reported_scores(self.facts, [self.account], self.asked.as_of)
        own = [one for one in known if one.designation == self.designation and one.partner_id == self.account]
        return latest_reported(own, self.asked.as_of)

    @cached_property
    def day(self) -> dt.date:
        return self.reported[0].as_of if self.reported else self.asked.as_of

    @cached_property
    def compared(self) -> Reconciliation | None:
        if not self.reported:
            return None
        return reconcile(self.book, self.facts, partner=self.account, reported=self.reported, options=self.options, backend=self.engine)

    @cached_property
    def _scored(self) -> tuple[Plan, Scores, Selection]:
        account, options, engine = [self.account], self.options, self.engine
        plan, values = plan_and_values(
            self.book, self.facts, self.day, account, account, designations=[self.designation], options=options, engine=engine
        )
        scores = finished(self.book, self.facts, plan, values, account, options=options, engine=engine)
        return plan, scores, selections(self.book, self.facts, plan, values, scores)[0]

    @property
    def scores(self) -> Scores:
        return self._scored[1]

    @cached_property
    def rows(self) -> list[ScoreRow]:
        return list(self.scores.rows())

    @cached_property
    def tracks(self) -> list[str]:
        """Name the track that counts and others that Microsoft reported."""
        others = () if self.compared is None else (row.track for row in self.compared.rows)
        return list(dict.fromkeys([self._scored[2].track, *others]))

    @cached_property
    def planned(self) -> list[MetricPlan]:
        metrics = self._scored[0].designations[0].metrics
        return [metric for track in self.tracks for metric in metrics[track]]

    @cached_property
    def names(self) -> dict[str, str]:
        return metric_names((metric.id, metric.name) for metric in self.book.designations[self.designation].metrics)

    @cached_property
    def explanations(self) -> tuple[list[Explanation], list[str]]:
        """Explain every metric that has a number; name what keeps the others from having one."""
        found: list[Explanation] = []
        gaps: list[str] = []
        for metric in self.planned:
            if metric.is_scored:
                found.append(self._explain(metric))
        gaps += [str(gap) for gap in self._scored[1].gaps if gap.metric == ASSIGNMENT]
        return found, gaps

    def _explain(self, metric: MetricPlan) -> Explanation:
        return explain(
            self.book,
            self.facts,
            self.day,
            partner=self.account,
            designation=self.designation,
            metric=metric.rules.id,
            track=metric.track,
            options=self.options,
            backend=self.engine,
        )

    def clues(self) -> Iterator[tuple[str, str, Clue]]:
        """Look for what the facts lack, metric by metric, whether Microsoft's number agrees or not."""
        found = FactClues(self._scored[0], self.facts, self.account, self.engine, self.book, self.planned)
        for metric in self.planned:
            for clue in found.of(metric):
                yield metric.track, metric.rules.id, clue

    def enrollments(self) -> Part:
        """Give the purchases that may keep a track: those of the designation up to the day."""
        rows: list[tuple[Cell, ...]] = []
        if "enrollments" in self.facts.tables:
            own = (pl.col("partner_id") == self.account) & (pl.col("designation") == self.designation) & (pl.col("enrolled_on") <= self.day)
            found = self.facts.scan("enrollments").filter(own).select(list(ENROLLMENTS)).sort("enrolled_on").collect()
            rows = [
                tuple("" if name == "track" and cell is None else cell for name, cell in zip(ENROLLMENTS, row, strict=True))
                for row in found.iter_rows()
            ]
        return Part("enrollments", "Purchases of the designation", ENROLLMENTS, tuple(rows))

    def cover(self) -> Cover:
        """Say what the pack is about, and what came out."""
        book, selection = self.book.designations[self.designation], self._scored[2]
        rules = rules_on(self.book.programme, self.day)
        total = next(row for row in self.rows if row.metric == TOTAL and row.track == selection.track)
        theirs = None
        if self.compared is not None:
            theirs = next((row for row in self.compared.rows if row.metric == TOTAL and row.track == selection.track), None)
        account = next(iter(accounts(self.facts, [self.account])), None)
        return Cover(
            partner_id=self.account,
            partner=account.name if account else "",
            designation=self.designation,
            designation_name=book.name,
            designation_title=next(one.title for one in self.book.programme.designations if one.id == self.designation),
            edition=edition_on(book, self.day, self.options.edition).id,
            track=selection.track,
            track_name=TRACK_NAMES.get(selection.track, selection.track),
            track_reason=selection.reason,
            asked=self.asked.as_of,
            day=self.day,
            basis=self.options.basis,
            names_shown=self.asked.names,
            verdict=self._verdict(),
            total=rules.shown(Fraction(total.points)),
            reported_total="" if theirs is None or theirs.reported_points is None else number(Fraction(theirs.reported_points)),
            maximum=number(rules.points_cap),
            qualified={True: "qualified", False: "not qualified", None: "not decided: data are missing"}[total.qualified],
            needs=f"{number(rules.qualifying_total)} points and every metric above {number(rules.metric_above)}",
            day_reason=self._day_reason(),
        )

    def _verdict(self) -> str:
        if self.compared is None:
            return "Nothing is reported by Microsoft for this day: the pack shows what Attain recomputes."
        numbers = len(self.compared.rows)
        differ = sum(not row.agrees for row in self.compared.rows)
        if not numbers:
            return "Microsoft's numbers could not be compared."
        if differ:
            return f"{differ} of {numbers} numbers that Microsoft reports {'differs' if differ == 1 else 'differ'} from those recomputed."
        return (
            "Microsoft's number is the one recomputed."
            if numbers == 1
            else f"All {numbers} numbers that Microsoft reports agree with those recomputed."
        )

    def _day_reason(self) -> str:
        if not self.reported:
            return "the day asked for"
        return (
            "the day of Microsoft's numbers"
            if self.day == self.asked.as_of
            else f"the day of Microsoft's latest numbers up to {self.asked.as_of}"
        )


def _metrics(explanations: Sequence[Explanation], names: dict[str, str]) -> Iterator[Metric]:
    """Lay out the rows of each metric for reading: by their places in the part of rows."""
    start = 0
    for one in explanations:
        places = range(len(one.rows))
        counted = sorted(
            (place for place in places if _counts(one, place)), key=lambda place: (-abs(one.rows[place].points or Fraction(0)), place)
        )
        others = sorted(
            (place for place in places if not _counts(one, place)),
            key=lambda place: (not one.rows[place].near_miss, not one.rows[place].unrecognized, place),
        )
        formulas = tuple(pool.formula if len(one.pools) == 1 else f"{pool.name}: {pool.formula}" for pool in one.pools)
        yield Metric(
            one.track,
            one.metric,
            names[one.metric],
            formulas,
            tuple(start + place for place in counted),
            tuple(start + place for place in others),
        )
        start += len(one.rows)


def _counts(explanation: Explanation, place: int) -> bool:
    row = explanation.rows[place]
    return row.counted_after or bool(row.counted_before)
