"""A demo of a few partners, as a facts folder and as a store, which no test changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book
from attain.store.delivery import of_folder
from attain.store.store import Store
from attain.workspace import Workspace
from tests.report.packs import DAY


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence") / "facts"
    write_demo(DemoPlan(6, 1, DAY, 26, 30, 600, 200, 40, "parquet"), folder)
    return folder


@pytest.fixture(scope="package")
def store(folder: Path) -> Path:
    place = folder.parent / "store"
    Store.create(place).take([of_folder(folder)], load_book().catalog)
    return place


@pytest.fixture(scope="package")
def stored(store: Path) -> Workspace:
    return Workspace.open(store)


@pytest.fixture(scope="package")
def loaded(folder: Path) -> Workspace:
    return Workspace.open(folder)
