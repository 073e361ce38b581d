"""What each kind of rule looks out for, in what is published of some partners: a finding for everything that holds now."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.alerts.models import SUBJECT_LENGTH, RuleKind
from attain.explaining.ending import endings
from attain.explaining.words import TABLE_WORDS, first_upper, number
from attain.facts.added import below
from attain.published.models import PortfolioRow, PublishedDesignation, PublishedHistory, PublishedPartner
from attain.published.shapes import MICRO, exact, unpack_days, unpack_tracks
from attain.scoring.options import Chosen
from attain.store.facts import StoreFacts
from attain.store.restated import restatements_since

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from attain.alerts.models import Rule
    from attain.published.models import Publication
    from attain.published.shapes import DayPoint
    from attain.rulebook.programme import ProgrammeRules
    from attain.store.restated import Restatement
    from attain.workspace import Workspace

DAYS_AHEAD: dict[str, int] = {RuleKind.AT_RISK: 60, RuleKind.CERTIFICATE: 60, RuleKind.RENEWAL: 30, RuleKind.STALE: 1}
"""How many days ahead, or overdue, a rule looks where it does not say: only these kinds look at days."""
NEEDS_DETAIL = frozenset({RuleKind.CERTIFICATE, RuleKind.UNRECOGNIZED, RuleKind.RESTATED})
"""Kinds that tell more than totals and statuses: they regard partners alone whose details an organization may see."""
HAPPENS = frozenset({RuleKind.FIRST_QUALIFIED, RuleKind.UNRECOGNIZED})
"""Kinds that tell of something new: what is so when the rule looks first is noted and not told."""
MEASURE_WORDS = {
    "acr_usd (acr)": "consumed revenue in USD",
    "acr_usd (billed)": "billed amounts in USD",
    "acr_usd (amortized)": "amortized amounts in USD",
    "acr_usd (list)": "list prices in USD",
    "revenue_usd": "revenue in USD",
    "paid_licenses": "paid licenses",
    "assigned_licenses": "assigned licenses",
    "active_users": "active users",
    "capacity": "capacity",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that holds of a partner now. `subject` tells it from the rule's other findings about the designation.

    `text` names no person, `people` are the ids of those it regards; `amount` in millionths makes a larger one news. `in_detail` says that
    the text tells more than totals and statuses, though the rule does not ask for more.
    """

    partner_id: str
    designation: str
    subject: str
    text: str
    partner_name: str = ""
    metric: str = ""
    amount: int | None = None
    people: tuple[str, ...] = ()
    in_detail: bool = False


@dataclass(frozen=True)
class Looked:
    """What a rule looks at: the publication of a day, and the facts that it was made from."""

    workspace: Workspace
    publication: Publication
    day: dt.date
    rules: ProgrammeRules
    options: Chosen

    @classmethod
    def of(cls, workspace: Workspace, publication: Publication) -> Looked:
        """Look at a publication with the facts that it was made from."""
        rules = workspace.book.programme.on(publication.day)
        return cls(workspace, publication, publication.day, rules, Chosen(basis=publication.basis, refresh_day=publication.refresh_day))

    def name_of(self, designation: str) -> str:
        """Name a designation as pages do."""
        return self.workspace.book.designations[designation].name

    def shown(self, micro: int) -> str:
        """Write points as a person sees them."""
        return self.rules.shown(Fraction(micro, MICRO))


@dataclass(frozen=True)
class Lot:
    """Some partners of the publication that a rule looks at, with those of them whose details may be told."""

    partners: Sequence[PublishedPartner]
    in_detail: Collection[str]

    @property
    def accounts(self) -> list[int]:
        """Give the keys of their rows."""
        return [partner.pk for partner in self.partners]

    @property
    def names(self) -> dict[str, str]:
        """Give their names by id."""
        return {partner.partner_id: partner.name for partner in self.partners}


def needs_detail(rule: Rule) -> bool:
    """Say whether a rule regards only partners whose details may be seen."""
    return rule.kind in NEEDS_DETAIL or bool(rule.metric)


def days_of(rule: Rule) -> int:
    """Give how many days ahead, or overdue, a rule looks."""
    return rule.days if rule.days is not None else DAYS_AHEAD[rule.kind]


def findings(rule: Rule, looked: Looked, lot: Lot) -> list[Finding]:
    """Give what holds now of the partners of a lot, as the rule's kind asks."""
    return list(_LOOKOUTS[RuleKind(rule.kind)](rule, looked, lot))


