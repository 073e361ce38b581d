"""Where commands print: on a terminal as wide as it is, into a pipe or a file as wide as what is printed, so that nothing is folded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, RenderableType
    from rich.table import Table

UNFOLDED = 10_000
"""Characters of a line that nobody looks at: more than any row has."""


def printer(*, highlight: bool = True) -> Console:
    """Give what prints tables on standard output; with `highlight`, numbers in running text stand out on a terminal."""
    from rich.console import Console

    console = Console(highlight=highlight)
    return console if console.is_terminal else Console(width=UNFOLDED, highlight=highlight)


def pasted(path: object) -> str:
    """Write a path for a command that a person copies: in quotation marks where it has blanks."""
    from shlex import quote

    return quote(str(path))


def so_many(count: int, things: str, one: str = "", several: str = "") -> str:
    """Say how many `things`, a plural, there are: `1 row`, `1,000 rows`; with the verb that follows them: `1 row is`, `2 rows are`."""
    from attain.scoring.units import counted

    return f"{counted(f'{count:,}', things)} {one if count == 1 else several}".rstrip()


def fitting(rows: Sequence[Mapping[str, object]], console: Console) -> RenderableType:
    """Show records as a row each where that fits into the width of the console, else as a line for each filled cell."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*rows[0], box=None, pad_edge=False)
    for name, column in zip(rows[0], table.columns, strict=True):
        column.overflow = "fold"
        column.justify = "right" if all(isinstance(row[name], int | Decimal | Fraction | None) for row in rows) else "left"
    for row in rows:
        table.add_row(*(Text(_text(cell)) for cell in row.values()))
    return fitted(table, console)


def fits(table: Table, console: Console) -> bool:
    """Say whether a table has room in the console, so that no cell is folded or cut."""
    return console.measure(table, options=console.options.update(max_width=UNFOLDED)).maximum <= console.width


def whole(table: Table) -> Table:
    """Have a table fold a word that its column has no room for, where it would be cut otherwise."""
    for column in table.columns:
        column.overflow = "fold"
    return table


def fitted(table: Table, console: Console) -> RenderableType:
    """Show a table as it is where it has room in the console, else each of its rows as a line for each filled cell."""
    from rich.console import Group
    from rich.table import Table

    if fits(table, console):
        return table
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    for place, cells in enumerate(zip(*(column.cells for column in table.columns), strict=True)):
        if place:
            lines.add_row()
        for column, cell in zip(table.columns, cells, strict=True):
            if str(cell):
                lines.add_row(column.header, cell)
    return Group(*(part for part in (table.title, lines, table.caption) if part))


def _text(cell: object) -> str:
    if isinstance(cell, Fraction):
        from attain.explaining.words import number

        return number(cell)
    return "" if cell is None else str(cell)
