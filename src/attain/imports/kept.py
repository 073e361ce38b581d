"""What somebody may see of the loads: all of a store where every partner is one's own, else those one's organization imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from attain.imports.models import ImportRun
from attain.people.access import OutOfReach
from attain.scoring.units import counted
from attain.sources.ledger import Ledger
from attain.sources.registry import SOURCES
from attain.store.place import Place, is_store
from attain.store.records import loads_with
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from attain.people.access import AttainRequest, Granted
    from attain.store.state import Load

FILES_SHOWN = 3


@dataclass(frozen=True)
class LoadLine:
    """One load as a page lists it. `files` is empty where it is none of one's own; then `own_rows` alone tells of it.

    `number` is 0 in a facts folder, which numbers none.
    """

    number: int
    at: str
    title: str
    files: str
    rows: int | None
    kept: int | None
    rejected: int
    unassigned: int
    own_rows: int | None
    notes: tuple[str, ...]


def sees_every_load(granted: Granted) -> bool:
    """Say whether all loads of the store are one's own to see."""
    grant = granted.grant
    return grant is not None and grant.organization.sees_all


def runs_of(granted: Granted) -> QuerySet[ImportRun]:
    """Give the imports over the web that somebody may see, newest first: those of the organization, or of all."""
    runs = ImportRun.objects.filter(store=str(settings.STORE))
    if sees_every_load(granted):
        return runs
    grant = granted.grant
    return runs.filter(Q(organization=grant.organization if grant else None))


def own_loads(granted: Granted) -> frozenset[int] | None:
    """Give the loads whose files somebody may see by name; None where that is every one."""
    return None if sees_every_load(granted) else frozenset(number for run in runs_of(granted) for number in run.loads)


def load_lines(request: AttainRequest, partner_ids: Collection[str]) -> list[LoadLine]:
    """List loads, newest first. Of those that are not one's own only rows of `partner_ids` are told."""
    if not settings.STORE:
        return []
    if not is_store(settings.STORE):
        return _of_folder() if sees_every_load(request.granted) else []
    store = Store.open(settings.STORE)
    every = store.loads.every()
    holding = loads_with(store, partner_ids)
    own = own_loads(request.granted)
    lines: list[LoadLine] = []
    for load in reversed(every):
        if own is None or load.number in own:
            lines.append(_line(load, holding.get(load.number, 0)))
        elif load.number in holding:
            lines.append(
                LoadLine(load.number, _when(load.at), _title(load.source, load.kind), "", None, None, 0, 0, holding[load.number], ())
            )
    return lines


def load_of(request: AttainRequest, number: int) -> tuple[Store, Load]:
    """Give a load that somebody may see in full; raises OutOfReach."""
    if settings.STORE and is_store(settings.STORE):
        store = Store.open(settings.STORE)
        seen = sees_every_load(request.granted) or any(number in run.loads for run in runs_of(request.granted))
        found = next((load for load in store.loads.every() if load.number == number), None) if seen else None
        if found is not None:
            return store, found
    raise OutOfReach(f"load {number}")


def _line(load: Load, own_rows: int) -> LoadLine:
    notes = [f"amounts {load.basis}"] if load.basis else []
    notes += [f"{currency} {rate} USD" for currency, rate in load.rates.items()]
    notes += ["masked by Microsoft"] if load.redacted else []
    notes += [f"{counted(f'{load.unassigned:,}', 'rows')} without an owner"] if load.unassigned else []
    notes += [f"{counted(f'{load.restated:,}', 'months')} changed"] if load.restated else []
    names = [file["name"] for file in load.files]
    return LoadLine(
        load.number,
        _when(load.at),
        _title(load.source, load.kind),
        _named(names),
        load.rows_in,
        load.kept,
        load.rejected,
        load.unassigned,
        own_rows,
        tuple(notes),
    )


def _of_folder() -> list[LoadLine]:
    place = Place.of(settings.STORE)
    if place.remote:
        return []
    lines: list[LoadLine] = []
    for entry in reversed(Ledger.read(place.local).entries):
        rows = entry.rows
        title = _title(entry.source, "")
        names = _named([file["name"] for file in entry.files])
        lines.append(
            LoadLine(0, _when(entry.imported_at), title, names, rows["in"], rows["kept"], rows["rejected"], rows["unassigned"], None, ())
        )
    return lines


def _title(source: str, kind: str) -> str:
    return SOURCES[source].title if source in SOURCES else {"contract": "Facts folder"}.get(source, source or kind)


def _named(names: list[str]) -> str:
    more = len(names) - FILES_SHOWN
    return ", ".join(names[:FILES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _when(at: str) -> str:
    return at[:16].replace("T", " ")
