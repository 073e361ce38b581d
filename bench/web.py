"""Measure the pages: one at a time, at a steady rate of requests, a large download, and a cold start of the server."""

from __future__ import annotations

import argparse
import asyncio
import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from bench.place import KIB, MIB, Running, prepared, publishing, serving, signed_in
from bench.score import machine

PAGES = {
    "overview": "/{id}/membership/",
    "designation": "/{id}/membership/{designation}/",
    "panel": "/{id}/membership/{designation}/{metric}/",
    "scoring history": "/{id}/membership/history/?designation={designation}",
    "qualification summary": "/{id}/insights/",
    "portfolio": "/portfolio/bench/?page={page}",
}
METRICS = (
    ("security", "net_customer_adds"),
    ("infrastructure", "net_customer_adds"),
    ("modern-work", "usage_growth"),
    ("security", "deployments"),
)
STEADY = ("overview", "designation", "panel", "portfolio")
"""Pages asked for at a steady rate, in turn."""
PANEL = {"HX-Request": "true", "HX-Target": "panel"}
WARM_UP = 5
DOWNLOAD = "/{id}/membership/infrastructure/net_customer_adds/rows.csv?pool=all"


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench web", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to work in, the same as for bench soak; what is there is used again")
    parser.add_argument("--partners", type=int, default=20_000, help="partners of the demo facts")
    parser.add_argument("--customers", type=int, default=200_000, help="their customers")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the download, about; 0 leaves it out")
    parser.add_argument("--alone", type=int, default=100, help="requests of each page, one at a time")
    parser.add_argument("--rate", type=int, default=25, help="requests a second, all pages in turn")
    parser.add_argument("--seconds", type=int, default=30, help="how long at that rate")
    parser.add_argument("--people", type=int, default=25, help="partners that are worked on at the steady rate")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


@dataclass
class Taken:
    """What requests of one page took: seconds each, the largest answer in bytes as sent, and milliseconds of the server's CPU each."""

    seconds: list[float] = field(default_factory=list[float])
    size: int = 0
    worked: float = 0.0

    def add(self, seconds: float, size: int) -> None:
        self.seconds.append(seconds)
        self.size = max(self.size, size)

    def at(self, share: int) -> float:
        """Give the milliseconds within which `share` percent of the requests were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) * share // 100, len(ordered) - 1)] * 1000


class Asker:
    """Asks for pages of random partners."""

    def __init__(self, client: httpx.AsyncClient, partners: Sequence[str], pages: Sequence[str]) -> None:
        self.client, self.partners, self.pages = client, partners, pages
        self.taken: dict[str, Taken] = defaultdict(Taken)
        self._random = random.Random(1)

    async def ask(self, page: str, due: float) -> None:
        """Ask for a page; its time counts from when it was due."""
        designation, metric = self._random.choice(METRICS)
        number = self._random.randint(1, max(len(self.partners) // 100, 1))
        address = PAGES[page].format(id=self._random.choice(self.partners), designation=designation, metric=metric, page=number)
        size = 0
        async with self.client.stream("GET", address, headers=PANEL if page == "panel" else {}) as answer:
            answer.raise_for_status()
            async for piece in answer.aiter_raw():
                size += len(piece)
        self.taken[page].add(time.perf_counter() - due, size)

    async def alone(self, running: Running, times: int) -> Taken:
        """Ask for the first of the pages so often, one at a time, and give what it took after a warm-up."""
        page = self.pages[0]
        for _ in range(WARM_UP):
            await self.ask(page, time.perf_counter())
        self.taken.clear()
        before = running.worked()
        for _ in range(times):
            await self.ask(page, time.perf_counter())
        self.taken[page].worked = (running.worked() - before) / times
        return self.taken[page]

    async def everything(self) -> None:
        """Ask for every panel of every partner once, so that each is in the memory of a worker, and forget what it took."""
        for partner in self.partners:
            for designation, metric in METRICS:
                address = PAGES["panel"].format(id=partner, designation=designation, metric=metric)
                (await self.client.get(address, headers=PANEL)).raise_for_status()
        self.taken.clear()

    async def steady(self, rate: int, seconds: int) -> dict[str, Taken]:
        """Ask at a steady rate, whether or not earlier answers came, all pages in turn."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(rate * seconds):
                due = begun + number / rate
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                group.create_task(self.ask(self.pages[number % len(self.pages)], due))
        return dict(self.taken)


