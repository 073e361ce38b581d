"""The drill: back up a server's data while a file is imported, restore it elsewhere, and find every row, load and score again."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

from attain.facts.synthetic import DemoPlan, write_demo
from attain.server.doctor.examine import examine
from attain.server.doctor.finding import Health
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.checking import faults
from attain.store.store import Store
from attain.workspace import Workspace
from tests.imports.conftest import focus_file
from tests.server.serving import ATTAIN, environment_for

DAY = dt.date(2026, 11, 24)
NOT_TAKEN = {"django_session", "attain_cache", "django_migrations", "sqlite_sequence"}
PREPARE = f"""
import datetime as dt, sys
from attain.server.running import Serving, connect
connect(Serving(sys.argv[1]))
from django.conf import settings
from attain.published.publish import publish
from attain.server.demo import make_people
from attain.workspace import Workspace
make_people()
publish(Workspace.open(settings.STORE), dt.date.fromisoformat("{DAY}"), settings.STORE)
"""


def _attain(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*ATTAIN, *arguments], env=environment_for(home), capture_output=True, text=True, check=False, cwd=home.parent)
    assert done.returncode == 0, done.stderr
    return done


def _tables(home: Path, store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table, with the place of the store taken out."""
    with closing(sqlite3.connect(home / "attain.sqlite3")) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: sorted(
                (tuple("STORE" if value == str(store) else value for value in row) for row in database.execute(f'select * from "{name}"')),
                key=repr,
            )
            for name in names
            if name not in NOT_TAKEN
        }


def test_everything_is_back_after_a_backup_that_an_import_ran_into(tmp_path: Path) -> None:
    home, store, new_home, new_store = (tmp_path / name for name in ("home", "store", "new-home", "new-store"))
    write_demo(DemoPlan(4, 1, DAY, 12, 14, 200, 60, 20, "parquet"), tmp_path / "facts")
    Store.create(store)
    import_files([tmp_path / "facts"], store, Options())
    subprocess.run([*ATTAIN[:2], PREPARE, str(store)], env=environment_for(home), check=True)

    over, begun = threading.Event(), threading.Event()

    def import_again_and_again() -> None:
        number = 0
        # With a pause in which somebody else may have the store.
        while not over.wait(0.5):
            number += 1
            (tmp_path / f"focus{number}.csv").write_bytes(focus_file({"EffectiveCost": str(number)}))
            import_files([tmp_path / f"focus{number}.csv"], store, Options())
            begun.set()

    importer = threading.Thread(target=import_again_and_again)
    importer.start()
    try:
        assert begun.wait(60)
        said = _attain(home, "backup", str(tmp_path / "backup"), "--store", str(store))
    finally:
        over.set()
        importer.join(120)
    assert "ATTAIN_SECRET_KEY" in said.stderr

    said = _attain(new_home, "restore", str(tmp_path / "backup"), "--store", str(new_store))
    assert "everybody signs in anew" in said.stderr
    tables = _tables(home, store)
    assert len(tables["published_publisheddesignation"]) > 4
    assert len(tables["people_user"]) > 4
    assert _tables(new_home, new_store) == tables

    restored = Store.open(new_store)
    assert list(faults(restored, lambda _text: None)) == []
    loads = restored.loads.every()
    assert 1 < len(loads) <= len(Store.open(store).loads.every())
    before, after = Workspace.open(store, load=len(loads)), Workspace.open(new_store)
    assert after.facts.digest == before.facts.digest
    scores = [list(opened.score(DAY).rows()) for opened in (before, after)]
    assert len(scores[0]) > 100
    assert scores[0] == scores[1]

    found = list(examine(environment_for(new_home), str(new_store)))
    assert [one for one in found if one.health is Health.WRONG] == []
