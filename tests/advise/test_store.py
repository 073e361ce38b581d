"""A partner taken from a store is the partner of the folder that went into it, names of people included."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

from typer.testing import CliRunner

from attain.advise.applying import apply_changes
from attain.advise.cheapest import cheapest
from attain.advise.recommending import recommendations
from attain.advise.scenario import read_changes
from attain.cli.app import app
from attain.workspace import Workspace
from tests.advise.drawn import numbers
from tests.advise.small import DAY, PARTNER, small, small_facts

TARGET = Fraction(25)
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


def test_a_store_gives_the_plans_that_the_folder_gives(tmp_path: Path) -> None:
    folder = small(tmp_path / "facts")
    store = tmp_path / "store"
    for arguments in (["init", str(store)], ["import", str(small_facts(tmp_path / "facts")), "--into", str(store)]):
        assert CliRunner().invoke(app, arguments).exit_code == 0
    advice = Workspace.open(store).advice(DAY, partner=PARTNER, designations=["security"])
    by = date(2027, 5, 24)
    plans = [found.plans for found in (advice.plan("security", target=TARGET, by=by), cheapest(folder, "security", target=TARGET, by=by))]
    assert plans[0]
    told = [[(plan.cost, plan.total, sorted(action.words for action in plan.actions)) for plan in some] for some in plans]
    assert told[0] == told[1]
    recommended = [found["security"] for found in (advice.recommendations(by=by), recommendations(folder, by=by))]
    words = [[(one.action.words, one.points, one.deadline) for one in some] for some in recommended]
    assert words[0] == words[1]
