"""A real server on a free port, on demo facts in a store of its own, published, for tests that drive a browser."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attain.facts.synthetic import DemoPlan, write_demo
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 11, 24)
PASSWORD = "demo-of-attain"
LAST_LINE = "Stop with Ctrl+C."


@dataclass(frozen=True)
class Server:
    """A running server: its address without a last slash, its data folder, its store, the link of a first run."""

    url: str
    home: Path
    store: Path
    first_run: str


def write_facts(folder: Path) -> Path:
    """Write small demo facts."""
    write_demo(DemoPlan(8, 1, DAY, 30, 40, 2_000, 1_000, 100, "parquet"), folder, overwrite=True)
    return folder


def make_store(place: Path, facts: Path) -> Path:
    """Make a store that holds demo facts."""
    Store.create(place)
    import_files([facts], place, Options())
    return place


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    folder: Path, *, demo: bool = True, facts: bool = True, port: int = 0, told: Mapping[str, str] | None = None
) -> Generator[Server]:
    """Run `attain serve` until the block ends; with `demo` on published facts and with an account of each role.

    `told` are more variables of its environment; a `port` is named where somebody must know it before; without `facts` the store is empty.
    """
    home, port = folder / "home", port or free_port()
    store = folder / "store"
    if facts:
        make_store(store, write_facts(folder / "facts"))
    else:
        Store.create(store)
    attain = [sys.executable, "-c", "from attain.cli.app import main; main()"]
    command = [*attain, "serve", "--store", str(store), "--port", str(port)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "ATTAIN_HOME": str(home),
        "ATTAIN_STYLEGUIDE": "1",
        "ATTAIN_WEBHOOK_HOSTS": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        **(told or {}),
    }
    for name in ("DJANGO_SETTINGS_MODULE", "ATTAIN_SECRET_KEY"):
        environment.pop(name, None)
    if demo:
        subprocess.run([*attain, "refresh", "--store", str(store), "--as-of", str(DAY)], env=environment, check=True, cwd=folder)
    # The log goes to a file: a pipe that nobody reads fills up, and the server would wait for it.
    log = folder / "server.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [*command, *(["--demo"] if demo else [])], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder
        ) as process,
    ):
        try:
            yield Server(f"http://localhost:{port}", home, store, _wait(process, log))
        finally:
            process.terminate()


def chromium() -> str:
    """Find Chromium; `make chromium` installs it on Debian."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        message = "no Chromium: run make chromium, or name one in CHROMIUM"
        raise RuntimeError(message)
    return found


def _wait(process: subprocess.Popen[str], log: Path) -> str:
    """Wait for the last line that a server prints when it is ready; give the link of the first run where that is it."""
    assert process.stdout
    printed: list[str] = []
    for line in process.stdout:
        printed.append(line)
        if line.strip() == LAST_LINE:
            return ""
        if "/start/?token=" in line:
            return line.strip()
    message = f"the server ended with {process.wait()}: {''.join(printed)}{log.read_text(encoding='utf-8')}"
    raise RuntimeError(message)
