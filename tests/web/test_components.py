"""How numbers are written and drawn."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template

from attain.web.charts import draw
from attain.web.tables import Cell, Column, Table, sort_of
from attain.web.templatetags.attain import dollars, number, points, signed


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234567, "1,234,567"), (Decimal("66.500000"), "66.5"), ("-3", "−3"), (0, "0"), (None, "–"), ("", "–"), (1e3, "–"), ("x", "–")],
)
def test_numbers_are_written_exactly_and_floats_not_at_all(value: object, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(("value", "written"), [("69.999999", "69.99"), ("70", "70"), ("7.333333", "7.33"), ("-0.005", "0"), (None, "–")])
def test_points_are_cut_and_never_rounded_up(value: object, written: str) -> None:
    assert points(value) == written


@pytest.mark.parametrize(("value", "written"), [("3.5", "+3.5"), ("-2", "−2"), ("0", "0"), ("0.001", "0")])
def test_changes_have_a_sign(value: object, written: str) -> None:
    assert signed(value) == written


@pytest.mark.parametrize(("value", "written"), [("1234.5", "$1,234.50"), ("-3", "−$3.00"), ("99.9999", "$100.00"), ("-0.001", "$0.00")])
def test_dollars_have_cents(value: object, written: str) -> None:
    assert dollars(value) == written


def _drawn(template: str) -> str:
    return Template("{% load attain %}" + template).render(Context())


@pytest.mark.parametrize(
    ("value", "arc", "reached"),
    [("82.5", "82.5 17.5", True), ("69.999999", "69.999999 30.000001", False), ("70", "70 30", True), ("120", "100 0", True)],
)
def test_a_ring_draws_the_number_itself(value: str, arc: str, reached: bool) -> None:
    drawn = _drawn(f'{{% ring "{value}" 100 70 %}}')
    arcs = re.findall(r'class="ring-value".*?stroke-dasharray="([^"]*)"', drawn)
    assert [" ".join(str(Decimal(part).normalize() + 0) for part in found.split()) for found in arcs] == [arc]
    assert ("ring-reached" in drawn) is reached
    assert f'aria-label="{points(value)} of 100 points"' in drawn


def test_a_ring_is_green_where_the_designation_qualifies_and_the_longest_number_has_room() -> None:
    assert "ring-reached" in _drawn('{% ring "76" 100 70 %}')
    assert "ring-reached" not in _drawn('{% ring "76" 100 70 reached=False %}')
    assert "ring-reached" in _drawn('{% ring "70" 100 70 reached=True %}')
    assert ["ring-long" in _drawn(f'{{% ring "{value}" 100 70 %}}') for value in ("99.99", "100")] == [False, True]


def test_a_ring_of_nothing_draws_no_arc() -> None:
    assert "ring-value" not in _drawn("{% ring 0 100 70 %}")


def test_a_bar_is_full_at_full_marks_and_beyond() -> None:
    drawn = _drawn("{% bar 20 15 %}")
    assert re.search(r'class="bar-value" width="15(\.0*)?"', drawn)
    assert 'aria-label="20 of 15"' in drawn


COLUMNS = [Column("name", "Name", sortable=True), Column("points", "Points", numeric=True, sortable=True), Column("note", "Note")]


def test_the_head_of_a_sorted_column_turns_it_round() -> None:
    heads = Table("T", COLUMNS, [], sort="name").heads
    assert [(head.sort, head.order) for head in heads] == [("-name", "ascending"), ("points", ""), ("note", "")]
    assert Table("T", COLUMNS, [], sort="-name").heads[0].order == "descending"


@pytest.mark.parametrize(
    ("asked", "sort"), [("points", "points"), ("-points", "-points"), ("note", "name"), ("'; drop", "name"), ("", "name")]
)
def test_only_columns_that_sort_are_sorted_by(asked: str, sort: str) -> None:
    assert sort_of(asked, COLUMNS, "name") == sort


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _ = Table("T", COLUMNS, [[Cell("only one")]]).lines


def test_a_chart_is_drawn_once_and_another_anew() -> None:
    def chart(amount: int) -> dict[str, Any]:
        encoding = {"x": {"field": "month", "type": "ordinal"}, "y": {"field": "points", "type": "quantitative"}}
        return {
            "data": {"values": [{"month": "2026-10", "points": amount}]},
            "mark": "bar",
            "encoding": encoding,
            "width": 60,
            "height": 40,
        }

    first = draw(chart(3))
    assert "<svg" in first
    assert draw(chart(3)) is first
    assert draw(chart(4)) != first


def test_a_chart_has_a_picture_for_a_narrow_screen_beside_the_wide_one() -> None:
    scale = {"domain": ["A", "B", "C"]}
    color = {"field": "kind", "type": "nominal", "scale": scale, "legend": {"columns": 3}}
    months = [{"month": f"2026-{month:02}", "points": month, "kind": "ABC"[month % 3]} for month in range(1, 13)]
    encoding = {"x": {"field": "month", "type": "ordinal"}, "y": {"field": "points", "type": "quantitative"}, "color": color}
    drawn = draw({"data": {"values": months}, "mark": "bar", "encoding": encoding, "width": 700, "height": 40})
    widths = {name: int(width) for name, width in re.findall(r'<svg[^>]*class="([\w-]+)"[^>]*viewBox="0 0 (\d+) ', drawn)}
    assert set(widths) == {"chart-svg", "chart-narrow"}
    assert widths["chart-svg"] > 700
    assert widths["chart-narrow"] < 390
