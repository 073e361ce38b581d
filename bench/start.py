"""Measure how long commands take to start, and a server until it answers: `python -m bench start`."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from bench.score import machine

ATTAIN = (sys.executable, "-c", "from attain.cli.app import main; main()")
COMMANDS = (("--version",), ("--help",), ("score", "--help"), ("rules", "list"), ("doctor",))
PORT = 8799


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench start", description=__doc__)
    parser.add_argument("--turns", type=int, default=15, help="times that each command is run")
    return parser.parse_args(given)


def taken(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; give its milliseconds, and those of CPU."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*ATTAIN, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def served(environment: dict[str, str]) -> float:
    """Start a server; give the milliseconds until the page of the sign-in is there."""
    started = time.perf_counter()
    with subprocess.Popen([*ATTAIN, "serve", "--port", str(PORT)], env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/account/login/", timeout=5) as answer:
                        answer.read()
                    return (time.perf_counter() - started) * 1000
                except urllib.error.URLError:
                    time.sleep(0.02)
        finally:
            process.terminate()


def main(given: list[str]) -> None:
    chosen = arguments(given)
    print(machine(), "\n")
    print("| command | milliseconds | CPU milliseconds | slowest |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
        environment = {**kept, "ATTAIN_HOME": str(Path(folder) / "home")}
        for command in COMMANDS:
            turns = [taken(command, environment) for _ in range(chosen.turns)]
            walls, cpu = [wall for wall, _ in turns], [cpu for _, cpu in turns]
            print(f"| `attain {' '.join(command)}` | {median(walls):.0f} | {median(cpu):.0f} | {max(walls):.0f} |")
        served(environment)  # makes the database and the static files
        starts = [served(environment) for _ in range(max(1, chosen.turns // 5))]
        print(f"| `attain serve`, until its first page | {median(starts):.0f} | | {max(starts):.0f} |")
