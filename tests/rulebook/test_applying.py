"""What an interpretation applies to is said in the names of the rulebook, never as a path."""

from __future__ import annotations

import re

import pytest

from attain.rulebook.applying import applies_words
from attain.rulebook.load import load_book
from attain.rulebook.programme import Interpretation

BOOK = load_book()


def reading(*paths: str) -> Interpretation:
    return Interpretation(id="I-1", title="A title", text="A text.", applies_to=paths)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (("*",), "Every designation"),
        (("security",), "Security"),
        (("security", "modern-work"), "Security, Modern Work"),
        (("*.usage_growth",), "Usage growth of every designation"),
        (("security.usage_growth", "modern-work.usage_growth"), "Usage growth of Security, Modern Work"),
        (("security.tracks", "modern-work"), "Tracks of Security; Modern Work"),
        (("metric_above",), "\N{LEFT DOUBLE QUOTATION MARK}Every metric must be above\N{RIGHT DOUBLE QUOTATION MARK}"),
        (("azure_usage",), "Azure usage"),
    ],
)
def test_a_path_becomes_a_name(paths: tuple[str, ...], words: str) -> None:
    assert applies_words(BOOK, reading(*paths)) == words


@pytest.mark.parametrize("one", BOOK.programme.interpretations, ids=lambda one: one.id)
def test_no_interpretation_of_the_rulebook_shows_a_path(one: Interpretation) -> None:
    words = applies_words(BOOK, one)
    assert words
    assert not re.search(r"[*_]|\.\w", words)
