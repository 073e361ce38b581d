"""`attain score` and `attain explain`: the number, and the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.basis import on_basis
from attain.cli.engine import MINUTES, Engine, EngineName, Master, TimeLimit, on_engine
from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import (
    AsOf,
    Basis,
    Designations,
    EditionName,
    FactsPath,
    FileFormat,
    KnownOn,
    MaxRejects,
    Output,
    OutputFormat,
    Partner,
    Partners,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)
from attain.cli.printing import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from attain.explaining.result import ExplainedRow, Explanation
    from attain.scoring.cards import DesignationCard
    from attain.scoring.result import Scores
    from attain.workspace import Workspace

CARDS_SHOWN = 24
LINES_SHOWN = 1000
"""Lines of the summary that stands for cards where there are more of these."""
GAPS_SHOWN = 10
ROW_WIDTH = 110
NUMBER_WIDTH = 11
HEADINGS = ("Before", "After", "Change", "Points")
WIDE = 100
"""Columns of a terminal from which a card has room for columns of fixed width."""
STATE_STYLES = {"Achieved": "green", "In progress": "yellow", "Not started": "red"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("score")(score)
    app.command("explain")(explain)


def score(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partners = None,
    designation: Designations = None,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the scores in the store, with what they were made from.")] = False,
    engine: EngineName = Engine.polars,
    master: Master = None,
    time_limit: TimeLimit = MINUTES,
) -> None:
    """Score partners in designations on a day: every partner and designation unless some are named."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.report.files import write_scores

    workspace = on_engine(open_workspace(facts, max_rejects, store_version, known_on), engine, master, time_limit)
    scores = workspace.score(day, partners=partner, designations=designation, edition=edition, basis=basis, refresh_day=refresh_day)
    say_basis(workspace, basis)
    _say_gaps(scores)
    _say_nobody(scores)
    if keep:
        typer.echo(f"note: kept as run {workspace.keep(scores)}", err=True)
    if file_format is OutputFormat.table:
        _show_scores(workspace, scores)
    else:
        write_scores(scores, file_format.value, output)


