"""`attain segments`: resellers that a distributor put together under a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.resellers import OfDistributor
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.people.access import Granted
    from attain.people.models import Organization

segments = typer.Typer(no_args_is_help=True, help="Segments of a distributor: list, show, save, rename, remove.")
SegmentName = Annotated[str, typer.Argument(metavar="NAME", help="The segment.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(segments, name="segments")


@segments.command("list")
def list_(organization: OfDistributor) -> None:
    """List the segments of a distributor and how many resellers each has."""
    place = acting.organization(organization)
    from attain.people.segments import segments_of

    for name, size in segments_of(place).values_list("name", "size"):
        print(f"{name}: {size:,}")


@segments.command("show")
def show(organization: OfDistributor, name: SegmentName) -> None:
    """Print the ids of a segment's resellers, one a line."""
    place = acting.organization(organization)
    from attain.people.models import SegmentPartner
    from attain.people.segments import segment_named

    ids = SegmentPartner.objects.filter(segment=segment_named(place, name)).order_by("partner_id").values_list("partner_id", flat=True)
    for one in ids.iterator():
        print(one)


@segments.command("save")
def save(
    organization: OfDistributor,
    name: SegmentName,
    partner: Annotated[list[str] | None, typer.Option("--partner", help="A reseller; may be given more than once.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A CSV file: its column partner_id, or the first one where there is no head.")
    ] = None,
) -> None:
    """Save a segment; one of the same name gets these resellers instead of its own."""
    place = acting.organization(organization)
    from attain.people.segments import save_segment
    from attain.published.read import publication
    from attain.published.resellers import listed_ids

    holds = publication()

    def known(some: Sequence[str]) -> set[str]:
        return listed_ids(holds, place, some)

    ids = [*(partner or []), *(_read(file) if file is not None else [])]
    made = save_segment(_granted(place, "save"), None, name, ids, known=known)
    print(f"{made} is saved.")


@segments.command("rename")
def rename(
    organization: OfDistributor, name: SegmentName, to: Annotated[str, typer.Argument(metavar="TO", help="What it is called from now on.")]
) -> None:
    """Give a segment another name."""
    place = acting.organization(organization)
    from attain.people.segments import rename_segment, segment_named

    renamed = rename_segment(_granted(place, "rename"), None, segment_named(place, name), to)
    print(f"It is called {renamed} now.")


@segments.command("remove")
def remove(organization: OfDistributor, name: SegmentName) -> None:
    """Remove a segment; its resellers stay as they are."""
    place = acting.organization(organization)
    from attain.people.segments import remove_segment, segment_named

    gone = segment_named(place, name)
    remove_segment(_granted(place, "remove"), None, gone)
    print(f"{gone} is removed. Its resellers stay as they are.")


def _granted(place: Organization, what: str) -> Granted:
    from attain.people.roles import Access

    return acting.granted(place, Access.PORTFOLIO_NOTES, f"segments {what}")


def _read(file: Path) -> list[str]:
    import csv

    from attain.people.segments import ids_of

    try:
        return ids_of(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise AttainError("not-csv", "this is no CSV file in UTF-8", str(file), "save it as CSV, in UTF-8") from error
    except OSError as error:
        raise AttainError("no-file", f"the file cannot be read: {(error.strerror or str(error)).lower()}", str(file)) from error
