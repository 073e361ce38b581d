"""A distributor's call list: whom to call first, and why in one sentence, from the rows that its consents let see."""

from __future__ import annotations

import datetime as dt
from array import array
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast, overload

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.lifecycle.status import MEANINGS
from attain.lifecycle.windows import rules_on
from attain.people.models import SegmentPartner
from attain.published.kept import ORDERS
from attain.published.models import PortfolioRow
from attain.published.resellers import Reseller, masked
from attain.published.shapes import MICRO
from attain.published.sight import Level, Sight
from attain.recorded.calls import called_since, latest_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from attain.people.models import Organization
    from attain.published.models import Publication
    from attain.recorded.models import ResellerCall
    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules

RISK_DAYS = 183
"""How far ahead a loss is a reason to call."""
NEAR = 20
"""Whole points short of what qualifies that are near enough to call about."""
LATELY = dt.timedelta(days=30)
STATES = ("open", "called")
"""Not called lately, and called lately."""
AT_ONCE = 500
_MEANINGS = {str(event): words for event, words in MEANINGS.items()}


class Reason(IntEnum):
    """Why a reseller is called, the most pressing first."""

    RENEW_SHORT = 1
    RENEW = 2
    PURCHASE = 3
    AT_RISK = 4
    ENROLLED_SHORT = 5
    UNCLAIMED = 6
    SINGLE = 7
    SHORT = 8


@dataclass(frozen=True)
class Asked:
    """What of the call list is asked for; an empty field asks for everything. `state` is one of `STATES`."""

    designation: str = ""
    segment: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Words:
    """What sentences are made with: the rules of the day and the names of metrics."""

    rules: ProgrammeRules
    metrics: Mapping[str, str]

    @classmethod
    def of(cls, book: Book, day: dt.date) -> Words:
        """Give them for a day."""
        names = {metric.id: metric.name for one in book.designations.values() for metric in one.metrics}
        return cls(rules_on(book.programme, day), names)

    def shown(self, micro: int) -> str:
        """Write points."""
        return self.rules.shown(Fraction(micro, MICRO))

    @property
    def goal(self) -> str:
        """Write the total that qualifies."""
        goal = self.rules.qualifying_total
        return str(goal.numerator) if goal.denominator == 1 else self.rules.shown(goal)

    def missing(self, total: int) -> str:
        """Write what a total lacks to the one that qualifies, so that both as shown add up; 0 where it lacks nothing."""
        return self.rules.shown(max(self.rules.qualifying_total - Fraction(self.shown(total)), Fraction(0)))

    def short(self, total: int) -> str:
        """Say what a total lacks to the one that qualifies; with the number as the total is shown, both add up."""
        lacks = self.rules.qualifying_total - Fraction(self.shown(total))
        return f"{self.rules.shown(lacks)} points short of {self.goal}" if lacks > 0 else f"at {self.goal} or more without qualifying"


@dataclass(frozen=True)
class Call:
    """One line of the list: the reseller as it is seen, why it is called, and the last call or note about it."""

    reseller: Reseller
    reason: Reason
    sentence: str
    last: ResellerCall | None


@dataclass
class CallList:
    """The lines of a call list, for a paginator: `count()` and slices, each with a constant number of queries.

    `ordered` gives the keys of all lines in their order, which no index has: it sorts every row, and is asked once.
    """

    sight: Sight
    rows: QuerySet[PortfolioRow]
    words: Words
    ordered: Callable[[], Sequence[int]]

    @cached_property
    def _keys(self) -> Sequence[int]:
        return self.ordered()

    def count(self) -> int:
        """Count the lines."""
        return len(self._keys)

    def __len__(self) -> int:
        return self.count()

    @overload
    def __getitem__(self, asked: int) -> Call: ...
    @overload
    def __getitem__(self, asked: slice) -> list[Call]: ...
    def __getitem__(self, asked: int | slice) -> Call | list[Call]:
        """Give one line, or those of a slice."""
        if isinstance(asked, int):
            return self[asked : asked + 1][0]
        keys = list(self._keys[asked])
        # The condition of the list stands here too: what is not seen any more is not shown.
        found = {row.pk: row for row in self.rows.filter(pk__in=keys).order_by()}
        return self._calls([found[key] for key in keys if key in found])

    def __iter__(self) -> Iterator[Call]:
        """Give all lines, some hundred at a time."""
        lot: list[PortfolioRow] = []
        for row in self.rows.iterator(AT_ONCE):
            lot.append(row)
            if len(lot) == AT_ONCE:
                yield from self._calls(lot)
                lot = []
        yield from self._calls(lot)

    def _calls(self, rows: list[PortfolioRow]) -> list[Call]:
        if not rows:
            return []
        ids = {row.partner_id for row in rows}
        seen, last = self.sight.of(ids), latest_calls(self.sight.organization, ids)
        found: list[Call] = []
        for row in rows:
            shown = masked(row, seen[row.partner_id])
            if shown.totals is not None:
                # The query adds it to the row.
                reason = Reason(cast("Any", row).reason)
                found.append(Call(shown, reason, sentence(shown, reason, self.words), last.get(row.partner_id)))
        return found


