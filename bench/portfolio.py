"""Measure the pages of a portfolio of many resellers: one at a time, against the frame that every page has."""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import httpx

from bench.place import KIB, Place, serving, signed_in
from bench.score import machine

FRAME = "frame alone: a page of settings"
AT = "/portfolio/bench/"
ONE = "?designation=security"
PAGES = {
    FRAME: "/settings/account/",
    "all resellers, the first page": f"{AT}{ONE}",
    "all resellers, in the middle": f"{AT}{ONE}&page=150",
    "all resellers, the last page": f"{AT}{ONE}&page=last",
    "sorted by name": f"{AT}{ONE}&sort=name",
    "sorted by total": f"{AT}{ONE}&sort=-total",
    "sorted by next date": f"{AT}{ONE}&sort=next_date",
    "sorted by unclaimed points": f"{AT}{ONE}&sort=-unclaimed",
    "sorted by at risk date": f"{AT}{ONE}&sort=at_risk",
    "in progress, at most 10 points short": f"{AT}{ONE}&status=in_progress&within=10",
    "one metric in the way": f"{AT}{ONE}&blocking=net_customer_adds",
    "a search that finds a tenth": f"{AT}{ONE}&q=reseller+1",
    "a segment of 2,000": f"{AT}{ONE}&segment=1",
    "all designations": f"{AT}?designation=all",
    "call list of one designation": f"{AT}calls/{ONE}",
    "call list of all": f"{AT}calls/",
    "cohorts, with their chart": f"{AT}cohorts/{ONE}",
    "others, counted together": f"{AT}others/",
    "one reseller in detail": f"{AT}resellers/100001/",
    "the list over the REST interface": f"/api/v1{AT}resellers{ONE}&limit=50",
}
DOWNLOADS = {"all rows of one designation as CSV": f"{AT}resellers.csv{ONE}"}
MADE_UP = """
import datetime as dt
import random
import sys
from attain.server.running import Serving, connect
connect(Serving(sys.argv[1]))
from django.db import transaction
from django.utils import timezone
from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, OrganizationKind, OrganizationPartner, Segment, SegmentPartner
from attain.people.roles import Role
from attain.published.models import PortfolioRow, Publication, PublicationState, PublishedDesignation, PublishedPartner
from attain.published.shapes import MICRO
from attain.rulebook.load import load_book
size, email, password = int(sys.argv[2]), sys.argv[3], sys.argv[4]
if Publication.objects.filter(store="bench").exists():
    sys.exit()
book, day, now = load_book(), dt.date(2026, 11, 24), timezone.now()
goal = int(book.programme.on(day).qualifying_total * MICRO)
ids = [str(100_000 + number) for number in range(size)]
user = new_account(email, password, "Bench")
bench = new_organization("Bench", OrganizationKind.DISTRIBUTOR)
Member.objects.create(organization=bench, user=user, role=Role.DISTRIBUTOR_MANAGER)
until = now.date() + dt.timedelta(days=365)
consents = [(one, Consent.DETAIL if place % 5 < 2 else Consent.TOTALS) for place, one in enumerate(ids) if place % 5 < 4]
rows = [OrganizationPartner(organization=bench, partner_id=one, consent=consent, until=until) for one, consent in consents]
rows.append(OrganizationPartner(organization=bench, partner_id="99", consent=Consent.OWN))
OrganizationPartner.objects.bulk_create(rows, 500)
segment = Segment.objects.create(organization=bench, name="Segment")
SegmentPartner.objects.bulk_create([SegmentPartner(segment=segment, partner_id=one) for one in ids[:2000]], 500)
publication = Publication.objects.create(day=day, store="bench", facts="0", rulebook="0", engine="polars", basis="acr",
    data_month="2026-10", partners=size, state=PublicationState.CURRENT, started_at=now, claimed_at=now)
draw = random.Random(12345).randrange
for start in range(0, size, 500):
    with transaction.atomic():
        partners = PublishedPartner.objects.bulk_create([PublishedPartner(publication=publication, partner_id=one,
            name=f"Reseller {one[::-1]}", name_folded=f"reseller {one[::-1]}", country="US", distributor_id="99", day=day, facts="0",
            published_at=now) for one in ids[start : start + 500]])
        whole, listed = [], []
        for partner in partners:
            for name, designation in book.designations.items():
                total = draw(goal * 10 // 7)
                qualifies = total >= goal
                status = ("in_progress", "qualified", "enrolled", "renewal_due")[draw(4) if qualifies else draw(8) // 6]
                at_floor = 0 if qualifies else draw(3)
                common = dict(publication=publication, account=partner, designation=name, track="smb", total_micro=total,
                    qualifies=qualifies, complete=True, status=status, next_date=day + dt.timedelta(days=draw(200)), next_event="refresh",
                    data_month="2026-10")
                metrics = [[metric.id, None, None, total // 5, goal // 3, True, True, "2026-10"] for metric in designation.metrics]
                whole.append(PublishedDesignation(**common, edition="", selected_by="best", selected_why="", cap_micro=100 * MICRO,
                    tracks=[["smb", total, 100 * MICRO, True, qualifies, "2026-10", metrics]], status_name="", status_reason="",
                    next_meaning="", window_start=day, window_end=day))
                listed.append(PortfolioRow(**common, partner_id=partner.partner_id, name=partner.name, name_folded=partner.name_folded,
                    country="US", distributor_id="99", distance_micro=goal - total, blocking="" if qualifies or draw(2) else
                    designation.metrics[draw(len(designation.metrics))].id, at_floor=at_floor,
                    at_risk_on=day + dt.timedelta(days=1 + draw(360)) if qualifies and draw(3) == 0 else None,
                    unclaimed_micro=draw(5) * draw(4 * MICRO), day=day,
                    month_statuses=("i" * (1 + draw(36)) + "q" * draw(9) + "e" * draw(13))[-36:]))
        PublishedDesignation.objects.bulk_create(whole, 500)
        PortfolioRow.objects.bulk_create(listed, 500)
"""
"""Makes a distributor, its consents and a publication of made-up numbers, which the pages read as they read real ones."""
WARM_UP = 3
CHANGES = 5
"""How often each page is asked for right after a consent changed, which makes what was counted count no more."""
EMAIL, PASSWORD = "bench@attain.example", "words for a bench alone"


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench portfolio", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to work in; what is there from the last time is used again")
    parser.add_argument("--resellers", type=int, default=20_000, help="resellers; two fifths share details, two totals, one nothing")
    parser.add_argument("--times", type=int, default=60, help="requests of each page, one at a time")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


