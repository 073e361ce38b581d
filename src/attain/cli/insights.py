"""What Insights shows of a partner, from facts: `attain customers`, `skilling`, `trends`, `parts` and `freshness`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.acting import show
from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import (
    AsOf,
    Basis,
    Designations,
    FactsPath,
    FileFormat,
    KnownOn,
    MaxRejects,
    Output,
    OutputFormat,
    Partner,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from attain.advise.columns import Columns

CUSTOMERS: Columns = {
    "tenant_id": "text",
    "name": "text",
    "designation": "text",
    "track": "text",
    "metric": "text",
    "pool": "text",
    "condition": "text",
    "meets": "text",
    "counted_before": "yes",
    "reason": "text",
}
STEPS: Columns = {
    "designation": "text",
    "metric": "text",
    "step": "text",
    "is_gate": "yes",
    "needed": "count",
    "holders": "count",
    "missing": "count",
    "is_met": "yes",
    "certificates": "text",
}
TRENDS: Columns = {
    "table": "text",
    "month": "text",
    "customers": "count",
    "existing": "count",
    "added": "count",
    "lost": "count",
    "amount": "amount",
}
PARTS: Columns = {"pool": "text", "name": "text", "before": "amount", "after": "amount", "unrecognized": "amount"}
FRESHNESS: Columns = {
    "table": "text",
    "basis": "text",
    "first": "text",
    "newest": "text",
    "used": "text",
    "next_month": "text",
    "due": "day",
    "late": "yes",
    "gaps": "text",
    "blocks": "text",
    "files": "text",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("customers")(customers)
    app.command("skilling")(skilling)
    app.command("trends")(trends)
    app.command("parts")(parts)
    app.command("freshness")(freshness)


def customers(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Designations = None,
    search: Annotated[str, typer.Option(help="A part of the customer's name or tenant.")] = "",
    meets: Annotated[
        str, typer.Option(metavar="MEETS", help="Only who stands so to a condition: counts, near, unrecognized, lost or no.")
    ] = "",
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Hold every customer against the conditions of the tracks that count: which it meets, and why or why not."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.explaining.eligibility import RANK

    known = [one for one in RANK if one]
    if meets and meets not in known:
        raise AttainError("unknown-choice", f"customers do not stand so: {meets!r}", "--meets", did_you_mean(meets, known))
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    tracks = workspace.score(day, partners=[partner], designations=designation, basis=basis, refresh_day=refresh_day).tracks()
    found = workspace.eligibility(day, partner=partner, tracks=tracks, designations=designation, basis=basis, refresh_day=refresh_day)
    for gap in found.gaps:
        typer.echo(f"note: {gap}", err=True)
    rows = [
        {
            "tenant_id": customer.tenant_id,
            "name": customer.name,
            "designation": one.designation,
            "track": one.track,
            "metric": one.metric,
            "pool": one.pool,
            "condition": one.condition,
            "meets": customer.meets(one.key),
            "counted_before": customer.counted_before(one.key),
            "reason": customer.reason(one.key),
        }
        for customer in found.matching(search)
        for one in found.criteria
        if customer.meets(one.key) and meets in {"", customer.meets(one.key)}
    ]
    show(CUSTOMERS, rows, file_format, output, "No customer is like that.")


def skilling(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    certificates: Annotated[bool, typer.Option("--certificates", help="The certificates of people instead of the steps.")] = False,
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show steps and gates of the tracks that count, with how many people hold what they need; or each certificate."""
    check_output(file_format, output)
    day = day_of(as_of)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    tracks = workspace.score(day, partners=[partner], refresh_day=refresh_day).tracks()
    found = workspace.skilling(day, partner=partner, tracks=tracks, refresh_day=refresh_day)
    if not found.has_facts:
        typer.echo("note: there is no table of certificates", err=True)
    if certificates:
        from attain.published.certificates import COLUMNS, records

        show(COLUMNS, list(records(found.certificates, names=True)), file_format, output, "There is no certificate.")
        return
    rows = [
        {
            "designation": one.ref.designation,
            "metric": one.ref.metric_name,
            "step": one.ref.step_name,
            "is_gate": one.ref.is_gate,
            "needed": one.needed if one.ref.is_gate else None,
            "holders": one.holders,
            "missing": one.missing if one.ref.is_gate else None,
            "is_met": one.is_met,
            "certificates": ", ".join(one.certificates),
        }
        for one in found.steps
    ]
    show(STEPS, rows, file_format, output, "No track that counts has steps.")


def trends(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Designations = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Follow customers kept, won and lost, Azure consumed revenue and active users month by month."""
    check_output(file_format, output)
    day = day_of(as_of)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    tracks = workspace.score(day, partners=[partner], designations=designation, basis=basis, refresh_day=refresh_day).tracks()
    found = workspace.trends(day, partner=partner, tracks=tracks, designations=designation, basis=basis, refresh_day=refresh_day)
    own = ("month", "customers", "existing", "added", "lost")
    rows = [
        {"table": trend.table, "amount": Fraction(one.amount)} | {name: getattr(one, name) for name in own}
        for trend in found.of.values()
        for one in trend.months
    ]
    show(TRENDS, rows, file_format, output, "There is no usage that counts.")


def parts(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Annotated[str, typer.Option(help="The designation, such as security.")],
    metric: Annotated[str, typer.Option(help="The metric, such as net_customer_adds.")],
    track: Annotated[str | None, typer.Option(help="The track; the one that counts unless named.")] = None,
    tenant: Annotated[str | None, typer.Option(metavar="GUID", help="Split this customer's part by subscription or workload.")] = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Split a metric by location, or one customer's part of it by subscription or workload: a year ago and now."""
    check_output(file_format, output)
    day = day_of(as_of)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    name = workspace.book.designation(designation).id
    scored = workspace.score(day, partners=[partner], designations=[name], basis=basis, refresh_day=refresh_day)
    counts = track or scored.tracks()[name]
    found = workspace.parts(
        day, partner=partner, designation=name, metric=metric, track=counts, tenant=tenant, basis=basis, refresh_day=refresh_day
    )
    rows = [{column: getattr(one, column) for column in PARTS} for one in found]
    show(PARTS, rows, file_format, output, "There is nothing to split.")


def freshness(
    facts: FactsPath,
    as_of: AsOf,
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Say of each usage table which months are there and when the next is due, and which metrics a missing table blocks."""
    check_output(file_format, output)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    found = workspace.freshness(day_of(as_of), refresh_day=refresh_day)
    own = ("table", "basis", "first", "newest", "used", "next_month", "due", "late")
    nothing = dict.fromkeys(FRESHNESS)
    rows = [nothing | {name: getattr(one, name) for name in own} | {"gaps": ", ".join(one.gaps)} for one in found.tables]
    rows += [nothing | {"table": one.table, "blocks": ", ".join(one.blocks), "files": ", ".join(one.files)} for one in found.missing]
    show(FRESHNESS, rows, file_format, output, "The facts hold no usage.")
