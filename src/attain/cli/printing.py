"""Where commands print: on a terminal as wide as it is, into a pipe or a file as wide as what is printed, so that nothing is folded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, RenderableType

UNFOLDED = 10_000
"""Characters of a line that nobody looks at: more than any row has."""


def printer() -> Console:
    """Give what prints tables on standard output."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=UNFOLDED)


def fitting(rows: Sequence[Mapping[str, object]], console: Console) -> RenderableType:
    """Show records as a row each where that fits into the width of the console, else as a line for each filled cell."""
    from rich.markup import escape
    from rich.table import Table

    cells = [{name: escape(_text(cell)) for name, cell in row.items()} for row in rows]
    table = Table(*rows[0], box=None, pad_edge=False)
    for name, column in zip(rows[0], table.columns, strict=True):
        column.overflow = "fold"
        column.justify = "right" if all(isinstance(row[name], int | Decimal | Fraction | None) for row in rows) else "left"
    for row in cells:
        table.add_row(*row.values())
    if console.measure(table, options=console.options.update(max_width=UNFOLDED)).maximum <= console.width:
        return table
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    for number, row in enumerate(cells):
        if number:
            lines.add_row()
        for name, cell in row.items():
            if cell:
                lines.add_row(name, cell)
    return lines


def _text(cell: object) -> str:
    if isinstance(cell, Fraction):
        from attain.explaining.words import number

        return number(cell)
    return "" if cell is None else str(cell)
