"""Mixed use at a steady rate while files are imported, then the same while the server is killed again and again.

No answer may be an error, no number another than it was, the memory must not grow, and no import may be lost or half there.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from attain.store.checking import faults
from attain.store.store import Store
from bench.place import ATTAIN, MIB, Place, Running, prepared, signed_in
from bench.score import machine
from bench.web import METRICS, PAGES, PANEL, STEADY

TOKEN = """
import datetime as dt, sys
from attain.server.running import Serving, connect
connect(Serving(sys.argv[1]))
from django.utils import timezone
from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, Organization, OrganizationPartner, Token, TokenScope, User
from attain.people.roles import Role
if not Organization.objects.filter(slug="importer").exists():
    place = new_organization("Importer")
    OrganizationPartner.objects.create(organization=place, partner_id=sys.argv[2], consent=Consent.OWN)
    Member.objects.create(organization=place, user=new_account("importer@attain.example", "words for a soak"), role=Role.PARTNER_ADMIN)
scopes, until = [TokenScope.READ, TokenScope.IMPORT], timezone.now() + dt.timedelta(days=2)
people = User.objects.filter(email__in=["bench@attain.example", "importer@attain.example"]).order_by("email")
print(*(Token.issue("soak", scopes=scopes, expires_at=until, by=one)[1] for one in people))
"""
"""Makes a Partner admin of one partner, who imports, and gives a token of who looks at everybody and one of theirs."""
DESIGNATIONS = tuple(dict.fromkeys(designation for designation, _ in METRICS))
KNOWN = 25
"""Partners that people work on, and whose numbers are held against what they were."""
CHECKED_EVERY = 5
"""Every so many requests is one for a number over the REST interface."""
ROWS = 200
DOWN_AFTER = 60.0
GROWTH = 1.25
"""By what the memory may grow from the second quarter of the steady time to the last."""
TENANT = "bbbbbbbb-0000-4000-8000-000000000002"


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to work in; what is there from the last time is used again")
    parser.add_argument("--partners", type=int, default=20_000, help="partners of the demo facts")
    parser.add_argument("--customers", type=int, default=200_000, help="their customers")
    parser.add_argument("--minutes", type=float, default=30, help="how long: two thirds steady, one third with kills")
    parser.add_argument("--rate", type=int, default=25, help="requests a second")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices")
    parser.add_argument("--output", type=Path, help="write the result here too")
    return parser.parse_args(given)


@dataclass
class Seen:
    """What was seen: answers by status, what was wrong, seconds of answers, memory of the server, imports by what became of them."""

    answers: Counter[int] = field(default_factory=Counter[int])
    wrong: list[str] = field(default_factory=list[str])
    seconds: list[float] = field(default_factory=list[float])
    memory: list[int] = field(default_factory=list[int])
    imports: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    checked: int = 0
    kills: int = 0
    lost_contact: int = 0


class Server:
    """The server, started and killed."""

    def __init__(self, place: Place) -> None:
        self.place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://localhost:{self.port}"
        self.up = False
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*ATTAIN, "serve", "--store", str(self.place.facts), "--port", str(self.port)]
        log = (self.place.home / "soak.log").open("ab")
        self.process = subprocess.Popen(command, env=self.place.environment(), stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + DOWN_AFTER
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/account/login/").is_success:
                    self.up = True
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        message = f"the server did not answer within {DOWN_AFTER:.0f} seconds"
        raise RuntimeError(message)

    def kill(self) -> None:
        """Kill the server and its workers in the middle of whatever they do."""
        self.up = False
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def memory(self) -> int:
        return 0 if self.process is None or not self.up else Running(self.url, self.process.pid, 0).memory()


def focus_file(number: int) -> bytes:
    """Write a small export of costs: of one subscription of its own, in one month of the year."""
    text = io.StringIO()
    month = number % 10 + 1
    row = {
        "BilledCost": "3",
        "BillingCurrency": "USD",
        "BillingPeriodStart": f"2026-{month:02}-01 00:00:00",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": "",
        "EffectiveCost": "4",
        "ListCost": "5",
        "ProviderName": "Microsoft",
        "PublisherName": "Microsoft",
        "ServiceName": "Virtual Machines",
        "SubAccountId": f"aaaaaaaa-0000-4000-8000-{number:012}",
    }
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerows(
        {**row, "ChargePeriodStart": f"2026-{month:02}-{one % 28 + 1:02} 00:00:00", "BilledCost": str(one)} for one in range(ROWS)
    )
    return text.getvalue().encode()


class Soak:
    """One run."""

    def __init__(self, server: Server, tokens: tuple[str, str], partners: list[str], options: argparse.Namespace) -> None:
        self.server, self.options, self.seen = server, options, Seen()
        self.random = random.Random(options.seed)
        self.known = self.random.sample(partners[:-1], min(KNOWN, len(partners) - 1))
        self.importing = partners[-1]
        self.headers, self.importer = ({"Authorization": f"Bearer {token}"} for token in tokens)
        self.cookies: dict[str, str] = {}
        self.right: dict[str, Any] = {}
        self.pages = [page for page in STEADY if page in PAGES]
        self.number = 0

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server.url, timeout=60, limits=httpx.Limits(max_connections=64))

    async def number_of(self, client: httpx.AsyncClient, partner: str, designation: str) -> tuple[int, Any]:
        answer = await client.get(f"/api/v1/partners/{partner}/designations/{designation}", headers=self.headers)
        return answer.status_code, answer.json() if answer.is_success else None

    async def remember(self) -> None:
        """Note the numbers that are right: nothing that is imported is about these partners."""
        async with self.client() as client:
            for partner in self.known:
                for designation in DESIGNATIONS:
                    status, shown = await self.number_of(client, partner, designation)
                    if status == HTTPStatus.OK:
                        self.right[f"{partner} {designation}"] = shown

    async def ask(self, client: httpx.AsyncClient, turn: int) -> None:
        up, started = self.server.up, time.perf_counter()
        try:
            if turn % CHECKED_EVERY == 0:
                name = self.random.choice(sorted(self.right))
                partner, designation = name.split()
                status, shown = await self.number_of(client, partner, designation)
                if status == HTTPStatus.OK:
                    self.seen.checked += 1
                    if shown != self.right[name]:
                        self.seen.wrong.append(f"another number of {name}")
            else:
                page = self.pages[turn % len(self.pages)]
                designation, metric = self.random.choice(METRICS)
                address = PAGES[page].format(id=self.random.choice(self.known), designation=designation, metric=metric, page=1)
                answer = await client.get(address, cookies=self.cookies, headers=PANEL if page == "panel" else {})
                status = answer.status_code
        except httpx.HTTPError as error:
            # While it is down nobody is answered; a request that was under way when it was killed is no fault either.
            if up and self.server.up and not self.seen.kills:
                self.seen.wrong.append(f"no answer: {type(error).__name__}")
            self.seen.lost_contact += 1
            return
        self.seen.answers[status] += 1
        self.seen.seconds.append(time.perf_counter() - started)
        if status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            self.seen.wrong.append(f"status {status}")

    async def steady(self, seconds: float) -> None:
        begun = time.perf_counter()
        turn = 0
        async with self.client() as client, asyncio.TaskGroup() as group:
            while (due := begun + turn / self.options.rate) < begun + seconds:
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                group.create_task(self.ask(client, turn))
                turn += 1

    async def import_on(self, until: float) -> None:
        """Send file after file, each once the one before has ended or was lost with the server."""
        while time.perf_counter() < until:
            self.number += 1
            try:
                async with self.client() as client:
                    await self.import_one(client, self.number)
            except (httpx.HTTPError, json.JSONDecodeError):
                await asyncio.sleep(1)

    async def import_one(self, client: httpx.AsyncClient, number: int) -> None:
        files = {"files": (f"costs-{number}.csv", focus_file(number), "text/csv")}
        address = f"/api/v1/partners/{self.importing}/imports"
        answer = await client.post(address, data={"partner": self.importing, "tenant": TENANT}, files=files, headers=self.importer)
        if answer.status_code != HTTPStatus.ACCEPTED:
            self.seen.wrong.append(f"an import was answered with {answer.status_code}: {answer.text[:200]}")
            await asyncio.sleep(1)
            return
        run = int(answer.json()["id"])
        self.seen.imports[run] = {"state": "sent"}
        while True:
            await asyncio.sleep(0.5)
            told = (await client.get(f"{address}/{run}", headers=self.importer)).json()
            self.seen.imports[run] = told
            if told["state"] in {"done", "failed"}:
                return

    async def watch(self, until: float) -> None:
        while time.perf_counter() < until:
            await asyncio.sleep(1)
            self.seen.memory.append(self.server.memory)

    async def kill_on(self, until: float) -> None:
        while time.perf_counter() < until - 10:
            await asyncio.sleep(self.random.uniform(5, 25))
            self.server.kill()
            self.seen.kills += 1
            await asyncio.to_thread(self.server.start)

    async def run(self) -> None:
        await self.remember()
        quiet, wild = self.options.minutes * 40, self.options.minutes * 20
        self.cookies = signed_in(self.server.url)
        until = time.perf_counter() + quiet
        await asyncio.gather(self.steady(quiet), self.import_on(until), self.watch(until))
        until = time.perf_counter() + wild
        await asyncio.gather(self.steady(wild), self.import_on(until), self.kill_on(until))


def check_imports(soak: Soak, store: Path) -> tuple[int, int]:
    """Hold every import against the store: what was done is there whole, what was lost is there whole or not at all."""
    opened = Store.open(store)
    loads = {load.files[0]["name"]: load for load in opened.loads.every() if load.source and load.files}
    done = 0
    with httpx.Client(base_url=soak.server.url, headers=soak.importer, timeout=60) as client:
        for run in soak.seen.imports:
            told = client.get(f"/api/v1/partners/{soak.importing}/imports/{run}").json()
            name = told["files"][0]["name"]
            load = loads.get(name)
            if told["state"] == "done":
                done += 1
                if load is None or load.kept != ROWS:
                    soak.seen.wrong.append(f"{name} was imported and is not there whole")
            elif told["state"] not in {"failed"}:
                soak.seen.wrong.append(f"{name} is {told['state']} after the end")
            elif load is not None and load.kept != ROWS:
                soak.seen.wrong.append(f"{name} is there in part")
            elif not soak.seen.kills:
                soak.seen.wrong.append(f"{name} failed: {told['fault']}")
    soak.seen.wrong += [fault for fault in faults(opened) if not fault.startswith("note: ")]
    return done, len(soak.seen.imports)


def settled(soak: Soak) -> None:
    """Wait until no import is under way any more."""
    end = time.monotonic() + 10 * DOWN_AFTER
    with httpx.Client(base_url=soak.server.url, headers=soak.importer, timeout=60) as client:
        while time.monotonic() < end:
            told = client.get(f"/api/v1/partners/{soak.importing}/imports").json()["imports"]
            if all(one["state"] in {"done", "failed"} for one in told):
                return
            time.sleep(1)


def report(options: argparse.Namespace) -> tuple[str, list[str]]:
    place = prepared(options.folder, options.partners, options.customers)
    partners = place.partners()
    command = [sys.executable, "-c", TOKEN, str(place.facts), partners[-1]]
    looking, importing = subprocess.run(command, env=place.environment(), check=True, capture_output=True, text=True).stdout.split()
    server = Server(place)
    server.start()
    soak = Soak(server, (looking, importing), partners, options)
    try:
        asyncio.run(soak.run())
        settled(soak)
        done, sent = check_imports(soak, place.facts)
    finally:
        server.kill()
    seen = soak.seen
    quarter = max(len(seen.memory) // 4, 1)
    early, late = median(seen.memory[quarter : 2 * quarter] or [0]), median(seen.memory[-quarter:] or [0])
    if late > early * GROWTH:
        seen.wrong.append(f"the memory grew from {early / MIB:.0f} to {late / MIB:.0f} MB")
    ordered = sorted(seen.seconds)
    half, most = (ordered[len(ordered) * share // 100] * 1000 for share in (50, 95))
    statuses = ", ".join(f"{count:,} with {status}" for status, count in sorted(seen.answers.items()))
    lines = (
        f"{len(partners):,} partners published, {options.minutes:g} minutes at {options.rate} requests a second, a third of it with kills. "
        f"{machine()}.",
        "",
        f"{sum(seen.answers.values()):,} answers ({statuses}), half within {half:.0f} ms and 95% within {most:.0f} ms; "
        f"{seen.checked:,} numbers were held against those of before. {sent:,} imports, {done:,} of them done; {seen.kills} killed "
        f"servers, which {seen.lost_contact:,} requests found down. Memory {early / MIB:.0f} MB early and {late / MIB:.0f} MB late. "
        f"Wrong: {len(seen.wrong):,}.",
    )
    text = "\n".join(lines)
    return text, seen.wrong


def main(given: list[str]) -> None:
    options = arguments(given)
    options.folder.mkdir(parents=True, exist_ok=True)
    text, wrong = report(options)
    print(text)
    for line, count in Counter(wrong).most_common(20):
        print(f"- {count:,} times: {line}")
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    if wrong:
        sys.exit(1)
