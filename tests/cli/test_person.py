"""`attain person` on the command line: what is held is written, and erased only when it is said so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from attain.store.store import Store
from tests.sources.folders import training
from tests.store.test_people import deliver

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = """
import sys
from attain.cli.app import app
from typer.testing import CliRunner
store, out = sys.argv[1:]
runner = CliRunner()
def attain(*words, **told):
    done = runner.invoke(app, [*words, "--store", store], **told)
    print(json.dumps([done.exit_code, done.output, getattr(done.exception, "code", "")]))
import json
attain("person", "export", "ada byron", "--out", out)
attain("person", "erase", "ada byron", input="n")
attain("person", "erase", "ada byron", "--yes")
attain("person", "export", "ada byron")
attain("person", "export", "nobody@contoso.example")
attain("forget")
"""


def test_a_person_is_exported_and_erased(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    deliver(store, "one.csv", [training()])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "ATTAIN_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", COMMANDS, str(store.place.local), str(tmp_path / "ada.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    export, refused, erased, gone, unknown, forgotten = (json.loads(line) for line in done.stdout.splitlines())
    held = json.loads((tmp_path / "ada.json").read_text(encoding="utf-8"))["store"]
    assert export[0] == 0
    assert any(row["person_name"] == "Ada Byron" for row in held["people"])
    assert len(held["certificates"]) == 1
    assert refused[0] == 1
    assert "This cannot be undone" in refused[1]
    assert (erased[0], "certificates count as before" in erased[1]) == (0, True)
    assert (gone[0], gone[2]) == (1, "unknown-person")
    assert (unknown[0], unknown[2]) == (1, "unknown-account")
    assert forgotten[0] == 0
    assert not [path for path in store.place.local.rglob("*.parquet") if b"Byron" in path.read_bytes()]
