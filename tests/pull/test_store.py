"""Pulling into a store: the same import, and the load says what Microsoft masked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.partner_center.billing import Export
from attain.sources.partner_center.insights import Period
from attain.sources.partner_center.pull import Destination, Pulled, pull_billing, pull_insights, pull_links
from attain.store.state import QUERY
from attain.store.store import Store
from tests.pull.conftest import Asking
from tests.pull.services import Data, lines_of
from tests.pull.test_billing import usage as billed
from tests.pull.test_insights import COLUMNS, usage
from tests.pull.test_links import link
from tests.sources.folders import T1, T2


@pytest.fixture
def to(asking: Asking, tmp_path: Path) -> Destination:
    asking.services.looks = 0
    asking.services.datasets["AzureUsage"] = Data(COLUMNS, [usage("2026-09", "1"), usage("2026-09", "2", T2)], metrics=["ACR_USD"])
    Store.create(tmp_path / "store")
    return Destination(tmp_path / "store")


def pulled(asking: Asking, to: Destination) -> Pulled:
    with asking.connected() as connected:
        return pull_insights(connected, to, ["AzureUsage"], Period())


@pytest.mark.parametrize("masked", [True, False])
def test_the_load_says_whether_microsoft_masked_something(asking: Asking, to: Destination, masked: bool) -> None:
    asking.services.redacted = masked
    [report] = pulled(asking, to).reports
    [load] = Store.open(to.into).loads.every()
    assert (load.source, load.redacted, load.rows_in) == ("insights_azure_usage", masked, 2)
    assert any("masked" in warning for warning in report.warnings) is masked
    assert [path.name for path in to.into.parent.iterdir()] == ["store"]


def test_the_same_again_changes_nothing(asking: Asking, to: Destination) -> None:
    pulled(asking, to)
    [report] = pulled(asking, to).reports
    assert report.already
    assert len(Store.open(to.into).loads.every()) == 1


def test_a_report_that_leaves_out_much_is_refused_unless_it_replaces(asking: Asking, to: Destination) -> None:
    pulled(asking, to)
    asking.services.datasets["AzureUsage"].rows = [usage("2026-09", "1", T1)]
    with pytest.raises(AttainError) as caught:
        pulled(asking, to)
    assert caught.value.code == "slice-shrinks"
    assert len(Store.open(to.into).loads.every()) == 1
    pulled(asking, replace(to, replace_all=True))
    assert len(Store.open(to.into).loads.every()) == 2


@pytest.mark.parametrize(
    ("period", "months"), [(Period(), "all there are"), (Period(dt.date(2026, 9, 1), dt.date(2026, 10, 1)), "2026-09 to 2026-10")]
)
def test_the_load_says_what_was_asked_for(asking: Asking, to: Destination, period: Period, months: str) -> None:
    with asking.connected() as connected:
        pull_insights(connected, to, ["AzureUsage"], period)
    [load] = Store.open(to.into).loads.every()
    query, asked = load.filters
    [sent] = asking.services.asked("POST", "ScheduledQueries")
    assert query == f"{QUERY}{sent.json['Query']}"
    assert "FROM AzureUsage TIMESPAN LIFETIME" in query
    assert asked == f"months asked for: {months}"


def test_the_load_of_an_export_or_a_link_says_what_it_is_of(asking: Asking, to: Destination) -> None:
    asking.services.exports["G012345678"] = [lines_of(billed("2026-08-03", "1"))]
    asking.services.exports["current-USD"] = [lines_of(billed("2026-10-03", "1"))]
    asking.services.links[T1] = link(T1)
    with asking.connected() as connected:
        pull_billing(connected, to, [Export(invoice="G012345678"), Export(period="current", currency="USD")])
        pull_links(connected, to, [T1])
    told = [[text for text in load.filters if "left out" not in text] for load in Store.open(to.into).loads.every()]
    assert told == [
        ["asked for: billed usage of G012345678"],
        ["asked for: unbilled usage, current period, USD"],
        [f"asked for: the link in directory {T1}"],
    ]
