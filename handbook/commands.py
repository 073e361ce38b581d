"""The command line as the handbook knows it: every command with its arguments and options, from Typer's own objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import typer.main

from attain.cli.app import app
from handbook.markdown import code, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTES = re.compile(r"\s*\[(?P<notes>(?:required|default: |env var: |\d*(?:<=)?x[<>]=)[^\]]*)\]$")
"""What the help puts behind the words about a parameter: its default, its limits, the variable that gives it."""
_LIMITS = re.compile(r"(?:(?P<low>\d+)<=)?x(?P<sign>[<>]=)(?P<bound>\d+)")
_DEFAULT, _VARIABLE = "default: ", "env var: "


@dataclass(frozen=True)
class Parameter:
    """An argument or option: its `spellings`, what it takes, what it is for, and the value it has unless it is given."""

    spellings: tuple[str, ...]
    takes: str
    about: str
    default: str
    required: bool
    argument: bool


@dataclass(frozen=True)
class Command:
    """One command: `name` as it is typed after `attain`, what it does, and its parameters."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    group: bool = False

    @property
    def usage(self) -> str:
        """Give how it is typed."""
        arguments = [one.spellings[0] if one.required else f"[{one.spellings[0]}]" for one in self.parameters if one.argument]
        options = ["[OPTIONS]"] if any(not one.argument for one in self.parameters) else []
        return " ".join(["attain", self.name, *(["COMMAND"] if self.group else []), *arguments, *options])


@cache
def commands() -> dict[str, Command]:
    """Give every command and group by its name, in the order in which a person looks for one."""
    return {command.name: command for command in sorted(_of(typer.main.get_command(app), ()), key=lambda command: command.name)}


def _of(node: Any, path: tuple[str, ...]) -> Iterator[Command]:
    below: dict[str, Any] = getattr(node, "commands", {})
    if path and not getattr(node, "hidden", False):
        context: Any = typer.Context(node, info_name=path[-1])
        parameters = tuple(_parameter(one, context) for one in node.params if not getattr(one, "hidden", False))
        yield Command(" ".join(path), str(node.help or "").strip(), parameters, bool(below))
    for name, inner in below.items():
        yield from _of(inner, (*path, name))


def _parameter(parameter: Any, context: Any) -> Parameter:
    argument = parameter.param_type_name == "argument"
    shown, about = parameter.get_help_record(context) or ("", "")
    found = _NOTES.search(about.strip())
    notes = found["notes"].split("; ") if found else []
    default = next((note.removeprefix(_DEFAULT).strip("()") for note in notes if note.startswith(_DEFAULT)), "")
    variable = next((f"what {note.removeprefix(_VARIABLE)} says" for note in notes if note.startswith(_VARIABLE)), "")
    return Parameter(
        spellings=(shown.split()[0].strip("[].").upper(),) if argument else (*parameter.opts, *parameter.secondary_opts),
        takes=" ".join(filter(None, (_takes(shown), *(_limits(note) for note in notes)))),
        about=_NOTES.sub("", about.strip()),
        default=default or variable,
        required=bool(parameter.required),
        argument=argument,
    )


def _limits(note: str) -> str:
    """Say within which limits a number lies, from how the help says it: `1<=x<=64`, `x>=1`."""
    found = _LIMITS.fullmatch(note)
    if found is None:
        return ""
    if found["low"]:
        return f"{found['low']} to {found['bound']}"
    return f"{'from' if found['sign'] == '>=' else 'up to'} {found['bound']}"


def _takes(shown: str) -> str:
    """Say what a parameter takes, from the last part of how the help shows it: `--as-of DAY`, `--by <day|month>`."""
    if "<" in shown:
        return shown[shown.index("<") + 1 : -1].replace("|", ", ")
    return next((word for word in shown.split()[1:] if word[:1] not in "-/"), "").strip("[]")


def page() -> str:
    """Write all commands."""
    listed = [(f"[{code(one.name)}](#{anchor(one.name)})", words(one.about)) for one in commands().values() if not one.group]
    parts = [table(("command", "does"), listed)]
    for command in commands().values():
        parts += [f"## `attain {command.name}` {{ #{anchor(command.name)} }}", words(command.about), f"```text\n{command.usage}\n```"]
        if command.parameters:
            parts.append(table(("", "takes", "what it is for", "unless given"), (_row(one) for one in command.parameters)))
    return "\n\n".join(parts) + "\n"


def anchor(name: str) -> str:
    """Give the anchor of a command on the page."""
    return f"attain-{name.replace(' ', '-')}"


def _row(parameter: Parameter) -> tuple[str, str, str, str]:
    spelled = ", ".join(code(spelling) for spelling in parameter.spellings)
    return spelled, words(parameter.takes), words(parameter.about), "required" if parameter.required else code(parameter.default)
