"""Measure the memory of a server while it sends files of ten thousand rows and of many more, one after another and two at once."""

from __future__ import annotations

import argparse
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import polars as pl

from bench.place import DAY, KIB, MIB, Place, Running, serving, signed_in
from bench.score import machine

CUSTOMERS = (16_000, 160_000, 640_000)
"""Customers of the partners whose rows are sent; about five in eight of them are a row."""
AZURE_ROWS = 20
"""Azure rows a customer, about."""
FEW = "00"
"""How the tenants of the few customers begin: one in 256."""
PAGES = "/{id}/membership/infrastructure/net_customer_adds/"
FILES = {
    "CSV, as the rows are found": "rows.csv?pool=all",
    "CSV, sorted by name": "rows.csv?pool=all&sort=name",
    "CSV, those of a search": "rows.csv?pool=all&q=lost",
    "workbook": "rows.xlsx?pool=all",
}
SETTLES = 3.0
"""Seconds after which the memory of a server that has sent a file is read once more."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench downloads", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to work in; what is there from the last time is used again")
    parser.add_argument("--customers", type=int, nargs="+", default=list(CUSTOMERS), help="customers of each partner")
    parser.add_argument("--turns", type=int, default=3, help="how often each file is asked for")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


def made(folder: Path, customers: list[int]) -> tuple[Place, list[str]]:
    """Give a place with one partner of each size, the smallest first: demo facts of their own, put together.

    What is published is of a few customers of each, which is soon done; all of them are put in the place of these before they are served.
    """
    place = Place(folder / "facts", folder / "home")
    partners: list[str] = []
    place.home.mkdir(parents=True, exist_ok=True)
    for seed, count in enumerate(customers, 1):
        part = folder / f"of-{count}"
        if not part.exists():
            sizes = ("--azure-rows", str(AZURE_ROWS * count), "--usage-rows", str(count), "--certificates", "100", "--months", "26")
            place.attain("demo", str(part), "--seed", str(seed), "--partners", "5", "--tenants", str(count), *sizes)
        found = pl.read_parquet(part / "partners.parquet")["partner_id"].cast(pl.String)
        partners += [one for one in found.to_list() if not one.startswith("100000")]
    if not (folder / "made").exists():
        shutil.rmtree(place.facts, ignore_errors=True)
        together(folder, place.facts, customers, partners, few=True)
        place.attain("refresh", "--store", str(place.facts), "--as-of", DAY)
        shutil.rmtree(place.facts)
        together(folder, place.facts, customers, partners)
        place.attain("score", str(place.facts), "--as-of", DAY, "--partner", "1000001", "--designation", "security")
        (folder / "made").touch()
    return place, partners


def together(folder: Path, facts: Path, customers: list[int], partners: list[str], *, few: bool = False) -> None:
    """Put the tables of the first folder and the rows of each further partner into one folder, those of a `few` customers or all."""
    parts = [folder / f"of-{count}" for count in customers]
    for file in sorted(parts[0].rglob("*.parquet")):
        name = file.relative_to(parts[0])
        rows = pl.scan_parquet(file)
        columns = rows.collect_schema().names()
        for part, partner in zip(parts[1:], partners[1:], strict=True):
            own = pl.scan_parquet(part / name)
            rows = pl.concat([rows, own.filter(pl.col("partner_id") == partner) if "partner_id" in columns else own])
        if few and "tenant_id" in columns:
            rows = rows.filter(pl.col("tenant_id").str.starts_with(FEW))
        (facts / name).parent.mkdir(parents=True, exist_ok=True)
        if "partner_id" not in columns:  # the customers of the cast are in every folder
            rows = rows.unique("tenant_id", keep="first", maintain_order=True)
        rows.sink_parquet(facts / name)


@dataclass(frozen=True)
class Sent:
    """A file: its bytes, the seconds until the first and the last of them, and the memory of the server in bytes before, at most, after."""

    size: int
    first: float
    whole: float
    before: int
    most: int
    after: int

    def cells(self) -> str:
        memory = " | ".join(f"{one / MIB:,.0f}" for one in (self.before, self.most - self.before, self.after))
        return f"{self.size / KIB:,.0f} | {self.first:.2f} | {self.whole:.1f} | {memory}"


def sent(running: Running, cookies: dict[str, str], addresses: list[str]) -> Sent:
    """Ask for files at once; what is given of several is that of the slowest, and the memory while any was sent."""
    before, seen, stop = running.memory(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            seen.append(running.memory())

    def ask(address: str) -> tuple[int, float, float]:
        started, size, first = time.perf_counter(), 0, 0.0
        with (
            httpx.Client(base_url=running.url, cookies=cookies, timeout=1200) as client,
            client.stream("GET", address) as answer,
        ):
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                first = first or time.perf_counter() - started
                size += len(piece)
        return size, first, time.perf_counter() - started

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(len(addresses)) as pool:
        found = list(pool.map(ask, addresses))
    stop.set()
    watcher.join()
    time.sleep(SETTLES)
    size, first, whole = (max(one) for one in zip(*found, strict=True))
    return Sent(size, first, whole, before, max(seen), running.memory())


def report(options: argparse.Namespace) -> str:
    place, partners = made(options.folder, options.customers)
    place.partners()
    lines: list[str] = []
    counts: dict[str, int] = {}
    with serving(place) as running:
        cookies = signed_in(running.url)
        for partner in partners:  # what a server reads once is read before anything is measured
            with httpx.Client(base_url=running.url, cookies=cookies, timeout=1200) as client:
                counts[partner] = client.get(PAGES.format(id=partner) + FILES["CSV, as the rows are found"]).text.count("\n") - 1
        lines.append(f"The server held {running.memory() / MIB:,.0f} MB once each was asked for.\n")
        lines += ["| file | rows | KiB | first byte, s | all, s | MB before | MB more at most | MB after |", "|---|" + "---:|" * 7]
        for name, file in FILES.items():
            for turn in range(options.turns):
                for partner in partners if turn % 2 == 0 else reversed(partners):
                    found = sent(running, cookies, [PAGES.format(id=partner) + file])
                    lines.append(f"| {name} | {counts[partner]:,} | {found.cells()} |")
                    print(lines[-1], flush=True)
        largest = [PAGES.format(id=partner) + FILES["CSV, as the rows are found"] for partner in partners[-2:]]
        for _ in range(options.turns):
            lines.append(
                f"| the two largest at once | {sum(counts[one] for one in partners[-2:]):,} | {sent(running, cookies, largest).cells()} |"
            )
            print(lines[-1], flush=True)
    return "\n".join([f"{machine()}.", "", *lines, ""])


def main(given: list[str]) -> None:
    options = arguments(given)
    options.folder.mkdir(parents=True, exist_ok=True)
    text = report(options)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
