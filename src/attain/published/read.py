"""What pages and endpoints read: one publication, a partner's overview, one designation, its history, and partners side by side.

Each function reads whole rows of one publication with one query each, so that a page never mixes two of them; pass the `Publication` that
`current` gave to every read of one page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.lifecycle.windows import Period, refresh_days, rules_on
from attain.published.dates import MINUS
from attain.published.models import Publication, PublicationState, PublishedDesignation, PublishedHistory, PublishedPartner
from attain.published.shapes import (
    MICRO,
    DayPoint,
    MetricScore,
    MonthPoint,
    TrackScore,
    exact,
    unpack_days,
    unpack_months,
    unpack_tracks,
)
from attain.published.words import amount, full_words, sentence, state_of, still_words, value_words
from attain.rulebook.load import load_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.cards import State


@dataclass(frozen=True)
class Metric:
    """A metric as a card shows it: amounts as text and exactly, its state, and one sentence."""

    score: MetricScore
    name: str
    category: str
    value: str
    full_marks: str
    points: str
    max_points: str
    state: State
    sentence: str
    value_words: str
    full_words: str
    still_words: str

    @property
    def id(self) -> str:
        """Name the metric as the contract does."""
        return self.score.metric

    @property
    def exact_points(self) -> Decimal:
        """Give the points, cut at six decimals."""
        return exact(self.score.points)

    @property
    def percent(self) -> int:
        """Give how much of the maximum is earned, in whole percent, cut: the length of a bar."""
        return self.score.points * 100 // self.score.max_points if self.score.max_points else 0


@dataclass(frozen=True)
class Track:
    """One track: its total as shown and exactly, and its metrics in the rulebook's order."""

    score: TrackScore
    total: str
    cap: str
    metrics: tuple[Metric, ...]

    @property
    def id(self) -> str:
        """Name the track."""
        return self.score.track

    @property
    def exact_total(self) -> Decimal:
        """Give the total, cut at six decimals."""
        return exact(self.score.total)


@dataclass(frozen=True)
class Designation:
    """One designation of one partner. `row` has every published field (status, dates, what blocks, reported number), as models say."""

    row: PublishedDesignation
    book: Book
    rules: ProgrammeRules

    @property
    def id(self) -> str:
        """Name the designation."""
        return self.row.designation

    @property
    def name(self) -> str:
        """Give the name it is shown by."""
        return self.book.designations[self.id].name

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """Give every track, in the rulebook's order."""
        return tuple(self._track(track) for track in unpack_tracks(self.row.tracks))

    @property
    def selected(self) -> Track:
        """Give the track that counts."""
        return next(track for track in self.tracks if track.id == self.row.track)

    @property
    def total(self) -> str:
        """Give the total of the track that counts, as shown."""
        return self._shown(self.row.total_micro)

    @property
    def cap(self) -> str:
        """Give the most points there are, as shown."""
        return self._plain(self.row.cap_micro)

    @property
    def qualifying_total(self) -> str:
        """Give the total that qualifies: the mark on a ring or chart."""
        return self._plain(int(self.rules.qualifying_total * MICRO))

    @property
    def percent(self) -> int:
        """Give the total in whole percent of the cap, cut: how much of a ring is filled."""
        return self.row.total_micro * 100 // self.row.cap_micro

    @property
    def change(self) -> str:
        """Give the change since `row.change_since` with its sign, as shown; empty where it is not known."""
        return "" if self.row.change_micro is None else self._signed(self.row.change_micro)

    @property
    def best(self) -> str:
        """Give the best total of the qualification window, as shown; empty where it is not known."""
        return "" if self.row.best_micro is None else self._shown(self.row.best_micro)

    @property
    def reported(self) -> str:
        """Give Microsoft's latest number, as shown; empty where there is none."""
        return "" if self.row.reported_micro is None else self._shown(self.row.reported_micro)

    @property
    def reported_difference(self) -> str:
        """Give ours minus Microsoft's with its sign, as shown; empty where there is none."""
        return "" if self.row.reported_micro is None else self._signed(self.row.total_micro - self.row.reported_micro)

    def shown(self, micro: int) -> str:
        """Write an amount of points, in millionths, as it is shown."""
        return self._shown(micro)

    def _track(self, score: TrackScore) -> Track:
        metrics = tuple(self._metric(metric) for metric in score.metrics)
        return Track(score, self._shown(score.total), self._plain(score.cap), metrics)

    def _metric(self, score: MetricScore) -> Metric:
        rules = next(metric for metric in self.book.designations[self.id].metrics if metric.id == score.metric)
        value = "" if score.value is None else amount(score.value, rules.value_is)
        full = "" if score.full_marks is None else self._plain(score.full_marks)
        points = self._shown(score.points)
        state = state_of(score)
        return Metric(
            score,
            rules.name,
            rules.category,
            value,
            full,
            points,
            self._plain(score.max_points),
            state,
            sentence(score, rules),
            value_words(score, rules),
            full_words(score, rules),
            still_words(score, self.rules),
        )

    def _shown(self, micro: int) -> str:
        return self.rules.shown(Fraction(micro, MICRO))

    def _signed(self, micro: int) -> str:
        return f"{'+' if micro > 0 else MINUS if micro < 0 else ''}{self._shown(abs(micro))}"

    @staticmethod
    def _plain(micro: int) -> str:
        return f"{exact(micro):,f}"


