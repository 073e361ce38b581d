"""Security in plain pandas, for as many partners as memory holds: the rows are read whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import pandas

from bench.data import DAY, Data

pd: Any = pandas  # only partly typed
Frame: TypeAlias = Any

TABLES = ("azure_usage", "workload_usage", "certifications", "accounts")
COLUMNS = ["partner_id", "track", "metric", "value", "points"]
SERVICES = """application-gateway azure-active-directory-b2c azure-active-directory-for-external-identities azure-bastion
azure-ddos-protection azure-firewall azure-firewall-manager azure-front-door-service azure-iot-security key-vault
microsoft-defender-for-cloud microsoft-entra microsoft-entra-domain-services microsoft-entra-verified-id microsoft-purview
microsoft-security-copilot sentinel"""
OFFERS = "support internal benefit-program trial"
WORKLOADS = """defender-for-endpoint-p2 defender-for-identity defender-for-office-365 entra-id-p1 intune purview-information-protection"""
DOLLAR = 10_000
METRICS = ("net_customer_adds", "deployments", "usage_growth", "intermediate_certifications")


def pandas_scores(data: Data, folder: Path) -> Frame:
    """Score the partners in `folder` with plain pandas: the same columns as `duckdb_scores`."""
    table = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    azure = _azure(data, table["azure_usage"])
    seats = _seats(data, table["workload_usage"])
    people = _people(data, table["certifications"])
    partners = table["accounts"][["partner_id"]]
    numbers = partners.set_index("partner_id").join([azure, seats, people]).fillna(0).astype("int64").reset_index()
    return pd.concat([_metric(numbers, track, metric) for track in ("enterprise", "smb") for metric in METRICS])


def _codes(data: Data, kind: str, names: str) -> list[int]:
    wanted = set(names.split())
    return [code for code, name in enumerate(data.facts.names[kind]) if name in wanted]


def _azure(data: Data, rows: Frame) -> Frame:
    month = data.windows["azure_usage"].data_month
    kept = rows[
        rows["month"].between(month - 23, month)
        & (rows["basis"] == 0)
        & (rows["associations"] & 13 != 0)
        & rows["service"].isin(_codes(data, "service", SERVICES))
        & ~rows["offer"].isin(_codes(data, "offer", OFFERS))
    ]
    side = kept["month"].gt(month - 12).map({True: "now", False: "before"})
    total = kept.groupby(["partner_id", "tenant_id", side])["acr"].sum().unstack(fill_value=0)
    now, before = total["now"], total["before"]
    top = 12_000 * DOLLAR
    small_before = before.between(750 * DOLLAR, top)
    grown_before = before.between(1, top)
    tenants = pd.DataFrame(
        {
            "azure_added": (now >= 600 * DOLLAR).astype(int) - (before >= 600 * DOLLAR),
            "azure_deployed_enterprise": (now > top).astype(int) - (before > top),
            "azure_deployed_smb": ((now >= 750 * DOLLAR) & ((now <= top) | small_before)).astype(int) - small_before,
            "azure_grown_enterprise": now.where(now > top, 0) - before.where(before > top, 0),
            "azure_grown_smb": now.where((now > 0) & ((now <= top) | grown_before), 0) - before.where(grown_before, 0),
        }
    )
    return tenants.groupby("partner_id").sum()


def _seats(data: Data, rows: Frame) -> Frame:
    month = data.windows["workload_usage"].data_month
    kept = rows[
        rows["month"].isin([month, month - 12])
        & (rows["associations"] & 28 != 0)
        & rows["workload"].isin(_codes(data, "workload", WORKLOADS))
    ].copy()
    kept["small"] = kept["paid_licenses"].between(5, 300)
    tenants = kept.groupby(["partner_id", "tenant_id", "month"]).agg(
        largest=("paid_licenses", "max"), paid=("paid_licenses", "sum"), active=("active_users", "sum"), small=("small", "max")
    )
    sides = {name: tenants.xs(number, level="month") for name, number in (("now", month), ("before", month - 12))}
    both = sides["now"].index.union(sides["before"].index)
    now, before = (sides[name].reindex(both, fill_value=0) for name in ("now", "before"))
    small_before = before["small"].astype(bool)
    small_now = now["small"].astype(bool) | ((now["largest"] > 300) & small_before)
    bands = {"enterprise": (now["largest"] > 300, before["largest"] > 300), "smb": (small_now, small_before)}
    active_now, active_before = (side["active"] * 100 >= side["paid"] * 15 for side in (now, before))
    counted: dict[str, Any] = {}
    for track, (is_now, was) in bands.items():
        counted[f"added_{track}"] = is_now.astype(int) - was
        counted[f"deployed_{track}"] = (is_now & active_now).astype(int) - (was & active_before)
        counted[f"grown_{track}"] = now["active"].where(is_now, 0) - before["active"].where(was, 0)
    return pd.DataFrame(counted).groupby("partner_id").sum()


def _people(data: Data, rows: Frame) -> Frame:
    names = pd.Series(data.facts.names["certification"])
    day = pd.Timestamp(DAY)
    earned, expires = pd.to_datetime(rows["earned_on"]), pd.to_datetime(rows["expires_on"])
    name = rows["certification"].map(names)
    valid = (rows["status"] == "active") & (earned <= day) & (expires.isna() | (expires >= day))
    valid &= (name != "AZ-500") | (earned <= pd.Timestamp(2026, 8, 31))
    valid &= name != "SC-400"
    steps = {"first": ["AZ-500", "SC-500"], "second": ["SC-200"], "third": ["SC-100", "SC-300", "SC-401"]}
    kept = rows.loc[valid, ["partner_id", "person_id"]].assign(**{step: name[valid].isin(members) for step, members in steps.items()})
    return kept.groupby(["partner_id", "person_id"]).max().groupby("partner_id").sum()


def _metric(numbers: Frame, track: str, metric: str) -> Frame:
    large = track == "enterprise"
    micro = 1_000_000
    value: Any = None
    if metric == "net_customer_adds":
        full = 10 if large else 5
        value = (numbers["azure_added"] + numbers[f"added_{track}"]) * micro
        points = (numbers["azure_added"].clip(lower=0) + numbers[f"added_{track}"].clip(lower=0)).clip(upper=full) * (20 // full * micro)
    elif metric == "deployments":
        azure, seats = numbers[f"azure_deployed_{track}"], numbers[f"deployed_{track}"]
        value = (azure + seats) * micro
        points = (azure.clip(lower=0) + seats.clip(lower=0)).clip(upper=6) * 20 * micro // 6
    elif metric == "usage_growth":
        full, user = (25_000 * DOLLAR, 10 * DOLLAR) if large else (15_000 * DOLLAR, 15 * DOLLAR)
        earned = numbers[f"azure_grown_{track}"].clip(lower=0) + numbers[f"grown_{track}"].clip(lower=0) * user
        points = earned.clip(upper=full) * (20 * micro) // full
    else:
        gate = 2 if large else 1
        first, second = numbers["first"] >= gate, numbers["second"] >= gate
        people = numbers["third"].where(first & second, 0)
        value = people * micro
        points = people.clip(upper=6) * 40 * micro // 6 if large else ((first * 4 + second * 4 + people * 8).clip(upper=40)) * micro
    frame = pd.DataFrame({"partner_id": numbers["partner_id"], "track": track, "metric": metric, "points": points})
    frame["value"] = pd.array([None] * len(frame), dtype="Int64") if value is None else value.astype("Int64")
    return frame[COLUMNS]