def explain(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Annotated[str, typer.Option(help="The designation, such as security.")],
    metric: Annotated[str, typer.Option(help="The metric, such as net_customer_adds.")],
    track: Annotated[str | None, typer.Option(help="The track; the one that counts unless named.")] = None,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show the rows behind one metric: what counts, what does not, and why."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.report.files import write_explanation

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    explanation = workspace.explain(
        day,
        partner=partner,
        designation=designation,
        metric=metric,
        track=track,
        edition=edition,
        basis=basis,
        refresh_day=refresh_day,
    )
    say_basis(workspace, basis)
    for note in explanation.notes:
        typer.echo(f"note: {note}", err=True)
    if file_format is OutputFormat.table:
        _show_explanation(workspace, explanation, basis)
    else:
        write_explanation(explanation, file_format.value, output)


def _say_nobody(scores: Scores) -> None:
    if not len(scores):
        typer.echo("note: the facts name no partner, so there is nobody to score; add partners.csv, or a table that names them", err=True)


def _say_gaps(scores: Scores) -> None:
    for gap in scores.gaps[:GAPS_SHOWN]:
        typer.echo(f"note: {gap}", err=True)
    if len(scores.gaps) > GAPS_SHOWN:
        typer.echo(f"note: {len(scores.gaps) - GAPS_SHOWN} more metrics are incomplete", err=True)


def _show_scores(workspace: Workspace, scores: Scores) -> None:
    from rich.console import Console

    from attain.scoring.cards import cards

    console = Console()
    names = workspace.partner_names()
    made = list(cards(workspace.book, scores))
    console.print(
        f"Recomputed by Attain as of {scores.as_of}, basis {scores.basis}. Microsoft's number in Partner Center stays the official one."
    )
    if len(made) > CARDS_SHOWN:
        _show_summary(console, made, names, scores.basis)
        return
    for card in made:
        _show_card(console, card, names.get(card.partner_id, ""), scores.basis)


def _show_card(console: Console, card: DesignationCard, name: str, basis: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    outcome = Text("qualifies on this day", style="bold green") if card.qualified else Text(card.blocks, style="yellow")
    title = Text.assemble((f"{name or card.partner_id}: {card.name}", "bold"), f"  {card.total} of {card.cap}{on_basis(basis)}  ", outcome)
    others = "".join(
        f"; {other.track} track: {other.total}" + (", which would qualify but does not count" if other.would_qualify else "")
        for other in card.others
    )
    caption = f"partner {card.partner_id}, edition {card.edition}, {card.track} track counts{others}" + (
        f"; data to {card.data_month}" if card.data_month else ""
    )
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left", box=SIMPLE_HEAD, title_style="")
    # Where there is room, cards below each other line up.
    wide = console.width >= WIDE
    if not card.metrics:
        console.print(title)
        console.print(caption)
        return
    table.add_column("Metric", min_width=29 if wide else None)
    for heading in ("Value", "Full marks", "Points", "Of"):
        table.add_column(heading, justify="right", min_width=7 if wide else None)
    table.add_column("State", min_width=11 if wide else None)
    for metric in card.metrics:
        state = metric.state if metric.complete else f"{metric.state}, incomplete"
        table.add_row(
            metric.name,
            metric.value or "-",
            metric.full_marks or "-",
            metric.points,
            metric.max_points,
            Text(state, style=STATE_STYLES[metric.state]),
        )
    console.print(whole(table))


def _show_summary(console: Console, made: Sequence[DesignationCard], names: dict[str, str], basis: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    rest = len(made) - LINES_SHOWN
    caption = "name fewer partners or designations for cards; --format csv gives every metric"
    table = Table(box=SIMPLE_HEAD, caption=f"{rest:,} more; {caption}" if rest > 0 else caption, caption_justify="left")
    for heading in ("Partner", "Name", "Designation", "Track"):
        table.add_column(heading, overflow="fold", min_width=len("Infrastructure") if heading == "Designation" else None)
    table.add_column(f"Total{on_basis(basis)}", justify="right")
    table.add_column("Qualifies, or what blocks")
    for card in made[:LINES_SHOWN]:
        outcome = "qualifies" if card.qualified else card.blocks
        cells = (card.partner_id, names.get(card.partner_id, ""), card.name, card.track, card.total, outcome)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(whole(table))


def _show_explanation(workspace: Workspace, explanation: Explanation, basis: str) -> None:
    """Print each pool's formula, then its rows: the numbers in one line, the reason below it, so that it reads well in any width."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    book = workspace.book.designation(explanation.designation)
    metric = next((one.name for one in book.metrics if one.id == explanation.metric), explanation.metric)
    name = workspace.partner_names().get(explanation.partner_id)
    console.print(
        f"{metric} of {f'{name} (partner {explanation.partner_id})' if name else f'partner {explanation.partner_id}'} in {book.name}, "
        f"{explanation.track} track, edition {explanation.edition}, as of {explanation.as_of}{on_basis(basis)}",
        markup=False,
    )
    for pool in explanation.pools:
        rows = [row for row in explanation.rows if (row.pool or row.option or pool.id) == pool.id]
        console.print()
        console.print(Text.assemble((f"{pool.name}: ", "bold"), pool.formula))
        if not rows:
            console.print("  Nothing: the facts hold no usage, customer or certificate for it.")
            continue
        entity_width = min(console.width, ROW_WIDTH) - len(HEADINGS) * NUMBER_WIDTH - 2
        console.print(Text(_line("", HEADINGS, entity_width), style="dim"))
        for row in rows:
            console.print(Text(_line(_entity(row), _numbers(row), entity_width), style="bold" if row.change else ""))
            console.print(Padding(Text(row.reason), (0, 0, 0, 4)))


def _line(entity: str, cells: Sequence[str], width: int) -> str:
    """Lay out one row: the entity cut to its width, the numbers to the right of it."""
    shown = entity if len(entity) <= width else f"{entity[: width - 3]}..."
    return f"  {shown:<{width}}" + "".join(f"{cell:>{NUMBER_WIDTH}}" for cell in cells)


def _entity(row: ExplainedRow) -> str:
    """Call a tenant by its name, a tenant's workload by both, a person by name where it is kept: the step stands above."""
    if not row.name:
        return row.entity
    return f"{row.name}, {row.entity}" if row.tenant_id and row.entity != row.tenant_id else row.name


def _numbers(row: ExplainedRow) -> tuple[str, ...]:
    from attain.explaining.words import number

    before_after = ("" if value is None else number(value) for value in (row.before, row.after))
    return (*before_after, number(row.change), "" if row.points is None else number(row.points))