def stale(rule: Rule, looked: Looked) -> list[Finding]:
    """Give the usage tables whose next month is overdue by so many days; these regard no partner."""
    found: list[Finding] = []
    fresh = looked.workspace.freshness(looked.day, basis=looked.options.basis, refresh_day=looked.options.refresh_day)
    for table in fresh.tables:
        if table.basis and table.basis != looked.options.basis:
            continue
        if table.late and (looked.day - table.due).days >= days_of(rule):
            words = first_upper(TABLE_WORDS[table.table])
            text = f"{words} of {table.next_month} was expected by {table.due} and is not there. Scores stand on {table.newest}."
            found.append(Finding("", "", f"{table.table} {table.next_month}", text))
    return found


def _designations(rule: Rule, lot: Lot, **conditions: object) -> Iterator[PublishedDesignation]:
    rows = PublishedDesignation.objects.filter(account__in=lot.accounts, **conditions).select_related("account")
    rows = rows.defer("tracks", "selected_why", "gaps")
    if rule.designation:
        rows = rows.filter(designation=rule.designation)
    yield from rows.order_by("account__partner_id", "pk")


def _portfolio(rule: Rule, lot: Lot, **conditions: object) -> Iterator[PortfolioRow]:
    rows = PortfolioRow.objects.filter(account__in=lot.accounts, **conditions)
    if rule.designation:
        rows = rows.filter(designation=rule.designation)
    yield from rows.order_by("partner_id", "pk")


