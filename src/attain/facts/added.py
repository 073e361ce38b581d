"""Facts with rows laid over them: what people recorded elsewhere, beside what the files say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.facts import Facts
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from attain.facts.facts import FactsFile

MONEY_PLACES = 4
OF_FILES, OF_ROWS = 47, 16
"""How many characters of a digest name the files, and how many the rows laid over them."""


@dataclass(frozen=True)
class AddedFacts(Facts):
    """Facts with added rows. A row of a file with the key of an added one gives way to it; files are those of `base`."""

    base: Facts | None = None
    added: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame], repr=False)

    @property
    def kept(self) -> bool:
        """Say whether there are conformed files."""
        return self._files_of.kept

    @property
    def _files_of(self) -> Facts:
        assert self.base is not None
        return self.base

    def files(self, table: str, months: Iterable[int] | None = None) -> list[FactsFile]:
        """List the files of a table; raises KeyError for one that holds added rows, which no file does."""
        if table in self.added:
            raise KeyError(table)
        return self._files_of.files(table, months)

    def scan(self, table: str) -> pl.LazyFrame:
        """Scan a conformed table with the rows added to it."""
        if table not in self.added:
            return self._files_of.scan(table)
        rows = self.added[table]
        if table not in self._files_of.tables:
            return rows.lazy()
        of_files = self._files_of.scan(table)
        key = list(TABLES[table].key)
        kept = of_files.join(rows.lazy().select(key), on=key, how="anti", nulls_equal=True)
        return pl.concat([kept.select(rows.columns), rows.lazy()])

    def azure_detail(self, partner: str, months: Iterable[int] | None = None) -> pl.DataFrame:
        """Give Azure usage by location and subscription, as the facts below do."""
        return self._files_of.azure_detail(partner, months)

    def names_of_people(self, people: Collection[str]) -> dict[str, str]:
        """Give names by person id, as the facts below do."""
        return self._files_of.names_of_people(people)


def with_rows(facts: Facts, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Facts:
    """Lay rows of contract tables without months, names or associations over facts; no rows give the very same facts.

    Cells are those of the contract (dates, decimals, None); partners are global accounts. The digest begins as that of `facts` does:
    `same_files` compares.
    """
    return _laid(facts, {table: _frame(table, found) for table, found in sorted(rows.items()) if found})


def laid_over(facts: Facts, rows_of: Facts) -> Facts:
    """Lay the rows that lie over some facts over others, the same facts read by another catalog say."""
    return _laid(facts, rows_of.added) if isinstance(rows_of, AddedFacts) else facts


def _laid(facts: Facts, added: dict[str, pl.DataFrame]) -> Facts:
    if not added:
        return facts
    content = hashlib.sha256(repr([(table, frame.sort(frame.columns).rows()) for table, frame in added.items()]).encode())
    digest = f"{facts.digest[:OF_FILES]}+{content.hexdigest()[:OF_ROWS]}"
    return AddedFacts(
        folder=facts.folder,
        tables=facts.tables.union(added),
        names=facts.names,
        unknown=facts.unknown,
        months=facts.months,
        masks=facts.masks,
        digest=digest,
        report=facts.report,
        base=facts,
        added=added,
    )


def same_files(digest: str, other: str) -> bool:
    """Say whether two digests of facts are of the same files, whatever rows are laid over them."""
    return digest[:OF_FILES] == other[:OF_FILES]


def below(facts: Facts) -> Facts:
    """Give the facts without the rows laid over them."""
    return facts.base if isinstance(facts, AddedFacts) and facts.base is not None else facts


def _frame(table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    columns = TABLES[table].columns
    types = {"date": pl.Date(), "money": pl.Int64()}
    schema = {column.name: types.get(column.kind, pl.String()) for column in columns}
    return pl.DataFrame([{column.name: _cell(row.get(column.name)) for column in columns} for row in rows], schema=schema, orient="row")


def _cell(value: object) -> object:
    """Give money in ten-thousandths, as conformed tables hold it."""
    if not isinstance(value, Decimal):
        return value
    return int(value.scaleb(MONEY_PLACES).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