def call_list(publication: Publication, organization: Organization, asked: Asked, words: Words) -> CallList:
    """Give whom an organization should call, the most pressing first; only resellers whose totals it sees.

    What is unclaimed and what is in the way are reasons only where details are seen. Raises AttainError `unknown-state`.
    """
    sight = Sight(organization)
    rows = PortfolioRow.objects.filter(publication=publication)
    if asked.designation:
        rows = rows.filter(designation=asked.designation)
    if asked.segment is not None:
        chosen = SegmentPartner.objects.filter(segment=asked.segment, segment__organization=organization)
        rows = rows.filter(partner_id__in=chosen.values("partner_id"))
    if asked.state:
        if asked.state not in STATES:
            raise AttainError("unknown-state", f"there is no state {asked.state!r}", "state", did_you_mean(asked.state, STATES))
        lately = Q(partner_id__in=called_since(organization, timezone.now() - LATELY))
        rows = rows.filter(lately if asked.state == "called" else ~lately)
    rows = sight.narrowed(rows, Level.TOTALS).annotate(reason=_reason(sight, publication.day)).filter(reason__isnull=False)
    dated = Case(
        When(reason__in=[Reason.RENEW_SHORT, Reason.RENEW, Reason.PURCHASE], then=F("next_date")),
        When(reason=Reason.AT_RISK, then=F("at_risk_on")),
    )
    rows = rows.order_by("reason", dated, "distance_micro", "name_folded", "partner_id", "designation")

    def ordered() -> Sequence[int]:
        return array("q", rows.values_list("pk", flat=True).iterator())

    if asked.segment is not None or asked.state:
        return CallList(sight, rows, words, ordered)
    return CallList(sight, rows, words, lambda: ORDERS.answer(publication, organization, ("calls", asked), ordered))


def _reason(sight: Sight, day: dt.date) -> Case:
    short = Q(qualifies=False)
    open_short = short & Q(status="in_progress")
    in_detail = sight.among(Level.DETAIL)
    enough = Q(at_floor=0, distance_micro__gt=0, unclaimed_micro__gte=F("distance_micro"))
    near = Q(distance_micro__lte=NEAR * MICRO)
    soon = Q(at_risk_on__lte=day + dt.timedelta(days=RISK_DAYS))
    return Case(
        When(Q(status="renewal_due") & short, then=Value(Reason.RENEW_SHORT.value)),
        When(Q(status="renewal_due"), then=Value(Reason.RENEW.value)),
        When(Q(status="qualified"), then=Value(Reason.PURCHASE.value)),
        When(soon, then=Value(Reason.AT_RISK.value)),
        When(Q(status="enrolled") & short, then=Value(Reason.ENROLLED_SHORT.value)),
        When(open_short & enough & in_detail, then=Value(Reason.UNCLAIMED.value)),
        When(open_short & near & ~Q(blocking="") & in_detail, then=Value(Reason.SINGLE.value)),
        When(open_short & near, then=Value(Reason.SHORT.value)),
        default=Value(None),
        output_field=IntegerField(),
    )


def sentence(row: Reseller, reason: Reason, words: Words) -> str:
    """Say in one sentence why a reseller is called; days as `2026-11-24`."""
    totals, detail = row.totals, row.detail
    assert totals is not None, "only what is seen is told"
    short = words.short(totals.total_micro)
    until = f"{totals.next_date} is the {_MEANINGS[totals.next_event]}"
    match reason:
        case Reason.RENEW_SHORT:
            return f"Renewal due: {until}, and today it is {short}."
        case Reason.RENEW:
            return f"Renewal due: {until}; today it qualifies."
        case Reason.PURCHASE:
            return f"Qualified and not enrolled: {until}."
        case Reason.AT_RISK:
            return f"Qualifies today, and would no longer on {totals.at_risk_on} if usage went on as in the last month."
        case Reason.ENROLLED_SHORT:
            return f"Enrolled, and today {short}; {_event(totals.next_event)} on {totals.next_date}."
        case Reason.UNCLAIMED:
            assert detail is not None, "only details tell what is unclaimed"
            return f"Today {short}, and associations that are missing would add {words.shown(detail.unclaimed_micro)}."
        case Reason.SINGLE:
            assert detail is not None, "only details tell what is in the way"
            return f"Today {short}, and only {words.metrics.get(detail.blocking, detail.blocking)} is in the way."
        case Reason.SHORT:
            return f"Today {short}."


def _event(event: str) -> str:
    return _MEANINGS[event].partition(":")[0]
