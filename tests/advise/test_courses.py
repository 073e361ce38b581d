"""How a monthly number goes on, by hand."""

from __future__ import annotations

import pytest

from attain.advise.courses import course
from attain.advise.expected import read_expected
from attain.errors import AttainError

LAST = 24_000


def months(*values: int) -> dict[int, int]:
    """Give the months up to `LAST`, the last value last."""
    return {LAST - ago: value for ago, value in enumerate(reversed(values))}


def test_held_is_the_last_month() -> None:
    assert course(months(1, 2, 7), LAST - 2, LAST, LAST + 3, trend=False) == [7, 7, 7]
    assert course({LAST - 1: 5}, LAST - 1, LAST, LAST + 2, trend=False) == [0, 0]


def test_a_line_goes_on_and_ends_at_zero() -> None:
    assert course(months(10, 20, 30, 40), LAST - 3, LAST, LAST + 2, trend=True) == [50, 60]
    assert course(months(30, 20, 10), LAST - 2, LAST, LAST + 3, trend=True) == [0, 0, 0]
    # 0, 1, 1 has the mean 2/3 and the slope 1/2: 5/3 and 13/6.
    assert course(months(0, 1, 1), LAST - 2, LAST, LAST + 2, trend=True) == [2, 2]


def test_only_the_last_twelve_months_make_the_line() -> None:
    values = months(*[1000] * 6, *range(12, 132, 10))
    assert course(values, LAST - 17, LAST, LAST + 1, trend=True) == [132]


def test_too_few_months_are_held() -> None:
    assert course(months(1, 9), LAST - 1, LAST, LAST + 2, trend=True) == [9, 9]


def test_two_years_repeat_the_season_and_grow_as_the_year_did() -> None:
    before = [100] * 11 + [160]
    year = [110] * 11 + [170]
    assert course(months(*before, *year), LAST - 23, LAST, LAST + 13, trend=True) == [*[120] * 11, 180, 130]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tenant=Acme", "missing"),
        ("percent=-20 tenent=Acme", "did you mean tenant"),
        ("percent=-120", "greater than or equal"),
        ("percent=1 percent=2", "twice"),
        ("percent", "no field with a value"),
        ("percent=1 tenant='A", "quotation"),
        ("percent=many", "exact number"),
    ],
)
def test_expectations_are_read_strictly(text: str, says: str) -> None:
    with pytest.raises(AttainError, match=says):
        read_expected(text)


def test_an_expectation_has_exact_percent() -> None:
    assert str(read_expected("percent=1/3 from=2027-01-01").percent) == "1/3"