async def pages(running: Running, cookies: dict[str, str], partners: list[str], options: argparse.Namespace) -> list[str]:
    """Measure the pages and give the rows of the table."""
    limits = httpx.Limits(max_connections=64)
    sends = {"Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=running.url, cookies=cookies, timeout=60, limits=limits, headers=sends) as client:
        first = {"id": partners[0], "designation": "security", "metric": "deployments", "page": 1}
        there = [page for page in PAGES if (await client.get(PAGES[page].format(**first))).is_success]
        alone = {page: await Asker(client, partners, [page]).alone(running, options.alone) for page in there}
        # People work on a partner for a while: the rows that one page looked up, the next pages find in memory.
        known = random.Random(2).sample(partners, min(options.people, len(partners)))
        asker = Asker(client, known, [page for page in there if page in STEADY])
        await asker.everything()
        steady = await asker.steady(options.rate, options.seconds)
    return [
        f"| {page} | {one.at(50):.0f} | {one.at(95):.0f} | {one.worked:.0f} | {_steady(steady.get(page))} | {one.size / KIB:.1f} |"
        for page, one in alone.items()
    ]


def _steady(taken: Taken | None) -> str:
    return "\N{EN DASH} | \N{EN DASH}" if taken is None else f"{taken.at(50):.0f} | {taken.at(95):.0f}"


@dataclass
class Downloaded:
    """A download: its rows, the seconds until the first of them and until the last, and the memory of the server in bytes."""

    rows: int
    first: float
    whole: float
    before: int
    most: int

    def words(self) -> str:
        return (
            f"the first row after {self.first:.2f} s, all after {self.whole:.1f} s; the server held {self.before / MIB:.0f} MB before and "
            f"{self.most / MIB:.0f} MB at most"
        )


def download(running: Running, client: httpx.Client, partner: str) -> Downloaded:
    """Download all rows behind a metric of one partner."""
    before, seen, stop = running.memory(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(running.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, lines, first = time.perf_counter(), 0, 0.0
    with client.stream("GET", DOWNLOAD.format(id=partner)) as answer:
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            lines += piece.count(b"\n")
            if lines > 1 and not first:
                first = time.perf_counter() - started
    whole = time.perf_counter() - started
    stop.set()
    watcher.join()
    return Downloaded(lines - 1, first, whole, before, max(seen))


def downloads(folder: Path, rows: int) -> str:
    """Download the rows of a partner with very many customers: while they are looked up, and once more."""
    sizes = ("--azure-rows", str(40 * rows), "--usage-rows", str(rows), "--certificates", "100")
    large = prepared(folder, 5, 2 * rows, *sizes)
    partner = next(found for found in large.partners() if not found.startswith("100000"))
    with serving(large) as running:
        cookies = signed_in(running.url)
        with httpx.Client(base_url=running.url, cookies=cookies, timeout=600, headers={"Accept-Encoding": "gzip"}) as client:
            found, again = (download(running, client, partner) for _ in range(2))
    return f"- A download of {found.rows:,} rows that are looked up for it: {found.words()}. Once more: {again.words()}."


def report(options: argparse.Namespace) -> str:
    """Measure everything and give the Markdown."""
    many = prepared(options.folder, options.partners, options.customers)
    partners = many.partners()
    starts: list[float] = []
    for _ in range(3):
        with serving(many) as running:
            starts.append(running.seconds)
    with serving(many) as running:
        rows = asyncio.run(pages(running, signed_in(running.url), partners, options))
        held = running.memory()
    seconds = publishing(options.folder)
    return "\n".join(
        [
            f"{len(partners):,} partners published of a store, {options.customers:,} customers. {machine()}.",
            "",
            f"| page | alone: median, ms | p95 | CPU, ms | at {options.rate} a second: median, ms | p95 | KiB sent |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            *([downloads(options.folder / "large", options.rows)] if options.rows else []),
            f"- A cold start, from the command to the first page: {median(starts):.1f} s (the slowest of three {max(starts):.1f} s). "
            f"The server held {held / MIB:.0f} MB after the pages above.",
            *([f"- Publishing all partners took {seconds} s."] if seconds else []),
            "",
        ]
    )


def main(given: list[str]) -> None:
    options = arguments(given)
    options.folder.mkdir(parents=True, exist_ok=True)
    text = report(options)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
