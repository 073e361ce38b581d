"""What is published of a lot of partners, put together from the workspace as rows that are not saved yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.cells import NUL
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.lifecycle.windows import rules_on
from attain.published.models import NAME_FOLDED_LENGTH, PortfolioRow, PublishedDesignation, PublishedHistory, PublishedPartner
from attain.published.portfolio_rows import portfolio_row
from attain.published.shapes import MICRO, micro, pack_days, pack_months, pack_tracks
from attain.published.words import cause_of_change
from attain.scoring.cards import cards
from attain.scoring.result import TOTAL

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from attain.advise.prospects import Prospects
    from attain.explaining.selection import Selection
    from attain.facts.directory import Account, ReportedScore
    from attain.lifecycle import StatusOn
    from attain.scoring.cards import DesignationCard
    from attain.scoring.options import ScoreOptions
    from attain.scoring.result import ScoreRow
    from attain.scoring.timeline import MonthOn, Timeline, TimelineReader
    from attain.workspace import Workspace


@dataclass(frozen=True)
class PartnerRows:
    """One partner's rows, in the order in which they must be saved: the others refer to `partner`."""

    partner: PublishedPartner
    designations: list[PublishedDesignation]
    histories: list[PublishedHistory]
    portfolio: list[PortfolioRow]


class Gatherer:
    """Gathers lots of partners for one day; what lots share is prepared once. Raises AttainError as a score does."""

    def __init__(self, workspace: Workspace, day: dt.date, options: ScoreOptions) -> None:
        self.workspace, self.day, self.options = workspace, day, options
        self.reader: TimelineReader = workspace.timelines(day, **options)
        self.rules = rules_on(workspace.book.programme, day)

    def gather(self, accounts: Sequence[Account], now: dt.datetime) -> Iterator[PartnerRows]:
        """Give the rows of each of `accounts` that has a score; `now` is when they are published."""
        ids = [account.partner_id for account in accounts]
        scores, reasons = self.workspace.score_with_reasons(self.day, partners=ids, **self.options)
        why = {(reason.partner_id, reason.designation): reason for reason in reasons}
        shown = {(card.partner_id, card.designation): card for card in cards(self.workspace.book, scores)}
        rows: dict[str, dict[str, list[ScoreRow]]] = defaultdict(dict)
        for (partner, designation), found in groupby(scores.rows(), key=lambda row: (row.partner_id, row.designation)):
            rows[partner][designation] = list(found)
        gaps: dict[str, list[str]] = defaultdict(list)
        for gap in scores.gaps:
            gaps[gap.designation].append(str(gap))
        reported: dict[tuple[str, str], list[ReportedScore]] = defaultdict(list)
        for number in self.workspace.reported_scores(ids, self.day):
            if number.metric == TOTAL and number.points is not None:
                reported[number.partner_id, number.designation].append(number)
        ahead = self._ahead(rows)
        for account, timeline in zip(accounts, self.reader.read(ids), strict=True):
            partner = self._partner(account, timeline, rows[account.partner_id], now)
            statuses = {status.designation: status for status in timeline.status.statuses}
            designations: list[PublishedDesignation] = []
            for name, scored in rows[account.partner_id].items():
                key = (account.partner_id, name)
                made = self._designation(partner, scored, shown[key], why[key], statuses[name], gaps[name])
                _say_change(made, timeline.months[name], self._names(name), self)
                _say_reported(made, reported[key])
                designations.append(made)
            histories = [
                PublishedHistory(
                    account=partner,
                    designation=name,
                    months=pack_months(months),
                    days=pack_days(timeline.steps[name]),
                )
                for name, months in timeline.months.items()
                if months
            ]
            portfolio = [portfolio_row(partner, row, timeline.months[row.designation], ahead, self.rules) for row in designations]
            yield PartnerRows(partner, designations, histories, portfolio)

    def _ahead(self, rows: dict[str, dict[str, list[ScoreRow]]]) -> Prospects:
        totals = {
            (partner, name): next(row for row in scored if row.metric == TOTAL and row.selected)
            for partner, by_name in rows.items()
            for name, scored in by_name.items()
        }
        selected = {key: total.track for key, total in totals.items()}
        qualified = {key for key, total in totals.items() if total.qualified}
        return self.workspace.prospects(self.day, selected=selected, qualified=qualified, **self.options)

    def _names(self, designation: str) -> dict[str, str]:
        return {metric.id: metric.name for metric in self.workspace.book.designations[designation].metrics}

    def _partner(self, account: Account, timeline: Timeline, scored: dict[str, list[ScoreRow]], now: dt.datetime) -> PublishedPartner:
        statuses = [status.status for status in timeline.status.statuses]
        name = account.name.replace(NUL, "")
        totals = [micro(row.points) for rows in scored.values() for row in rows if row.metric == TOTAL and row.selected]
        return PublishedPartner(
            partner_id=fitting_id(account.partner_id),
            name=name,
            name_folded=(name or account.partner_id).casefold()[:NAME_FOLDED_LENGTH],
            kind=account.kind,
            country=account.country.replace(NUL, ""),
            distributor_id=fitting_id(account.distributor_id),
            badges=[badge.name for badge in timeline.status.badges],
            all_held=timeline.status.all_held,
            held=sum(status.held for status in timeline.status.statuses),
            in_progress=statuses.count("in_progress"),
            enrolled=statuses.count("enrolled"),
            qualified=statuses.count("qualified"),
            renewal_due=statuses.count("renewal_due"),
            best_micro=max(totals, default=0),
            day=self.day,
            facts=self.workspace.facts.digest,
            published_at=now,
        )

    def _designation(
        self,
        partner: PublishedPartner,
        scored: list[ScoreRow],
        card: DesignationCard,
        why: Selection,
        status: StatusOn,
        gaps: list[str],
    ) -> PublishedDesignation:
        total = next(row for row in scored if row.metric == TOTAL and row.selected)
        renewal = status.renewal_window
        return PublishedDesignation(
            account=partner,
            designation=total.designation,
            edition=total.edition,
            track=total.track,
            selected_by=why.by,
            selected_why=why.reason,
            total_micro=micro(total.points),
            cap_micro=micro(total.max_points),
            qualifies=bool(total.qualified),
            complete=total.complete,
            data_month=total.data_month or "",
            blocks=card.blocks,
            gaps=gaps,
            tracks=pack_tracks(scored),
            status=status.status,
            status_name=status.status_name,
            status_reason=status.reason,
            next_date=status.next_date,
            next_event=status.next_event,
            next_meaning=status.next_meaning,
            window_start=status.window.start,
            window_end=status.window.end,
            qualified_on=status.qualified_on,
            enrolled_on=status.enrolled_on,
            recorded=status.recorded,
            anniversary=status.anniversary,
            renewal_start=None if renewal is None else renewal.start,
            renewal_end=None if renewal is None else renewal.end,
            best_micro=None if status.best is None else int(status.best.points * MICRO),
            best_on=None if status.best is None else status.best.day,
        )


