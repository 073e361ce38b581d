"""`attain rulebooks`: edited rules that an organization keeps on the server, to try them under Rule change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output
from attain.errors import AttainError

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.people.access import Granted
    from attain.people.models import Organization

rulebooks = typer.Typer(no_args_is_help=True, help="Edited rules kept on the server: list, keep, remove, and take a file to edit.")
RulebookName = Annotated[str, typer.Argument(metavar="NAME", help="What the edited rules are called.")]
COLUMNS: Columns = {"name": "text", "files": "text", "digest": "text", "uploaded_by": "text", "uploaded_at": "text"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(rulebooks, name="rulebooks")


@rulebooks.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the edited rules that an organization keeps."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.recorded.rulebooks import rulebooks_of

    rows = [
        {
            "name": one.name,
            "files": ", ".join(one.files),
            "digest": one.digest,
            "uploaded_by": one.uploaded_by,
            "uploaded_at": f"{one.uploaded_at:%Y-%m-%d %H:%M}",
        }
        for one in rulebooks_of(place)
    ]
    acting.show(COLUMNS, rows, file_format, output, "No edited rules are kept.")


@rulebooks.command("file")
def file(
    name: Annotated[str, typer.Argument(metavar="FILE", help="A file of the rulebook, such as security.yaml.")],
    output: Output = None,
) -> None:
    """Give a file of the rulebook as it comes with Attain, to be edited."""
    from attain.replacing import write_bytes
    from attain.rulebook.edited import edited_file

    content = edited_file(name)
    if output is None:
        typer.echo(content.decode(), nl=False)
    else:
        write_bytes(output, content)


@rulebooks.command("keep")
def keep(
    organization: OfOrganization,
    name: RulebookName,
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Files of the rulebook, edited, by their own names.")],
) -> None:
    """Keep edited rules once they load without a fault; no score is published by them."""
    given = {path.name: _content(path) for path in files}
    place = acting.organization(organization)
    from attain.recorded.rulebooks import keep_rulebook

    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise AttainError("no-name", "edited rules have a name of 1 to 100 letters", "name", "name them")
    kept = keep_rulebook(_granted(place, "keep"), None, name, given)
    print(f"{kept.name} is kept, digest {kept.digest[:16]}.")


@rulebooks.command("remove")
def remove(organization: OfOrganization, name: RulebookName) -> None:
    """Remove edited rules."""
    place = acting.organization(organization)
    from attain.recorded.rulebooks import remove_rulebook, rulebook_named

    print(f"{remove_rulebook(_granted(place, 'remove'), None, rulebook_named(place, name).pk).name} is removed.")


def _content(path: Path) -> bytes:
    from attain.rulebook.edited import LARGEST

    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _granted(place: Organization, what: str) -> Granted:
    from attain.people.roles import Access

    return acting.granted(place, Access.PORTFOLIO_NOTES, f"rulebooks {what}")