def _first_qualified(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    for row in _designations(rule, lot, qualified_on__isnull=False):
        text = f"{looked.name_of(row.designation)} has a qualified day in its qualification window: {row.qualified_on}."
        yield Finding(row.account.partner_id, row.designation, "", text, row.account.name)


def with_first_days(looked: Looked, found: Sequence[Finding]) -> list[Finding]:
    """Say of designations that are found to have a qualified day which was the first, and what is next.

    That takes their histories: it is asked of what is new alone.
    """
    asked = {(one.partner_id, one.designation): one for one in found}
    accounts = PublishedPartner.objects.filter(publication=looked.publication, partner_id__in={partner for partner, _ in asked})
    rows = PublishedDesignation.objects.filter(account__in=accounts, qualified_on__isnull=False).select_related("account")
    histories = PublishedHistory.objects.filter(account__in=accounts).values_list("account__partner_id", "designation", "days")
    days = {(partner, designation): packed for partner, designation, packed in histories if (partner, designation) in asked}
    told: list[Finding] = []
    for row in rows.defer("tracks", "selected_why", "gaps").order_by("account__partner_id", "pk"):
        key = (row.account.partner_id, row.designation)
        if key in asked:
            since = _first_day(unpack_days(days.get(key, [])), row.window_start) or row.qualified_on
            day = f"{looked.name_of(row.designation)} has a first qualified day: {since}."
            stands = f"It stands at {_of(looked, row.total_micro, row.cap_micro)}."
            then = f"Next: {row.next_date}, {row.next_meaning}." if row.status == "qualified" else ""
            told.append(replace(asked[key], text=" ".join(part for part in (day, stands, then) if part)))
    return told


def _first_day(points: Sequence[DayPoint], start: dt.date) -> dt.date | None:
    """Find the first qualified day from a day on. A total holds until the next one: one from before counts from that day."""
    ends = [*(later.day for later in points[1:]), dt.date.max]
    return next((max(point.day, start) for point, end in zip(points, ends, strict=True) if point.qualified and end > start), None)


def _under(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    if rule.metric:
        yield from _metric_under(rule, looked, lot)
        return
    bound = rule.bound_micro if rule.bound_micro is not None else int(looked.rules.qualifying_total * MICRO)
    for row in _designations(rule, lot, total_micro__lt=bound):
        at = f"{looked.name_of(row.designation)} is at {_of(looked, row.total_micro, row.cap_micro)}, under {_plain(bound)}."
        # What blocks names metrics: that is more than a total.
        why = _sentence(row.change_cause or row.blocks) if row.account.partner_id in lot.in_detail else ""
        text = f"{at}{why}{_unless_complete(complete=row.complete)}"
        yield Finding(row.account.partner_id, row.designation, "", text, row.account.name, in_detail=bool(why))


def _metric_under(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    metrics = {metric.id: metric.name for metric in looked.workspace.book.designations[rule.designation].metrics}
    rows = PublishedDesignation.objects.filter(account__in=lot.accounts, designation=rule.designation).select_related("account")
    for row in rows.only("designation", "track", "tracks", "account__partner_id", "account__name").order_by("account__partner_id"):
        track = next(track for track in unpack_tracks(row.tracks) if track.track == row.track)
        for metric in track.metrics:
            bound = rule.bound_micro if rule.bound_micro is not None else metric.max_points
            if metric.metric == rule.metric and metric.points < bound:
                at = f"{metrics[metric.metric]} of {looked.name_of(row.designation)} is at {_of(looked, metric.points, metric.max_points)}"
                text = f"{at}, under {_plain(bound)}.{_unless_complete(complete=metric.complete)}"
                yield Finding(row.account.partner_id, row.designation, metric.metric, text, row.account.name, metric.metric)


def _at_risk(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    until = looked.day + dt.timedelta(days=days_of(rule))
    for row in _portfolio(rule, lot, at_risk_on__lte=until):
        held = f"if usage went on as in {row.data_month}" if row.data_month else "if usage went on as it is"
        text = f"{looked.name_of(row.designation)} qualifies now and would no longer from {row.at_risk_on}, {held}."
        yield Finding(row.partner_id, row.designation, "", text, row.name)


def _certificate(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    until = looked.day + dt.timedelta(days=days_of(rule))
    names = lot.names
    facts, book = looked.workspace.facts, looked.workspace.book
    for one in endings(book, facts, looked.day, until, partners=sorted(names), options=looked.options):
        if not rule.designation or rule.designation in one.designations:
            subject = told_apart(f"{one.code} {one.ends_on} {one.person_id}")
            text = f"{one.name} ({one.code}) counts until {one.ends_on}, then it ends."
            yield Finding(one.partner_id, rule.designation, subject, text, names[one.partner_id], people=(one.person_id,))


def _renewal(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    ahead = dt.timedelta(days=days_of(rule))
    for row in _designations(rule, lot, renewal_end__gte=looked.day, renewal_start__lte=looked.day + ahead):
        start, end = row.renewal_start, row.renewal_end
        assert start is not None, "the query asks for it"
        is_open = looked.day >= start
        when = f"is open since {start} and ends on {end}" if is_open else f"opens on {start} and ends on {end}"
        day = f"It has a qualified day for it: {row.qualified_on}." if row.qualified_on else "It has no qualified day for it yet."
        text = f"The renewal window of {looked.name_of(row.designation)} {when}. {day}"
        yield Finding(row.account.partner_id, row.designation, f"{start} {'open' if is_open else 'ahead'}", text, row.account.name)


def _unrecognized(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    least = max(rule.bound_micro or 0, 1)
    for row in _portfolio(rule, lot, unclaimed_micro__gte=least):
        would = f"{looked.shown(row.unclaimed_micro)} points"
        text = f"{looked.name_of(row.designation)}: usage without the association it needs. With it, the total would be {would} higher."
        yield Finding(row.partner_id, row.designation, "", text, row.name, amount=row.unclaimed_micro)


def _restated(rule: Rule, looked: Looked, lot: Lot) -> Iterator[Finding]:
    facts = below(looked.workspace.facts)
    if not isinstance(facts, StoreFacts) or rule.load is None or rule.load >= facts.load:
        return
    names = lot.names
    months: dict[tuple[str, str, str, int], list[Restatement]] = defaultdict(list)
    for one in restatements_since(facts, rule.load, sorted(names)):
        months[one.partner_id, one.table, one.month, one.load].append(one)
    for (partner, table, month, load), told in months.items():
        sums = "; ".join(f"{MEASURE_WORDS.get(one.measure, one.measure)} {_amount(one.before)}, now {_amount(one.after)}" for one in told)
        text = f"{first_upper(TABLE_WORDS[table])} of {month} was told anew by load {load}: {sums}."
        yield Finding(partner, "", f"{load} {table} {month}", text, names[partner])


_LOOKOUTS: dict[RuleKind, Callable[[Rule, Looked, Lot], Iterator[Finding]]] = {
    RuleKind.FIRST_QUALIFIED: _first_qualified,
    RuleKind.UNDER: _under,
    RuleKind.AT_RISK: _at_risk,
    RuleKind.CERTIFICATE: _certificate,
    RuleKind.RENEWAL: _renewal,
    RuleKind.UNRECOGNIZED: _unrecognized,
    RuleKind.RESTATED: _restated,
}


def told_apart(subject: str) -> str:
    """Give a subject that an index takes: one that is too long, as an id of a person may be, by its digest."""
    return subject if len(subject) <= SUBJECT_LENGTH else hashlib.sha256(subject.encode()).hexdigest()


def _of(looked: Looked, micro: int, most: int) -> str:
    return f"{looked.shown(micro)} of {_plain(most)} points"


def _plain(micro: int) -> str:
    return f"{exact(micro):,f}"


def _amount(value: object) -> str:
    return number(Fraction(str(value)))


def _sentence(text: str) -> str:
    return f" {text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _unless_complete(*, complete: bool) -> str:
    return "" if complete else " Months of data are missing, so this is not final."
