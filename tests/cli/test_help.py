"""That help is read by people: every command below a heading, no word of programming, nothing cut at 80 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from typer.testing import CliRunner

from attain.cli.app import app
from attain.cli.grouping import PANELS

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_PROGRAMMING = re.compile(r"<(?:str|bool|int|int range|float|list\[.*\])>")


def _paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from _paths(below, (*path, name))


_ALL = list(_paths(typer.main.get_command(app)))


def test_every_command_stands_below_one_heading() -> None:
    under = [name for names in PANELS.values() for name in names]
    assert sorted(under) == sorted(path[0] for path in _ALL if len(path) == 1)


def test_the_first_page_shows_commands_in_the_order_of_the_headings() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"}).stdout
    places = [shown.index(heading) for heading in PANELS]
    assert places == sorted(places)
    assert "Commands" not in shown


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_help_fits_80_columns_and_says_in_words_what_an_option_takes(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "-h"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout
    assert not _OF_PROGRAMMING.findall(done.stdout.replace("\n", " "))
