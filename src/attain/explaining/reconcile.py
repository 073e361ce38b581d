"""Microsoft's own numbers beside ours, and what could explain where they differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.errors import AttainError, did_you_mean
from attain.explaining.clues import FactClues
from attain.explaining.reconciliation import Answer, Clue, Compared, Reconciliation
from attain.explaining.variants import variants
from attain.explaining.words import number as number_words
from attain.facts.directory import REPORTED, reported_scores
from attain.lifecycle.windows import rules_on
from attain.scoring.exact import exact_scores
from attain.scoring.result import TOTAL
from attain.scoring.run import DEFAULTS, resolve_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from attain.engine.backends import Backend
    from attain.explaining.variants import Variant
    from attain.facts.directory import ReportedScore
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.exact import ExactScore, ExactScores
    from attain.scoring.options import Chosen

ZERO = Fraction(0)


def reconcile(
    book: Book,
    facts: Facts,
    *,
    partner: str,
    as_of: dt.date | None = None,
    reported: Sequence[ReportedScore] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Reconciliation:
    """Compare what Microsoft reported for a partner with our scores of the same days.

    Of each designation the latest reported day is taken, up to `as_of` where it is given. `reported` are numbers of the partner to compare
    instead of those of the facts. Raises AttainError for an unknown partner, and where nothing is reported for it.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    numbers = _latest(facts, account, as_of) if reported is None else latest_reported(reported, as_of)
    faults: list[str] = []
    rows: list[Compared] = []
    answers: list[Answer] = []
    for (designation, day), own in groupby(numbers, key=lambda row: (row.designation, row.as_of)):
        try:
            group = _Group(book, facts, account, book.designation(designation).id, day, options, engine)
            compared, found = group.compared(list(own), faults)
        except AttainError as error:
            faults.append(f"{designation} on {day}: {error.message} ({error.hint})")
            continue
        rows += compared
        answers += found
    return Reconciliation(account, tuple(rows), tuple(answers), tuple(faults))


def _latest(facts: Facts, account: str, as_of: dt.date | None) -> list[ReportedScore]:
    """Give the rows of each designation's latest reported day, in the order of designation and day."""
    if REPORTED not in facts.tables:
        hint = "note Microsoft's score with attain report-score, or add reported_scores.csv"
        raise AttainError("nothing-reported", "the facts have no table reported_scores", hint=hint)
    every = reported_scores(facts, [account], dt.date.max)
    known = [row for row in every if as_of is None or row.as_of <= as_of]
    if not known:
        days = sorted({str(row.as_of) for row in every})
        hint = f"days on which something is: {', '.join(days)}" if days else "note Microsoft's score with attain report-score"
        raise AttainError("nothing-reported", f"nothing is reported for {account}{f' up to {as_of}' if as_of else ''}", hint=hint)
    return latest_reported(known, as_of)


def latest_reported(reported: Sequence[ReportedScore], as_of: dt.date | None) -> list[ReportedScore]:
    """Give the rows of each designation's latest day, up to `as_of` where it is given, in the order of designation and day."""
    known = [row for row in reported if as_of is None or row.as_of <= as_of]
    latest = {row.designation: row.as_of for row in sorted(known, key=lambda row: row.as_of)}
    return sorted((row for row in known if latest[row.designation] == row.as_of), key=lambda row: row.designation)


@dataclass(frozen=True)
class _Number:
    """Our number, and whether it is the reported one as far as that is shown."""

    points: Fraction | None
    value: Fraction | None
    agrees: bool


@dataclass(frozen=True)
class _Trial:
    """Another way to score, and what every reported row would then be compared with."""

    clue: Clue
    numbers: list[_Number]


