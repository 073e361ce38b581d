"""How `attain --help` is read: commands by what a person wants to do, and in plain words what an option takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

PANELS: dict[str, tuple[str, ...]] = {
    "Begin": ("demo", "init", "check"),
    "Bring files in": ("sources", "import", "pull", "assign", "report-score", "purchases", "loads", "store"),
    "Scores and reasons": ("score", "explain", "parts", "status", "history", "diff", "reconcile", "evidence", "cases"),
    "Insights": ("customers", "skilling", "trends", "freshness"),
    "What next": ("near", "seats", "fragility", "coverage", "claims", "forecast", "simulate", "scenarios", "recommend", "plan", "impact"),
    "Many resellers": ("portfolio", "resellers", "segments", "consents"),
    "Rules and lessons": ("rules", "rulebooks", "playbook"),
    "Run the web workspace": ("serve", "refresh", "alerts", "doctor", "backup", "restore", "openapi"),
    "People and organizations": ("organizations", "members", "tokens", "audit", "person", "forget"),
}
"""Every command below the heading where a person looks for it, in the order in which they are used."""

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


class GroupedCommands(TyperGroup):
    """The commands of `attain` under the headings of `PANELS`, none of their options with a word of programming beside it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for heading, names in PANELS.items():
            for name in names:
                command: Any = self.commands.get(name)
                if command is not None:
                    command.rich_help_panel = heading
        for command in _all(self):
            context = typer.Context(command, help_option_names=list(HELP))
            for parameter in command.get_params(context):
                _shape(parameter, context)

    def get_params(self, ctx: Any) -> Any:
        """Give the options of `attain` itself, those of completion among them, which are added once the command is made."""
        parameters = super().get_params(ctx)
        for parameter in parameters:
            _shape(parameter, ctx)
        return parameters

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names in the order of the headings; one below none of them comes last."""
        ordered = [name for names in PANELS.values() for name in names]
        return sorted(self.commands, key=lambda name: ordered.index(name) if name in ordered else len(ordered))


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
