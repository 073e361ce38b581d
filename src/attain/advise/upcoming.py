"""What happens on the days to come that may move a score: months that join, certificates that end, new rules, enrollments that lapse."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.ahead import refresh_day_of
from attain.advise.outlook import Cause
from attain.advise.partner_facts import CERTIFICATIONS
from attain.lifecycle import Period, certificate_changes, membership
from attain.lifecycle.windows import ONE_DAY, refresh_days
from attain.scoring.windows import YEAR, latest_refreshed_month, month_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.lifecycle import Enrollment
    from attain.rulebook.model import Designation

Causes = dict[dt.date, list[Cause]]


def shared_causes(hypotheses: Hypotheses, last: Mapping[str, int], until: dt.date) -> Causes:
    """List what bears on every designation: the months that join at each refresh, and changes of the programme."""
    on, day = hypotheses.on, refresh_day_of(hypotheses, hypotheses.on)
    found: Causes = defaultdict(list)
    seen = latest_refreshed_month(on, day)
    for refresh in refresh_days(day, Period(on + ONE_DAY, until)):
        month = latest_refreshed_month(refresh, day)
        if month > seen:
            known = sorted(table for table, its_last in last.items() if its_last >= month)
            assumed = "known" if len(known) == len(last) else "assumed" if not known else f"known of {', '.join(known)}, else assumed"
            before = month - YEAR
            words = (
                f"{month_text(month)} counts ({assumed}): it joins the twelve months, {month_text(before)} leaves them"
                f" and becomes the month of a year ago"
            )
            found[refresh].append(Cause("months", words))
            seen = month
    for start in hypotheses.book.programme.era_starts(on + ONE_DAY, until):
        found[start].append(Cause("programme", "figures of the programme change"))
    late = sorted(table for table, month in last.items() if month < latest_refreshed_month(on, day))
    if late:
        first = min(found, default=None)
        if first is not None:
            words = f"months of {', '.join(late)} that are late by then count as assumed"
            found[first].append(Cause("late_data", words))
    return found


def own_causes(
    hypotheses: Hypotheses, known: PartnerFacts, designation: Designation, enrollments: Iterable[Enrollment], until: dt.date
) -> Causes:
    """List what bears on one designation: new editions, certificates, and its recorded enrollment."""
    on = hypotheses.on
    found: Causes = defaultdict(list)
    if hypotheses.options.edition is None:
        for edition in designation.editions:
            if on < edition.from_ <= until:
                found[edition.from_].append(Cause("edition", f"the rules of edition {edition.id} begin"))
    for day in membership(hypotheses.book.programme, enrollments, on).record_changes(designation.id):
        if on < day <= until:
            found[day].append(Cause("enrollment", "the recorded enrollment ends, and with it the track that it keeps"))
    for day, words in _certificates(hypotheses, known, designation):
        if on < day <= until:
            found[day].append(Cause("certificate", words))
    return found


def listed_certificates(designation: Designation) -> set[str]:
    """Name the certificates that any step of any edition and track of a designation lists."""
    return {
        name
        for metric in designation.metrics
        for step in metric.steps
        for entry in step.certificates
        for names in ((entry.value,) if entry.by_track is None else entry.by_track.values())
        for name in names or ()
    }


def _certificates(hypotheses: Hypotheses, known: PartnerFacts, designation: Designation) -> Iterable[tuple[dt.date, str]]:
    frame = known.frames.get(CERTIFICATIONS)
    if frame is None:
        return
    listed = listed_certificates(designation)
    programme, certifications = hypotheses.book.programme, hypotheses.book.catalog.certifications
    retired = {term.code: term.retired_on for term in certifications.terms}
    rows = frame.filter(pl.col("status") == "active").sort("person_id", "certification", "earned_on")
    for row in rows.iter_rows(named=True):
        code = known.names["certification"][int(row["certification"])]
        if code not in listed:
            continue
        expires, retires = row["expires_on"], retired.get(code)
        who = str(row["person_name"] or row["person_id"])
        for day in certificate_changes(programme, row["earned_on"], expires, retires):
            if expires is not None and day == expires + ONE_DAY:
                yield day, f"{code} of {who} expires: {expires} is its last day"
            elif retires is not None and day > row["earned_on"]:
                yield day, f"{code} of {who} stops counting: it retired on {retires}"
