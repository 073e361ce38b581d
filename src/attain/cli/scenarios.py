"""`attain scenarios`: scenarios under a name, shared by the people of an organization and played by `attain simulate --scenario NAME`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import InNameOf, OfPartner
from attain.cli.options import FileFormat, Output, OutputFormat, check_output

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.advise.scenario import Scenario
    from attain.recorded.recording import Recorder

scenarios = typer.Typer(no_args_is_help=True, help="Saved scenarios of the simulator: list, show, save, rename, remove.")
ScenarioName = Annotated[str, typer.Argument(metavar="NAME", help="The scenario.")]
FILES = (".yaml", ".yml", ".json")
COLUMNS: Columns = {"name": "text", "changes": "count", "note": "text", "saved_by": "text", "saved_at": "text"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(scenarios, name="scenarios")


def scenario_of(given: str, partner: str, organization: str) -> Scenario:
    """Read the scenario of a file, or else the one that is saved for the partner under a name.

    Raises AttainError as `read_scenario`, and `no-such-scenario` with the nearest name.
    """
    from attain.advise.scenario import Scenario, read_changes, read_scenario

    path = Path(given)
    if path.suffix.casefold() in FILES or path.is_file():
        return read_scenario(path)
    acting.connect()
    from attain.people.commands import organization_for
    from attain.recorded.scenarios import scenario_named

    found = scenario_named(organization_for(partner, organization), partner, given)
    return Scenario(name=found.name, note=found.note, changes=read_changes(found.changes))


@scenarios.command("list")
def list_(partner: OfPartner, organization: InNameOf = "", file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the scenarios that an organization saved for a partner, by name."""
    check_output(file_format, output)
    acting.connect()
    from attain.people.commands import organization_for
    from attain.recorded.scenarios import saved_scenarios

    acting.check_partner(partner)
    rows = [
        {
            "name": one.name,
            "changes": len(one.changes),
            "note": one.note,
            "saved_by": one.saved_by,
            "saved_at": f"{one.saved_at:%Y-%m-%d %H:%M}",
        }
        for one in saved_scenarios(organization_for(partner, organization), partner)
    ]
    acting.show(COLUMNS, rows, file_format, output, "No scenario is saved.")


@scenarios.command("show")
def show(partner: OfPartner, name: ScenarioName, organization: InNameOf = "") -> None:
    """Print the changes of a scenario, one a line, as attain simulate --change reads them."""
    acting.connect()
    from attain.people.commands import organization_for
    from attain.recorded.scenarios import scenario_named

    for line in scenario_named(organization_for(partner, organization), partner, name).changes:
        print(line)


@scenarios.command("save")
def save(
    partner: OfPartner,
    name: ScenarioName,
    change: Annotated[
        list[str] | None, typer.Option(help="A change, as for attain simulate; may be given more than once, after those of the file.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file of changes, YAML or JSON.")] = None,
    note: Annotated[str | None, typer.Option(help="A note; that of the file unless given.")] = None,
    organization: InNameOf = "",
) -> None:
    """Save changes under a name, for the people of the organization."""
    from attain.advise.scenario import Scenario, change_text, read_changes, read_scenario

    read = Scenario() if file is None else read_scenario(file)
    changes = [change_text(one) for one in (*read.changes, *read_changes(change or []))]
    recorder = _recorder(partner, organization, "save")
    from attain.recorded.scenarios import save_scenario

    print(f"{save_scenario(recorder, name, changes, read.note if note is None else note)} is saved.")


@scenarios.command("rename")
def rename(
    partner: OfPartner,
    name: ScenarioName,
    to: Annotated[str, typer.Argument(metavar="TO", help="What it is called from now on.")],
    note: Annotated[str | None, typer.Option(help="Another note; the one that is there stays unless given.")] = None,
    organization: InNameOf = "",
) -> None:
    """Give a scenario another name."""
    recorder = _recorder(partner, organization, "rename")
    from attain.recorded.scenarios import rename_scenario, scenario_named

    found = scenario_named(recorder.organization, partner, name)
    print(f"It is called {rename_scenario(recorder, found.pk, to, note)} now.")


@scenarios.command("remove")
def remove(partner: OfPartner, name: ScenarioName, organization: InNameOf = "") -> None:
    """Remove a scenario."""
    recorder = _recorder(partner, organization, "remove")
    from attain.recorded.scenarios import remove_scenario, scenario_named

    print(f"{remove_scenario(recorder, scenario_named(recorder.organization, partner, name).pk)} is removed.")


def _recorder(partner: str, organization: str, what: str) -> Recorder:
    acting.connect()
    from attain.people.roles import Access

    return acting.recorder(partner, organization, Access.PLAN, f"scenarios {what}")
