"""What is there over the REST interface is there as a command, and the other way around, or the table says why not."""

from __future__ import annotations

from handbook import commands, rest
from tests.health.surfaces import COMMANDS_ALONE, DONE_BY, Reason

TABLE = "tests/health/surfaces.py"
OPERATIONS = {f"{method} {path.removeprefix('/api/v1')}" for method, path in rest.endpoints()}
COMMANDS = {name for name, command in commands.commands().items() if not command.group}
NAMED = {name for done in DONE_BY.values() if not isinstance(done, Reason) for name in done}


def test_every_operation_is_a_command_too_or_says_why_not() -> None:
    missing = sorted(OPERATIONS - DONE_BY.keys())
    assert not missing, f"no command does {missing}: build it and name it in DONE_BY of {TABLE}, or say there why there is none"
    gone = sorted(DONE_BY.keys() - OPERATIONS)
    assert not gone, f"DONE_BY of {TABLE} names {gone}, which the REST interface does not have: take them out"


def test_every_command_is_an_operation_too_or_says_why_not() -> None:
    alone = sorted(COMMANDS - NAMED - COMMANDS_ALONE.keys())
    assert not alone, f"no operation does {alone}: name each beside its operation in DONE_BY of {TABLE}, or say why in COMMANDS_ALONE"
    unknown = sorted((NAMED | COMMANDS_ALONE.keys()) - COMMANDS)
    assert not unknown, f"{TABLE} names {unknown}, which are no commands; see attain --help"
    both = sorted(NAMED & COMMANDS_ALONE.keys())
    assert not both, f"COMMANDS_ALONE of {TABLE} names {both}, which do what an operation does: take them out"


def test_what_changes_something_has_a_command_of_its_own() -> None:
    """A command that reads may answer several questions; one that writes says by its name what it does."""
    writing: dict[str, list[str]] = {}
    for operation, done in DONE_BY.items():
        if not isinstance(done, Reason) and not operation.startswith("GET "):
            for name in done:
                writing.setdefault(name, []).append(operation)
    shared = {name: found for name, found in writing.items() if len(found) > 1}
    assert not shared, f"one command for several changes: {shared}"


def test_a_reason_is_a_sentence() -> None:
    for what, reason in [*DONE_BY.items(), *COMMANDS_ALONE.items()]:
        if isinstance(reason, Reason):
            assert len(reason.words.split()) >= 8, f"{what}: {reason.words!r} says little"
