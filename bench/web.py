"""Measure the pages: one at a time, at a steady rate of requests, a large download, and a cold start of the server."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from bench.score import machine

DAY = "2026-11-24"
EMAIL, PASSWORD = "bench@attain.example", "words for a bench alone"
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
DOWNLOAD = "/{id}/membership/security/net_customer_adds/rows.csv?pool=all"
KIB, MIB = 1024, 1024**2
PEOPLE = f"""
import sys
from attain.server.running import Serving, connect
connect(Serving(sys.argv[1]))
from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, Organization, OrganizationKind, OrganizationPartner
from attain.people.roles import Role
from attain.published.models import PublishedPartner, PublicationState
ids = list(PublishedPartner.objects.filter(publication__state=PublicationState.CURRENT).values_list("partner_id", flat=True))
if not Organization.objects.filter(slug="bench").exists():
    user = new_account({EMAIL!r}, {PASSWORD!r}, "Bench")
    every = new_organization("Everything", sees_all=True)
    bench = new_organization("Bench", OrganizationKind.DISTRIBUTOR)
    Member.objects.create(organization=every, user=user, role=Role.GLOBAL_ADMIN)
    Member.objects.create(organization=bench, user=user, role=Role.DISTRIBUTOR_MANAGER)
    OrganizationPartner.objects.bulk_create(OrganizationPartner(organization=bench, partner_id=one, consent=Consent.TOTALS) for one in ids)
print(*ids)
"""
"""Makes one account that sees every partner as a Global admin and as the manager of a distributor, and names the partners."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench web", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to work in; what is there from the last time is used again")
    parser.add_argument("--partners", type=int, default=20_000, help="partners of the demo facts")
    parser.add_argument("--customers", type=int, default=200_000, help="their customers")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the download, about: half the customers of one partner")
    parser.add_argument("--alone", type=int, default=100, help="requests of each page, one at a time")
    parser.add_argument("--rate", type=int, default=25, help="requests a second, all pages in turn")
    parser.add_argument("--seconds", type=int, default=30, help="how long at that rate")
    parser.add_argument("--people", type=int, default=25, help="partners that are worked on at the steady rate")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


