"""The rows of a distributor's list, made from what is published of a partner: distance, the single blocking metric, what lies ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from attain.advise.blocking import blocking
from attain.published.models import PortfolioRow
from attain.published.shapes import MICRO, unpack_tracks
from attain.rulebook.programme import StatusId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.advise.prospects import Prospects
    from attain.published.models import PublishedDesignation, PublishedPartner
    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.timeline import MonthOn

LETTERS: dict[str, str] = {status[0]: status for status in get_args(StatusId)}
"""A letter for each status: a history of one is a word."""
MONTHS_KEPT = 36


def portfolio_row(
    partner: PublishedPartner, row: PublishedDesignation, months: Sequence[MonthOn], ahead: Prospects, rules: ProgrammeRules
) -> PortfolioRow:
    """Make the row of one designation of a partner, not saved yet."""
    key = (partner.partner_id, row.designation)
    goal = int(rules.qualifying_total * MICRO)
    metrics = next(track.metrics for track in unpack_tracks(row.tracks) if track.track == row.track)
    at_floor = sum(not metric.earns for metric in metrics)
    recognized = ahead.recognized.get(key, row.total_micro)
    return PortfolioRow(
        account=partner,
        partner_id=partner.partner_id,
        name=partner.name,
        name_folded=partner.name_folded,
        country=partner.country,
        distributor_id=partner.distributor_id,
        designation=row.designation,
        track=row.track,
        total_micro=row.total_micro,
        distance_micro=goal - row.total_micro,
        qualifies=row.qualifies,
        complete=row.complete,
        status=row.status,
        next_date=row.next_date,
        next_event=row.next_event,
        blocking="" if row.qualifies else blocking(metrics, goal - row.total_micro),
        at_floor=at_floor,
        at_risk_on=ahead.at_risk.get(key),
        unclaimed_micro=max(recognized - row.total_micro, 0),
        data_month=row.data_month,
        day=partner.day,
        month_statuses=letters(month.status for month in months)[-MONTHS_KEPT:],
    )


def letters(statuses: Iterable[str]) -> str:
    """Write statuses as a word."""
    return "".join(status[0] for status in statuses)
