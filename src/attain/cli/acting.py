"""What commands share that act on the database of the server: for whom they do, and how what they list is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.options import OutputFormat
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from attain.advise.columns import Columns
    from attain.people.access import Granted
    from attain.people.models import Organization
    from attain.people.roles import Access
    from attain.published.models import Publication, PublishedPartner
    from attain.recorded.recording import Recorder

OfPartner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]
OfOrganization = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="The organization, by its name in addresses.")]
InNameOf = Annotated[
    str,
    typer.Option("--organization", metavar="SLUG", help="In whose name: the organization that holds the partner, unless given."),
]
OfStore = Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder that is served.")]
LIKE_IT = 3
"""First letters that ids have in common with the one that was typed, among which the nearest is looked for."""
MOST_LIKE_IT = 1000


def connect(store: str = "") -> None:
    """Connect to the database of the server that ATTAIN_HOME or ATTAIN_DATABASE_URL names, and to the store where one is needed."""
    from attain.server import running

    running.connect(running.Serving(store))


def organization(slug: str) -> Organization:
    """Connect, and find an organization; raises AttainError `unknown-organization`."""
    connect()
    from attain.people.commands import organization_named

    return organization_named(slug)


def granted(place: Organization, access: Access, command: str) -> Granted:
    """Let a command act in an organization; the audit log names the command."""
    from attain.people.access import granted_to_command

    return granted_to_command(place, access, f"attain {command}")


def recorder(partner_id: str, slug: str, access: Access, command: str) -> Recorder:
    """Record for a partner in the name of an organization.

    Raises AttainError as `organization_for`, and `unknown-partner`, so that nothing is recorded of a partner that there is not.
    """
    from attain.imports.publishing import today
    from attain.people.commands import organization_for
    from attain.recorded.recording import Recorder
    from attain.rulebook.load import load_book

    check_partner(partner_id)
    return Recorder(load_book(), partner_id, granted(organization_for(partner_id, slug), access, command), today())


def check_partner(partner_id: str) -> None:
    """Refuse a partner of which nothing is published and that no organization holds; raises AttainError `unknown-partner`."""
    from attain.people.models import OrganizationPartner
    from attain.published.models import PublishedPartner
    from attain.published.read import current

    published = PublishedPartner.objects.filter(publication=current())
    if published.filter(partner_id=partner_id).exists() or OrganizationPartner.objects.filter(partner_id=partner_id).exists():
        return
    like_it = published.filter(partner_id__startswith=partner_id[:LIKE_IT]).values_list("partner_id", flat=True)
    hint = did_you_mean(partner_id, like_it[:MOST_LIKE_IT], "give the id of a partner that was published with attain refresh")
    raise AttainError("unknown-partner", f"there is no partner {partner_id!r}", hint=hint)


def published(partner_id: str) -> tuple[Publication, PublishedPartner]:
    """Give what is published, and a partner in it; raises AttainError `nothing-published`, `unknown-partner` and `not-published`."""
    from attain.published import read

    check_partner(partner_id)
    return read.published(partner_id)


def show(columns: Columns, records: Sequence[Mapping[str, object]], file_format: OutputFormat, output: Path | None, nothing: str) -> None:
    """Write records as a file, or show them as a table; `nothing` is said where there is none."""
    if file_format is not OutputFormat.table:
        from attain.report.files import write_records

        write_records(columns, records, file_format.value, output)
        return
    if not records:
        typer.echo(nothing)
        return
    from attain.cli.printing import fitting, printer

    console = printer()
    console.print(fitting([{name.replace("_", " "): _cell(row[name]) for name in columns} for row in records], console))


def _cell(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