@dataclass(frozen=True)
class Overview:
    """One partner with all its designations, in the rulebook's order."""

    publication: Publication
    partner: PublishedPartner
    designations: tuple[Designation, ...]

    @property
    def etag(self) -> str:
        """Name this state of the partner: another text after each publishing of it."""
        return f"{self.publication.pk}-{self.partner.pk}"

    @property
    def data_month(self) -> str:
        """The month up to which its usage counts, as `2026-10`; the earliest where designations differ, empty where none reads usage.

        A partner published anew within a publication may be further than that.
        """
        return min((one.row.data_month for one in self.designations if one.row.data_month), default="")


@dataclass(frozen=True)
class Change:
    """A day on which the rules of a designation changed: an edition began, or a figure of the programme."""

    day: dt.date
    what: str


@dataclass(frozen=True)
class History:
    """One designation of one partner through time: months, days on which the total changed, and changes of the rules between them.

    `refreshes` are the days on which new months of usage began to count.
    """

    designation: str
    months: tuple[MonthPoint, ...]
    days: tuple[DayPoint, ...]
    changes: tuple[Change, ...]
    refreshes: frozenset[dt.date] = frozenset()


def current() -> Publication | None:
    """Give the publication that pages show; None before the first."""
    return Publication.objects.filter(state=PublicationState.CURRENT).first()


def publication() -> Publication:
    """Give the publication that pages show; raises AttainError `nothing-published`."""
    found = current()
    if found is None:
        raise AttainError("nothing-published", "no scores are published yet", hint="import files, then run attain refresh")
    return found


def published(partner_id: str) -> tuple[Publication, PublishedPartner]:
    """Give the publication that pages show and a partner in it; raises AttainError `nothing-published` and `not-published`."""
    holds = publication()
    found = PublishedPartner.objects.filter(publication=holds, partner_id=partner_id).first()
    if found is None:
        raise _not_published(partner_id)
    return holds, found


def overview(partner_id: str, publication: Publication) -> Overview:
    """Give one partner with all its designations; AttainError `not-published` where the publication does not hold it."""
    rows = list(
        PublishedDesignation.objects.filter(account__publication=publication, account__partner_id=partner_id).select_related("account")
    )
    if not rows:
        raise _not_published(partner_id)
    book = load_book()
    places = {name: place for place, name in enumerate(book.designations)}
    rules = rules_on(book.programme, rows[0].account.day)
    rows.sort(key=lambda row: places.get(row.designation, len(places)))
    return Overview(publication, rows[0].account, tuple(Designation(row, book, rules) for row in rows))


def designation(partner_id: str, code: str, publication: Publication) -> tuple[PublishedPartner, Designation]:
    """Give one designation of one partner.

    Raises AttainError `unknown-designation` with the nearest name, and `not-published` where the publication does not hold it.
    """
    book = load_book()
    name = book.designation(code).id
    row = (
        PublishedDesignation.objects.filter(account__publication=publication, account__partner_id=partner_id, designation=name)
        .select_related("account")
        .first()
    )
    if row is None:
        raise _not_published(partner_id)
    return row.account, Designation(row, book, rules_on(book.programme, row.account.day))


def history(partner_id: str, code: str, publication: Publication) -> History:
    """Give one designation of one partner through time, with the days on which its rules changed.

    Raises AttainError `unknown-designation` with the nearest name, and `not-published` where the publication does not hold it.
    """
    book = load_book()
    name = book.designation(code).id
    row = PublishedHistory.objects.filter(account__publication=publication, account__partner_id=partner_id, designation=name).first()
    if row is None:
        raise _not_published(partner_id)
    months, days = unpack_months(row.months), unpack_days(row.days)
    first = min((point.day for point in (*months[:1], *days[:1])), default=None)
    last = months[-1].day if months else None
    if first is None or last is None:
        return History(name, months, days, ())
    refreshes = frozenset(_refreshes(book, publication.refresh_day, Period(first, last)))
    return History(name, months, days, tuple(_changes(book, name, first, last)), refreshes)


def _refreshes(book: Book, chosen: int | None, period: Period) -> Iterable[dt.date]:
    eras = (period.start, *book.programme.era_starts(period.start, period.end))
    for refresh_day in {rules_on(book.programme, day).refresh_day if chosen is None else chosen for day in eras}:
        for day in refresh_days(refresh_day, period):
            if chosen is not None or rules_on(book.programme, day).refresh_day == refresh_day:
                yield day


def _changes(book: Book, name: str, first: dt.date, last: dt.date) -> Iterable[Change]:
    editions = {edition.from_: f"edition {edition.id}" for edition in book.designations[name].editions}
    eras = dict.fromkeys(book.programme.era_starts(first, last), "rules of the programme")
    for day, what in sorted({**eras, **editions}.items()):
        if first < day <= last:
            yield Change(day, what)


def _not_published(partner_id: str) -> AttainError:
    hint = "import its files, then run attain refresh"
    return AttainError("not-published", f"nothing is published of partner {partner_id!r}", hint=hint)
