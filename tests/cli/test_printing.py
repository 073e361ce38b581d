"""What commands print has every name and number whole, whatever the width of the terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.testing import CliRunner

from attain.cli import printing, score
from attain.cli.app import app
from attain.rulebook.load import load_book
from attain.rulebook.show import designations_table
from tests.advise.small import PARTNER, small_facts


@pytest.mark.parametrize(
    ("count", "things", "said", "with_a_verb"),
    [
        (0, "rows", "0 rows", "0 rows are"),
        (1, "rows", "1 row", "1 row is"),
        (2, "rows", "2 rows", "2 rows are"),
        (1, "entries", "1 entry", "1 entry is"),
        (1, "people", "1 person", "1 person is"),
        (1_001, "loads", "1,001 loads", "1,001 loads are"),
    ],
)
def test_one_thing_is_no_plural(count: int, things: str, said: str, with_a_verb: str) -> None:
    assert printing.so_many(count, things) == said
    assert printing.so_many(count, things, "is", "are") == with_a_verb


@pytest.mark.parametrize("width", [50, 64, 80])
def test_ids_of_designations_are_whole_in_the_list_of_rules(width: int) -> None:
    """They are copied into other commands."""
    book = load_book()
    stream = StringIO()
    Console(file=stream, width=width).print(designations_table(book))
    lines = stream.getvalue().splitlines()
    assert set(book.designations) <= {word for line in lines for word in line.split()}
    assert max(map(len, lines)) <= width
    assert "…" not in stream.getvalue()


def printed(table: Table, width: int) -> list[str]:
    stream = StringIO()
    console = Console(file=stream, width=width)
    console.print(printing.fitted(table, console))
    return [line.rstrip() for line in stream.getvalue().splitlines() if line.strip()]


@pytest.mark.parametrize(("width", "a_row_each"), [(33, True), (32, False), (24, False)])
def test_a_table_without_room_shows_a_line_for_each_filled_cell(width: int, a_row_each: bool) -> None:
    table = Table("Partner", "Change", box=None, pad_edge=False, caption="1 more", caption_justify="left")
    table.add_row(Text("Alpine [Data] of Zurich"), Text("-85.8245"))
    table.add_row(Text("Fjord"), Text(""))
    shown = printed(table, width)
    assert ("Alpine [Data] of Zurich  -85.8245" in shown) == a_row_each
    assert ("Change   -85.8245" in shown) == ("Partner  Fjord" in shown) == (not a_row_each)
    assert shown.count("Change") == 0
    assert shown[-1] == "1 more"


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_days_and_points_of_a_history_are_whole_at_any_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    stream = StringIO()
    monkeypatch.setattr(printing, "printer", lambda highlight=True: Console(file=stream, width=width, highlight=highlight))
    asked = ["--partner", PARTNER, "--designation", "security", "--from", "2026-08-01", "--to", "2026-10-31"]
    done = CliRunner().invoke(app, ["history", str(small_facts(tmp_path)), *asked], catch_exceptions=False)
    assert done.exit_code == 0
    said = stream.getvalue()
    assert max(len(line) for line in said.splitlines()) <= width
    assert "…" not in said
    words = " ".join(said.split())
    for whole in ("2026-08-31", "2026-09-30", "2026-10-31", "In progress", "Intermediate certifications", "24.85 incomplete", "smb"):
        assert whole in words, (whole, said)


@pytest.mark.parametrize("width", [30, 50, 80])
def test_no_word_of_a_card_is_cut(tmp_path: Path, width: int) -> None:
    asked = ["score", str(small_facts(tmp_path)), "--as-of", "2026-11-24", "--designation", "security"]
    said = CliRunner().invoke(app, asked, env={"COLUMNS": str(width)}, catch_exceptions=False).stdout
    assert "…" not in said
    assert max(len(line) for line in said.splitlines()) <= width


def test_a_summary_of_many_says_how_many_more_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["score", str(small_facts(tmp_path)), "--as-of", "2026-11-24"]
    monkeypatch.setattr(score, "CARDS_SHOWN", 5)
    assert "more;" not in CliRunner().invoke(app, asked, catch_exceptions=False).stdout
    monkeypatch.setattr(score, "LINES_SHOWN", 4)
    said = CliRunner().invoke(app, asked, env={"COLUMNS": "160"}, catch_exceptions=False).stdout
    assert sum(line.split()[:2] == [PARTNER, "Small"] for line in said.splitlines()) == 4
    assert "2 more; name fewer partners or designations for cards; --format csv gives every metric" in said
