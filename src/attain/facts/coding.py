"""Names of services, workloads, offers and certificates turned into small integers, by the catalog where it knows them."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from attain.rulebook.catalog import Catalog, Vocabulary

    Names = Vocabulary[Any]

_FOLDED_GUID = re.compile(r"[0-9a-f]{32}")
KINDS = ("service", "workload", "offer", "certification")


class Coder:
    """Gives each name of one kind an integer: equal for all spellings of one catalog entry, and for unknown names that fold alike.

    Codes are handed out as names come; `settle` renumbers them by name, so that the order of the rows leaves no trace.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[str, int] = {}
        self._unknown: dict[str, int] = {}
        self._spelling: dict[str, str] = {}
        self._given: dict[str, int] = {}

    def code(self, text: str) -> int:
        """Give the integer of a name as written in a file."""
        given = self._given.get(text)
        if given is not None:
            return given
        code = self._names.match(text)
        if code is None:
            folded = self._names.fold(text) or text
            self._spelling[folded] = min(text, self._spelling.get(folded, text))
            number = self._unknown.setdefault(folded, len(self._known) + len(self._unknown))
        else:
            number = self._known.setdefault(code, len(self._known) + len(self._unknown))
        self._given[text] = number
        return number

    def find(self, text: str) -> int | None:
        """Give the integer of a name if a row has it, without handing out a new one."""
        code = self._names.match(text)
        return self._unknown.get(self._names.fold(text) or text) if code is None else self._known.get(code)

    @property
    def finds_guids(self) -> bool:
        """Say whether `find` finds any text that is a GUID: ids of subscriptions stand where names may, and are many."""
        known = (self._names.fold(spelling) for code in self._known for spelling in self._names[code].spellings())
        return any(_FOLDED_GUID.fullmatch(folded) for folded in chain(self._unknown, known))

    def settle(self) -> tuple[tuple[str, ...], list[int]]:
        """Give the names in their final order (catalog codes, then unknown names), and the final number of each number handed out."""
        order = [*((code, number) for code, number in sorted(self._known.items()))]
        order += [(self._spelling[folded], number) for folded, number in sorted(self._unknown.items())]
        final = [0] * len(order)
        for place, (_, number) in enumerate(order):
            final[number] = place
        return tuple(name for name, _ in order), final

    def resume(self, names: Iterable[str]) -> bool:
        """Take over the numbers of an earlier coder, which `in_order` gave; False where two of them are one name by now."""
        for number, name in enumerate(names):
            code = self._names.match(name)
            held, key = (self._unknown, self._names.fold(name) or name) if code is None else (self._known, code)
            if key in held:
                return False
            held[key] = number
            if code is None:
                self._spelling[key] = name
        return True

    def in_order(self) -> tuple[str, ...]:
        """Give the name behind each number handed out: the catalog's code, or for an unknown name how it is spelled."""
        numbers = {number: code for code, number in self._known.items()}
        numbers |= {number: self._spelling[folded] for folded, number in self._unknown.items()}
        return tuple(numbers[number] for number in range(len(numbers)))

    def unknown(self, among: Container[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Give the names (those `among` some, where given) that the catalog does not know, each with the nearest that it does."""
        spelled = [self._spelling[folded] for folded in sorted(self._unknown)]
        return {name: tuple(self._names.nearest(name, 3)) for name in spelled if among is None or name in among}


def coders(catalog: Catalog) -> dict[str, Coder]:
    """Make a coder for each kind of name in the facts."""
    return {
        "service": Coder(catalog.services),
        "workload": Coder(catalog.workloads),
        "offer": Coder(catalog.offers),
        "certification": Coder(catalog.certifications),
    }
