"""How conformed files are cut into row groups, so that the rows of one partner are found fast and those of all are read as fast as ever."""

from __future__ import annotations

from math import isqrt

LARGEST, SMALLEST, OF_ROOT = 30_000, 4_000, 16


def row_group(rows: int) -> int:
    """Give the rows of a row group of a file with so many rows, sorted by partner.

    Who reads one partner looks at the bounds of every group and decodes one: the first costs by their number, the second by their size, and
    both together least where the size goes with the root of the rows (measured in `bench/README.md`).
    """
    return max(SMALLEST, min(LARGEST, OF_ROOT * isqrt(rows)))
