"""Cohorts: where each begins, who is qualified or enrolled later, months by status, and that only shared totals count."""

from __future__ import annotations

import datetime as dt

import pytest

from attain.published.cohorts import cohorts, followed
from attain.published.portfolio_rows import MONTHS_KEPT
from tests.published.market import make_market

DAY = dt.date(2026, 11, 24)


def test_cohorts_by_first_data() -> None:
    found = followed([(DAY, "iiqe", 2), (DAY, "iiii", 1), (DAY, "i", 1)], "data")
    assert [(one.month, one.size, one.now, one.after) for one in found.cohorts] == [("2026-08", 3, 2, {3: 2}), ("2026-11", 1, 0, {})]
    assert found.months["2026-11"] == {"in_progress": 2, "qualified": 0, "enrolled": 2, "renewal_due": 0}
    assert list(found.months) == ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert {month: sum(counts.values()) for month, counts in found.months.items()}["2026-10"] == 3


def test_cohorts_by_first_qualification() -> None:
    found = followed([(DAY, "iqiii", 1), (DAY, "iiii", 4), (DAY, "er", 1)], "qualified")
    shown = [(one.month, one.size, one.now, one.after) for one in found.cohorts]
    assert shown == [("2026-08", 1, 0, {3: 0}), ("2026-10", 1, 1, {}), (None, 4, 0, {})]


def test_months_go_over_the_turn_of_a_year() -> None:
    found = followed([(dt.date(2026, 1, 15), "iiq", 1)], "data")
    assert list(found.months) == ["2025-11", "2025-12", "2026-01"]


def test_what_may_have_begun_earlier_than_is_kept_says_so() -> None:
    for length, begun in ((MONTHS_KEPT - 1, False), (MONTHS_KEPT, True)):
        assert followed([(DAY, "i" * length, 1)], "data").cohorts[0].open is begun
    assert not followed([(DAY, "i" * (MONTHS_KEPT - 1) + "q", 1)], "qualified").cohorts[0].open


@pytest.mark.web
@pytest.mark.django_db
def test_only_resellers_that_share_their_totals_are_followed() -> None:
    market = make_market()
    found = cohorts(market.publication, market.distributor, "security")
    assert sum(one.size for one in found.cohorts) == 3
    assert {sum(counts.values()) for counts in found.months.values()} == {3}
