"""`attain pull`: files straight from Microsoft's services into the facts, as if they had been downloaded and imported by hand."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.printing import pasted, printer
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from attain.sources.partner_center.insights import Period
    from attain.sources.partner_center.pull import Destination, Pulled, Services

pull_app = typer.Typer(
    no_args_is_help=True,
    help="Files straight from Partner Center, Microsoft Graph and Azure. Sign-in data comes from the environment: ATTAIN_TENANT_ID, "
    "ATTAIN_CLIENT_ID, and ATTAIN_CLIENT_SECRET and ATTAIN_REFRESH_TOKEN where you have them.",
)

Into = Annotated[Path, typer.Option("--into", metavar="FACTS", help="The facts folder or store; made where missing.", show_default=False)]
Partner = Annotated[str, typer.Option(metavar="ID", help="The partner of rows that name none.")]
MaxRejects = Annotated[str, typer.Option(metavar="SHARE", help="The share of faulty rows above which nothing is kept.")]
Rate = Annotated[list[str] | None, typer.Option(metavar="CUR=R@MONTH", help="A dated rate, such as EUR=1.08@2026-10.")]
Files = Annotated[Path | None, typer.Option("--files", metavar="FOLDER", help="Keep the downloaded files here too.", show_default=False)]
TimeLimit = Annotated[int, typer.Option("--time-limit", min=1, max=1440, metavar="MINUTES", help="Stop where it takes longer.")]
ByCode = Annotated[bool, typer.Option("--by-code", help="Sign in with a code in a browser, whatever refresh token there is.")]
Replace = Annotated[bool, typer.Option("--replace", help="Take a file that leaves out much of what the store has for its months.")]
LIMIT = 180
MINUTE = 60


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(pull_app, name="pull")


@pull_app.command("insights")
def insights_command(
    into: Into,
    dataset: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this dataset, such as AzureUsage; may be given more than once.")
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="MONTH", help="The first month, such as 2024-10; else all there are.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="MONTH", help="The last month; with --from alone the current one.")] = "",
    partner: Partner = "",
    keep_names: Annotated[bool, typer.Option("--keep-names", help="Keep people's names beside their hashed ids.")] = False,
    max_rejects: MaxRejects = "1%",
    replace: Replace = False,
    files: Files = None,
    time_limit: TimeLimit = LIMIT,
    by_code: ByCode = False,
) -> None:
    """Pull reports of Partner Center Insights: usage, revenue, seats, certifications."""
    from attain.sources.partner_center.pull import pull_insights

    period = _period(first, last)
    to = _destination(into, partner, [], max_rejects, files, replace, keep_names)
    with _services(time_limit, by_code) as services:
        pulled = pull_insights(services, to, dataset or [], period)
    _show(pulled, into)


@pull_app.command("billing")
def billing_command(
    into: Into,
    invoice: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="The usage of this invoice, such as G012345678; may be given more than once.")
    ] = None,
    unbilled: Annotated[
        list[str] | None, typer.Option(metavar="PERIOD", help="Usage not invoiced yet: current or last; may be given more than once.")
    ] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The currency of unbilled usage.")] = "USD",
    partner: Partner = "",
    rate: Rate = None,
    max_rejects: MaxRejects = "1%",
    replace: Replace = False,
    files: Files = None,
    time_limit: TimeLimit = LIMIT,
    by_code: ByCode = False,
) -> None:
    """Pull Azure usage of a Cloud Solution Provider's billing, from Microsoft Graph: direct-bill partners and indirect providers."""
    from attain.sources.partner_center.billing import Export
    from attain.sources.partner_center.pull import pull_billing

    for period in unbilled or []:
        if period not in {"current", "last"}:
            raise AttainError("unknown-option", f"{period!r} is not known", "--unbilled", "say current or last")
    exports = [Export(invoice=one).checked() for one in dict.fromkeys(invoice or [])]
    exports += [Export(period=one, currency=currency.upper()).checked() for one in dict.fromkeys(unbilled or [])]
    if not exports:
        raise AttainError("export-unclear", "nothing is asked for", "attain pull billing", "give --invoice ID, --unbilled current or both")
    to = _destination(into, partner, rate or [], max_rejects, files, replace)
    with _services(time_limit, by_code) as services:
        pulled = pull_billing(services, to, exports)
    _show(pulled, into)