@dataclass(frozen=True)
class _Group:
    """What is reported for one designation on one day."""

    book: Book
    facts: Facts
    account: str
    designation: str
    day: dt.date
    options: Chosen
    engine: Backend

    def compared(self, reported: Sequence[ReportedScore], faults: list[str]) -> tuple[list[Compared], list[Answer]]:
        """Compare every row, and name what would make all agree; rows with unknown names go to `faults`."""
        scores = self._scores(self.day, self.options)
        ours = scores.of[self.designation]
        order = [TOTAL, *dict.fromkeys(metric.rules.id for metrics in ours.plan.metrics.values() for metric in metrics)]
        kept = [row for row in reported if _is_known(ours, row, order, faults)]
        kept.sort(key=lambda row: (order.index(row.metric), row.track))
        numbers = [self._number(ours, row, row.track or ours.selected) for row in kept]
        if all(number.agrees for number in numbers):
            return [self._row(ours, row, number, ()) for row, number in zip(kept, numbers, strict=True)], []
        trials = list(self._trials(ours, kept))
        answers = [
            Answer(self.designation, self.day, trial.clue) for trial in trials if kept and all(number.agrees for number in trial.numbers)
        ]
        asked = [
            metric
            for row, number in zip(kept, numbers, strict=True)
            for metric in ours.plan.metrics[row.track or ours.selected]
            if not number.agrees and row.metric in {metric.rules.id, TOTAL}
        ]
        clues = FactClues(scores.plan, self.facts, self.account, self.engine, self.book, asked)
        rows: list[Compared] = []
        for place, (row, number) in enumerate(zip(kept, numbers, strict=True)):
            found = [] if number.agrees else [*_nearer(row, number, trials, place), *self._from_facts(clues, ours, row, number)]
            rows.append(self._row(ours, row, number, sorted(found, key=lambda clue: not clue.agrees)))
        return rows, answers

    def _scores(self, day: dt.date, options: Chosen) -> ExactScores:
        return exact_scores(self.book, self.facts, day, self.account, designations=[self.designation], options=options, engine=self.engine)

    def _number(
        self, score: ExactScore, row: ReportedScore, track: str, base: ExactScore | None = None, only: frozenset[str] | None = None
    ) -> _Number:
        """Give what a row is compared with; with `only`, metrics beside these are those of `base`."""
        points = score.points.get(track, {})
        if base is not None and only is not None:
            points = {name: points.get(name, own) if name in only else own for name, own in base.points[track].items()}
        value = score.values.get(track, {}).get(row.metric)
        found = (sum(points.values(), ZERO) if points else None) if row.metric == TOTAL else points.get(row.metric)
        alike = True
        if row.points is not None:
            alike = found is not None and self._alike(found, row.points, is_total=row.metric == TOTAL)
        if row.value is not None and value is not None:
            alike = alike and self._alike(value, row.value)
        return _Number(found, value, alike and (found is not None or value is not None))

    def _alike(self, ours: Fraction, theirs: Decimal, *, is_total: bool = False) -> bool:
        """Say whether a number may be shown as the reported one: within one unit of its last place, however it is rounded.

        A score card shows metrics with the programme's decimals; a total may be shown with fewer.
        """
        places = rules_on(self.book.programme, self.day).decimals_shown
        if is_total:
            exponent = theirs.normalize().as_tuple().exponent
            places = min(places, max(0, -exponent) if isinstance(exponent, int) else 0)
        return abs(ours - Fraction(theirs)) < Fraction(1, 10**places)

    def _trials(self, ours: ExactScore, kept: Sequence[ReportedScore]) -> Iterator[_Trial]:
        """Score in every other way."""
        for track in ours.points:
            clue = Clue("track", f"the {track} track of ours")
            if any(track != (row.track or ours.selected) for row in kept):
                yield _Trial(clue, [self._number(ours, row, track) for row in kept])
        for variant in variants(self.book, self.facts, self.book.designation(self.designation), self.day, self.options):
            found = self._variant(variant)
            if found is not None:
                clue = Clue(variant.kind, variant.words, None, agrees=False, interpretation=variant.interpretation, reading=variant.reading)
                tracks = [row.track or (ours.selected if variant.metrics is not None else found.selected) for row in kept]
                yield _Trial(
                    clue, [self._number(found, row, track, ours, variant.metrics) for row, track in zip(kept, tracks, strict=True)]
                )

    def _variant(self, variant: Variant) -> ExactScore | None:
        """Score another way; None where there are no rules for its day."""
        designation = self.book.designation(self.designation)
        if variant.options.edition is None and variant.day < min(edition.from_ for edition in designation.editions):
            return None
        return self._scores(variant.day, variant.options).of[self.designation]

    def _from_facts(self, clues: FactClues, ours: ExactScore, row: ReportedScore, number: _Number) -> Iterator[Clue]:
        """Give the clues in the facts; those that could only add points, where Microsoft's number is not the lower one."""
        track = row.track or ours.selected
        lower = row.points is not None and number.points is not None and Fraction(row.points) < number.points
        seen: set[str] = set()
        for metric in ours.plan.metrics[track]:
            for clue in clues.of(metric) if row.metric in {metric.rules.id, TOTAL} else ():
                own = ours.points[track].get(metric.rules.id, ZERO)
                if lower and (clue.kind == "not_linked" or (clue.points or ZERO) > own):
                    continue
                of_metric = row.metric != TOTAL
                of_which = "" if of_metric or clue.points is None else f"{metric.rules.metric.name}: "
                words, nameless = f"{of_which}{clue.words}", clue.nameless and f"{of_which}{clue.nameless}"
                if words not in seen:
                    seen.add(words)
                    agrees = of_metric and clue.points is not None and row.points is not None and self._alike(clue.points, row.points)
                    yield replace(clue, words=words, nameless=nameless, agrees=agrees, points=clue.points if of_metric else None)
        if row.metric == TOTAL:
            yield from (Clue("missing_months", str(gap)) for gap in (*ours.plan.assignment_gaps, *ours.undecided))

    def _row(self, ours: ExactScore, row: ReportedScore, number: _Number, clues: Sequence[Clue]) -> Compared:
        return Compared(
            as_of=self.day,
            designation=self.designation,
            edition=ours.edition,
            track=row.track or ours.selected,
            metric=row.metric,
            reported_value=row.value,
            value=number.value,
            reported_points=row.points,
            points=number.points,
            agrees=number.agrees,
            clues=tuple(clues),
        )


def _nearer(row: ReportedScore, number: _Number, trials: Sequence[_Trial], place: int) -> Iterator[Clue]:
    """Give the trials that make a row agree, or bring its points nearer to the reported ones."""
    for trial in trials:
        other = trial.numbers[place]
        nearer = (
            row.points is not None
            and number.points is not None
            and other.points is not None
            and abs(other.points - Fraction(row.points)) < abs(number.points - Fraction(row.points))
        )
        if other.agrees or nearer:
            words = f"{trial.clue.words}: {'agrees' if other.agrees else f'{_shown(other.points)} points'}"
            yield replace(trial.clue, words=words, points=other.points, agrees=other.agrees)


def _shown(points: Fraction | None) -> str:
    return "no" if points is None else number_words(points)


def _is_known(ours: ExactScore, row: ReportedScore, metrics: Sequence[str], faults: list[str]) -> bool:
    """Say whether a row names a track and a metric that the edition has; else note the fault with the nearest name."""
    for column, name, known in (("track", row.track, list(ours.points)), ("metric", row.metric, metrics)):
        if name and name not in known:
            edition = f"{row.designation} of edition {ours.edition}"
            faults.append(f"reported_scores, {row.as_of}: {edition} has no {column} {name!r} ({did_you_mean(name, known)})")
            return False
    return True
