"""`attain alerts`: the rules and channels there are, a test of a channel, sending what is due, and the log of deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting, alert_channels, alert_rules
from attain.cli.options import FileFormat, Output, OutputFormat, check_output
from attain.cli.refresh import PARTLY, say_delivered
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    import datetime as dt

    from rich.table import Table

    from attain.advise.columns import Columns

alerts = typer.Typer(no_args_is_help=True, help="Alerts: rules and channels, what was noticed, sending, and the log of deliveries.")
OfOrganization = Annotated[str, typer.Option("--organization", metavar="SLUG", help="Of this organization alone.")]
Last = Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest.")]
OfStore = Annotated[
    str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder, for the names of people who may be named.")
]
NOTICED: Columns = {
    "noticed_at": "text",
    "ended_at": "text",
    "rule": "count",
    "kind": "text",
    "partner_id": "text",
    "partner_name": "text",
    "designation": "text",
    "metric": "text",
    "day": "day",
    "people": "count",
    "text": "text",
}
LOG: Columns = {
    "delivery": "count",
    "organization": "text",
    "made_at": "text",
    "channel": "text",
    "to": "text",
    "state": "text",
    "tries": "count",
    "answer": "text",
    "next_try_at": "text",
}
TRIES: Columns = {"at": "text", "code": "text", "words": "text"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    alerts.add_typer(alert_rules.rules, name="rules")
    alerts.add_typer(alert_channels.channels, name="channels")
    app.add_typer(alerts, name="alerts")


@alerts.command("list")
def list_(organization: OfOrganization = "") -> None:
    """List the rules, and the channels that they tell by."""
    _connect()
    from rich.console import Console

    from attain.alerts.models import Channel, ChannelKind, Rule

    rules = Rule.objects.select_related("organization").prefetch_related("channels")
    channels = Channel.objects.select_related("organization")
    if organization:
        rules, channels = rules.filter(organization__slug=organization), channels.filter(organization__slug=organization)
    console = Console()
    table = _table("rule", "organization", "looks out for", "partner", "designation", "channels", "state")
    for rule in rules:
        names = ", ".join(channel.name for channel in rule.channels.all()) or "none"
        what = " ".join(part for part in (rule.designation, rule.metric) if part) or "all"
        table.add_row(str(rule.pk), rule.organization.slug, str(rule), rule.partner_id or "all", what, names, _state(active=rule.active))
    console.print(table)
    table = _table("channel", "organization", "kind", "to", "state")
    for one in channels:
        table.add_row(
            one.name, one.organization.slug, str(ChannelKind(one.kind).label), ", ".join(one.recipients), _state(active=one.active)
        )
    console.print(table)


@alerts.command("test")
def test(channel: Annotated[str, typer.Argument(help="The name of the channel.")], organization: OfOrganization = "") -> None:
    """Send a test by a channel, and say what came of it; exit code 4 where it did not arrive."""
    _connect()
    from attain.alerts.delivering import try_channel
    from attain.alerts.models import Channel, DeliveryState

    found = Channel.objects.select_related("organization")
    if organization:
        found = found.filter(organization__slug=organization)
    named = list(found.filter(name__iexact=channel))
    if not named:
        raise AttainError("unknown-channel", f"there is no channel {channel!r}", hint=did_you_mean(channel, [one.name for one in found]))
    if len(named) > 1:
        raise AttainError("which-channel", "several organizations have a channel of this name", channel, "name one with --organization")
    tried = try_channel(named[0])
    for delivery in tried:
        print(f"{delivery.recipient}: {delivery.words}")
    if any(DeliveryState(delivery.state) is not DeliveryState.SENT for delivery in tried):
        raise typer.Exit(PARTLY)


@alerts.command("deliver")
def deliver(store: OfStore = "", organization: OfOrganization = "") -> None:
    """Send what is due: new messages, digests, and what is to be tried again. Exit code 4 where a message was given up."""
    _connect(store)
    from attain.alerts.delivering import deliver_due
    from attain.people.commands import organization_named

    told = deliver_due(organization=organization_named(organization) if organization else None)
    if not (told.sent or told.again or told.failed):
        print("Nothing is due.")
    say_delivered(told)
    if told.failed:
        raise typer.Exit(PARTLY)


@alerts.command("noticed")
def noticed(
    organization: acting.OfOrganization,
    kind: Annotated[str, typer.Option(metavar="KIND", help="Only by rules of this kind, such as under or at_risk.")] = "",
    partner: Annotated[str, typer.Option(help="Only about this partner.")] = "",
    last: Last = 50,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List what the rules of an organization noticed, newest first; people are counted, never named."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.alerts.models import RuleKind
    from attain.alerts.sight import visible

    if kind and kind not in RuleKind.values:
        raise AttainError("unknown-choice", f"there is no kind of rule {kind!r}", "--kind", did_you_mean(kind, RuleKind.values))
    rows = visible(place).filter(silent=False).order_by("-pk").select_related("rule")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(partner_id=partner) if partner else rows
    own = ("kind", "partner_id", "partner_name", "designation", "metric", "day", "text")
    found = [
        {name: getattr(one, name) for name in own}
        | {"rule": one.rule.pk, "people": len(one.people), "noticed_at": _moment(one.noticed_at), "ended_at": _moment(one.ended_at)}
        for one in rows[:last]
    ]
    acting.show(NOTICED, found, file_format, output, "Nothing was noticed.")


@alerts.command("retry")
def retry(
    organization: acting.OfOrganization,
    delivery: Annotated[int, typer.Argument(metavar="DELIVERY", help="The delivery's number; attain alerts log shows it.")],
) -> None:
    """Let a delivery that was given up be tried anew: within a minute where a server runs, else by attain alerts deliver."""
    place = acting.organization(organization)
    from attain.alerts.delivering import delivery_of
    from attain.alerts.delivering import retry as try_again

    try_again(delivery_of(place, delivery))
    print(f"Delivery {delivery} is tried again.")


@alerts.command("log")
def log(
    organization: OfOrganization = "",
    last: Last = 20,
    delivery: Annotated[int | None, typer.Option(metavar="DELIVERY", help="The tries of this delivery, oldest first.")] = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show the newest deliveries: to whom, how often it was tried, and the last answer."""
    check_output(file_format, output)
    _connect()
    from attain.alerts.models import Attempt, Delivery, DeliveryState

    deliveries = Delivery.objects.select_related("organization")
    if organization:
        deliveries = deliveries.filter(organization__slug=organization)
    if delivery is not None:
        if not deliveries.filter(pk=delivery).exists():
            raise AttainError("no-such-delivery", f"there is no delivery {delivery}", hint="attain alerts log lists them")
        tries = Attempt.objects.filter(delivery=delivery)
        rows = [{"at": _moment(one.at), "code": one.code, "words": one.words} for one in tries]
        acting.show(TRIES, rows, file_format, output, "It was not tried yet.")
        return
    found = [
        {
            "delivery": one.pk,
            "organization": one.organization.slug,
            "made_at": _moment(one.made_at),
            "channel": one.channel_name,
            "to": one.recipient,
            "state": str(DeliveryState(one.state).label),
            "tries": one.attempts,
            "answer": " ".join(part for part in (one.code, one.words) if part),
            "next_try_at": _moment(one.due_at) if DeliveryState(one.state) is DeliveryState.WAITING else "",
        }
        for one in deliveries[:last]
    ]
    acting.show(LOG, found, file_format, output, "Nothing was delivered.")


def _moment(at: dt.datetime | None) -> str:
    """Write a moment, in UTC; empty where there is none."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _connect(store: str = "") -> None:
    from attain.server.running import Serving, connect

    connect(Serving(store))


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", justify="right" if name in {"rule", "tries"} else "left")
    return table


def _state(*, active: bool) -> str:
    return "on" if active else "off"
