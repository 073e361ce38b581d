"""`attain serve` as a process of its own, without facts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.serving import ROOT, free_port

ATTAIN = (sys.executable, "-c", "from attain.cli.app import main; main()")


@dataclass(frozen=True)
class Running:
    """A server that answers: its process, its port, the file of its log."""

    process: subprocess.Popen[str]
    port: int
    log: Path


def environment_for(home: Path, **more: str) -> dict[str, str]:
    """Give an environment with Attain's data in `home`, and nothing of Attain's that this process has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "ATTAIN_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def serving(home: Path, *options: str, environment: Mapping[str, str] | None = None, program: Sequence[str] = ATTAIN) -> Generator[Running]:
    """Serve on a free port until the block ends; it starts once the server says that it answers."""
    port, log = free_port(), home.with_name(f"{home.name}.log")
    command = [*program, "serve", "--port", str(port), *options]
    given = environment_for(home) if environment is None else dict(environment)
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=home.parent) as process,
    ):
        try:
            assert process.stdout
            first = process.stdout.readline()
            assert first.startswith("Attain is at "), f"it ended with {process.wait()}: {log.read_text(encoding='utf-8')}"
            yield Running(process, port, log)
        finally:
            process.terminate()
