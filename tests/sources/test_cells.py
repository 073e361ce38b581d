from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.sources.cells import CellError, Conventions, guid_of, text_of


def settled(*, numbers: tuple[str, ...] = (), dates: tuple[str, ...] = ()) -> Conventions:
    conventions = Conventions()
    for text in numbers:
        conventions.observe_number(text)
    for text in dates:
        conventions.observe_date(text)
    return conventions


@pytest.mark.parametrize("text", ["", "  ", "NULL", "null", " Null "])
def test_null_as_text_is_empty(text: str) -> None:
    assert text_of(text) == ""


def test_a_filled_cell_loses_its_blanks_alone() -> None:
    assert text_of(" Key Vault ") == "Key Vault"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.0000000072922557592391990000", "0.0000000072922557592391990000"),
        ("-0.01288992000", "-0.01288992"),
        ("1e-05", "0.00001"),
        ("1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1\u00a0234.56", "1234.56"),
        ("-1'234'567.5", "-1234567.5"),
        ("12\u2019345", "12345"),
        (".5", "0.5"),
        ("12.", "12"),
    ],
)
def test_numbers_with_a_point(text: str, value: str) -> None:
    assert settled(numbers=("0.5",)).decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,00004", "0.00004"),
        ("1.234,56", "1234.56"),
        ("-12,5", "-12.5"),
        ("1,234", "1.234"),
        ("1.234", "1234"),
        ("7", "7"),
        ("1\u202f234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
    ],
)
def test_numbers_with_a_comma_once_the_file_shows_that_it_writes_commas(text: str, value: str) -> None:
    assert settled(numbers=("", "1,234", "0,5")).decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    ("millions", "text", "value"), [("1,234,567", "1,234", "1234"), ("1.234.567", "1.234", "1234"), ("1.234.567", "1,5", "1.5")]
)
def test_a_mark_that_comes_twice_stands_between_thousands(millions: str, text: str, value: str) -> None:
    assert settled(numbers=(millions,)).decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1\u00a023", "1\u00a02345", "1'234'56", "1'234\u00a0567", "'234", "1''234"])
def test_blanks_elsewhere_make_no_number(text: str) -> None:
    with pytest.raises(CellError, match="write it as"):
        settled(numbers=("0.5",)).decimal(text)


@pytest.mark.parametrize(
    ("text", "reason"), [("$12.50", "write it as 1204.50, without currency signs"), ("(5)", "brackets"), ("n/a", "not a number$")]
)
def test_what_is_written_around_a_number_is_named(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        Conventions().decimal(text)


def test_a_comma_that_nothing_decides_is_refused() -> None:
    with pytest.raises(CellError, match="no other number of the file decides it"):
        settled(numbers=("1,234", "17", "2,500")).decimal("1,234")


def test_a_comma_is_a_separator_of_thousands_once_the_file_shows_a_point() -> None:
    assert settled(numbers=("1,234", "0.5")).decimal("1,234") == Decimal(1234)


def test_the_rest_of_the_file_is_asked_once_and_only_where_a_cell_could_mean_two_things() -> None:
    asked: list[str] = []

    def ahead(conventions: Conventions) -> None:
        asked.append("ahead")
        conventions.observe_number("0,5")
        conventions.observe_date("09/21/2023")

    conventions = Conventions(look_ahead=ahead)
    assert (conventions.decimal("7"), conventions.date_of("2023-09-04"), conventions.date_of("7/7/2023")) == (
        7,
        date(2023, 9, 4),
        date(2023, 7, 7),
    )
    assert asked == []
    assert conventions.decimal("1.234") == 1234
    assert conventions.date_of("04/05/2023") == date(2023, 4, 5)
    assert asked == ["ahead"]


def test_two_marks_in_one_file_are_not_mixed() -> None:
    with pytest.raises(CellError, match="a decimal comma, while the file writes decimal points"):
        settled(numbers=("0.5",)).decimal("0,5")
    with pytest.raises(CellError, match="a decimal point, while the file writes decimal commas"):
        settled(numbers=("0,5",)).decimal("0.5")


@pytest.mark.parametrize("text", ["abc", "1 234", "$5", "--1", "1e", "NaN", "Infinity", "1_000", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        settled(numbers=("0.5",)).decimal(text)


@pytest.mark.parametrize("text", ["1e99", "1e-99", "1" * 61])
def test_numbers_beyond_reason_are_refused(text: str) -> None:
    with pytest.raises(CellError):
        Conventions().decimal(text)


def test_an_amount_that_64_bits_could_not_add_up_is_refused() -> None:
    assert Conventions().money("999999999.99") == Decimal("999999999.99")
    with pytest.raises(CellError, match="out of range"):
        Conventions().money("1000000000")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-05", date(2026, 10, 5)),
        ("2024-09-04 00:00:00", date(2024, 9, 4)),
        ("2024-09-04T23:59:59Z", date(2024, 9, 4)),
        ("2026-10", date(2026, 10, 1)),
        ("202610", date(2026, 10, 1)),
        ("20261005", date(2026, 10, 5)),
        ("22 Aug 2021", date(2021, 8, 22)),
        ("22-Aug-2021", date(2021, 8, 22)),
        ("August 22, 2021", date(2021, 8, 22)),
        ("October, 2026", date(2026, 10, 1)),
        ("Sept 2026", date(2026, 9, 1)),
        ("5.10.2026", date(2026, 10, 5)),
        ("9/21/2023 12:00:00 AM", date(2023, 9, 21)),
        ("21/09/2023", date(2023, 9, 21)),
        ("7/7/2023", date(2023, 7, 7)),
    ],
)
def test_dates_that_can_be_read_in_one_way(text: str, day: date) -> None:
    assert Conventions().date_of(text) == day


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "31/31/2026", "22 Foo 2021", "22/08/21", "soon", "2026", "46000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        Conventions().date_of(text)


def test_the_order_of_day_and_month_is_told_by_another_date_of_the_file() -> None:
    assert settled(dates=("04/05/2023", "09/21/2023")).date_of("04/05/2023") == date(2023, 4, 5)
    assert settled(dates=("04/05/2023", "21/09/2023")).date_of("04/05/2023") == date(2023, 5, 4)


def test_a_date_that_was_read_decides_for_those_after_it() -> None:
    conventions = Conventions()
    assert conventions.date_of("21/09/2023") == date(2023, 9, 21)
    assert conventions.date_of("04/05/2023") == date(2023, 5, 4)


def test_a_date_that_nothing_decides_is_refused() -> None:
    with pytest.raises(CellError, match="--dates mdy or --dates dmy"):
        settled(dates=("04/05/2023", "01/02/2023")).date_of("04/05/2023")


def test_dates_of_both_orders_refuse_the_file() -> None:
    with pytest.raises(AttainError) as caught:
        settled(dates=("09/21/2023",)).date_of("21/09/2023")
    assert str(caught.value) == (
        "21/9/2023 has the day first, other dates of the file the month (save the dates as 2023-09-21 (year, month, day))"
    )


@pytest.mark.parametrize(
    "text", ["0F8FAD5B-D9CB-469F-A165-70867728950E", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "0f8fad5bd9cb469fa16570867728950e"]
)
def test_a_guid_in_any_form(text: str) -> None:
    assert guid_of(text) == "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_another_text_is_no_guid() -> None:
    with pytest.raises(CellError, match="not a GUID"):
        guid_of("contoso")


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=18), st.sampled_from([".", ","]))
def test_every_decimal_comes_back_exactly(value: Decimal, mark: str) -> None:
    conventions = settled(numbers=(f"0{mark}5",))
    assert conventions.decimal(format(value, "f").replace(".", mark)) == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d %b %Y", "%m/%d/%Y"]))
