"""Names that a file spells in several ways: what the contract takes for one name is brought to one spelling, so that it adds up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.facts.text_rows import Repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.rulebook.catalog import Vocabulary


class Spelled:
    """Gives every spelling of a name the one that came first: names that the catalog takes for one, or that fold alike (`coding.Coder`).

    A service that is renamed within a month, or written in another case, is two rows of one key to the contract, which takes neither.
    """

    def __init__(self, names: Vocabulary[Any]) -> None:
        self._names = names
        self._given: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def one(self, text: str) -> str:
        """Give the spelling that stands for a name."""
        known = self._given.get(text)
        if known is None:
            known = self._given[text] = self._first.setdefault(self.name(text), text)
        return known

    def name(self, text: str) -> str:
        """Give what all spellings of a name have in common."""
        return self._names.match(text) or self._names.fold(text) or text

    def knows(self, text: str) -> bool:
        """Say whether the spelling that stands for a name is settled."""
        return self.name(text) in self._first

    def settled(self, texts: Sequence[str]) -> list[bool]:
        """Say of some distinct texts for which it is certain how `one` spells each, whichever of them it is asked for first."""
        new = Counter(self.name(text) for text in texts)
        return [self.knows(text) or new[self.name(text)] == 1 for text in texts]

    def each(self, cells: Repeated) -> Repeated:
        """Give the spelling that stands for the name in each cell."""
        given: list[str] = cells.texts.to_list()
        if not self._given.keys() >= set(given):
            for text in cells.as_met():
                self.one(text)
        return Repeated(pl.Series([self.one(text) for text in given], dtype=pl.String), cells.places)
