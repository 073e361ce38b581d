"""Near misses, coverage, seats and fragility show what the advice says, masked for who may not see people, with files of the same rows."""

from __future__ import annotations

import csv
import io

from django.test import Client

from attain.advise.near import Near
from attain.web.dates import dated
from attain.web.plan.seats import tenths
from attain.workspace import Workspace
from tests.web.plan.conftest import CONTOSO, DAY, HOME, file_of, rows_of, text_of


def test_near_misses_are_those_of_the_advice_and_filters_keep_some(admin: Client, workspace: Workspace) -> None:
    found = workspace.advice(DAY, partner=CONTOSO).near()
    assert {row.state for row in found.rows} == {"near_miss", "at_risk"}
    shown = rows_of(text_of(admin, HOME), "Near misses and at risk")
    for row in found.rows:
        (line,) = {
            line
            for line in shown
            if f">{row.name or row.entity}<" in line.replace("</a>", "<")
            and dated(row.reason) in line
            and workspace.book.designations[row.designation].name in line
            and _part(workspace, row) in line
            and _metric(workspace, row) in line
        }
        assert ("At risk" if row.state == "at_risk" else "Near miss") in line
    misses = rows_of(text_of(admin, f"{HOME}?state=near_miss&designation=security"), "Near misses and at risk")
    assert len(misses) == len(found.of("near_miss", "security"))
    by_months = rows_of(text_of(admin, f"{HOME}?sort=-months"), "Near misses and at risk")
    most = max(found.rows, key=lambda row: row.months)
    assert f">{most.months}<" in by_months[0]
    written = list(csv.DictReader(io.StringIO(file_of(admin, f"{HOME}files/near.csv?state=near_miss&designation=security"))))
    assert [line["entity"] for line in written] == [row.entity for row in found.of("near_miss", "security")]


def _metric(workspace: Workspace, row: Near) -> str:
    return next(one.name for one in workspace.book.designations[row.designation].metrics if one.id == row.metric)


def _part(workspace: Workspace, row: Near) -> str:
    """Call the part as the rulebook names its pool; an option has no other name."""
    pools = (pool for one in workspace.book.designations[row.designation].metrics if one.id == row.metric for pool in one.pools)
    return next((pool.name for pool in pools if pool.id == row.part), row.part)


def test_coverage_shows_what_is_missing_the_matrix_and_odd_records(admin: Client, workspace: Workspace) -> None:
    found = workspace.advice(DAY, partner=CONTOSO).coverage()
    assert found.unclaimed
    text = text_of(admin, f"{HOME}coverage/")
    for one in found.unclaimed:
        assert one.customer in text
        assert f"+{workspace.shown(DAY, one.best).rstrip('0').rstrip('.')}" in text
        assert one.proposals[0].setting.set_by.capitalize()[:20] in text
    matrix = text_of(admin, f"{HOME}coverage/?view=matrix&lacks=yes")
    assert len(rows_of(matrix, "Associations by customer and product")) == len(found.unrecognized)
    checks = text_of(admin, f"{HOME}coverage/?view=checks")
    assert len(rows_of(checks, "Records to look at")) == len(found.checks) > 0
    written = list(csv.DictReader(io.StringIO(file_of(admin, f"{HOME}files/coverage.csv?lacks=yes"))))
    assert len(written) == len(found.unrecognized)


def test_seats_and_fragility_are_those_of_the_advice(admin: Client, workspace: Workspace) -> None:
    advice = workspace.advice(DAY, partner=CONTOSO)
    seats, fragile = advice.seats(), advice.fragility()
    assert len(rows_of(text_of(admin, f"{HOME}seats/"), "Seats by customer and workload")) == len(seats.seats) > 0
    idle = rows_of(text_of(admin, f"{HOME}seats/?idle=yes"), "Seats by customer and workload")
    assert len(idle) == sum(1 for one in seats.seats if one.unassigned or one.unused) < len(seats.seats)
    text = text_of(admin, f"{HOME}fragility/?breaks=qualification")
    breaking = [loss for loss in fragile.losses if any(effect.disqualifies for effect in loss.effects)]
    assert len(rows_of(text, "Losses, worst first")) == len(breaking) > 0
    margins = text_of(admin, f"{HOME}fragility/?view=margins")
    assert len(rows_of(margins, "Margins by metric")) == len(fragile.margins)
    largest = next(margin for margin in fragile.margins if margin.largest_share is not None)
    assert largest.largest_share is not None
    assert f"{tenths(largest.largest_share * 100)}% of what counts" in margins


def test_who_may_not_see_people_is_told_of_nobody(admin: Client, viewer: Client, workspace: Workspace) -> None:
    found = workspace.advice(DAY, partner=CONTOSO).fragility()
    names = {loss.name for loss in found.losses if loss.kind != "customer"}
    ids = {loss.entity for loss in found.losses if loss.kind != "customer"}
    assert names
    assert any(name in text_of(admin, f"{HOME}fragility/?kind=person") for name in names)
    for page in ("", "fragility/", "simulator/?kind=certify", "simulator/"):
        text = text_of(viewer, f"{HOME}{page}")
        assert not [one for one in (*names, *ids) if one in text], page
        assert "Names of people are hidden" in text
    written = file_of(viewer, f"{HOME}files/losses.csv")
    assert not [one for one in (*names, *ids) if one in written]


def test_an_answer_that_fails_is_asked_for_anew_and_a_download_that_is_none_is_refused(admin: Client) -> None:
    assert "did you mean seats" in text_of(admin, f"{HOME}files/seat.csv", 400).lower()
    text_of(admin, HOME)
    assert "did you mean csv" in text_of(admin, f"{HOME}files/near.cvs", 400).lower()
