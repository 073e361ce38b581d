"""An edition in words on a terminal of 100 columns: the small book letter by letter, the real one in what must be there."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from rich.console import Console

from attain.errors import AttainError
from attain.rulebook.load import Book, load_book
from attain.rulebook.show import EditionPrinter, designations_table, print_changes
from attain.rulebook.view import edition_of, view
from tests.rulebook.broken import BOOK, HERE


def _shown(book: Book, designation: str, edition_id: str) -> str:
    out = io.StringIO()
    chosen = book.designation(designation)
    EditionPrinter(Console(file=out, width=100), book.sources).print(view(book, chosen, edition_of(chosen, edition_id=edition_id)))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize("edition", ["2024", "2025"])
def test_the_small_book_reads_like_this(edition: str) -> None:
    expected = (HERE / "shown" / f"roses-{edition}.txt").read_text(encoding="utf-8")
    assert _shown(load_book(BOOK), "roses", edition) == expected


def test_every_edition_of_the_real_book_can_be_read_at_100_columns() -> None:
    book = load_book()
    for designation in book.designations.values():
        for edition in designation.editions:
            text = _shown(book, designation.id, edition.id)
            assert max(len(line) for line in text.splitlines()) <= 100
            for metric in designation.metrics:
                assert metric.name in text
            assert "Sources" in text


def test_every_rule_of_the_real_book_is_cited_and_every_reading_given() -> None:
    book = load_book()
    for designation in book.designations.values():
        for edition in designation.editions:
            laid_out = view(book, designation, edition)
            rules = [rule for metric in laid_out.metrics for section in metric.sections for rule in section.rules]
            assert rules
            assert all(book.sources.cited(rule.source) for rule in rules)
            assert {reading for rule in rules for reading in rule.interpretations} <= set(laid_out.interpretations)


def test_the_edition_in_effect_on_a_day() -> None:
    security = load_book().designation("security")
    assert edition_of(security, dt.date(2026, 7, 30)).id == "2025"
    assert edition_of(security, dt.date(2026, 7, 31)).id == "2026-07"
    assert edition_of(security).id == "2026-07"


@pytest.mark.parametrize(
    ("day", "edition", "said"),
    [
        (None, "2023", "security has no edition '2023' (did you mean 2023-06 or 2023-12?)"),
        (None, "1999", "security has no edition '1999' (known: 2022-10, 2023-06, 2023-12, 2025, 2026-07)"),
        (
            dt.date(2022, 10, 2),
            None,
            "no rules of security are known for 2022-10-02 (its first edition, 2022-10, is in effect from 2022-10-03)",
        ),
    ],
)
def test_an_edition_that_is_not_there(day: dt.date | None, edition: str | None, said: str) -> None:
    with pytest.raises(AttainError) as caught:
        edition_of(load_book().designation("security"), day, edition)
    assert str(caught.value) == said


def test_the_list_names_every_edition_and_how_sure_its_start_is() -> None:
    out = io.StringIO()
    Console(file=out, width=100).print(designations_table(load_book(BOOK)))
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines == [
        "designation  edition  in effect from  tracks           standing",
        "roses        2024     2024-01-01      single           official",
        "             2025     2025-01-01      enterprise, smb  inferred, start not established",
    ]


def test_no_change_is_said_as_such(tmp_path: Path) -> None:
    out = io.StringIO()
    print_changes(Console(file=out, width=100), [])
    assert out.getvalue() == "Nothing changes.\n"
