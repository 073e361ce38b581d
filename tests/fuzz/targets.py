"""What is fuzzed: each target changes a good file by a seed and reads it. It is taken with every row accounted for, or refused."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import random
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from attain.advise.action_costs import read_costs
from attain.advise.claims import read_claims
from attain.advise.scenario import read_changes, read_scenario
from attain.errors import AttainError
from attain.facts.coding import coders
from attain.facts.facts import check
from attain.facts.first_pass import FirstPass
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book, read_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.reading import Delivery, Taken, read_delivery
from attain.sources.receiving import deliveries_of
from attain.sources.storing import delivery_of
from attain.store.archive import export_archive, import_archive
from attain.store.held import Room
from attain.store.place import is_store
from attain.store.store import Store
from tests.fuzz.mangling import mangled, mangled_zip

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parents[1]
SAMPLES = HERE / "sources" / "samples"
BOOK = HERE / "rulebook" / "book"
SAID = Options(partner="900", tenant="99999999-9999-4999-8999-999999999999", as_of=dt.date(2026, 10, 31), designation="security")
SCENARIO = b"""changes:
  - {kind: drop_customer, tenant: Adatum}
  - {kind: add_usage, tenant: Adatum, service: Sentinel, usd: '1000.50', months: 3}
  - {kind: certify, person: Ada, certification: SC-200}
"""
CLAIMS = b"""partner_id,claim_id,tenant_id,association,workload,status,submitted_on,decided_on,expires_on,evidence,note
1000001,C-1,bbbbbbbb-0000-4000-8000-000000000002,cpor,,approved,2026-01-05,2026-01-20,2027-01-20,,first
"""
COSTS = b"hour_usd: '95'\ncertify: {usd: '165', days: 30, likelihood: '0.8'}\n"


def _refused(error: AttainError) -> bool:
    """Look at a refusal, and say that the file was not taken."""
    assert error.code
    assert error.message
    return False


def source(chance: random.Random, folder: Path) -> bool:
    """A file of any source as text: plain, compressed, in another encoding."""
    path = chance.choice(sorted(SAMPLES.iterdir()))
    content = path.read_bytes()
    if chance.random() < 0.15:
        content = content.decode("utf-8-sig").encode("utf-16")
    content = mangled(chance, content)
    name = path.name
    if chance.random() < 0.15:
        name, content = f"{name}.gz", gzip.compress(content, mtime=0)
        content = mangled(chance, content, 1) if chance.random() < 0.5 else content
    return _import(folder / name, content)


def workbook(chance: random.Random, folder: Path) -> bool:
    """A file of any source as a workbook, changed inside or as it lies on disk."""
    content = _workbook(chance.choice(sorted(SAMPLES.glob("*.csv"))))
    return _import(folder / "f.xlsx", mangled_zip(chance, content) if chance.random() < 0.7 else mangled(chance, content))


@cache
def _workbook(path: Path) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book, path.open(encoding="utf-8-sig", newline="") as stream:
        sheet = book.add_worksheet("rows")
        for number, row in enumerate(csv.reader(stream)):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def _import(path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    try:
        for delivery in deliveries_of([path], SAID):
            taken = _read(delivery, path.parent / "staged", None)
            held = _read(delivery, path.parent / "staged beside", Room())
            tally = taken.tally
            assert tally.rows_in == tally.kept + tally.rejected + sum(tally.left_out.values()), tally
            assert 0 <= tally.unassigned <= tally.kept
            # a store takes the same from memory as it would from files
            assert held.tally == tally
            assert _first_pass(held, path.parent / "held") == _first_pass(taken, path.parent / "written")
    except AttainError as refusal:
        return _refused(refusal)
    return True


def _read(delivery: Delivery, staging: Path, room: Room | None) -> Taken:
    return read_delivery(delivery, SAID, load_book().catalog, b"k" * 32, staging, (1, 1), lambda _name, _rows: None, room)


def _first_pass(taken: Taken, scratch: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Give what became of the rows made of a delivery, by table, and which of them were set aside."""
    catalog = load_book().catalog
    first = FirstPass(delivery_of(taken, SAID).tables, catalog, coders(catalog), scratch, given=True)
    first.read()
    for table in sorted(first.tables):
        for month in first.months(table):
            for part in range(first.parts(table, month)):
                first.frame(table, month, part)
        first.whole(table)
    counts = sorted((file.table, file.rows, file.kept, file.repeated, file.rejected) for file in first.reports({}))
    return list(counts), sorted(
        (reject.row, reject.column, reject.value, reject.reason, reject.given) for reject in first.rejects.ordered()
    )


