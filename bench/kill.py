"""Kill an importer with SIGKILL at random moments, many times, and check after each that the store lost nothing and holds nothing twice."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from attain.store.store import SCRATCH, Store
from tests.store.importers import PROCESSES, check_every_load, import_all, importer, said_by, write_files

KILLS = 200
FILES, RESTATED = 40, 12
LONGEST = 0.8
"""Seconds after which an importer is killed at the latest; a load takes a fraction of it."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how often [default: {KILLS}]")
    parser.add_argument("--seed", type=int, default=20, help="of the random moments")
    parser.add_argument("--output", type=Path, help="write the result here too")
    return parser.parse_args(given)


def finished(store: Store, paths: list[Path]) -> None:
    """Let an importer run to its end: it must heal what is left, and the store hold what all files say."""
    import_all(store.place.root, paths, PROCESSES.Event())
    expected: dict[tuple[str, str, str], object] = {}
    for path in paths:
        expected |= said_by(path)
    if check_every_load(store, paths) != expected or (Path(store.place.root) / SCRATCH).exists():
        raise AssertionError("the store does not hold what its files say")


def report(kills: int, seed: int, folder: Path) -> str:
    """Kill, check, and give the result as Markdown; AssertionError where a row is lost, twice, or seen before its load."""
    chance = random.Random(seed)
    paths = write_files(folder / "files", "500", FILES, RESTATED)
    midway = idle = checked = stores = 0
    store: Store | None = None
    started_at = time.perf_counter()
    for number in range(kills):
        if store is None or len(store.loads.every()) == FILES:
            if store is not None:
                finished(store, paths)
            stores += 1
            store = Store.create(folder / f"store-{stores}")
        process, started = importer(store.place.root, paths)
        if not started.wait(120):
            raise TimeoutError("the importer did not start")
        process.join(chance.uniform(0, LONGEST))
        idle += not process.is_alive()
        process.kill()
        process.join()
        check_every_load(store, paths)
        checked += len(store.loads.every())
        midway += (Path(store.place.root) / SCRATCH).exists()
        if number % 10 == 9:
            print(f"{number + 1} kills, {midway} in the middle of an import ...", file=sys.stderr, flush=True)
    if store is not None:
        finished(store, paths)
    seconds = time.perf_counter() - started_at
    return (
        f"{kills} importers killed with SIGKILL (seed {seed}), {midway} of them in the middle of an import and {idle} after their last "
        f"file; {FILES} files a store, {RESTATED} of them restating earlier months, stores: {stores}. After every kill each load was read "
        f"and compared with its files ({checked:,} loads read): no row lost, none twice, none changed, no half load seen; "
        f"every store was finished by a last importer, and nothing was left behind. {seconds / 60:.0f} minutes.\n"
    )


def main(given: list[str]) -> None:
    options = arguments(given)
    folder = Path(tempfile.mkdtemp(prefix="attain-kill-"))
    try:
        text = report(options.kills, options.seed, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
