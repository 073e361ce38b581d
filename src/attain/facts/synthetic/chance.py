"""Repeatable chance: pseudo-random integers as Polars expressions over ids, the same on every machine and number of threads.

The function is SplitMix64's finalizer in wrapping 64-bit arithmetic. Polars' own hash is not used: its values may change between versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zlib import crc32

import polars as pl

_MASK = (1 << 64) - 1
_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mixed(value: int) -> int:
    """Scramble one 64-bit integer: the reference of `mix`, in plain Python."""
    value = (value + _STEP) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _mix_series(value: pl.Series) -> pl.Series:
    value = value + _STEP
    value = (value ^ (value // (1 << 30))) * _FIRST
    value = (value ^ (value // (1 << 27))) * _SECOND
    return value ^ (value // (1 << 31))


def mix(value: pl.Expr) -> pl.Expr:
    """Scramble a UInt64 expression, element by element."""
    # On the series and not as one expression: each step names its input twice, and nested ones would grow the expression a thousandfold.
    return value.map_batches(_mix_series, return_dtype=pl.UInt64(), is_elementwise=True)


@cache
def _hexes() -> pl.Series:
    return pl.Series("hex", [f"{number:04x}" for number in range(1 << 16)])


def _hex(word: pl.Expr, shift: int) -> pl.Expr:
    return pl.lit(_hexes()).gather((word // _word(1 << shift)) % _word(1 << 16))


def hex16(word: pl.Expr) -> pl.Expr:
    """Write a UInt64 as sixteen hexadecimal digits."""
    return pl.concat_str(*(_hex(word, shift) for shift in (48, 32, 16, 0)))


def guid(word: pl.Expr) -> pl.Expr:
    """Write a UInt64 as a GUID (version 4 in form); they sort as the numbers do, by the first 48 bits."""
    other = mix(word)
    low = (word % _word(1 << 12)) + _word(4 << 12)
    head = (other // _word(1 << 48)) % _word(1 << 14) + _word(2 << 14)
    hexes = pl.lit(_hexes())
    dash = pl.lit("-")
    return pl.concat_str(
        _hex(word, 48),
        _hex(word, 32),
        dash,
        _hex(word, 16),
        dash,
        hexes.gather(low),
        dash,
        hexes.gather(head),
        dash,
        _hex(other, 32),
        _hex(other, 16),
        _hex(other, 0),
    )


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance of one seed: every question has a `name`, so that adding one leaves the answers of the others as they are."""

    seed: int

    def word(self, name: str, *ids: str) -> pl.Expr:
        """Give a UInt64 that depends on the seed, the question and the integer columns `ids`."""
        value = _word(mixed(mixed(self.seed & _MASK) ^ crc32(name.encode())))
        for column in ids:
            value = mix(value ^ pl.col(column).cast(pl.UInt64))
        return value

    def below(self, count: int | pl.Expr, name: str, *ids: str) -> pl.Expr:
        """Give an Int64 from 0 to `count` - 1, each as likely; `count` up to 2**32."""
        bound = _word(count) if isinstance(count, int) else count.cast(pl.UInt64)
        return (self.word(name, *ids) // _word(1 << 32) * bound // _word(1 << 32)).cast(pl.Int64)

    def skewed(self, count: int | pl.Expr, name: str, *ids: str) -> pl.Expr:
        """Give an Int64 from 0 to `count` - 1, small ones more likely: the least of three."""
        return pl.min_horizontal(*(self.below(count, f"{name}/{turn}", *ids) for turn in range(3)))

    def heavy(self, largest: int, name: str, *ids: str) -> pl.Expr:
        """Give an Int64 from 1 to `largest` with a long tail: one in x reaches x (Pareto)."""
        return (pl.lit(1 << 20, dtype=pl.Int64) // (self.below(1 << 20, name, *ids) + 1)).clip(1, largest)

    def pick(self, names: tuple[str, ...], name: str, *ids: str) -> pl.Expr:
        """Give one of `names`, each as likely."""
        return pl.lit(pl.Series("names", names)).gather(self.below(len(names), name, *ids))
