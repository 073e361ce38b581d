"""Random Azure usage, seats and revenue, dense around thresholds, band edges and shares."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tests.oracle import figures
from tests.oracle.draft import STEP, UNKNOWN, Draft, Partner

UNKNOWN_SERVICE = f"{UNKNOWN} Service"
UNKNOWN_WORKLOAD = f"{UNKNOWN} Workload"
OFFERS = ("", "", "", "", "", "", "Pay-As-You-Go", "Mystery Offer", "Support", "Internal", "Benefit Program", "Trial")
OTHER_SERVICES = ("Storage", "Virtual Machines", "Virtual Machines Licenses", "Functions", "SQL Database", "Security Center", "Key Vault")


def _around(*edges: int) -> list[Decimal]:
    return [Decimal(edge) + step for edge in edges for step in (-STEP, Decimal(0), STEP)]


def _put_azure(draft: Draft, partner: Partner, tenant: str, month: int, amount: Decimal, service: str, offer: str = "") -> None:
    subscription = f"{tenant[:8]}-0000-4000-8000-{draft.rng.randint(1, 2):012d}" if not partner.clean else f"{tenant[:8]}-sub"
    draft.add(
        "azure_usage",
        partner,
        tenant,
        month,
        subscription,
        {"acr_usd": amount},
        subscription_id=subscription,
        service=draft.spelled(service) if not partner.clean else service,
        offer=offer,
        basis=draft.pick(["acr", ""]),
    )


def security_azure(draft: Draft, partner: Partner, edition: str) -> None:
    """Tenants whose twelve months stand at, below or above an edge, now and a year ago."""
    services = list(figures.SECURITY_SERVICES_2023 if edition in figures.SECURITY_OLD else figures.SECURITY_SERVICES_2025)
    services += ["Azure Defender", "Microsoft Defender for Cloud", "Microsoft Entra Domain Services"]
    edges = [Decimal(0), *_around(100, 600, 750, 12_000), Decimal(1_300), Decimal(9_000), Decimal(14_000)]
    eligible = sorted(figures.security_azure_associations(edition))
    for _ in range(draft.rng.randint(2, 10)):
        tenant = draft.new_tenant(draft.pick(["smb", None]))
        draft.hold(partner, tenant, eligible, [f"{tenant[:8]}-0000-4000-8000-{1:012d}"])
        ago = draft.pick([Decimal(0), draft.pick(edges[:7] if partner.growing else edges)])
        kind = draft.rng.random() + (0.2 if partner.growing else 0)
        if kind < 0.35:
            now = ago + Decimal(draft.rng.randint(-2_000_000, 12_000_000)) / 10_000
        elif kind < 0.5:
            now = ago
        else:
            now = draft.pick(edges)
        for end, total in ((draft.month, now), (draft.ago, ago)):
            for part in draft.split(total, draft.rng.randint(1, 4)):
                _put_azure(draft, partner, tenant, end - draft.rng.randint(0, 11), part, draft.pick(services))
        if not partner.clean:
            month = draft.month - draft.rng.randint(0, 24)
            noise = Decimal(draft.rng.randint(-500, 15_000))
            _put_azure(draft, partner, tenant, month, noise, draft.pick([*OTHER_SERVICES[:5], UNKNOWN_SERVICE]))
            _put_azure(draft, partner, tenant, month, noise, draft.pick(services), draft.pick(OFFERS[6:]))


def azure_designation(draft: Draft, partner: Partner) -> None:
    """Tenants at the edges of the two months, a base at the edges of the growth floor, the smb share and the smb limit."""
    count = draft.pick([0, 1, 2, 5, 5, 6, 10])
    wanted = max(0, round(count * 0.8) + draft.pick([-1, 0, 0, 0, 1]))
    # Some stand at the limit in consumption of the smb track, all their customers being small.
    at_limit = partner.clean and draft.chance(0.3)
    if at_limit:
        wanted = count
    size = draft.pick(["small", "small", "usual", "usual", "usual", "large"])
    factor = Decimal(draft.rng.randint(90, 130)) / 100
    services = draft.rng.sample([*OTHER_SERVICES, UNKNOWN_SERVICE, "Azure Defender"], draft.rng.randint(1, 6))
    edges = [Decimal(0), *_around(500, 1_000), Decimal(1_500), Decimal(-20)]
    now, ago = Decimal(0), Decimal(0)
    tenant = ""
    for number in range(count):
        small = draft.pick(["smb", "smb", "smb", "smc_corporate"])
        tenant = draft.new_tenant(small if number < wanted else draft.pick(["enterprise", "", None]))
        draft.hold(partner, tenant, sorted(figures.AZURE_ASSOCIATIONS), [f"{tenant[:8]}-0000-4000-8000-{2:012d}"])
        usual = {"small": draft.rng.randint(0, 20), "usual": draft.rng.randint(300, 1_800), "large": draft.rng.randint(5_000, 30_000)}[size]
        for back in range(12):
            amount = Decimal(usual) if draft.chance(0.8) else Decimal(0)
            for month, used in ((draft.ago - back, amount), (draft.month - back, (amount * factor).quantize(STEP))):
                at_edge = back < 2 and size == "usual" and draft.chance(0.75)
                paid = draft.pick(edges) if at_edge else used
                if at_edge and month <= draft.ago and partner.growing and draft.chance(0.8):
                    paid = draft.pick([Decimal(0), Decimal("499.9999"), Decimal("999.9999")])
                if month > draft.ago:
                    now += paid
                else:
                    ago += paid
                if paid or draft.chance(0.2):
                    offer = "" if partner.clean else draft.pick(OFFERS)
                    _put_azure(draft, partner, tenant, month, paid, draft.pick(services), offer)
    if not partner.clean or not count:
        return
    # A clean account: put it exactly on an edge of the growth floor, of full marks or of the smb limit.
    floor = Decimal(1_000)
    target = floor if size == "small" else draft.pick([floor, ago * Decimal("1.2"), ago * Decimal("1.01")])
    target = (Decimal(1_000_000) if at_limit else target) + draft.pick([-STEP, Decimal(0), STEP])
    _put_azure(draft, partner, tenant, draft.month - 5, target.quantize(STEP) - now, draft.pick(services))


def _active_total(draft: Draft, paid: int, low: bool) -> int:
    """Active users: at, below or above 15% or 40% of the paid licenses, or anything; rather few where `low`."""
    kind = draft.rng.random()
    if low and kind < 0.6:
        return int(Fraction(paid * draft.pick([0, 0, 5, 14]), 100))
    if kind < 0.6:
        percent = draft.pick([15, 40, 40])
        exact = -(-paid * percent // 100)
        return max(0, exact + draft.pick([-1, 0, 0, 1]))
    return int(Fraction(paid * draft.pick([0, 5, 20, 35, 45, 60, 80, 110]), 100))


def seats(draft: Draft, partner: Partner, workloads: Sequence[str], eligible: Sequence[str], months: Sequence[int]) -> None:
    """Tenants in, below and above the bands, moving between them, with shares at the edges."""
    below, small, large = [0, 4, 10, 24], [5, 11, 12, 25, 60, 200, 299, 300, 300], [301, 302, 450, 700]
    for _ in range(draft.rng.randint(2, 9)):
        tenant = draft.new_tenant(None)
        names = draft.rng.sample([*workloads, UNKNOWN_WORKLOAD], draft.rng.randint(1, 3))
        draft.hold(partner, tenant, eligible, names)
        turn = draft.pick([draft.ago, draft.ago + 1, draft.ago + 5, draft.month - 1, draft.month, draft.month + 1])
        first = draft.pick([below, below, small, small, large] if partner.growing else [below, small, small, large])
        then = draft.pick([small, small, large, large, first] if partner.growing else [first, first, small, large, below])
        # A workload may start late in the year.
        starts = {name: draft.rng.randint(draft.ago, draft.month) if draft.chance(0.25) else draft.ago for name in names}
        levels = {name: (draft.pick(first), draft.pick(then)) for name in names}
        wish: dict[bool, int | None] = {True: None, False: None}
        for month in months:
            late = month >= turn
            if draft.chance(0.05) and not partner.clean:
                continue
            paid = {name: levels[name][late] for name in names}
            total = sum(paid.values())
            if wish[late] is None or draft.chance(0.3):
                wish[late] = _active_total(draft, total, low=partner.growing and not late)
            left = wish[late] or 0
            for position, name in enumerate(names):
                active = left if position == len(names) - 1 else draft.rng.randint(0, left)
                left -= active
                if month < starts[name] or (draft.chance(0.04) and not partner.clean):
                    continue
                amounts: dict[str, int | None] = {
                    "paid_licenses": paid[name] or draft.pick([0, None]),
                    "active_users": active or draft.pick([0, None]),
                }
                draft.add(
                    "workload_usage",
                    partner,
                    tenant,
                    month,
                    name,
                    {**amounts, "assigned_licenses": paid[name], "capacity": None},
                    workload=draft.spelled(name),
                )


def business_seats(draft: Draft, partner: Partner, edition: str) -> None:
    """(Tenant, workload) pairs at the edges of the MCV thresholds, totals at the edges of the base floor and of 30% growth."""
    rates = dict(figures.business_rates(edition))
    names = [*rates, "Portals", "Contact Center", UNKNOWN_WORKLOAD]
    growth = draft.pick([1, 2, 3]) if partner.growing else draft.pick([0, 0, 1])
    sums = {draft.month: Fraction(0), draft.ago: Fraction(0)}
    for _ in range(draft.rng.randint(1, 5)):
        tenant = draft.new_tenant(None)
        name_set = draft.rng.sample(names, draft.rng.randint(1, 3))
        powers = set(name_set) & set(figures.BUSINESS_POWER)
        eligible = sorted(figures.BUSINESS_POWER_ASSOCIATIONS if powers else figures.BUSINESS_DYNAMICS_ASSOCIATIONS)
        draft.hold(partner, tenant, eligible, name_set)
        for name in name_set:
            rate = rates.get(name, Fraction(100))
            users = int(Fraction(draft.pick([2_500, 5_000, 5_000, 10_000, 10_000])) / rate) + draft.pick([-1, 0, 0, 1])
            for month in (draft.ago, draft.ago + 4, draft.month):
                used = users if month != draft.month else users + growth * (1 + users // 12) * draft.pick([0, 1, 1])
                if draft.chance(0.4 if month == draft.ago and partner.growing else 0.1):
                    continue
                measured = "capacity" if name == "Customer Insights" else "active_users"
                amounts: dict[str, int | None] = {
                    "paid_licenses": 10,
                    "assigned_licenses": 9,
                    "active_users": 3,
                    "capacity": draft.pick([None, 4]),
                }
                amounts[measured] = used
                draft.add("workload_usage", partner, tenant, month, name, dict(amounts), workload=draft.spelled(name))
                matches = (name in figures.BUSINESS_POWER) == bool(powers)
                if month in sums and name in rates and matches:
                    sums[month] += used * rate
    if not partner.clean:
        return
    tenant = draft.new_tenant(None)
    draft.hold(partner, tenant, ["pal"])
    base = draft.pick([25_000, 50_000, 60_000]) + Fraction(draft.pick([-1, 0, 0, 1]), 5)
    wanted = {draft.ago: base, draft.month: base * Fraction(draft.pick([100, 110, 129, 130, 131]), 100)}
    for month, total in wanted.items():
        missing = (total - sums[month]) * 5
        if missing > 0:
            amounts = {"paid_licenses": None, "assigned_licenses": None, "active_users": None, "capacity": int(missing)}
            draft.add("workload_usage", partner, tenant, month, "Customer Insights", dict(amounts), workload="Customer Insights")


def business_revenue(draft: Draft, partner: Partner, edition: str) -> None:
    """(Tenant, workload) pairs at the edges of net adds, and four, five or six workloads at the edge of the enterprise track."""
    names = list(figures.business_revenue_workloads(edition))
    eligible = sorted(figures.BUSINESS_REVENUE_ASSOCIATIONS)
    edges = [*_around(250, 1_500, 5_000), Decimal(0), Decimal(-300), Decimal(3_000)]

    def put(tenant: str, name: str, month: int, amount: Decimal) -> None:
        draft.add("workload_revenue", partner, tenant, month, name, {"revenue_usd": amount}, workload=draft.spelled(name))

    for _ in range(draft.rng.randint(1, 6)):
        tenant = draft.new_tenant(None)
        chosen = draft.rng.sample([*names, UNKNOWN_WORKLOAD, "Marketing"], draft.rng.randint(1, 3))
        draft.hold(partner, tenant, eligible, chosen)
        for name in chosen:
            for month in (draft.ago, draft.month - 3, draft.month):
                if draft.chance((0.4 if partner.growing else 0.7) if month == draft.ago else 0.9):
                    put(tenant, name, month, draft.pick(edges))
    if draft.chance(0.6):
        large = draft.rng.sample(names, draft.pick([4, 5, 5, 6]))
        tenants = [draft.new_tenant("enterprise") for _ in range(draft.pick([1, 2]))]
        for tenant in tenants:
            draft.hold(partner, tenant, eligible)
        for name in large:
            tenant = draft.pick(tenants)
            above = draft.pick([Decimal("5000.0001"), Decimal(8_000)])
            for month in (draft.ago, draft.month):
                put(
                    tenant,
                    name,
                    month,
                    above if draft.chance(0.95) else Decimal(5_000),
                )
