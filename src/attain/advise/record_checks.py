"""What is odd in the records of associations and claims: twins, location ids, links without usage, claims that do not show or run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attain.advise.partner_facts import ASSOCIATIONS

if TYPE_CHECKING:
    from attain.advise.claims import Claim
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.recognition import Product

CheckKind = Literal[
    "twin", "two_claims", "global_id", "no_usage", "not_on_usage", "claim_expires", "claim_expired", "claim_not_seen", "evidence_missing"
]
SOON_DAYS = 90


@dataclass(frozen=True)
class RecordCheck:
    """One thing to look at, in words."""

    kind: CheckKind
    tenant_id: str
    customer: str
    association: str
    scope: str
    words: str


def record_checks(hypotheses: Hypotheses, every: Sequence[Product], claims: Sequence[Claim]) -> Iterator[RecordCheck]:
    """Check the associations table on the day, then the claims."""
    yield from _associations(hypotheses, every)
    yield from _claims(hypotheses, every, claims)


def _associations(hypotheses: Hypotheses, every: Sequence[Product]) -> Iterator[RecordCheck]:
    frame = hypotheses.today.frames.get(ASSOCIATIONS)
    if frame is None:
        return
    names = hypotheses.customer_names
    locations = set(hypotheses.today.frames["locations"]["partner_id"].to_list()) - {hypotheses.account}
    used: dict[str, set[str]] = {}
    for product in every:
        used.setdefault(product.tenant_id, set()).update(product.associations)
    active = [row for row in frame.sort(frame.columns).iter_rows(named=True) if _active(row, hypotheses.on)]
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in active:
        groups.setdefault((row["tenant_id"], row["association"], row["scope"] or ""), []).append(row)
    for (tenant, code, scope), rows in groups.items():
        shared = (tenant, names.get(tenant, ""), code, scope)
        claims = sorted({row["claim_id"] for row in rows if row["claim_id"]})
        if len(claims) > 1:
            yield RecordCheck("two_claims", *shared, f"{len(claims)} claims hold for the same usage: {', '.join(claims)}; one is enough")
        elif len(rows) > 1:
            where = ", ".join(sorted({str(row["location_id"]) for row in rows}))
            yield RecordCheck("twin", *shared, f"recorded {len(rows)} times, by {where}; it counts once")
        if code == "pal" and locations and all(row["location_id"] == hypotheses.account for row in rows):
            yield RecordCheck("global_id", *shared, "recorded under the global account; a link wants the partner id of a location")
        if tenant not in used:
            yield RecordCheck("no_usage", *shared, "on record, but the customer has no usage in the months that count")
        elif code not in used[tenant]:
            yield RecordCheck("not_on_usage", *shared, "on record, but no usage of the customer carries it")


def _active(row: dict[str, Any], on: dt.date) -> bool:
    started, ended = row["started_on"], row["ended_on"]
    return (started is None or started <= on) and (ended is None or ended >= on)


def _claims(hypotheses: Hypotheses, every: Sequence[Product], claims: Sequence[Claim]) -> Iterator[RecordCheck]:
    names = hypotheses.customer_names
    fold = hypotheses.book.catalog.workloads.fold
    match = hypotheses.book.catalog.workloads.match
    on = hypotheses.on
    for claim in claims:
        shared = (claim.tenant_id, names.get(claim.tenant_id, ""), claim.association, claim.workload)
        ends = claim.expires_on
        if claim.status == "approved" and ends is not None and ends < on:
            yield RecordCheck("claim_expired", *shared, f"claim {claim.claim_id} expired on {ends}: file it again")
        elif claim.status == "approved" and ends is not None and (ends - on).days <= SOON_DAYS:
            yield RecordCheck("claim_expires", *shared, f"claim {claim.claim_id} expires on {ends}: renew it before")
        if claim.status in {"draft", "submitted"} and claim.lacking:
            yield RecordCheck("evidence_missing", *shared, f"claim {claim.claim_id} lacks {', '.join(claim.lacking)}")
        if claim.status == "approved" and (ends is None or ends >= on):
            wanted = fold(match(claim.workload) or claim.workload)
            seen = any(
                claim.association in product.associations
                for product in every
                if product.tenant_id == claim.tenant_id and (not claim.workload or fold(product.product) == wanted)
            )
            if not seen:
                yield RecordCheck("claim_not_seen", *shared, f"claim {claim.claim_id} is approved, but no usage carries it")