def fitting_id(partner_id: str) -> str:
    """Give the id of a partner back, unless imports set it aside by now: facts may have been imported before they did."""
    if len(partner_id) > PARTNER_ID_LENGTH or NUL in partner_id:
        message = f"the id of a partner is no text of at most {PARTNER_ID_LENGTH} characters"
        raise AttainError("partner-id", message, f"partner {partner_id!r}", "mend the files that name it and import them anew")
    return partner_id


def _say_change(row: PublishedDesignation, months: Sequence[MonthOn], names: dict[str, str], gatherer: Gatherer) -> None:
    """Set what changed since the last day of the month before, if that day has a score."""
    ends = gatherer.reader.ends
    if len(months) < 2 or len(ends) < 2 or months[-1].day != gatherer.day or months[-2].day != ends[-2]:
        return
    before = next(found.points for found in months[-2].rows if found.selected and found.metric == TOTAL)
    row.change_micro = row.total_micro - before
    row.change_since = months[-2].day
    row.change_cause = cause_of_change(months[-2], months[-1], names, gatherer.rules)


def _say_reported(row: PublishedDesignation, numbers: Sequence[ReportedScore]) -> None:
    """Set Microsoft's latest total: of that day, the number of the track that counts, or one without a track, goes before another's."""
    if not numbers:
        return
    latest = [number for number in numbers if number.as_of == numbers[-1].as_of]
    ranked = sorted(latest, key=lambda number: (number.track != row.track, number.track != ""))
    row.reported_micro = micro(ranked[0].points or Decimal(0))
    row.reported_on = ranked[0].as_of
    row.reported_track = ranked[0].track
