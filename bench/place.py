"""A prepared folder of demo facts, their store and what is published of them, and the server that shows it: shared by measurements."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

DAY = "2026-11-24"
EMAIL, PASSWORD = "bench@attain.example", "words for a bench alone"
ATTAIN = (sys.executable, "-c", "from attain.cli.app import main; main()")
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


@dataclass(frozen=True)
class Place:
    """Facts (a store, or a folder of files) and what is published of them."""

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

    def partners(self) -> list[str]:
        """Make the account and list the partners."""
        done = subprocess.run(
            [sys.executable, "-c", PEOPLE, str(self.facts)], env=self.environment(), check=True, capture_output=True, text=True
        )
        return done.stdout.split()


def prepared(folder: Path, partners: int, customers: int, *sizes: str) -> Place:
    """Make a store of demo facts in a folder and publish its scores, where that was not done.

    `folder` then holds `facts`, `store`, `home`, and `made` once all of it is there; `sizes` are further arguments of `attain demo`.
    """
    place, told = Place(folder / "store", folder / "home"), folder / "made"
    if not told.exists():
        facts = folder / "facts"
        place.home.mkdir(parents=True, exist_ok=True)
        if not facts.exists():
            place.attain("demo", str(facts), "--partners", str(partners), "--tenants", str(customers), *sizes)
        if not place.facts.exists():
            place.attain("init", str(place.facts))
            place.attain("import", str(facts), "--into", str(place.facts))
        seconds = place.attain("refresh", "--store", str(place.facts), "--as-of", DAY)
        told.write_text(f"{DAY} {seconds:.0f}", encoding="ascii")
    return place


def publishing(folder: Path) -> str:
    """Say how many seconds publishing a prepared folder took; empty where that was not noted."""
    return (folder / "made").read_text(encoding="ascii").removeprefix(DAY).strip()


@dataclass(frozen=True)
class Running:
    """A server: its address, its process, and the seconds from its start to its first answer."""

    url: str
    process: int
    seconds: float

    def memory(self) -> int:
        """Give the bytes that the server and its workers hold in memory."""
        return sum(_memory(process) for process in (self.process, *children(self.process)))

    def worked(self) -> float:
        """Give the milliseconds of CPU that the server and its workers have taken so far."""
        ticks = 0
        for process in (self.process, *children(self.process)):
            fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")


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
    command = [*ATTAIN, "serve", "--store", str(place.facts), "--port", str(port)]
    started = time.perf_counter()
    with (
        (place.home / "served.log").open("wb") as log,
        subprocess.Popen(command, env=place.environment(), stdout=log, stderr=log) as process,
    ):
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
