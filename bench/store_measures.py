"""What is measured of a store, each by itself in a process of its own: `python -m bench.store_measures NAME FACTS WORK` prints JSON."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.workspace import Workspace
from bench import azure_download, daily_rated_download, office_download
from bench.data import DAY
from bench.import_floor import FLOORS
from bench.measures import ONE_PARTNER

BY_MONTH = ("azure_usage", "workload_usage", "workload_revenue")
WHOLE = ("associations", "certifications", "customers", "enrollments", "partners", "reported_scores")
MOST_ROWS = {"full": 1_000_000, "daily": 500_000, "office": 1_000_000}
"""Of the downloads with all columns: no more than the newest month has Azure rows, and no more than these."""
FILES = {
    "contract": "azure_usage.csv",
    "full": "AzureUsage.csv",
    "insights": "AzureUsage.csv",
    "daily": "DailyRatedUsage.csv",
    "office": "OfficeUsage.csv",
}
INSIGHTS = {
    "partner_id": "MPNID",
    "tenant_id": "CustomerTenantId",
    "subscription_id": "SubscriptionId",
    "month": "Month",
    "service": "ServiceLevel2",
    "acr_usd": "ACR_USD",
}


def last_month(facts: Path) -> str:
    """Name the newest month of Azure usage by its file."""
    return max(path.stem for path in (facts / "azure_usage").glob("*.parquet"))


def prepare(facts: Path, work: Path) -> dict[str, Any]:
    """Write what is imported: the newest month as a download of Partner Center and as a table of the contract, and the facts cut at it.

    Beside them downloads with all columns, made up.
    """
    month = last_month(facts)
    rows = pl.read_parquet(facts / "azure_usage" / f"{month}.parquet")
    for name in (*FILES, "facts", "before", "month"):
        (work / name).mkdir(parents=True)
    files = {name: work / name / file for name, file in FILES.items()}
    rows.select(pl.col(given).alias(said) for given, said in INSIGHTS.items()).write_csv(files["insights"])
    rows.write_csv(files["contract"])
    counted = {name: min(rows.height, MOST_ROWS.get(name, rows.height)) for name in FILES}
    services = rows["service"].unique().drop_nulls().sort().to_list()
    azure_download.write(files["full"], counted["full"], services)
    daily_rated_download.write(files["daily"], counted["daily"], services)
    office_download.write(files["office"], counted["office"])
    for table in WHOLE:
        for part in ("facts", "before"):
            os.link(facts / f"{table}.parquet", work / part / f"{table}.parquet")
    for table in BY_MONTH:
        for file in sorted((facts / table).glob("*.parquet")):
            for part in ("facts", "month" if file.stem == month else "before"):
                (work / part / table).mkdir(exist_ok=True)
                os.link(file, work / part / table / file.name)
    sizes = {name: file.stat().st_size for name, file in files.items()}
    held = {table: _rows(facts / table / "*.parquet") for table in BY_MONTH}
    partners = _rows(facts / "partners.parquet")
    return {"month": month, "file_rows": counted, "sizes": sizes, "rows": held, "partners": partners}


def _rows(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def fresh(work: Path) -> Path:
    """Give an empty store."""
    store = work / "store"
    shutil.rmtree(store, ignore_errors=True)
    Store.create(store)
    return store


CATALOG = load_book().catalog


def take(store: Path, *paths: Path) -> bool:
    """Import and say whether all of it had been imported before. The rules are loaded by then."""
    return all(report.already for report in import_files(paths, store, Options(), catalog=CATALOG))


def scored(store: Path) -> int:
    return len(Workspace.open(store).score(DAY))


def convert(work: Path, file: Path) -> Callable[[], object]:
    """Let Polars convert the CSV to Parquet, and do nothing else."""
    return lambda: pl.scan_csv(file).sink_parquet(work / "converted.parquet", compression="zstd")


def floor(work: Path, file: Path) -> Callable[[], object]:
    """Let Polars do what an import cannot do without, and check nothing."""
    place = work / "floor"
    place.mkdir(exist_ok=True)
    return lambda: FLOORS[file.parent.name](file, place)


def import_new(work: Path, given: Path) -> Callable[[], object]:
    store = fresh(work)
    return lambda: take(store, given)


def import_again(work: Path, given: Path) -> Callable[[], object]:
    """The same bytes once more; the store has them from `import_new`."""
    store = work / "store"

    def run() -> None:
        if not take(store, given):
            raise SystemExit("the file was to be known already")

    return run


def rebuild(work: Path) -> Callable[[], object]:
    """Import everything into an empty store and score all partners."""
    store = fresh(work)
    return lambda: (take(store, work / "facts"), scored(store))


def before(work: Path) -> Callable[[], object]:
    """Import all months but the newest; what `one_more` begins with."""
    store = fresh(work)

    def run() -> None:
        take(store, work / "before")
        shutil.rmtree(work / "grown", ignore_errors=True)
        store.rename(work / "grown")

    return run


def one_more(work: Path) -> Callable[[], object]:
    """Import the newest month into a store that has all before, and score all partners."""
    store = work / "store"
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(work / "grown", store)
    return lambda: (take(store, work / "month"), scored(store))


def score_alone(work: Path) -> Callable[[], object]:
    return lambda: scored(work / "store")


def one_partner(work: Path) -> dict[str, Any]:
    """Score random partners of the store, one by one."""
    workspace = Workspace.open(work / "store")
    everyone = workspace.facts.scan("accounts").select("partner_id").collect()["partner_id"].sort().to_list()
    chosen = random.Random(3).sample(everyone, ONE_PARTNER + 3)
    times: list[tuple[float, float]] = []
    for partner in chosen:
        started, used = time.perf_counter(), time.process_time()
        workspace.score(DAY, partners=[partner])
        times.append((time.perf_counter() - started, time.process_time() - used))
    warm = times[3:]
    by_wall, by_cpu = sorted(wall for wall, _ in warm), sorted(cpu for _, cpu in warm)
    return {"seconds": by_wall[len(warm) // 2], "cpu": by_cpu[len(warm) // 2], "slowest": by_wall[-1]}


DONE_TO_A_FILE = {"convert": convert, "floor": floor, "import": import_new, "again": import_again}
IMPORTED = ("import", "again")
WARM_ROWS = 1_000


def warmed(work: Path, of: str, doing: str) -> None:
    """Do the same with the first rows of a file, in a folder beside: what a process loads once, modules and threads, counts nowhere."""
    beside = work / "warm"
    shutil.rmtree(beside, ignore_errors=True)
    (beside / of).mkdir(parents=True)
    with (work / of / FILES[of]).open("rb") as whole:
        (beside / of / FILES[of]).write_bytes(b"".join(islice(whole, WARM_ROWS)))
    _with_file(beside, of, "import" if doing in IMPORTED else doing)()


def _with_file(work: Path, of: str, doing: str) -> Callable[[], object]:
    file = work / of / FILES[of]
    # a table of the contract is imported as the folder it lies in
    return DONE_TO_A_FILE[doing](work, file.parent if of == "contract" and doing in IMPORTED else file)


def measure(name: str, work: Path) -> dict[str, Any]:
    doing, _, of = name.partition("-")
    if of in FILES:
        warmed(work, of, doing)
        run = _with_file(work, of, doing)
    else:
        run = _of_the_store(name, work)
    started, used = time.perf_counter(), time.process_time()
    run()
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}


def _of_the_store(name: str, work: Path) -> Callable[[], object]:
    measures: dict[str, Callable[[], Callable[[], object]]] = {
        "before": lambda: before(work),
        "one-more": lambda: one_more(work),
        "rebuild": lambda: rebuild(work),
        "score": lambda: score_alone(work),
    }
    return measures[name]()


def main(name: str, facts: str, work: str) -> None:
    if name == "prepare":
        result = prepare(Path(facts), Path(work))
    elif name == "one-partner":
        result = one_partner(Path(work))
    else:
        result = measure(name, Path(work))
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
