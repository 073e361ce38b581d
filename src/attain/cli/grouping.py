"""How `attain --help` is read: commands by what a person wants to do, and in plain words what an option takes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from attain.cli.commands import PANELS, Listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTED: dict[str, Listed] = {name: listed for commands in PANELS.values() for name, listed in commands.items()}

HELP = ("--help", "-h")
"""What asks for help."""

TAKES: dict[str, str] = {
    **dict.fromkeys(("as_of", "at_risk_before", "from_", "to", "by", "demo_day"), "DAY"),
    **dict.fromkeys(("partner", "partners", "distributor"), "ID"),
    **dict.fromkeys(("designation", "designations"), "DESIGNATION"),
    **dict.fromkeys(("folder", "rulebook"), "FOLDER"),
    **dict.fromkeys(("output", "out", "save", "costs", "claims", "rejects", "archive"), "FILE"),
    **dict.fromkeys(("within", "max_rejects"), "SHARE"),
    "basis": "BASIS",
    "change": "CHANGE",
    "channel": "CHANNEL",
    "edition": "EDITION",
    "expect": "USAGE",
    "host": "ADDRESS",
    **dict.fromkeys(("blocking", "metric"), "METRIC"),
    "name": "NAME",
    "status": "STATUS",
    **dict.fromkeys(("before", "store"), "STORE"),
    "target": "TARGET",
    "track": "TRACK",
    "url": "URL",
    "who": "WHO",
}
"""What a parameter takes, by its name, where its declaration leaves that open: a word, not a type of the language."""


class MadeWhenAsked(Mapping[str, Any]):
    """Commands by name, each made when it is first asked for: to import and make all of them takes longer than to show help."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Give a command. Raises KeyError where there is none of the name."""
        if name not in self._made:
            self._made |= _made(_LISTED[name].module)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names in the order of the headings."""
        return iter(_LISTED)

    def __len__(self) -> int:
        """Count the commands."""
        return len(_LISTED)


class GroupedCommands(TyperGroup):
    """The commands of `attain` under the headings of `PANELS`, none of their options with a word of programming beside it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = MadeWhenAsked()

    def get_params(self, ctx: Any) -> Any:
        """Give the options of `attain` itself, those of completion among them, which are added once the command is made."""
        parameters = super().get_params(ctx)
        for parameter in parameters:
            _shape(parameter, ctx)
        return parameters

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names in the order of the headings."""
        del ctx
        return list(self.commands)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write help, for which a line a command does."""
        named = copy(self)
        named.commands = {
            name: TyperCommand(name, help=listed.summary, rich_help_panel=heading)
            for heading, commands in PANELS.items()
            for name, listed in commands.items()
        }
        super(GroupedCommands, named).format_help(ctx, formatter)


@cache
def _registered(module: str) -> typer.Typer:
    app = typer.Typer()
    import_module(f"attain.cli.{module}").register(app)
    return app


def _made(module: str) -> dict[str, Any]:
    """Make the commands of a module."""
    commands: dict[str, Any] = dict(typer.main.get_group(_registered(module)).commands)
    for made in commands.values():
        for command in _all(made):
            context = typer.Context(command, help_option_names=list(HELP))
            for parameter in command.get_params(context):
                _shape(parameter, context)
    return commands


def _shape(parameter: Any, context: Any) -> None:
    """Have help say in a word what a parameter takes: nothing for a switch, the choices where they are few."""
    if parameter.param_type_name == "argument":
        parameter.metavar = parameter.metavar or TAKES.get(parameter.name)
        parameter.display_type_rich = _nothing  # an argument is named by its word, and its type would stand beside it
    elif parameter.metavar is None:
        parameter.metavar = _takes(parameter, context)


def _takes(option: Any, context: Any) -> str | None:
    if option.is_flag or option.name in {"install_completion", "show_completion"}:
        return ""
    shown: str = option.display_type(context)
    if "|" in shown:
        return None
    if shown.startswith("<int"):
        return "NUMBER"
    return TAKES.get(option.name, "FILE" if shown == "<path>" else "TEXT")


def _nothing(ctx: Any) -> str:
    """Say nothing of a type."""
    del ctx
    return ""


def _all(command: Any) -> Iterator[Any]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _all(below)
