"""Taking texts about people out of a store for good: from the newest state on, and out of the files of every earlier load.

Files of a store are never changed but here. A load of its own names the files that hold from now on; those that earlier loads name are
written anew in place, with the texts left out, so that a store as it was known then still opens and scores alike.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.errors import AttainError
from attain.store.detail import scan_detail
from attain.store.people import ERASED, main_ids
from attain.store.store import empty_load
from attain.store.tables import PEOPLE, REJECTS, SLICE, columns_of, partitions_of
from attain.store.writing import LEVEL, write_file

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator

    from attain.store.state import Load, StoredFile
    from attain.store.store import Store

REWRITTEN = "rewritten"
"""Where the report of a load names the files that it wrote anew in place, each with its SHA-256 since then."""
_VERBATIM = ("value", "given")


def ids_of(store: Store, who: str) -> list[str]:
    """Find the ids of the people of a name (whatever its case), or the one id given, with those that are known to be the same person.

    Names in files that only earlier loads name are found too. Raises AttainError `unknown-person`.
    """
    people = _every_row(store)
    main = main_ids(people)
    named: list[str] = people.filter(pl.col("person_name").str.to_lowercase() == who.strip().casefold())["person_id"].to_list()
    known = set(named)
    if who in people["person_id"] or who in people["other_id"] or _certified(store, [who]).height:
        known.add(who)
    if not known:
        hint = "give the name as files write it, or the id that attain loads STORE --people or attain explain shows"
        raise AttainError("unknown-person", f"no certified person is called {who!r} here", store.place.root, hint)
    goes_by = {main.get(one, one) for one in known}
    return sorted(known | {one for one, first in main.items() if first in goes_by})


def held_on(store: Store, ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Give what the store holds on the people of some ids: names and links, and certificates as delivered."""
    people = _every_row(store).filter(pl.col("person_id").is_in(list(ids)) | pl.col("other_id").is_in(list(ids)))
    return {"people": people.sort(pl.all()).to_dicts(), "certificates": _certified(store, ids).to_dicts()}


def erase_names(store: Store, ids: Collection[str], say: Callable[[str], None] = lambda _text: None) -> Load:
    """Take the names of people out of the store, of every load, and keep later files from bringing them back; certificates count on.

    Raises AttainError `store-empty`, `store-busy`.
    """
    wanted = sorted(ids)

    def unnamed(rows: pl.DataFrame) -> pl.DataFrame:
        gone = pl.col("person_id").is_in(wanted) & pl.col("person_name").is_not_null()
        return rows.with_columns(pl.when(gone).then(pl.lit(ERASED)).otherwise(pl.col("person_name")).alias("person_name"))

    def marked(rows: pl.DataFrame, number: int) -> pl.DataFrame:
        # A person without a name so far gets the mark too: a later file must not name it.
        marks = [{"person_id": one, "other_id": None, "person_name": ERASED, "load": number} for one in wanted]
        return pl.concat([unnamed(rows), pl.DataFrame(marks, schema=columns_of(PEOPLE), orient="row")]).unique(
            ["person_id", "other_id", "person_name"], maintain_order=True
        )

    return _rewrite(store, "erasure", PEOPLE, marked, unnamed, say)


def forget_verbatim(store: Store, before: dt.date, say: Callable[[str], None] = lambda _text: None) -> Load | None:
    """Leave out of rows set aside before a day what they said, in every load; file, row, column and reason stay.

    None where none is that old. Raises AttainError `store-empty`, `store-busy`.
    """
    old = [load.number for load in store.loads.every() if load.at[:10] < before.isoformat()]
    text = pl.any_horizontal(pl.col(name).is_not_null() & (pl.col(name) != "") for name in _VERBATIM) & pl.col("load").is_in(old)

    def silent(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            pl.when(pl.col("load").is_in(old)).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in _VERBATIM
        )

    if not old or not any(_read(store, REJECTS, file).filter(text).height for file in _files(store, REJECTS)):
        return None
    return _rewrite(store, "retention", REJECTS, lambda rows, _number: silent(rows), silent, say)


def rewritten(store: Store) -> dict[str, set[str]]:
    """Give, for each file that was written anew in place (`table/path`), its digests since then."""
    found: dict[str, set[str]] = {}
    for load in store.loads.every():
        said: dict[str, str] = load.report.get(REWRITTEN, {})
        for name, sha256 in said.items():
            found.setdefault(name, set()).add(sha256)
    return found


def _rewrite(
    store: Store,
    kind: str,
    table: str,
    newest: Callable[[pl.DataFrame, int], pl.DataFrame],
    earlier: Callable[[pl.DataFrame], pl.DataFrame],
    say: Callable[[str], None],
) -> Load:
    with store.importing(say) as scratch:
        found = store.loads.newest()
        if found is None:
            raise AttainError("store-empty", "nothing is imported yet", store.place.root, "import files first")
        last, before = found
        columns = [name for name in columns_of(table) if name not in partitions_of(table)]
        held = [_read(store, table, file).select(columns) for file in before.of(table)]
        rows = newest(
            pl.concat(held) if held else pl.DataFrame(schema={name: columns_of(table)[name] for name in columns}), last.number + 1
        )
        partition: dict[str, str | None] = {SLICE: "all"} if partitions_of(table) else {}
        after = before.with_files(table, (write_file(store.place, scratch, table, rows, partition),))
        contents: dict[str, bytes] = {}
        for file in _files(store, table):
            old = _read(store, table, file)
            new = earlier(old)
            if not new.equals(old):
                buffer = io.BytesIO()
                new.write_parquet(buffer, compression="zstd", compression_level=LEVEL, statistics=True)
                contents[f"{table}/{file.path}"] = buffer.getvalue()
        load = empty_load(last.number + 1, kind)
        load.report.update({REWRITTEN: {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}})
        done = store.finish(load, after, before, last.versions, scratch)
        if done is None:
            raise AttainError("store-busy", "an import ended meanwhile", store.place.root, "try again")
        # Last, so that what stops in between is seen by whoever looks, and done by the next try.
        for name, content in contents.items():
            store.place.write(name, content)
        return done


def _files(store: Store, table: str) -> Iterator[StoredFile]:
    """Give the files of a table that any load names, each once."""
    seen: set[str] = set()
    for load in store.loads.every():
        for file in store.loads.numbered(load.number)[1].of(table):
            if file.path not in seen:
                seen.add(file.path)
                yield file


def _read(store: Store, table: str, file: StoredFile) -> pl.DataFrame:
    return pl.read_parquet(store.place.at(f"{table}/{file.path}"))


def _every_row(store: Store) -> pl.DataFrame:
    columns = list(columns_of(PEOPLE))
    rows = [_read(store, PEOPLE, file).select(columns) for file in _files(store, PEOPLE)]
    return pl.concat(rows).unique(maintain_order=True) if rows else pl.DataFrame(schema=columns_of(PEOPLE))


def _certified(store: Store, ids: Collection[str]) -> pl.DataFrame:
    newest = store.loads.newest()
    if newest is None:
        raise AttainError("store-empty", "nothing is imported yet", store.place.root, "import files first")
    rows = scan_detail(store.place, "certifications", newest[1].of("certifications"))
    return rows.filter(pl.col("person_id").is_in(list(ids))).collect().sort(pl.all())