def prepared(folder: Path, resellers: int) -> Place:
    """Write small facts and publish made-up rows where that was not done."""
    place = Place(folder / "facts", folder / f"home-{resellers}")
    place.home.mkdir(parents=True, exist_ok=True)
    if not place.facts.exists():
        place.attain("demo", str(place.facts), "--partners", "4", "--tenants", "20", "--azure-rows", "600", "--usage-rows", "400")
    command = [sys.executable, "-c", MADE_UP, str(place.facts), str(resellers), EMAIL, PASSWORD]
    subprocess.run(command, env=place.environment(), check=True)
    return place


def taken(client: httpx.Client, address: str, times: int) -> tuple[list[float], int]:
    """Ask for a page so often after a warm-up, and give the milliseconds of each and the bytes sent."""
    found: list[float] = []
    size = 0
    for turn in range(times + WARM_UP):
        started = time.perf_counter()
        with client.stream("GET", address) as answer:
            answer.raise_for_status()
            size = sum(len(piece) for piece in answer.iter_raw())
        if turn >= WARM_UP:
            found.append((time.perf_counter() - started) * 1000)
    return sorted(found), size


def after_changes(client: httpx.Client, address: str, database: Path) -> float:
    """Ask for a page right after each of some changes of a consent, and give the median of the milliseconds."""
    found: list[float] = []
    for _ in range(CHANGES):
        with closing(sqlite3.connect(database)) as connection, connection:
            # What every change of a consent does along with its row.
            connection.execute("UPDATE people_organization SET rows_stamp = lower(hex(randomblob(16))) WHERE slug = 'bench'")
        started = time.perf_counter()
        client.get(address).raise_for_status()
        found.append((time.perf_counter() - started) * 1000)
    return median(found)


def report(options: argparse.Namespace) -> str:
    """Measure everything and give the Markdown."""
    place = prepared(options.folder, options.resellers)
    lines: list[str] = []
    frame = 0.0
    with serving(place) as running:
        cookies = signed_in(running.url)
        with httpx.Client(base_url=running.url, cookies=cookies, timeout=120, headers={"Accept-Encoding": "gzip"}) as client:
            for name, address in (PAGES | DOWNLOADS).items():
                before = running.worked()
                millis, size = taken(client, address, options.times if name in PAGES else 3)
                cpu = (running.worked() - before) / (len(millis) + WARM_UP)
                frame = frame or cpu
                high = millis[min(len(millis) * 95 // 100, len(millis) - 1)]
                first = f"{after_changes(client, address, place.home / 'attain.sqlite3'):.0f}" if name in PAGES else ""
                lines.append(f"| {name} | {median(millis):.0f} | {high:.0f} | {first} | {cpu:.0f} | {cpu / frame:.1f} | {size / KIB:.1f} |")
    return "\n".join(
        [
            f"{options.resellers:,} resellers, six designations each, of whom four fifths share something. {machine()}.",
            "",
            "| page | median, ms | p95 | right after a consent changed | CPU of the server, ms | ratio of CPU to the frame | KiB sent |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *lines,
        ]
    )


def main(given: list[str]) -> None:
    options = arguments(given)
    text = report(options)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
