"""That the command line starts fast: it loads what its help needs, and each command the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from attain.cli.app import app

# The first module of each library that takes long to load.
HEAVY = ("altair", "deltalake", "django", "granian", "highspy", "httpx", "narwhals", "numpy", "polars", "pyarrow", "structlog", "yaml")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["score", "--help"], ["serve", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from attain.cli.app import app
try:
    app({arguments!r})
except SystemExit as ended:
    assert not ended.code
print("loaded:", *sorted({set(HEAVY)!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"attain {version('attain')}\n")
