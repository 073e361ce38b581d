"""The rows behind one metric of one partner, as a panel asks for them: searched, filtered, sorted and paged, and kept for the next page."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import chain, groupby, repeat
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError, did_you_mean
from attain.facts.kept import Kept

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from fractions import Fraction

    from attain.explaining.pool_rows import PoolRows
    from attain.explaining.result import ExplainedRow, Explanation
    from attain.scoring.options import ScoreOptions
    from attain.workspace import Workspace

PAGE = 50
LARGEST_PAGE = 1000
KEPT_ROWS = 200_000
"""Rows of explanations kept in this process, those asked for last."""

FILTERS: dict[str, tuple[str, Callable[[ExplainedRow], bool]]] = {
    "counts": ("Counts", lambda row: row.counted_after),
    "lost": ("Lost", lambda row: bool(row.counted_before) and not row.counted_after),
    "near": ("Near miss", lambda row: row.near_miss),
    "unrecognized": ("Not recognized", lambda row: row.unrecognized),
}
"""Filters of rows by id: the name that pages show, and which rows it keeps."""


def _number(value: Fraction | None) -> tuple[bool, Fraction | int]:
    """Sort empty numbers below all others."""
    return value is not None, 0 if value is None else value


SORTS: dict[str, Callable[[ExplainedRow], tuple[object, ...]]] = {
    "name": lambda row: ((row.name or row.entity).casefold(), row.entity),
    "before": lambda row: _number(row.before),
    "after": lambda row: _number(row.after),
    "change": lambda row: _number(row.change),
    "points": lambda row: _number(row.points),
}


@dataclass(frozen=True)
class Behind:
    """Which metric's rows: of a partner (a global account), in a designation, on a track, on a day."""

    partner_id: str
    designation: str
    metric: str
    track: str
    day: dt.date


