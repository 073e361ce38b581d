"""`attain alerts`: the rules and channels there are, a test of a channel, sending what is due, and the log of deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.refresh import PARTLY, say_delivered
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from rich.table import Table

alerts = typer.Typer(no_args_is_help=True, help="Alerts: list rules and channels, test a channel, send what is due, see the log.")
OfOrganization = Annotated[str, typer.Option("--organization", metavar="SLUG", help="Of this organization alone.")]
OfStore = Annotated[
    str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder, for the names of people who may be named.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
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
    from attain.people.models import Organization

    place = None
    if organization:
        place = Organization.objects.filter(slug=organization).first()
        if place is None:
            known = list(Organization.objects.values_list("slug", flat=True))
            raise AttainError("unknown-organization", f"there is no organization {organization!r}", hint=did_you_mean(organization, known))
    told = deliver_due(organization=place)
    if not (told.sent or told.again or told.failed):
        print("Nothing is due.")
    say_delivered(told)
    if told.failed:
        raise typer.Exit(PARTLY)


@alerts.command("log")
def log(
    organization: OfOrganization = "",
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest.")] = 20,
) -> None:
    """Show the newest deliveries: to whom, how often it was tried, and the last answer."""
    _connect()
    from rich.console import Console

    from attain.alerts.models import Delivery, DeliveryState

    deliveries = Delivery.objects.select_related("organization")
    if organization:
        deliveries = deliveries.filter(organization__slug=organization)
    table = _table("made (UTC)", "channel", "to", "state", "tries", "answer", "next try (UTC)")
    for one in deliveries[:last]:
        due = f"{one.due_at:%Y-%m-%d %H:%M}" if DeliveryState(one.state) is DeliveryState.WAITING else ""
        answer = " ".join(part for part in (one.code, one.words) if part)
        state = str(DeliveryState(one.state).label)
        table.add_row(f"{one.made_at:%Y-%m-%d %H:%M}", one.channel_name, one.recipient, state, str(one.attempts), answer, due)
    Console().print(table)


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
