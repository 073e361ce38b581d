"""`attain audit` and `attain tokens`: what happened in an organization, and the tokens of its services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    import datetime as dt

    from attain.advise.columns import Columns

tokens = typer.Typer(no_args_is_help=True, help="Tokens of an organization's services: list, revoke. They are made in the browser alone.")
ENTRIES: Columns = {"at": "text", "event": "text", "actor": "text", "partner_id": "text", "detail": "text", "address": "text"}
TOKENS: Columns = {
    "name": "text",
    "role": "text",
    "scopes": "text",
    "start": "text",
    "created_at": "text",
    "expires_at": "text",
    "used_at": "text",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("audit")(audit)
    app.add_typer(tokens, name="tokens")


def audit(
    organization: OfOrganization,
    event: Annotated[str, typer.Option(metavar="EVENT", help="Only what happened so, such as claim_recorded.")] = "",
    who: Annotated[str, typer.Option(help="Only by whose name has this part.")] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="Only from this day on (UTC).")] = "",
    last: Annotated[int, typer.Option(min=1, max=100_000, help="How many of the newest.")] = 50,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show what happened in an organization, newest first: its own entries, and the sign-ins of its members."""
    check_output(file_format, output)
    day = day_of(since, "--since") if since else None
    place = acting.organization(organization)
    from attain.people.audit import entries_of
    from attain.people.models import Event

    if event and event not in Event.values:
        raise AttainError("unknown-event", f"there is no event {event!r}", "--event", did_you_mean(event, Event.values))
    own = ("event", "actor", "partner_id", "detail", "address")
    found = entries_of(place, event=event, who=who, since=day)[:last]
    rows = [{name: getattr(one, name) for name in own} | {"at": _moment(one.at)} for one in found]
    acting.show(ENTRIES, rows, file_format, output, "Nothing happened.")


@tokens.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the tokens of an organization's services that were not revoked; of the secret only the first letters are kept."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.people.tokens import tokens_of

    rows = [
        {
            "name": one.name,
            "role": one.role,
            "scopes": ", ".join(one.scopes),
            "start": one.start,
            "created_at": _moment(one.created_at),
            "expires_at": _moment(one.expires_at),
            "used_at": _moment(one.used_at),
        }
        for one in tokens_of(place)
    ]
    acting.show(TOKENS, rows, file_format, output, "There is no token.")


@tokens.command("revoke")
def revoke(
    organization: OfOrganization,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The token, by its name or its first letters.")],
) -> None:
    """Make the token of a service stop working, at once."""
    place = acting.organization(organization)
    from attain.people.tokens import revoke_token, token_starting

    found = token_starting(place, token)
    revoke_token(found, None, actor="attain tokens revoke")
    print(f"The token {found.name} no longer works.")


def _moment(at: dt.datetime | None) -> str:
    """Write a moment, in UTC; empty where there is none."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
