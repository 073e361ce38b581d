"""Another edition or an edited rulebook on the facts of one day: before, after, who gains and who loses, all partners in one pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import polars as pl

from attain.errors import AttainError
from attain.rulebook.resolve import edition_on
from attain.scoring.rationals import MICRO
from attain.scoring.result import TOTAL
from attain.scoring.run import DEFAULTS, scores

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

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


Outcome = Literal["gain", "lose", "qualify", "stop", "track"]
"""What may become of a total: it rises, falls, comes to qualify or stops, or another track counts."""


@dataclass(frozen=True)
class SideBySide:
    """Totals by two sets of rules on the facts of a day. `frame` has a row per partner and designation, points as Int64 millionths."""

    as_of: dt.date
    frame: pl.DataFrame

    def __len__(self) -> int:
        """Count the rows."""
        return self.frame.height

    def rows(self, *, moved: bool = False, start: int = 0, stop: int | None = None) -> Iterator[Impacted]:
        """Give typed rows, those that lose most first; with `moved` only where a total, a track or the qualification differs.

        `start` and `stop` cut a piece out of them.
        """
        frame = self.frame.filter(_moves()) if moved else self.frame
        order = (pl.col("after") - pl.col("before")).alias("#change")
        ordered = frame.with_columns(order).sort("#change", *KEYS).drop("#change")
        for row in ordered.slice(start, None if stop is None else max(stop - start, 0)).iter_rows(named=True):
            row["before"], row["after"] = Fraction(row["before"], MICRO), Fraction(row["after"], MICRO)
            yield Impacted(**row)

    def counts(self) -> tuple[Count, ...]:
        """Count by designation, in the order of the score."""
        of = {name: found.alias(name) for name, found in _outcomes().items()}
        grouped = self.frame.group_by("designation", maintain_order=True).agg(
            pl.len().alias("partners"),
            of["gain"].sum(),
            of["lose"].sum(),
            of["qualify"].sum(),
            of["stop"].sum().alias("stop_qualifying"),
        )
        return tuple(Count(**row) for row in grouped.iter_rows(named=True))

    def of_partners(self, partners: Collection[str]) -> SideBySide:
        """Keep the rows of some partners."""
        return SideBySide(self.as_of, self.frame.filter(pl.col("partner_id").is_in(list(partners))))

    def narrowed(self, *, designation: str = "", outcome: Outcome | None = None, moved: bool = False) -> SideBySide:
        """Keep the rows of one designation, those with one outcome, or those that differ in anything."""
        frame = self.frame.filter(pl.col("designation") == designation) if designation else self.frame
        if moved:
            frame = frame.filter(_moves())
        return SideBySide(self.as_of, frame if outcome is None else frame.filter(_outcomes()[outcome]))


def nothing_compared(as_of: dt.date) -> SideBySide:
    """Give what other rules do to nobody at all."""
    schema = {name: pl.Int64 if kind == "amount" else pl.Boolean if kind == "yes" else pl.String for name, kind in COLUMNS.items()}
    return SideBySide(as_of, pl.DataFrame(schema={name: kind for name, kind in schema.items() if name not in {"as_of", "change"}}))


@dataclass(frozen=True)
class Impact(SideBySide):
    """What other rules do on the facts of a day, with the scores that it was made from."""

    before: Scores
    after: Scores


def joined(parts: Sequence[SideBySide]) -> SideBySide:
    """Put together what was found of several groups of partners, in the order of designations of the first."""
    first = parts[0]
    order = {name: place for place, name in enumerate(first.frame["designation"].unique(maintain_order=True))}
    frame = pl.concat([part.frame for part in parts])
    place = pl.col("designation").replace_strict(order, default=len(order), return_dtype=pl.Int32).alias("#place")
    return SideBySide(first.as_of, frame.with_columns(place).sort("#place", maintain_order=True).drop("#place"))


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
        names = with_edition(book, names, edition, named=bool(designations))
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
    shown = frame.select([*KEYS, *(name for name in COLUMNS if name in frame.columns and name not in KEYS)])
    return Impact(on, shown, before, after)


def with_edition(book: Book, names: Sequence[str], edition: str, *, named: bool) -> list[str]:
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


def _outcomes() -> dict[Outcome, pl.Expr]:
    change = pl.col("after") - pl.col("before")
    had, has = pl.col("qualified_before"), pl.col("qualified_after")
    return {
        "gain": change > 0,
        "lose": change < 0,
        "qualify": has & ~had,
        "stop": had & ~has,
        "track": pl.col("track_before") != pl.col("track_after"),
    }


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


def records(found: SideBySide) -> Iterator[Record]:
    """Give the rows with `COLUMNS`, those that lose most first, one by one: of many partners they are many."""
    for row in found.rows():
        yield {name: found.as_of if name == "as_of" else getattr(row, name) for name in COLUMNS}
