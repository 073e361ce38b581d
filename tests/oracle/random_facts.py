"""Random facts for comparing two scorers: small, seeded, and dense where a rule turns."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from tests.oracle import figures
from tests.oracle.draft import Draft, Partner
from tests.oracle.months import month_name
from tests.oracle.names import name_key
from tests.oracle.random_usage import azure_designation, business_revenue, business_seats, seats, security_azure
from tests.oracle.rollup import Facts, Row
from tests.oracle.skills import RETIRED, skill_of

TABLES = {
    "security": ("azure_usage", "workload_usage"),
    "modern-work": ("workload_usage",),
    "business-applications": ("workload_usage", "workload_revenue"),
}
OLD_MODERN_WORK_NAMES = {"Microsoft 365 Apps": "ProPlus", "Teams Apps": "Teams Platform", "Viva Engage": "Yammer"}


def _partners(draft: Draft, count: int) -> list[Partner]:
    found: list[Partner] = []
    for number in range(count):
        own = f"P{number:04d}"
        ids = [own] + [f"{own}-L{place}" for place in range(draft.pick([0, 0, 0, 1, 2]))]
        clean = draft.chance(0.3)
        found.append(Partner([own] if clean else ids, clean, growing=draft.chance(0.7)))
        for identity in found[-1].ids:
            kind = "global" if identity == own else "location"
            parent = own if kind == "location" else draft.pick([own, ""])
            draft.facts["partners"].append({"partner_id": identity, "name": identity, "account": kind, "global_id": parent})
    draft.facts["partners"].append({"partner_id": "P-EMPTY", "name": "No rows at all", "account": "global", "global_id": ""})
    return found


def _modern_work_names(draft: Draft, edition: str) -> list[str]:
    names = {*figures.MODERN_WORK_WORKLOADS_2023, *figures.MODERN_WORK_WORKLOADS_2026} - {"Exchange", "SharePoint"}
    listed = figures.modern_work_workloads(edition, "usage_growth")
    chosen = [*listed[:6], "Teams Premium", "Windows 365", draft.pick(sorted(names))]
    chosen = [name for name in dict.fromkeys(chosen) if name in names or name == "Teams Premium"]
    # One name for one workload: the old one or the new one, never both.
    known: dict[str, str] = {}
    for name in chosen:
        known.setdefault(OLD_MODERN_WORK_NAMES.get(name, name), name)
    return list(known.values())


def _usage(draft: Draft, partner: Partner, edition: str) -> None:
    year = range(draft.ago, draft.month + 1)
    if draft.designation == "security":
        security_azure(draft, partner, edition)
        months = [draft.ago, draft.ago + 3, draft.month]
        seats(draft, partner, figures.SECURITY_WORKLOADS, sorted(figures.security_seat_associations(edition)), months)
    elif draft.designation == "modern-work":
        track = figures.MODERN_WORK[draft.pick(["enterprise", "smb"])]
        codes = sorted(code for option in track.options for code in option.associations)
        seats(draft, partner, _modern_work_names(draft, edition), [*codes, "cpor"], year)
    elif draft.designation == "business-applications":
        business_seats(draft, partner, edition)
        business_revenue(draft, partner, edition)
    else:
        azure_designation(draft, partner)


def _dates(draft: Draft, code: str) -> tuple[date, date | None, str]:
    """When a certificate was earned, when it expires, its status: valid more often than not."""
    day = draft.day
    earned = day - timedelta(days=draft.rng.randint(0, 700))
    retired = RETIRED.get(code)
    kind = draft.rng.random()
    if retired is not None and retired > day:
        retired = None
    if retired is not None and kind < 0.4:
        earned = draft.pick([retired, retired, retired - timedelta(days=30), retired + timedelta(days=1)])
    elif retired is not None:
        earned = min(earned, retired)
    elif kind < 0.06:
        earned = day + timedelta(days=1)
    elif kind < 0.12:
        earned = day
    expires = draft.pick([None, None, None, day, day + timedelta(days=90), day - timedelta(days=1)]) if draft.chance(0.5) else None
    if expires is not None and expires < earned:
        expires = None
    return earned, expires, draft.pick(["active", "", "", "", "", "", "", "not_linked", "left"]) if draft.chance(0.4) else "active"


def _certificates(draft: Draft, partner: Partner, edition: str) -> None:
    seen: set[tuple[str, str, str, date]] = set()

    def earn(person: str, code: str) -> None:
        earned, expires, status = _dates(draft, code)
        place = draft.pick(partner.ids)
        row: Row = {
            "partner_id": place,
            "person_id": person,
            "person_name": "",
            "certification": code,
            "earned_on": earned,
            "expires_on": expires,
            "status": status,
        }
        if (place, person, code, earned) not in seen:
            seen.add((place, person, code, earned))
            draft.facts["certifications"].append(row)

    staff = [f"{partner.ids[0]}-person-{number}" for number in range(26)]
    for metric in ("intermediate_certifications", "advanced_certifications"):
        if metric not in figures.MAXIMA[draft.designation]:
            continue
        track = draft.pick(figures.tracks_of(draft.designation, edition))
        skill = skill_of(draft.designation, edition, track, metric)
        full = int(figures.MAXIMA[draft.designation][metric] / skill.each)
        for gate in skill.gates:
            for person in draft.rng.sample(staff, draft.pick([0, 1, 2, 2, 3, 4, 5])):
                earn(person, draft.pick(gate.certificates))
        for person in draft.rng.sample(staff, min(len(staff), draft.rng.randint(0, full + 3))):
            for _ in range(draft.pick([1, 1, 1, 2])):
                earn(person, draft.pick(skill.certificates))
        earn(draft.pick(staff), draft.pick(["XY-999", "AZ-900", "SC-900", *sorted(RETIRED)]))


def _enroll(draft: Draft, partner: Partner) -> None:
    if not draft.chance(0.35):
        return
    ends = draft.pick([draft.day - timedelta(days=30), draft.day - timedelta(days=31), draft.day, draft.day + timedelta(days=150)])
    enrolled = ends - timedelta(days=365)
    if draft.chance(0.5):
        enrolled = draft.day - timedelta(days=draft.rng.randint(0, 120))
        ends = enrolled + timedelta(days=365)
    draft.facts["enrollments"].append(
        {
            "partner_id": draft.pick(partner.ids),
            "designation": draft.pick([draft.designation, draft.designation, draft.designation, "modern-work"]),
            "enrolled_on": enrolled,
            "paid_on": enrolled,
            "anniversary": draft.pick([ends, ends, None]),
            "track": draft.pick(["smb", "enterprise", "", "", None]),
        }
    )


def _cost_rows(draft: Draft) -> None:
    """Billed rows that must not mix with consumed ones; some know neither partner nor tenant."""
    if not draft.chance(0.3):
        return
    billed: list[Row] = []
    seen: set[tuple[str, str, str]] = set()
    for row in draft.facts["azure_usage"]:
        key = (row["month"], row["subscription_id"], name_key(row["service"]))
        if draft.chance(0.3) and key not in seen:
            seen.add(key)
            more: Row = {"basis": "billed", "acr_usd": row["acr_usd"] + Decimal("0.5")}
            if draft.chance(0.5):
                more |= {"partner_id": None, "tenant_id": None}
            if row["associations"] is not None and draft.chance(0.5):
                more["associations"] = frozenset[str]()
            billed.append({**row, **more})
    draft.facts["azure_usage"] += billed


def _fillers(draft: Draft) -> None:
    if "azure_usage" in draft.facts:
        draft.cover("azure_usage", subscription_id="filler", service="Storage", offer="", acr_usd=Decimal(1), basis="acr")
    if "workload_usage" in draft.facts:
        draft.cover("workload_usage", workload="Intune", paid_licenses=30, assigned_licenses=30, active_users=9, capacity=None)
    if "workload_revenue" in draft.facts:
        draft.cover("workload_revenue", workload="Sales", revenue_usd=Decimal(400))
    draft.facts["customers"].append({"tenant_id": str(UUID(int=7)), "name": "Filler", "segment": "smb"})


def random_facts(seed: int, *, partners: int, designation: str, edition_day: date) -> Facts:
    """Draw facts for one designation as of a day, the same for the same arguments.

    The tables are those that the designation needs (now and then one is missing), with partners, customers, certifications,
    enrollments and, where a table has no associations of its own, the associations table. The cells are as `score` takes them:
    in one table either every row has `associations` (a frozenset) or none has (None, to be written as a file without the column).
    Keys are unique, also when names are read as the catalog reads them.
    """
    edition = figures.edition_on(designation, edition_day)
    if edition is None:
        raise ValueError(f"{designation} has no edition on {edition_day}")
    tables = TABLES.get(designation, ("azure_usage",))
    draft = Draft(seed, designation, edition_day, tables)
    accounts = _partners(draft, partners)
    for partner in accounts:
        _usage(draft, partner, edition)
        _certificates(draft, partner, edition)
        _enroll(draft, partner)
    draft.claim(accounts)
    _fillers(draft)
    if "azure_usage" in draft.facts:
        _cost_rows(draft)
    for table in tables:
        if draft.chance(0.15):
            # The refresh came late: this table is a month behind.
            latest = month_name(draft.month)
            draft.facts[table] = [row for row in draft.facts[table] if row["month"] < latest]
        draft.drop_months(table)
    if draft.chance(0.03):
        del draft.facts[draft.pick([*tables, "certifications"])]
    for rows in draft.facts.values():
        draft.rng.shuffle(rows)
    return draft.facts