@pull_app.command("pal")
def pal_command(
    into: Into,
    tenant: Annotated[
        list[str] | None,
        typer.Option(metavar="GUID", help="The directory of this customer; may be given more than once. Else the one you sign in to."),
    ] = None,
    replace: Replace = False,
    files: Files = None,
    time_limit: TimeLimit = LIMIT,
    by_code: ByCode = False,
) -> None:
    """Pull your own partner admin link in customers' directories: the partner it names and since when."""
    import os

    from attain.sources.partner_center.pull import pull_links
    from attain.sources.partner_center.sign_in import TENANT

    to = _destination(into, "", [], "1%", files, replace)
    with _services(time_limit, by_code) as services:
        pulled = pull_links(services, to, tenant or [os.environ[TENANT]])
    _show(pulled, into)


@pull_app.command("datasets")
def datasets_command(time_limit: TimeLimit = 10, by_code: ByCode = False) -> None:
    """List what Insights offers you today, with the columns of each dataset and whether it can be imported."""
    from rich.table import Table

    from attain.sources.partner_center.insights import discover, span_of
    from attain.sources.partner_center.pull import source_of

    with _services(time_limit, by_code) as services:
        found = discover(services.insights)
    table = Table("dataset", "taken for", "reaches back", "columns", box=None, padding=(0, 2, 0, 0))
    for dataset in sorted(found, key=lambda one: one.name):
        source = source_of(dataset)
        table.add_row(dataset.name, source.name if source else "-", span_of(dataset), ", ".join((*dataset.columns, *dataset.metrics)))
    printer().print(table)


def _period(first: str, last: str) -> Period:
    from attain.sources.partner_center.insights import Period

    if last and not first:
        raise AttainError("month-unclear", "a last month needs a first one", "--to", "give --from too")
    if not first:
        return Period()
    period = Period(_month(first, "--from"), _month(last, "--to") if last else dt.datetime.now(dt.UTC).date().replace(day=1))
    if period.first and period.last and period.first > period.last:
        raise AttainError("month-unclear", "the first month lies after the last", "--from", "give the earlier month first")
    return period


def _month(text: str, option: str) -> dt.date:
    try:
        return dt.datetime.strptime(text.strip(), "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise AttainError("month-unclear", f"{text!r} is no month", option, "write it as 2026-10") from None


def _destination(
    into: Path, partner: str, rates: list[str], max_rejects: str, files: Path | None, replace: bool, keep_names: bool = False
) -> Destination:
    from attain.sources.intake import Options, parse_rate, parse_share
    from attain.sources.partner_center.pull import Destination

    options = Options(partner=partner.strip(), rates=dict(parse_rate(text) for text in rates), keep_names=keep_names)
    return Destination(into, options, parse_share(max_rejects), files, replace)


@contextmanager
def _services(minutes: int, by_code: bool) -> Generator[Services]:
    """Give the services, with progress on standard error; a request to stop ends a pull as Ctrl-C does, so that nothing is left half."""
    import os
    import signal

    from attain.sources.partner_center.pace import Pace
    from attain.sources.partner_center.pull import connected

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    pace = Pace(limit=minutes * MINUTE)
    try:
        with _telling() as (tell, ask), connected(os.environ, tell, ask=ask, pace=pace, by_code=by_code) as services:
            yield services
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _telling() -> Generator[tuple[Callable[[str], None], Callable[[str], None]]]:
    """Give what takes lines of progress, on a terminal one line that changes, and what takes a line that has to stay."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status("signing in") as status:
            yield (lambda line: status.update(escape(line)), lambda line: console.print(escape(line), soft_wrap=True))
        return
    last = ""

    def tell(line: str) -> None:
        nonlocal last
        if line != last:
            typer.echo(line, err=True)
        last = line

    yield tell, tell


def _show(pulled: Pulled, into: Path) -> None:
    from rich.markup import escape

    from attain.cli.imports import panel_of

    console = printer()
    for report in pulled.reports:
        console.print(panel_of(report, expand=console.is_terminal))
    for note in pulled.notes:
        typer.echo(f"note: {note}", err=True)
    if any(report.tables for report in pulled.reports):
        console.print(f"Next: [bold]attain check {escape(pasted(into))}[/bold]")