def facts(chance: random.Random, folder: Path) -> bool:
    """A facts folder with one table changed."""
    made = folder / "facts"
    shutil.copytree(_facts(folder.parent), made)
    path = chance.choice(sorted(one for one in made.rglob("*") if one.suffix in {".csv", ".parquet"}))
    path.write_bytes(mangled(chance, path.read_bytes()))
    try:
        found, refusal = check(made)
        for reject in found.report.rejects:
            assert reject.reason
    except AttainError as refused:
        return _refused(refused)
    return refusal is None or _refused(refusal)


@cache
def _facts(place: Path) -> Path:
    """Small demo facts, made once: most tables as CSV, some as Parquet."""
    made = place / "good-facts"
    plan = DemoPlan(4, 1, dt.date(2026, 11, 24), 2, 6, 12, 12, 6, "csv")
    write_demo(plan, made, overwrite=True)
    other = place / "good-parquet"
    write_demo(DemoPlan(4, 1, dt.date(2026, 11, 24), 2, 6, 12, 12, 6, "parquet"), other, overwrite=True)
    for name in ("certifications", "associations"):
        (made / f"{name}.csv").unlink(missing_ok=True)
        shutil.copy(other / f"{name}.parquet", made / f"{name}.parquet")
    return made


def rulebook(chance: random.Random, folder: Path) -> bool:
    """A rulebook with one file changed."""
    made = folder / "book"
    shutil.copytree(BOOK, made)
    path = chance.choice(sorted(made.rglob("*.yaml")))
    path.write_bytes(mangled(chance, path.read_bytes(), 2))
    book, faults = read_book(made)
    assert (book is None) == bool(faults)
    for fault in faults:
        _refused(fault)
    try:
        load_book(made)
    except AttainError as refusal:
        assert faults
        return _refused(refusal)
    assert not faults
    return True


def typed(chance: random.Random, folder: Path) -> bool:
    """A scenario, a register of claims, costs, and a change as the command line takes it."""
    name, content, read = chance.choice(
        [("s.yaml", SCENARIO, read_scenario), ("c.csv", CLAIMS, read_claims), ("k.yaml", COSTS, read_costs), ("", b"", None)]
    )
    try:
        if read is None:
            read_changes([mangled(chance, b"certify person='Ada Example' certification=SC-200").decode("utf-8", "replace")])
        else:
            (folder / name).write_bytes(mangled(chance, content, 3))
            read(folder / name)
    except AttainError as refusal:
        return _refused(refusal)
    return True


def archive(chance: random.Random, folder: Path) -> bool:
    """An archive of a store."""
    made = folder / "a.tar"
    made.write_bytes(mangled(chance, _archive(folder.parent), 2))
    try:
        import_archive(made, folder / "restored")
    except AttainError as refusal:
        assert not is_store(folder / "restored")
        return _refused(refusal)
    return True


@cache
def _archive(place: Path) -> bytes:
    store = Store.create(place / "good-store")
    import_files([_facts(place)], place / "good-store", Options())
    export_archive(store, place / "good.tar")
    return (place / "good.tar").read_bytes()


TARGETS: dict[str, Callable[[random.Random, Path], bool]] = {
    "source": source,
    "workbook": workbook,
    "facts": facts,
    "rulebook": rulebook,
    "typed": typed,
    "archive": archive,
}


def once(target: str, seed: int, place: Path) -> bool:
    """Do one try in a folder of its own below `place` and say whether the file was taken; raises what a reader should not let through."""
    folder = place / f"{target}-{seed}"
    folder.mkdir()
    try:
        return TARGETS[target](random.Random(f"{target} {seed}"), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