@dataclass
class Taken:
    """What requests of one page took: seconds each, and the largest answer in bytes, as sent and without the chart of a history."""

    seconds: list[float] = field(default_factory=list[float])
    size: int = 0

    def add(self, seconds: float, size: int) -> None:
        self.seconds.append(seconds)
        self.size = max(self.size, size)

    def at(self, share: int) -> float:
        """Give the milliseconds within which `share` percent of the requests were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) * share // 100, len(ordered) - 1)] * 1000


@dataclass(frozen=True)
class Place:
    """Facts with the scores published of them."""

    facts: Path
    home: Path

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
        return {**kept, "ATTAIN_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}

    def attain(self, *arguments: str) -> float:
        """Run a command and give its seconds."""
        started = time.perf_counter()
        subprocess.run([*ATTAIN, *arguments], env=self.environment(), check=True)
        return time.perf_counter() - started

    def made(self, *sizes: str) -> str:
        """Write and publish where that was not done, and say how long publishing took."""
        told = self.home / "publishing"
        if not self.facts.exists():
            self.attain("demo", str(self.facts), *sizes)
        if not told.exists():
            seconds = self.attain("refresh", "--store", str(self.facts), "--as-of", DAY)
            told.write_text(f"{seconds:.0f}", encoding="ascii")
        return told.read_text(encoding="ascii")

    def partners(self) -> list[str]:
        """Make the account and list the partners."""
        done = subprocess.run(
            [sys.executable, "-c", PEOPLE, str(self.facts)], env=self.environment(), check=True, capture_output=True, text=True
        )
        return done.stdout.split()


ATTAIN = (sys.executable, "-c", "from attain.cli.app import main; main()")


@dataclass(frozen=True)
class Running:
    """A server: its address, its process, and the seconds from its start to its first answer."""

    url: str
    process: int
    seconds: float

    def memory(self) -> int:
        """Give the bytes that the server and its workers hold in memory."""
        return sum(_memory(process) for process in (self.process, *children(self.process)))


def _memory(process: int) -> int:
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{process}/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) * KIB if found else 0


def children(process: int) -> list[int]:
    """List the processes that a process started."""
    return [int(name) for name in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


@contextmanager
def serving(place: Place) -> Generator[Running]:
    """Serve until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://localhost:{port}"
    started = time.perf_counter()
    with subprocess.Popen(
        [*ATTAIN, "serve", "--store", str(place.facts), "--port", str(port)], env=place.environment(), stdout=subprocess.DEVNULL
    ) as process:
        try:
            while not _answers(f"{url}/account/login/"):
                time.sleep(0.01)
            yield Running(url, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def signed_in(url: str) -> dict[str, str]:
    """Sign in and give the cookies."""
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        page = client.get("/account/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        given = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
        client.post("/account/login/", data=given, headers={"Referer": url}).raise_for_status()
        return dict(client.cookies)


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

    async def alone(self, times: int) -> dict[str, Taken]:
        """Ask for each page so often, one at a time, and give what it took after a warm-up."""
        for page in self.pages:
            for turn in range(times + 5):
                if turn == 5:
                    self.taken.pop(page)
                await self.ask(page, time.perf_counter())
        return dict(self.taken)

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


async def pages(url: str, cookies: dict[str, str], partners: list[str], options: argparse.Namespace) -> list[str]:
    """Measure the pages and give the rows of the table."""
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=url, cookies=cookies, timeout=60, limits=limits, headers={"Accept-Encoding": "gzip"}) as client:
        first = {"id": partners[0], "designation": "security", "metric": "deployments", "page": 1}
        there = [page for page in PAGES if (await client.get(PAGES[page].format(**first))).is_success]
        alone = await Asker(client, partners, there).alone(options.alone)
        # People work on a partner for a while: the rows that one page looked up, the next pages find in memory.
        known = random.Random(2).sample(partners, min(options.people, len(partners)))
        asked = [page for page in there if page in STEADY]
        asker = Asker(client, known, asked)
        await asker.everything()
        steady = await asker.steady(options.rate, options.seconds)
    return [
        f"| {page} | {alone[page].at(50):.0f} | {alone[page].at(95):.0f} | {_steady(steady.get(page))} | {alone[page].size / KIB:.1f} |"
        for page in there
    ]


def _steady(taken: Taken | None) -> str:
    return "\N{EN DASH} | \N{EN DASH}" if taken is None else f"{taken.at(50):.0f} | {taken.at(95):.0f}"


def download(running: Running, cookies: dict[str, str], partner: str) -> str:
    """Download all rows of one partner and say how it went."""
    before, seen, stop = running.memory(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(running.memory())

    watcher = threading.Thread(target=watch)
    with httpx.Client(base_url=running.url, cookies=cookies, timeout=600) as client:
        address = DOWNLOAD.format(id=partner)
        rows, firsts, whole = 0, list[float](), 0.0
        for turn in range(2):
            if turn:
                before = running.memory()
                watcher.start()
            started, rows, begun = time.perf_counter(), 0, 0.0
            with client.stream("GET", address) as answer:
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    begun = begun or time.perf_counter() - started
                    rows += piece.count(b"\n")
            firsts.append(begun)
            whole = time.perf_counter() - started
    stop.set()
    watcher.join()
    return (
        f"- A download of {rows - 1:,} rows: its first bytes after {firsts[0]:.1f} s where the rows are found first, after "
        f"{firsts[1]:.2f} s where they were shown before; {whole:.1f} s in all, while the server's memory went from {before / MIB:.0f} to "
        f"{max(seen) / MIB:.0f} MB."
    )


def report(options: argparse.Namespace) -> str:
    """Measure everything and give the Markdown."""
    many = Place(options.folder / "facts", options.folder / "home")
    seconds = many.made("--partners", str(options.partners), "--tenants", str(options.customers))
    partners = many.partners()
    starts: list[float] = []
    for _ in range(3):
        with serving(many) as running:
            starts.append(running.seconds)
    with serving(many) as running:
        rows = asyncio.run(pages(running.url, signed_in(running.url), partners, options))
        held = running.memory()
    large = Place(options.folder / "large", options.folder / "large-home")
    few = [str(number) for number in (5, 2 * options.rows, 40 * options.rows, options.rows, 100)]
    large.made(
        *(
            word
            for pair in zip(("--partners", "--tenants", "--azure-rows", "--usage-rows", "--certificates"), few, strict=True)
            for word in pair
        )
    )
    with serving(large) as running:
        one = next(found for found in large.partners() if not found.startswith("100000"))
        large_words = download(running, signed_in(running.url), one)
    return "\n".join(
        [
            f"{len(partners):,} partners published of {options.partners:,} in the files, {options.customers:,} customers. {machine()}.",
            "",
            f"| page | alone: median, ms | p95 | at {options.rate} a second: median, ms | p95 | KiB sent |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
            "",
            large_words,
            f"- A cold start, from the command to the first page: {median(starts):.1f} s (the slowest of three {max(starts):.1f} s). "
            f"The server held {held / MIB:.0f} MB after the pages above.",
            f"- Publishing all partners took {seconds} s.",
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