@dataclass(frozen=True)
class Asked:
    """What of the rows is asked for: an id of `FILTERS`, a text in a name, tenant, entity or reason, a pool, a sort, a page."""

    keep: str = ""
    search: str = ""
    pool: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class RowPage:
    """One page of the rows asked for. `counts` says how many of the search each filter keeps, `all` among them."""

    explanation: Explanation
    rows: tuple[ExplainedRow, ...]
    count: int
    number: int
    size: int
    counts: dict[str, int]

    @property
    def pages(self) -> int:
        """Count the pages: one at least."""
        return max(-(-self.count // self.size), 1)


class Panels:
    """Explanations of one workspace, the latest kept. One object serves all requests of a process.

    `version` is part of the question: the publication's primary key, so that a new one is explained anew.
    """

    def __init__(self, kept_rows: int = KEPT_ROWS) -> None:
        self._kept: Kept[Explanation] = Kept(kept_rows, weigh=_weight)

    def explanation(
        self, workspace: Workspace, behind: Behind, version: Hashable = None, options: ScoreOptions | None = None
    ) -> Explanation:
        """Give the rows behind a metric, from memory where they were asked for lately; raises AttainError as `Workspace.explain`."""
        asked = options or {}

        def explain() -> Explanation:
            return workspace.explain(
                behind.day,
                partner=behind.partner_id,
                designation=behind.designation,
                metric=behind.metric,
                track=behind.track,
                **asked,
            )

        return self._kept.answer(_question(workspace, behind, version, asked), explain, state=workspace.facts.digest)

    def forget(self) -> None:
        """Keep nothing of what was asked for so far."""
        self._kept.forget()

    def kept(self, workspace: Workspace, behind: Behind, version: Hashable, options: ScoreOptions) -> Explanation | None:
        """Give the rows behind a metric where they are in memory."""
        return self._kept.get(_question(workspace, behind, version, options), state=workspace.facts.digest)

    def __len__(self) -> int:
        """Count the explanations kept."""
        return len(self._kept)


def _question(workspace: Workspace, behind: Behind, version: Hashable, options: ScoreOptions) -> Hashable:
    return version, workspace.book.digest, behind, tuple(sorted(options.items()))


def _weight(explanation: Explanation) -> int:
    return len(explanation.rows) + 1


def selected(explanation: Explanation, asked: Asked) -> list[ExplainedRow]:
    """Give every row asked for, sorted: what a download of the rows shown holds. Raises AttainError for an unknown filter or sort."""
    check(asked)
    rows = list(filter(_keeping(asked.keep), _searched(explanation, asked)))
    if not asked.sort:
        return rows[::-1] if asked.descending else rows
    return sorted(rows, key=SORTS[asked.sort], reverse=asked.descending)


def check(asked: Asked) -> None:
    """Refuse what cannot be asked for, before rows are looked up: AttainError for an unknown filter or sort."""
    _keeping(asked.keep)
    if asked.sort and asked.sort not in SORTS:
        raise AttainError("unknown-sort", f"rows are not sorted by {asked.sort!r}", hint=did_you_mean(asked.sort, SORTS))


def page(explanation: Explanation, asked: Asked) -> RowPage:
    """Give one page of the rows asked for. Raises AttainError for an unknown filter or sort."""
    size, number = min(max(asked.size, 1), LARGEST_PAGE), max(asked.page, 1)
    rows = selected(explanation, asked)
    start = (number - 1) * size
    return RowPage(explanation, tuple(rows[start : start + size]), len(rows), number, size, counts_of(explanation, asked))


def counts_of(explanation: Explanation, asked: Asked) -> dict[str, int]:
    """Count how many rows of the search each filter keeps, `all` among them."""
    searched = _searched(explanation, asked)
    return {"all": len(searched), **{name: sum(map(keeps, searched)) for name, (_, keeps) in FILTERS.items()}}


def rows_after(
    rows: Sequence[ExplainedRow], last: tuple[int, tuple[str, str, str]] | None, size: int
) -> tuple[int, Sequence[ExplainedRow]]:
    """Give where the rows after the last one shown begin, and up to `size` of them.

    `last` is its place, counted from 1, and its pool, option and entity: where rows came or went meanwhile it is found by these.
    """
    if last is None:
        return 0, rows[:size]
    place, key = last
    if not (0 < place <= len(rows) and _key(rows[place - 1]) == key):
        place = next((found + 1 for found, row in enumerate(rows) if _key(row) == key), place)
    return place, rows[place : place + size]


def _key(row: ExplainedRow) -> tuple[str, str, str]:
    return row.pool, row.option, row.entity


def in_order(pools: Iterable[PoolRows], asked: Asked) -> tuple[int, Iterator[ExplainedRow]]:
    """Give the rows asked for one by one, and how many they are chosen from; `selected` gives the same.

    `pools` come in the order that is asked for, those of one pool after each other. Raises AttainError for an unknown filter or sort.
    """
    check(asked)
    keeps, fits = _keeping(asked.keep), _fitting(asked)
    found = [pool for pool in pools if not asked.pool or asked.pool in pool.labels]
    groups = [list(runs) for _, runs in groupby(found, key=lambda pool: pool.labels)]
    if asked.sort:
        rows = _merged([(place, run) for place, runs in enumerate(groups) for run in runs], asked)
    else:
        turned = groups[::-1] if asked.descending else groups
        rows = chain.from_iterable(_merged([(0, run) for run in runs], asked) for runs in turned)
    return sum(map(len, found)), (row for row in rows if fits(row) and keeps(row))


def _merged(runs: Sequence[tuple[int, PoolRows]], asked: Asked) -> Iterator[ExplainedRow]:
    """Give the rows of runs, each in the order that is asked for and with the place of its pool, in one such order."""
    if len(runs) == 1:
        return iter(runs[0][1])
    sort = SORTS.get(asked.sort)

    def key(placed: tuple[int, ExplainedRow]) -> tuple[object, ...]:
        place, row = placed
        first = (-abs(row.change), -(row.after or 0), row.entity, row.tenant_id)
        if sort is None:
            return (_Falling(first),) if asked.descending else first
        return (_Falling(sort(row)) if asked.descending else sort(row), place, first)

    return (row for _, row in merge(*(zip(repeat(place), run) for place, run in runs), key=key))


class _Falling:
    """A key in falling order; what is equal in it keeps the order of the rest."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key

    def __lt__(self, other: _Falling) -> bool:
        return other.key < self.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _searched(explanation: Explanation, asked: Asked) -> list[ExplainedRow]:
    return list(filter(_fitting(asked), explanation.rows))


def _fitting(asked: Asked) -> Callable[[ExplainedRow], bool]:
    """Say whether a row is of the pool that is asked for and has the text that is searched for."""
    wanted = asked.search.strip().casefold()

    def fits(row: ExplainedRow) -> bool:
        if asked.pool and asked.pool not in {row.pool, row.option}:
            return False
        return not wanted or any(wanted in text.casefold() for text in (row.name, row.entity, row.tenant_id, row.reason))

    return fits


def _keeping(keep: str) -> Callable[[ExplainedRow], bool]:
    """Give the filter of an id; without one every row is kept."""
    if not keep:
        return lambda row: True
    if keep not in FILTERS:
        raise AttainError("unknown-filter", f"rows are not filtered by {keep!r}", hint=did_you_mean(keep, FILTERS))
    return FILTERS[keep][1]
