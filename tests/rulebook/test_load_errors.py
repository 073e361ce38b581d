"""Every load error of meaning and shape, word for word: the cases stand in `bad/*.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.broken import BOOK, Broken, broken_books, faults_of, write_book


def test_the_small_book_itself_is_clean() -> None:
    assert faults_of(BOOK) == []


@pytest.mark.parametrize("case", broken_books(), ids=lambda case: case.name)
def test_a_bad_rulebook_is_refused_with_exactly_these_words(case: Broken, tmp_path: Path) -> None:
    write_book(tmp_path, case.edits)
    assert faults_of(tmp_path) == list(case.says)


def test_no_two_cases_share_a_name() -> None:
    names = [case.name for case in broken_books()]
    assert len(names) == len(set(names))
