"""An edition, a list of designations and a difference on a terminal of 100 columns."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from attain.rulebook.diff import Change
    from attain.rulebook.load import Book
    from attain.rulebook.sources import Sources
    from attain.rulebook.view import EditionView, MetricView, Rule, Section

_LONG = 60
_LISTS = frozenset({"services", "offers", "workloads", "recognized_by", "rates"})
"""A list longer than `_LONG` is printed once and referred to after that."""


class EditionPrinter:
    """Prints one edition: metrics, pools and steps with their rules, then sources and interpretations."""

    def __init__(self, console: Console, sources: Sources) -> None:
        self._console = console
        self._sources = sources
        self._numbers: dict[str, int] = {}
        self._printed: dict[str, str] = {}

    def print(self, view: EditionView) -> None:
        """Print the whole edition."""
        until = f" until the next begins on {view.until}" if view.until is not None else ""
        self._line(Text(f"{view.name}: edition {view.edition.id}", style="bold"))
        self._line(Text(f"in effect from {view.edition.from_}{until}{_standing(view.edition.standing, view.edition.note)}"))
        self._line(Text(view.qualifies))
        for sentence in view.tracks_words:
            self._line(Text(f"{sentence} {self._reference(view.tracks_rule)}"))
        for metric in view.metrics:
            self._metric(metric, view.tracks)
        self._closing(view)

    def _line(self, text: Text) -> None:
        self._console.print(text, highlight=False)

    def _metric(self, metric: MetricView, tracks: tuple[str, ...]) -> None:
        points = ", ".join(f"{words} ({track})" for track, words in metric.max_points.words.items())
        if not metric.max_points.differs:
            points = next(iter(metric.max_points.words.values()))
        title = Text.assemble("\n", (metric.name, "bold cyan"), f"  {metric.category.replace('_', ' ')}, up to {points} points")
        title.append(f" {self._reference(metric.max_points)}", style="dim")
        if metric.combine:
            title.append(f"; {metric.combine}")
        self._line(title)
        for section in metric.sections:
            self._section(metric, section, tracks)

    def _section(self, metric: MetricView, section: Section, tracks: tuple[str, ...]) -> None:
        only = "" if section.tracks == tracks else f" ({' and '.join(section.tracks)} only)"
        heading = Text.assemble((section.name, "bold"), only, f": {section.sentence}")
        self._console.print(Padding(heading, (0, 0, 0, 2)), highlight=False)
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
        table.add_column(width=17, style="dim")
        table.add_column(width=10 if any(rule.differs for rule in section.rules) else 0)
        table.add_column(ratio=1)
        table.add_column(justify="right", style="dim", no_wrap=True)
        for rule in section.rules:
            self._rule(table, rule, f"{metric.name}, {section.name}")
        self._console.print(Padding(table, (0, 0, 0, 4)), highlight=False)

    def _rule(self, table: Table, rule: Rule, here: str) -> None:
        rows = list(rule.words.items()) if rule.differs else [("", next(iter(rule.words.values())))]
        for index, (track, words) in enumerate(rows):
            said = words
            if len(words) > _LONG and rule.path.rpartition(".")[2] in _LISTS:
                said = f"as under {self._printed[words]}" if words in self._printed else words
                self._printed.setdefault(words, here)
            note = _standing(rule.standing, rule.note) if index == len(rows) - 1 else ""
            table.add_row(
                rule.label if index == 0 else "", track, Text.assemble(said, (note, "dim")), self._reference(rule) if index == 0 else ""
            )

    def _reference(self, rule: Rule) -> str:
        number = self._numbers.setdefault(rule.source, len(self._numbers) + 1)
        return " ".join([f"[{number}]", *rule.interpretations])

    def _closing(self, view: EditionView) -> None:
        self._line(Text("\nSources", style="bold cyan"))
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column(justify="right", style="dim", no_wrap=True)
        table.add_column(ratio=1)
        for citation, number in self._numbers.items():
            table.add_row(f"[{number}]", source_words(self._sources, citation))
        self._console.print(Padding(table, (0, 0, 0, 2)), highlight=False)
        self._addresses()
        if view.interpretations:
            self._line(Text("\nInterpretations: how Attain reads what the sources leave open", style="bold cyan"))
        for reading, (title, text) in view.interpretations.items():
            self._console.print(Padding(Text.assemble((f"{reading} {title}. ", "bold"), text), (0, 0, 0, 2)), highlight=False)

    def _addresses(self) -> None:
        """Say where the cited documents are to be read, each address whole on a line of its own."""
        cited = {source.id: source.url for citation in self._numbers if (source := self._sources.cited(citation)) is not None}
        addresses = dict.fromkeys(address for address in cited.values() if address)
        if addresses:
            self._line(Text("\nWhere they are", style="bold cyan"))
        for address in addresses:
            self._line(Text(f"  {', '.join(name for name, other in cited.items() if other == address)}", style="dim"))
            self._console.print(Text(f"    {address}"), highlight=False, soft_wrap=True)


def source_words(sources: Sources, citation: str) -> str:
    """Name a cited document: title, publisher, its date, where it is, and the citation itself."""
    source = sources.cited(citation)
    if source is None:
        return citation
    parts = [source.title, source.publisher, *([str(source.page_date)] if source.page_date is not None else [])]
    return f"{', '.join(parts)} ({citation})"


def _standing(standing: str, note: str) -> str:
    if standing == "official":
        return f" ({note.rstrip('.')})" if note else ""
    return f" ({standing}: {note.rstrip('.')})" if note else f" ({standing})"


def designations_table(book: Book) -> Table:
    """List every designation with its editions, the days they begin and how sure those are."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    # ids are copied into other commands
    table.add_column("designation", no_wrap=True)
    for name in ("edition", "in effect from", "tracks", "standing"):
        table.add_column(name, overflow="fold")
    for designation in book.designations.values():
        for index, edition in enumerate(sorted(designation.editions, key=lambda one: one.from_)):
            tracks = next((entry.value.names for entry in reversed(designation.tracks) if entry.from_ <= edition.from_ and entry.value), ())
            standing = edition.standing if edition.start_established else f"{edition.standing}, start not established"
            table.add_row(designation.id if index == 0 else "", edition.id, str(edition.from_), ", ".join(tracks), standing)
    return table


def print_changes(console: Console, changes: list[Change]) -> None:
    """Print what changed between two editions, rule by rule."""
    if not changes:
        console.print("Nothing changes.")
    for path, group in groupby(changes, key=lambda change: change.path):
        found = list(group)
        console.print(
            Text.assemble((path, "bold cyan"), (f"  {found[0].source}{_standing(found[0].standing, '')}", "dim")), highlight=False
        )
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column(width=8, style="dim")
        table.add_column(width=10 if any(change.track for change in found) else 0)
        table.add_column(ratio=1)
        for change in found:
            table.add_row(change.kind, change.track, change_words(change))
        console.print(Padding(table, (0, 0, 0, 4)), highlight=False)


def change_words(change: Change) -> Text:
    """Say one change: before and after, or what joined, left, begins or ends."""
    if change.before and change.after:
        return Text.assemble((change.before, "red"), " → ", (change.after, "green"))
    return Text(change.before, style="red") if change.before else Text(change.after, style="green")
