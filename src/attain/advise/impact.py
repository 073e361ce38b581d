"""Another edition or an edited rulebook on the facts of one day: before, after, who gains and who loses, all partners in one pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.rulebook.resolve import edition_on
from attain.scoring.rationals import MICRO
from attain.scoring.result import TOTAL
from attain.scoring.run import DEFAULTS, scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attain.advise.columns import Columns, Record
    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.result import Scores

KEYS = ("partner_id", "designation")


@dataclass(frozen=True)
class Impacted:
    """One partner in one designation, by the rules of the day and by the others. Points are cut at six decimals, as in any score."""

    partner_id: str
    designation: str
    edition_before: str
    edition_after: str
    track_before: str
    track_after: str
    before: Fraction
    after: Fraction
    qualified_before: bool
    qualified_after: bool

    @property
    def change(self) -> Fraction:
        """Give the points gained or lost."""
        return self.after - self.before


@dataclass(frozen=True)
class Count:
    """How many partners of one designation move, and how."""

    designation: str
    partners: int
    gain: int
    lose: int
    qualify: int
    stop_qualifying: int


@dataclass(frozen=True)
class Impact:
    """What other rules do on the facts of a day. `frame` has a row per partner and designation, points as Int64 millionths."""

    as_of: dt.date
    before: Scores
    after: Scores
    frame: pl.DataFrame

    def rows(self, *, moved: bool = False) -> Iterator[Impacted]:
        """Give typed rows, those that lose most first; with `moved` only where a total, a track or the qualification differs."""
        frame = self.frame.filter(_moves()) if moved else self.frame
        order = (pl.col("after") - pl.col("before")).alias("#change")
        for row in frame.with_columns(order).sort("#change", *KEYS).drop("#change").iter_rows(named=True):
            row["before"], row["after"] = Fraction(row["before"], MICRO), Fraction(row["after"], MICRO)
            yield Impacted(**row)

    def counts(self) -> tuple[Count, ...]:
        """Count by designation, in the order of the score."""
        change = pl.col("after") - pl.col("before")
        had, has = pl.col("qualified_before"), pl.col("qualified_after")
        grouped = self.frame.group_by("designation", maintain_order=True).agg(
            pl.len().alias("partners"),
            (change > 0).sum().alias("gain"),
            (change < 0).sum().alias("lose"),
            (has & ~had).sum().alias("qualify"),
            (had & ~has).sum().alias("stop_qualifying"),
        )
        return tuple(Count(**row) for row in grouped.iter_rows(named=True))


def impact(
    book: Book,
    facts: Facts,
    on: dt.date,
    *,
    edition: str | None = None,
    other: tuple[Book, Facts] | None = None,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Impact:
    """Score partners (all where none is named) twice: by the rules of the day, and by an `edition` or by an `other` rulebook.

    `other` comes with the facts as its own catalog reads them. With an edition the designations that have one of that name are scored,
    which are all of those named. Raises AttainError for an unknown partner, designation or edition, and where nothing is asked.
    """
    if (edition is None) == (other is None):
        raise AttainError("no-other-rules", "name an edition or a rulebook to compare with, one of the two")
    names = list(designations) if designations else list(book.designations)
    if edition is not None:
        names = _with_edition(book, names, edition, named=bool(designations))
    before = scores(book, facts, on, partners=partners, designations=names, options=options, backend=backend)
    if other is None:
        after = scores(book, facts, on, partners=partners, designations=names, options=replace(options, edition=edition), backend=backend)
    else:
        after = scores(other[0], other[1], on, partners=partners, designations=names, options=options, backend=backend)
    columns = ("edition", "track", "points", "qualified")
    sides = [_totals(found, columns, side) for found, side in ((before, "before"), (after, "after"))]
    frame = (
        sides[0].join(sides[1], on=KEYS, how="inner", maintain_order="left").rename({"points_before": "before", "points_after": "after"})
    )
    return Impact(on, before, after, frame.select([*KEYS, *(name for name in COLUMNS if name in frame.columns and name not in KEYS)]))


def _with_edition(book: Book, names: Sequence[str], edition: str, *, named: bool) -> list[str]:
    """Keep the designations that have the edition; AttainError where a named one has not, or none has."""
    found: list[str] = []
    refusal: AttainError | None = None
    for name in names:
        try:
            edition_on(book.designation(name), dt.date.max, edition)
            found.append(name)
        except AttainError as error:
            if named:
                raise
            refusal = refusal or error
    if not found:
        known = sorted({one.id for designation in book.designations.values() for one in designation.editions})
        hint = f"known: {', '.join(known)}"
        raise AttainError("unknown-edition", f"no designation has an edition {edition!r}", hint=hint) from refusal
    return found


def _totals(found: Scores, columns: Sequence[str], side: str) -> pl.DataFrame:
    totals = found.frame.filter(pl.col("metric").cast(pl.String) == TOTAL, pl.col("selected"))
    texts = [pl.col(name).cast(pl.String) for name in ("designation", "edition", "track")]
    return totals.with_columns(texts).select(*KEYS, *(pl.col(name).alias(f"{name}_{side}") for name in columns))


def _moves() -> pl.Expr:
    return (
        (pl.col("before") != pl.col("after"))
        | (pl.col("track_before") != pl.col("track_after"))
        | (pl.col("qualified_before") != pl.col("qualified_after"))
    )


COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "edition_before": "text",
    "edition_after": "text",
    "track_before": "text",
    "track_after": "text",
    "before": "amount",
    "after": "amount",
    "change": "amount",
    "qualified_before": "yes",
    "qualified_after": "yes",
}


def records(found: Impact) -> list[Record]:
    """Give the rows with `COLUMNS`, those that lose most first."""
    return [{name: found.as_of if name == "as_of" else getattr(row, name) for name in COLUMNS} for row in found.rows()]
