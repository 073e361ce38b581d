"""The `attain` command: one module a group of commands, errors as one line a person can act on."""

from __future__ import annotations

import sys

import typer

from attain.cli import demo, facts, imports, rules, score, status
from attain.errors import AttainError

app = typer.Typer(name="attain", no_args_is_help=True, pretty_exceptions_enable=False)
demo.register(app)
facts.register(app)
imports.register(app)
rules.register(app)
score.register(app)
status.register(app)


@app.callback()
def attain() -> None:
    """Partner capability scores, exactly, from the files you have."""


def main() -> None:
    """Run the command line: exit code 0 done, 1 refused input or unknown name, 2 wrong usage."""
    try:
        app()
    except AttainError as error:
        typer.echo(f"attain: {error}", err=True)
        sys.exit(1)
