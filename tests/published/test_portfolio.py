"""Partners side by side: what the database filters and sorts is what plain Python would."""

from __future__ import annotations

import pytest

from attain.errors import AttainError
from attain.published import read
from attain.published.models import Publication
from attain.published.portfolio import Asked, partners, statuses
from attain.published.shapes import MICRO

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def ids(publication: Publication, asked: Asked) -> list[str]:
    found = partners(publication, asked)
    assert found.count == len(found.lines)
    return [line.partner.partner_id for line in found.lines]


def test_by_name_and_by_best_total(published: Publication, everyone: list[str]) -> None:
    views = [read.overview(partner, published) for partner in everyone]
    by_name = sorted(views, key=lambda view: (view.partner.name.casefold(), view.partner.partner_id))
    assert ids(published, Asked()) == [view.partner.partner_id for view in by_name]
    best = {view.partner.partner_id: max(one.row.total_micro for one in view.designations) for view in views}
    found = ids(published, Asked(sort="total", descending=True))
    assert sorted(found) == sorted(everyone)
    assert [best[partner] for partner in found] == sorted(best.values(), reverse=True)


@pytest.mark.parametrize("sort", ["total", "change", "next_date", "name"])
@pytest.mark.parametrize("descending", [False, True])
def test_one_designation_in_every_order(published: Publication, everyone: list[str], sort: str, descending: bool) -> None:
    found = partners(published, Asked(designation="security", sort=sort, descending=descending))
    assert sorted(line.partner.partner_id for line in found.lines) == sorted(everyone)
    rows = [line.designation for line in found.lines if line.designation is not None]
    keys = [(row.total_micro, row.change_micro or 0, str(row.next_date), row.account.name_folded) for row in rows]
    place = ["total", "change", "next_date", "name"].index(sort)
    assert [key[place] for key in keys] == sorted((key[place] for key in keys), reverse=descending)


def test_filters(published: Publication, everyone: list[str]) -> None:
    views = {partner: read.overview(partner, published) for partner in everyone}
    security = {partner: next(one.row for one in view.designations if one.id == "security") for partner, view in views.items()}
    assert ids(published, Asked(search="CONTO")) == ["1000001"]
    assert ids(published, Asked(search="1000002")) == ["1000002"]
    assert ids(published, Asked(search="%")) == []
    assert ids(published, Asked(among=["1000003", "nobody"])) == ["1000003"]
    assert ids(published, Asked(among=[])) == []
    country = views["1000001"].partner.country
    assert set(ids(published, Asked(country=country))) == {name for name, view in views.items() if view.partner.country == country}
    over = {partner for partner, row in security.items() if row.total_micro >= 70 * MICRO}
    assert over
    assert over != set(everyone)
    assert set(ids(published, Asked(designation="security", points_from=70))) == over
    under = ids(published, Asked(designation="security", points_to=70))
    assert set(under) == {partner for partner, row in security.items() if row.total_micro <= 70 * MICRO}
    for status in ("enrolled", "in_progress", "renewal_due"):
        wanted = {partner for partner, row in security.items() if row.status == status}
        assert set(ids(published, Asked(designation="security", status=status))) == wanted
        anywhere = {partner for partner, view in views.items() if any(one.row.status == status for one in view.designations)}
        assert set(ids(published, Asked(status=status))) == anywhere
    counts = statuses(published, Asked())
    assert {name: sum(by_status.values()) for name, by_status in counts.items()} == dict.fromkeys(counts, len(everyone))
    assert counts["security"]["enrolled"] == sum(row.status == "enrolled" for row in security.values())


def test_pages_hold_each_partner_once(published: Publication, everyone: list[str]) -> None:
    pages = [partners(published, Asked(size=3, page=number, sort="total")) for number in (1, 2, 3)]
    assert [page.count for page in pages] == [len(everyone)] * 3
    assert pages[0].pages == -(-len(everyone) // 3)
    assert sorted(line.partner.partner_id for page in pages for line in page.lines) == sorted(everyone)
    assert partners(published, Asked(size=3, page=99)).lines == ()


def test_an_unknown_order_names_the_nearest(published: Publication) -> None:
    with pytest.raises(AttainError, match="did you mean total"):
        partners(published, Asked(sort="totals"))
    with pytest.raises(AttainError, match="not sorted by 'change'"):
        partners(published, Asked(sort="change"))
    with pytest.raises(AttainError, match="did you mean enrolled"):
        partners(published, Asked(status="enroled"))
