"""The `attain` command: one module a group of commands, imported when one is asked for, errors as one line a person can act on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from attain.cli.grouping import HELP, GroupedCommands
from attain.errors import AttainError

app = typer.Typer(
    name="attain",
    cls=GroupedCommands,
    context_settings={"help_option_names": list(HELP)},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"attain {version('attain')}")
        raise typer.Exit


@app.callback()
def attain(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and end.")] = False,
) -> None:
    """Partner capability scores, exactly, from the files you have."""


def main() -> None:
    """Run the command line: exit code 0 done, 1 refused input or unknown name, 2 wrong usage; `refresh` and `alerts` have more."""
    try:
        app()
    except AttainError as error:
        _refuse(error)
    except OSError as error:
        _refuse(_of_system(error))
    finally:
        _flush()


def _flush() -> None:
    """Write what is left to write; where nobody reads it any more (`attain ... | head`), throw it away without a word."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(error: AttainError) -> NoReturn:
    typer.echo(f"attain: {error}", err=True)
    sys.exit(1)


def _of_system(error: OSError) -> AttainError:
    """Word what the system refused: a file that may not be read, a folder that may not be written, a disk that is full."""
    place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else None
    # libraries that write files say the reason in their text alone
    said = str(error).strip().splitlines()
    reason = (error.strerror or (said[0] if said else "the system refused it")).lower()
    hint = "check its permissions, or name another file or folder" if place else "check the free space and the permissions of the folder"
    return AttainError("system", reason, str(place or ""), hint)
