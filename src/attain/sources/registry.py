"""The sources that are known, and which of them a header belongs to.

A module of this package that defines a `Source` is one: nothing else has to name it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import attain.sources
from attain.errors import AttainError, nearest
from attain.facts.schema import TABLES
from attain.sources.source import Source, fold
from attain.sources.without_facts import barren

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType


class Registry(Mapping[str, Source]):
    """Sources by name, in the order of the alphabet, found in modules when they are first asked for: a module may import this one."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._modules = modules

    @cached_property
    def _found(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for module in self._modules:
            for source in vars(module).values():
                if not isinstance(source, Source):
                    continue
                if found.setdefault(source.name, source) is not source:
                    raise ValueError(f"two sources are called {source.name}; one of them is in {module.__name__}")
        return dict(sorted(found.items()))

    def __getitem__(self, name: str) -> Source:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(attain.sources.__path__, f"{attain.sources.__name__}."):
        yield import_module(module.name)


SOURCES: Mapping[str, Source] = Registry(_modules())


def find_source(name: str) -> Source:
    """Give the source called `name`, here or as a dataset at Microsoft; raises AttainError `source-unknown` with the nearest one."""
    if name in SOURCES:
        return SOURCES[name]
    for source in SOURCES.values():
        if fold(name) in {fold(dataset) for dataset in source.datasets}:
            return source
    near = nearest(name, SOURCES)
    raise AttainError(
        "source-unknown", f"no source is called {name!r}", hint=f"did you mean {near[0]}?" if near else f"known are {', '.join(SOURCES)}"
    )


def recognize(header: Sequence[str], where: str) -> Source:
    """Tell by its header what a file is, whatever the order and subset of columns.

    Of several sources whose key columns are all there, the one that knows most of the header is taken. Raises AttainError `file-unknown`
    that names the source that comes nearest and the key columns it misses, or says of a table of the contract where it goes, and
    `file-without-facts` for a report that no score needs.
    """
    if report := barren(header):
        raise AttainError("file-without-facts", f"this is {report.title}: it tells nothing that a score needs", where, report.instead)
    found = [source.recognize(header) for source in SOURCES.values()]
    certain = [recognition for recognition in found if recognition.certain]
    if certain:
        return max(certain, key=lambda recognition: recognition.known).source
    if table := _contract_table(header):
        raise AttainError(
            "file-unknown",
            f"this is the table {table} of the contract, which needs no reading",
            where,
            f"put it into a folder as {table}.csv and score the folder; attain import FOLDER --into STORE takes the folder into a store",
        )
    near = max(found, key=lambda recognition: (recognition.known, -len(recognition.missing)))
    if not near.known:
        raise AttainError(
            "file-unknown",
            "the header is that of no known source",
            where,
            "attain sources lists the files that can be imported; tables of the contract go into the folder as they are",
        )
    missing = "; ".join(" or ".join(field.aliases) for field in near.missing)
    raise AttainError(
        "file-unknown", f"the header is nearest to {near.source.title}, but lacks {missing}", where, "export these columns too"
    )


def _contract_table(header: Sequence[str]) -> str:
    """Name the table of the contract that has all the columns of a header and misses none that it needs; empty where it is none."""
    names = {name.strip().casefold() for name in header}
    fits = (table.name for table in TABLES.values() if {column.name for column in table.columns} >= names >= {*table.indispensable})
    return next(fits, "")