def test_every_date_comes_back(day: date, form: str) -> None:
    conventions = settled(dates=("12/31/2023",))
    assert conventions.date_of(day.strftime(form)) == day


@pytest.mark.parametrize(("text", "month", "then"), [("10/1/2026", 10, (9, 5)), ("1/10/2026", 10, (5, 9)), ("1/1/2026", 1, None)])
def test_a_column_of_first_days_decides_the_order_of_day_and_month(text: str, month: int, then: tuple[int, int] | None) -> None:
    conventions = Conventions()
    assert conventions.first_day_of(text).timetuple()[:3] == (2026, month, 1)
    if then is None:
        with pytest.raises(CellError):
            conventions.date_of("9/5/2026")
    else:
        assert conventions.date_of("9/5/2026").timetuple()[1:3] == then


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("12", 12), ("12.0", 12), ("1,200.00", 1200), ("1e3", 1000)])
def test_a_count(text: str, count: int) -> None:
    assert Conventions(mark=".").count(text) == count


@pytest.mark.parametrize(
    ("text", "reason"),
    [("-1", "below 0"), ("0.5", "not a whole number"), ("1000000000000", "a number out of range"), ("few", "not a number")],
)
def test_no_count(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        Conventions(mark=".").count(text)


def counting(*counts: str, numbers: tuple[str, ...] = ()) -> Conventions:
    """Give the conventions of a file that holds these counts and other numbers, asked for where a cell could mean two things."""

    def ahead(conventions: Conventions) -> None:
        for text in counts:
            conventions.observe_count(text)
        for text in numbers:
            conventions.observe_number(text)

    return Conventions(look_ahead=ahead)


@pytest.mark.parametrize(
    ("others", "text", "count"), [((), "1,204", 1204), ((), "1.204", 1204), (("1,204",), "1,000", 1000), (("2.017",), "1.000", 1000)]
)
def test_a_file_of_counts_shows_by_them_how_it_writes_thousands(others: tuple[str, ...], text: str, count: int) -> None:
    assert counting(text, *others, "290").count(text) == count


@pytest.mark.parametrize(("text", "mark"), [("1,000", "comma"), ("1.000", "point")])
def test_a_count_that_could_be_one_or_a_thousand_is_refused(text: str, mark: str) -> None:
    with pytest.raises(CellError, match=f"^the {mark} may mark decimals or thousands"):
        counting(text, "290").count(text)


def test_another_number_of_the_file_decides_before_its_counts() -> None:
    conventions = counting("1.204", numbers=("12.5",))
    with pytest.raises(CellError, match="not a whole number"):
        conventions.count("1.204")
    assert conventions.count("1.000") == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/10/05", (2026, 10, 5)),
        ("2026.10.05", (2026, 10, 5)),
        ("2026/10", (2026, 10, 1)),
        ("10/2026", (2026, 10, 1)),
        ("10-2026", (2026, 10, 1)),
    ],
)
def test_more_dates_that_can_be_read_in_one_way(text: str, day: tuple[int, int, int]) -> None:
    assert Conventions().date_of(text) == date(*day)


@pytest.mark.parametrize("text", ["2026/10-05", "13/2026", "10/26", "1-Oct-26", "10/1/26"])
def test_no_date(text: str) -> None:
    with pytest.raises(CellError):
        Conventions().date_of(text)


def test_between_semicolons_a_point_alone_may_stand_between_thousands() -> None:
    with pytest.raises(CellError, match=r"^the point may mark decimals or thousands"):
        Conventions(semicolons=True).money("1.204")
    assert Conventions().money("1.204") == Decimal("1.204")
    assert Conventions(semicolons=True).money("12.5") == Decimal("12.5")
    decided = settled(numbers=("0,5",))
    decided.semicolons = True
    assert decided.money("1.204") == 1204
