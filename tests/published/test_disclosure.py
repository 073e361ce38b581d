"""What is counted of those who did not consent: no sum and no difference of what is shown tells of fewer than ten, and none can be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, product

import pytest

from attain.people.models import Consent, OrganizationPartner
from attain.published.disclosure import LEAST, disclosed
from attain.published.models import PortfolioRow, PublishedPartner
from attain.published.others import UNSCORED, others
from tests.published.market import DAY, DESIGNATIONS, EXPIRED, OWN_ACCOUNT, REVOKED, SERVED, Market, make_market, publish

NAMES = ("a", "b", "c", "d")
STATUSES = ("in_progress", "qualified", "enrolled", "renewal_due")
SIZES = (0, 1, 5, 9, 10, 11, 19, 20)


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_no_sum_and_no_difference_of_what_is_shown_tells_of_a_few(groups: int) -> None:
    for sizes in product(SIZES, repeat=groups):
        counts: dict[str, int] = dict(zip(NAMES, sizes, strict=False))
        found = disclosed(counts)
        if sum(sizes) < LEAST:
            assert found is None
            continue
        assert found is not None
        assert all(found.shown[name] == counts[name] for name in found.shown)
        assert {*found.shown, *found.together} == set(counts)
        for taken in range(len(found.shown) + 1):
            for some in combinations(found.shown, taken):
                told = sum(found.shown[name] for name in some)
                assert not some or told >= LEAST
                left = [name for name in counts if name not in some]
                assert not left or found.total - told >= LEAST, (counts, some)


@pytest.mark.parametrize(("groups", "most"), [(2, 45), (3, 45), (4, 36)])
def test_a_group_held_back_could_be_of_several_sizes(groups: int, most: int) -> None:
    """Whoever knows how groups are held back cannot work the size of one out from what is shown."""
    could: dict[tuple[int, tuple[tuple[str, int], ...]], list[set[int]]] = defaultdict(lambda: [set() for _ in range(groups)])
    for sizes in sums_up_to(most, groups):
        found = disclosed(dict(zip(NAMES, sizes, strict=False)))
        if found is not None:
            for size, known in zip(sizes, could[found.total, tuple(found.shown.items())], strict=True):
                known.add(size)
    told = [
        (total, shown, name, known)
        for (total, shown), every in could.items()
        for name, known in zip(NAMES, every, strict=False)
        if name not in dict(shown) and len(known) < 2
    ]
    assert told == []


def sums_up_to(most: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Give every way to put up to `most` into groups."""
    if groups == 0:
        yield ()
        return
    for size in range(most + 1):
        for rest in sums_up_to(most - size, groups - 1):
            yield (size, *rest)


def test_ten_are_enough_and_nine_are_not() -> None:
    assert disclosed({"a": 9}) is None
    assert disclosed({"a": 10}) is not None
    found = disclosed({"a": 10, "b": 10})
    assert found is not None
    assert found.shown == {"a": 10, "b": 10}
    found = disclosed({"a": 40, "b": 12, "c": 9})
    assert found is not None
    assert (found.shown, found.together, found.rest) == ({"a": 40}, ("b", "c"), 21)
    found = disclosed({"a": 40, "b": 0})
    assert found is not None
    assert (found.shown, found.rest) == ({}, 40)


@pytest.mark.web
@pytest.mark.django_db
def test_others_are_those_served_without_consent_and_no_one_else() -> None:
    market: Market = make_market()
    counted = others(market.publication, market.distributor, DESIGNATIONS, STATUSES)
    assert counted.total == 3
    assert set(counted.groups.values()) == {None}
    served = PublishedPartner.objects.filter(distributor_id=OWN_ACCOUNT).values_list("partner_id", flat=True)
    assert {EXPIRED, REVOKED, SERVED} <= set(served)


@pytest.mark.web
@pytest.mark.django_db
def test_a_status_is_counted_where_ten_have_it_and_the_rest_are_ten() -> None:
    market = make_market()
    market.publication.delete()
    everyone = [str(number) for number in range(40)]
    publication = publish([*everyone, OWN_ACCOUNT], dict.fromkeys(everyone, OWN_ACCOUNT))
    rows = PortfolioRow.objects.filter(publication=publication, designation="security")
    rows.filter(partner_id__in=everyone[:25]).update(status="in_progress")
    rows.filter(partner_id__in=everyone[25:]).update(status="enrolled")
    rows.filter(partner_id__in=everyone[39:]).delete()
    found = others(publication, market.distributor, DESIGNATIONS, STATUSES).groups["security"]
    assert found is not None
    assert (found.total, found.shown, found.rest) == (40, {"in_progress": 25}, 15)
    assert found.together == ("qualified", "enrolled", "renewal_due", UNSCORED)
    for one in everyone[:16]:
        OrganizationPartner.objects.create(
            organization=market.distributor, partner_id=one, consent=Consent.TOTALS, until=DAY.replace(year=2099)
        )
    found = others(publication, market.distributor, DESIGNATIONS, STATUSES).groups["security"]
    assert found is not None
    assert (found.total, found.shown, found.rest) == (24, {"enrolled": 14}, 10)
