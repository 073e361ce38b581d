"""That help is read by people: every command below a heading, no word of programming, nothing cut at 80 columns."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from typer.testing import CliRunner

from attain import cli
from attain.cli.app import app
from attain.cli.commands import PANELS

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


def test_the_list_says_of_each_command_what_its_help_begins_with_and_where_it_is() -> None:
    commands: Any = getattr(typer.main.get_command(app), "commands", {})
    said = {name: " ".join(commands[name].help.split("\n\n")[0].split()) for name in commands}
    listed = {name: one for names in PANELS.values() for name, one in names.items()}
    assert said == {name: one.summary for name, one in listed.items()}
    for module in {one.module for one in listed.values()}:
        below = typer.Typer()
        import_module(f"attain.cli.{module}").register(below)
        assert set(typer.main.get_group(below).commands) == {name for name, one in listed.items() if one.module == module}


def test_every_module_that_registers_commands_is_listed() -> None:
    modules = {path.stem for path in Path(cli.__file__).parent.glob("*.py") if "\ndef register(" in path.read_text("utf-8")}
    assert modules == {one.module for names in PANELS.values() for one in names.values()}


@pytest.mark.parametrize(("arguments", "imported"), [(["--help"], set[str]()), (["-h"], set[str]()), (["score", "--help"], {"score"})])
def test_no_command_is_imported_that_nobody_asked_for(arguments: list[str], imported: set[str]) -> None:
    program = "import sys; from attain.cli.app import app; app(standalone_mode=False); "
    program += "print('|', *(name.removeprefix('attain.cli.') for name in sys.modules if name.startswith('attain.cli.')))"
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    modules = {one.module for names in PANELS.values() for one in names.values()}
    assert modules & set(done.stdout.rpartition("|")[2].split()) == imported


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


WRITES_MORE_THAN_TEXT = {("evidence",), ("cases", "download")}
"""Commands that write documents, and say by the name of the file which."""


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_a_dash_is_standard_output_where_a_file_may_be_named(path: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    context = typer.Context(command)
    named = [one for one in command.params if "-o" in one.opts and path not in WRITES_MORE_THAN_TEXT]
    for option in named:
        assert option.callback(context, option, Path("-")) is None
        assert option.callback(context, option, Path("file")) == Path("file")
    assert named or path not in {("openapi",), ("person", "export"), ("score",), ("rulebooks", "file")}
