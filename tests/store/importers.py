"""Importers in processes of their own, and what a store must hold after any number of loads."""

from __future__ import annotations

import hashlib
import multiprocessing
from decimal import Decimal
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.detail import read_detail
from attain.store.store import Store
from tests.sources.folders import usage, write_csv

Amounts = dict[tuple[str, str, str], Decimal]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pandas", "pyarrow.compute", "attain.sources.importing"])
# what an import loads on its way, so that each process need not; what is not installed is passed over


def sha256(path: Path) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_files(folder: Path, partner: str, count: int, restated: int) -> list[Path]:
    """Write `count` files of one month each; the last `restated` tell of the first months again, with other amounts."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number in range(count):
        month = number if number < count - restated else number - (count - restated)
        rows = [
            usage(
                PGAMpnID=partner,
                MPNID=partner,
                Month=f"{2024 + month // 12}-{month % 12 + 1:02}-01",
                CustomerTenantId=f"{tenant:08}-1111-4111-8111-111111111111",
                ACR_USD=f"{number + 1}.{tenant}",
            )
            for tenant in range(1, 4)
        ]
        paths.append(write_csv(folder / f"{partner}-{number:02}.csv", rows))
    return paths


def said_by(path: Path) -> Amounts:
    """Give what one file says, by partner, month and tenant."""
    rows = pl.read_csv(path, infer_schema=False).iter_rows(named=True)
    return {(row["MPNID"], row["Month"][:7], row["CustomerTenantId"]): Decimal(row["ACR_USD"]) for row in rows}


def import_all(store: str, paths: list[Path], started: Event) -> None:
    """Import the files that no load names yet, one after the other."""
    catalog = load_book().catalog
    with TemporaryDirectory() as scratch:
        # the first import of a process loads modules for seconds: that is not what is to be interrupted
        import_files(paths[:1], Path(Store.create(f"{scratch}/store").place.root), Options(), catalog=catalog)
    started.set()
    for path in paths:
        if all(sha256(path) not in load.digests for load in Store.open(store).loads.every()):
            import_files([path], Path(store), Options(), catalog=catalog)


def importer(store: str, paths: list[Path]) -> tuple[Any, Event]:
    """Start an importer; the event is set once it begins with the first file."""
    started = PROCESSES.Event()
    process = PROCESSES.Process(target=import_all, args=(store, paths, started), daemon=True)
    process.start()
    return process, started


def check_every_load(store: Store, paths: list[Path]) -> Amounts:
    """Check that every load holds what its file and those before it said, no row less, none twice; gives what the last one holds."""
    by_digest = {sha256(path): path for path in paths}
    expected: Amounts = {}
    loads = store.loads.every()
    assert [load.number for load in loads] == list(range(1, len(loads) + 1))
    for load in loads:
        (digest,) = load.digests
        said = said_by(by_digest[digest])
        expected = expected | said
        check_load(store, load.number, expected)
    return expected


def check_load(store: Store, number: int, expected: Amounts) -> None:
    """Check one load: by the files that it names, and by the version of the Delta table that it names."""
    load, state = store.loads.numbered(number)
    rows = read_detail(store.place, "azure_usage", state.of("azure_usage"))
    delta = pl.read_delta(store.place.at("azure_usage"), version=load.versions["azure_usage"])
    for found in (rows, delta):
        held = {(row["partner_id"], str(row["month"])[:7], row["tenant_id"]): row["acr_usd"] for row in found.iter_rows(named=True)}
        assert held == expected
        assert found.height == len(expected)
    conformed = pl.read_delta(store.place.at("conformed/azure_usage"), version=load.versions["conformed/azure_usage"])
    assert conformed.height == len(expected)
    assert conformed["acr"].sum() == int(sum(expected.values()) * 10_000)
