"""A metric in one sentence."""

from __future__ import annotations

import pytest

from attain.published.shapes import MICRO, MetricScore
from attain.published.words import sentence, value_words
from attain.rulebook.load import load_book


def _score(metric: str, value: int | None, full: int | None) -> MetricScore:
    return MetricScore(metric, value, full, 4 * MICRO, 20 * MICRO, complete=True, earns=True, data_month="2026-10")


@pytest.mark.parametrize(
    ("metric", "value", "full", "words", "said"),
    [
        (
            "usage_growth",
            None,
            None,
            "Azure and Microsoft 365, points added up",
            "Azure and Microsoft 365, points added up: View details shows each of them.",
        ),
        ("net_customer_adds", 1 * MICRO, 5 * MICRO, "1 customer added", "1 customer added; full marks from 5 customers."),
        (
            "net_customer_adds",
            0,
            5 * MICRO,
            "As many customers as a year ago",
            "As many customers as a year ago; full marks from 5 customers.",
        ),
        ("net_customer_adds", -2 * MICRO, 5 * MICRO, "2 customers lost", "2 customers lost; full marks from 5 customers."),
        ("intermediate_certifications", 0, 4 * MICRO, "Nobody scores", "Nobody scores; full marks from 4 people."),
    ],
)
def test_a_metric_is_told_by_its_value_or_by_what_it_adds_up(
    metric: str, value: int | None, full: int | None, words: str, said: str
) -> None:
    rules = next(one for one in load_book().designation("security").metrics if one.id == metric)
    assert value_words(_score(metric, value, full), rules) == words
    assert sentence(_score(metric, value, full), rules) == said
