"""The portfolio on the command line is what is published: the same rows, from the facts alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.advise.portfolio import COLUMNS, MICRO, Listed, portfolio
from attain.cli.app import app
from attain.cli.portfolio import Sort, _order
from attain.errors import AttainError
from attain.published.models import PortfolioRow, Publication
from attain.workspace import Workspace
from tests.published.conftest import DAY

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["portfolio", *arguments, "--as-of", str(DAY)], catch_exceptions=False, env={"COLUMNS": "220"})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def listed(workspace: Workspace) -> list[Listed]:
    return list(portfolio(workspace.book, workspace.facts, DAY, workspace.accounts()))


def test_every_line_is_as_it_is_published(published: Publication, listed: list[Listed]) -> None:
    rows = {(row.partner_id, row.designation): row for row in PortfolioRow.objects.filter(publication=published)}
    found = {(one.account.partner_id, one.designation): one for one in listed}
    assert set(found) == set(rows)
    for key, one in found.items():
        row = rows[key]
        assert (one.total, one.distance, one.unclaimed) == (row.total_micro, row.distance_micro, row.unclaimed_micro)
        assert (one.track, one.qualifies, one.complete, one.data_month) == (row.track, row.qualifies, row.complete, row.data_month)
        assert (one.blocking, one.at_floor, one.at_risk_on) == (row.blocking, row.at_floor, row.at_risk_on)
        assert (one.status.status, one.status.next_date, one.status.next_event) == (row.status, row.next_date, row.next_event)
        assert (one.account.name, one.account.country) == (row.name, row.country)


def test_the_orders(listed: list[Listed]) -> None:
    short = [(one.qualifies, one.distance) for one in sorted(listed, key=_order(Sort.distance))]
    assert short == sorted(short)
    names = [one.account.name.casefold() for one in sorted(listed, key=_order(Sort.partner))]
    assert names == sorted(names)
    days = [one.status.next_date for one in sorted(listed, key=_order(Sort.next_date))]
    assert days == sorted(days)
    unclaimed = [one.unclaimed for one in sorted(listed, key=_order(Sort.unclaimed))]
    assert unclaimed == sorted(unclaimed, reverse=True)
    at_risk = [one.at_risk_on for one in sorted(listed, key=_order(Sort.at_risk))]
    known = [day for day in at_risk if day is not None]
    assert known
    assert at_risk == [*sorted(known), *[None] * (len(at_risk) - len(known))]


def test_a_file_has_the_lines_that_the_options_keep(listed: list[Listed], folder: Path) -> None:
    options = ("--designation", "security", "--status", "in_progress", "--within", "50")
    rows = list(csv.DictReader(io.StringIO(run(str(folder), "--format", "csv", *options))))
    security = [one for one in listed if one.designation == "security" and one.status.status == "in_progress"]
    kept = {one.account.partner_id for one in security if not one.qualifies and one.distance <= 50 * MICRO}
    assert {row["partner_id"] for row in rows} == kept
    assert kept
    assert len(kept) < len(security)
    assert list(rows[0]) == list(COLUMNS)


def test_a_table_says_what_is_short_and_in_the_way(folder: Path) -> None:
    told = run(str(folder), "--partner", "1000002", "--sort", "at-risk")
    assert "1 partner, 6 lines" in told
    assert "Fabrikam" in told
    with pytest.raises(AttainError, match="did you mean enrolled"):
        run(str(folder), "--status", "enroled")


def test_the_resellers_of_a_distributor_and_of_one_that_serves_nobody(listed: list[Listed], folder: Path) -> None:
    distributor = next(one.account.distributor_id for one in listed if one.account.distributor_id)
    rows = csv.DictReader(io.StringIO(run(str(folder), "--format", "csv", "--distributor", distributor)))
    served = {one.account.partner_id for one in listed if one.account.distributor_id == distributor}
    assert {row["partner_id"] for row in rows} == served
    with pytest.raises(AttainError, match=rf"served by '{distributor}0' \(did you mean {distributor}") as refused:
        run(str(folder), "--distributor", f"{distributor}0")
    assert refused.value.code == "unknown-distributor"
