"""A partner taken from a store is the partner of the folder that went into it, names of people included."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from attain.advise.applying import apply_changes
from attain.advise.scenario import read_changes
from attain.cli.app import app
from attain.workspace import Workspace
from tests.advise.drawn import numbers
from tests.advise.small import DAY, PARTNER, small, small_facts

CHANGES = ("remove_person person=Ben", "add_association tenant=Birch association=cpor", "change_usage tenant=Dune percent=30")


def test_a_store_gives_what_the_folder_gives(tmp_path: Path) -> None:
    folder = small(tmp_path / "facts")
    for arguments in (
        ["init", str(tmp_path / "store")],
        ["import", str(small_facts(tmp_path / "facts")), "--into", str(tmp_path / "store")],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
    advice = Workspace.open(tmp_path / "store").advice(DAY, partner=PARTNER, designations=["security"])
    store = advice.hypotheses
    assert numbers(store.current) == numbers(folder.current)
    changes = read_changes(CHANGES)
    assert numbers(store.score(apply_changes(store, changes))) == numbers(folder.score(apply_changes(folder, changes)))
    assert {row.name for row in advice.near().rows} >= {"Cleo", "Ada", "Dune"}
