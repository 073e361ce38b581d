"""`attain alerts channels`: where alerts go: list, add, change, on, off, remove. Addresses of webhooks and secrets are never printed."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output
from attain.errors import AttainError

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.alerts.models import Channel
    from attain.alerts.setting_up import ChannelAsked
    from attain.people.access import Granted
    from attain.people.models import Organization

channels = typer.Typer(no_args_is_help=True, help="Channels of alerts: list, add, change, turn on or off, remove.")
ADDRESS = "ATTAIN_CHANNEL_URL"
"""The environment variable that the address of a webhook is read from, where it is not asked for."""
ChannelName = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel, by its name.")]
Addresses = Annotated[
    list[str] | None, typer.Option("--address", metavar="ADDRESS", help="Of mail: an address; may be given more than once.")
]
Pace = Annotated[str | None, typer.Option(metavar="PACE", help="When it tells: at_once, daily or weekly.")]
DigestAt = Annotated[str | None, typer.Option(metavar="TIME", help="The hour of a digest, such as 08:00.")]
DigestOn = Annotated[int | None, typer.Option(metavar="DAY", min=0, max=6, help="Of weekly digests: 0 for Monday to 6 for Sunday.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="The time zone of the hours, such as Europe/Berlin.")]
QuietFrom = Annotated[str | None, typer.Option(metavar="TIME", help="Quiet hours begin; empty: there are none.")]
QuietUntil = Annotated[str | None, typer.Option(metavar="TIME", help="Quiet hours end; empty: there are none.")]
SecretTo = Annotated[
    Path | None,
    typer.Option("--secret-to", metavar="FILE", help="Of a webhook: a new file that gets the secret that signs its messages, this once."),
]
COLUMNS: Columns = {
    "channel": "text",
    "kind": "text",
    "to": "text",
    "pace": "text",
    "digest_at": "text",
    "digest_on": "count",
    "zone": "text",
    "quiet_from": "text",
    "quiet_until": "text",
    "active": "yes",
}


@channels.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the channels of an organization; of a webhook its host is shown, never its address or secret."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.alerts.models import Channel

    rows = [_row(one) for one in Channel.objects.filter(organization=place)]
    acting.show(COLUMNS, rows, file_format, output, "There is no channel.")


@channels.command("add")
def add(
    organization: OfOrganization,
    name: ChannelName,
    kind: Annotated[str, typer.Option(metavar="KIND", help="How it reaches people: mail, teams or webhook.")],
    address: Addresses = None,
    pace: Pace = None,
    digest_at: DigestAt = None,
    digest_on: DigestOn = None,
    zone: Zone = None,
    quiet_from: QuietFrom = None,
    quiet_until: QuietUntil = None,
    secret_to: SecretTo = None,
) -> None:
    """Make a channel. The address of Teams or a webhook is a secret: it is asked for, or read from ATTAIN_CHANNEL_URL."""
    place = acting.organization(organization)
    from attain.alerts.models import ChannelKind
    from attain.alerts.setting_up import ChannelAsked

    asked = _with(ChannelAsked(name, kind), address, pace, digest_at, digest_on, zone, quiet_from, quiet_until)
    if kind in {ChannelKind.TEAMS, ChannelKind.WEBHOOK}:
        asked = replace(asked, url=_address())
    _save(place, "add", asked, None, secret_to, signed=kind == str(ChannelKind.WEBHOOK))
    print(f"Channel {asked.name} is made; attain alerts test tries it.")


@channels.command("change")
def change(
    organization: OfOrganization,
    name: ChannelName,
    to: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    address: Addresses = None,
    new_address: Annotated[
        bool, typer.Option("--new-address", help="Of Teams or a webhook: another address, asked for or from ATTAIN_CHANNEL_URL.")
    ] = False,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Of a webhook: another secret, written to --secret-to.")] = False,
    pace: Pace = None,
    digest_at: DigestAt = None,
    digest_on: DigestOn = None,
    zone: Zone = None,
    quiet_from: QuietFrom = None,
    quiet_until: QuietUntil = None,
    secret_to: SecretTo = None,
) -> None:
    """Change a channel; its kind stays, and so does what no option names."""
    place = acting.organization(organization)
    from attain.alerts.setting_up import ChannelAsked, channel_named

    found = channel_named(place, name)
    asked = _with(ChannelAsked.of(found), address, pace, digest_at, digest_on, zone, quiet_from, quiet_until)
    asked = replace(asked, name=found.name if to is None else to, new_secret=new_secret)
    asked = replace(asked, url=_address()) if new_address else asked
    _save(place, "change", asked, found, secret_to, signed=new_secret)
    print(f"Channel {asked.name} is changed.")


@channels.command("on")
def on(organization: OfOrganization, name: ChannelName) -> None:
    """Turn a channel on."""
    _switch(organization, name, active=True)


@channels.command("off")
def off(organization: OfOrganization, name: ChannelName) -> None:
    """Turn a channel off."""
    _switch(organization, name, active=False)


@channels.command("remove")
def remove(organization: OfOrganization, name: ChannelName) -> None:
    """Remove a channel; the log of its deliveries stays."""
    place = acting.organization(organization)
    from attain.alerts.setting_up import channel_named
    from attain.alerts.setting_up import remove as take_away

    found = channel_named(place, name)
    take_away(_granted(place, "remove"), None, found)
    print(f"Channel {found.name} is removed.")


def _switch(organization: str, name: str, *, active: bool) -> None:
    place = acting.organization(organization)
    from attain.alerts.setting_up import channel_named, switch

    found = channel_named(place, name)
    switch(_granted(place, "on" if active else "off"), None, found, active=active)
    print(f"Channel {found.name} is {'on' if active else 'off'}.")


def _with(
    asked: ChannelAsked,
    address: list[str] | None,
    pace: str | None,
    digest_at: str | None,
    digest_on: int | None,
    zone: str | None,
    quiet_from: str | None,
    quiet_until: str | None,
) -> ChannelAsked:
    """Give a channel with what options say of it; what none says stays."""
    asked = asked if address is None else replace(asked, addresses=address)
    asked = asked if pace is None else replace(asked, pace=pace)
    asked = asked if digest_at is None else replace(asked, digest_at=_time(digest_at, "--digest-at"))
    asked = asked if digest_on is None else replace(asked, digest_on=digest_on)
    asked = asked if zone is None else replace(asked, zone=zone)
    asked = asked if quiet_from is None else replace(asked, quiet_from=_time(quiet_from, "--quiet-from") if quiet_from else None)
    return asked if quiet_until is None else replace(asked, quiet_until=_time(quiet_until, "--quiet-until") if quiet_until else None)


def _time(text: str, option: str) -> dt.time:
    try:
        found = dt.time.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; write it as 08:00", param_hint=option) from error
    if found.tzinfo is not None:
        raise typer.BadParameter(f"{text!r} names a time zone; say it with --zone", param_hint=option)
    return found


def _address() -> str:
    """Give the address of a webhook: from the environment, else asked for without showing what is typed."""
    found = os.environ.get(ADDRESS, "") or typer.prompt("Address of the webhook", default="", hide_input=True, show_default=False, err=True)
    if not found.strip():
        raise AttainError("webhook-address", "the channel needs an address", ADDRESS, "type it where it is asked for, or set the variable")
    return found.strip()


def _save(place: Organization, what: str, asked: ChannelAsked, channel: Channel | None, secret_to: Path | None, *, signed: bool) -> None:
    """Save a channel; a new secret goes into a new file of its own, for its owner alone, and is shown nowhere else."""
    from attain.alerts.setting_up import save_channel

    if not signed:
        save_channel(_granted(place, what), None, asked, channel)
        return
    if secret_to is None:
        message = "the secret that signs the messages of a webhook is told once"
        raise AttainError("no-place-for-secret", message, "--secret-to", "name a new file that gets it")
    from django.db import transaction

    try:
        # The file is there before the channel is, and the channel is not where the file could not be written.
        place_of_secret = os.open(secret_to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise AttainError("file-exists", "the file is there already", str(secret_to), "name a new one") from error
    with os.fdopen(place_of_secret, "w", encoding="utf-8") as stream:
        try:
            with transaction.atomic():
                _, secret = save_channel(_granted(place, what), None, asked, channel)
                stream.write(f"{secret}\n")
                stream.flush()
        except BaseException:
            secret_to.unlink()
            raise


def _row(channel: Channel) -> dict[str, object]:
    def clock(time: dt.time | None) -> str:
        return "" if time is None else f"{time:%H:%M}"

    return {
        "channel": channel.name,
        "kind": channel.kind,
        "to": ", ".join(channel.recipients),
        "pace": channel.pace,
        "digest_at": clock(channel.digest_at),
        "digest_on": channel.digest_on,
        "zone": channel.zone,
        "quiet_from": clock(channel.quiet_from),
        "quiet_until": clock(channel.quiet_until),
        "active": channel.active,
    }


def _granted(place: Organization, what: str) -> Granted:
    from attain.people.roles import Access

    return acting.granted(place, Access.SET_ALERTS, f"alerts channels {what}")
