"""Pulling into a store: the same import, and the load says what Microsoft masked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.partner_center.insights import Period
from attain.sources.partner_center.pull import Destination, Pulled, pull_insights
from attain.store.store import Store
from tests.pull.conftest import Asking
from tests.pull.services import Data
from tests.pull.test_insights import COLUMNS, usage
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
