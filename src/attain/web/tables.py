"""What a table of a page holds: columns that say how they are written and sorted, and rows of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


_FIT_NARROW = 3
"""So many columns fit on the narrowest screen."""
_FIT_LOOSELY = 7
"""So many fit with room between them on a usual one."""


@dataclass(frozen=True)
class Column:
    """A column: `key` names it in the URL (`sort=key`, `sort=-key`), `unit` is said once in its head, numbers stand at the right.

    What is `whole` is not broken over lines, as a date.
    """

    key: str
    label: str
    unit: str = ""
    numeric: bool = False
    sortable: bool = False
    whole: bool = False

    @property
    def named(self) -> str:
        """Give the label with its unit, as it stands before a cell where there is no head."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


@dataclass(frozen=True)
class Cell:
    """A cell: text as it is written, where it leads, a line below it, a tone where it is a state (see `badge`), several lines.

    A `spare` one is left out where a row is a list on a narrow screen: one of many that are there or not, and that is not.
    """

    text: str
    url: str = ""
    note: str = ""
    tone: str = ""
    panel: bool = False
    lines: Sequence[str] = ()
    spare: bool = False

    @property
    def plain(self) -> bool:
        """Say whether it is its text alone, which a table writes without asking the component of cells."""
        return not (self.url or self.note or self.tone or self.lines)


@dataclass(frozen=True)
class Head:
    """The head of a column as it is shown: where a click leads and how it is sorted now."""

    column: Column
    sort: str
    order: str


@dataclass(frozen=True)
class Table:
    """A table: its caption is read aloud and shown to nobody else, unless `caption_shown`. `sort` is the one in the URL."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sort: str = ""
    caption_shown: bool = False
    prose: bool = False
    """Says whether a column holds sentences, which a narrow screen has no room for beside others."""
    footer: Sequence[Cell] = field(default_factory=tuple[Cell, ...])

    @property
    def many(self) -> bool:
        """Say whether its columns are so many that they stand closer, and their heads in several lines."""
        return len(self.columns) > _FIT_LOOSELY

    @property
    def stacks(self) -> bool:
        """Say whether a narrow screen shows each row as a list of its cells with their labels: more columns would be cut off there."""
        return self.prose or len(self.columns) > _FIT_NARROW

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns: the column sorted by turns round when it is asked for again."""
        return [self._head(column) for column in self.columns]

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def footer_line(self) -> list[tuple[Column, Cell]]:
        """The footer, each cell with its column."""
        return list(zip(self.columns, self.footer, strict=True)) if self.footer else []

    def _head(self, column: Column) -> Head:
        if self.sort == column.key:
            return Head(column, f"-{column.key}", "ascending")
        return Head(column, column.key, "descending" if self.sort == f"-{column.key}" else "")


def sort_of(asked: str, columns: Sequence[Column], otherwise: str) -> str:
    """Give the sort that the URL asks for, where it names a column that sorts; else the page's own."""
    known = {column.key for column in columns if column.sortable}
    return asked if asked.removeprefix("-") in known else otherwise
