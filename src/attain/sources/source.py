"""What a source is: the columns of one real file, what they mean, which tables they fill, and how its header is recognized."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.rulebook import catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from attain.sources.intake import Intake, RowReader


@lru_cache(maxsize=10_000)
def fold(name: str) -> str:
    """Give a column's name or a label without case, blanks and punctuation, as names are compared in the catalog."""
    return catalog.fold(name)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a source says: its `name` in the reader, and the columns that say it, best first.

    `key` fields must be there for the file to be read at all. `fills` names columns of the contract, separated by blanks: `table.column`,
    or a column alone for each table of the source that has it. `kind` tells which cells show how the file writes dates and numbers.
    """

    name: str
    aliases: tuple[str, ...]
    key: bool = False
    fills: str = ""
    kind: str = "text"
    """`text`, `date`, `month` (a date that is always the first of its month), `number`, or `count` (a number that is whole)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source can feed: metrics, in words, and the fields without which it cannot, each with what its absence means."""

    metrics: str
    needs: tuple[str, ...] = ()
    otherwise: str = ""
    """What still helps where a needed field is missing, in words."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """How well a header fits a source: the key fields it lacks, and how many of its columns the source knows."""

    source: Source
    missing: tuple[Field, ...]
    known: int

    @property
    def certain(self) -> bool:
        """True where every key field is there."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of file: `name` for commands, `title` for people, the tables it feeds, its fields, and how its rows are read.

    `also` are columns that such a file may hold and that are not used: they help to recognize it. `reader(intake)` gives what takes in
    the rows of one file. The rest is for people, a sentence each: what the file is (`about`), where to get it (`obtain`), who may (`role`),
    how old its figures are (`refresh`), what it cannot tell (`lacks`) and what to know before trusting it (`notes`). `datasets` are the
    names that Microsoft's own interfaces give it.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    fields: tuple[Field, ...]
    feeds: tuple[Feed, ...]
    reader: Callable[[Intake], RowReader]
    family: str
    """A newer file replaces what older files of its family said of the same slices (`filing.slices_of`)."""
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    about: str = ""
    obtain: str = ""
    role: str = ""
    refresh: str = ""
    lacks: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    personal: bool = False
    """True where rows are about people: of a row that is set aside, only the columns that are read are kept."""

    def field(self, name: str) -> Field:
        """Give the field called `name`; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def targets(self, field: Field) -> tuple[str, ...]:
        """Name the columns of the contract that a field fills, as `table.column`; none where it fills none.

        Raises KeyError where `fills` names a table or column that the contract, or this source, does not have.
        """
        found: list[str] = []
        for name in field.fills.split():
            table, dot, column = name.rpartition(".")
            tables = [table] if dot else [each for each in self.tables if any(column == one.name for one in TABLES[each].columns)]
            if not tables or not set(tables) <= set(self.tables):
                raise KeyError(name)
            found += [f"{each}.{TABLES[each].column(column).name}" for each in tables]
        return tuple(found)

    def recognize(self, header: Iterable[str]) -> Recognition:
        """Compare a header with this source, whatever the order, case and subset of its columns."""
        folded = {fold(name) for name in header}
        missing = tuple(field for field in self.fields if field.key and not folded & {fold(alias) for alias in field.aliases})
        known = {fold(alias) for field in self.fields for alias in field.aliases} | {fold(name) for name in self.also}
        return Recognition(self, missing, len(folded & known))


class Columns:
    """Where the fields of a source stand in one file's header.

    Raises AttainError `column-twice` where a used column is there more than once under the same name.
    """

    def __init__(self, source: Source, header: Sequence[str], where: str) -> None:
        places: dict[str, int] = {}
        for index, name in enumerate(header):
            folded = fold(name)
            if folded in places and any(fold(alias) == folded for field in source.fields for alias in field.aliases):
                raise AttainError("column-twice", f"the column {name} is there twice", where, "leave one of them out")
            places.setdefault(folded, index)
        self.header = tuple(name.strip() for name in header)
        self.width = len(header)
        self.found = {field.name: tuple(places[fold(alias)] for alias in field.aliases if fold(alias) in places) for field in source.fields}

    def has(self, name: str) -> bool:
        """Say whether any column of the field is there."""
        return bool(self.found.get(name))

    def places(self, name: str) -> tuple[int, ...]:
        """Give the places of the field's columns in a row, best first."""
        return self.found.get(name, ())

    def column(self, name: str) -> str:
        """Give the file's own name of the field's best column, empty where there is none."""
        found = self.places(name)
        return self.header[found[0]] if found else ""
