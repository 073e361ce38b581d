"""Change the code of scores, reasons and statuses a little, one place at a time, and see whether a test notices.

Works in a copy. Every test is run once to see which lines it reaches; then changes are drawn evenly from all modules until the time is
over, and each meets the quickest tests that reach its lines. What survives is listed with its change.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from bench.mutants import Mutant, Reach, configure, mutants_of, read_trace, ready, trace, try_mutant

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("src", "tests", "bench", "docs", "handbook", "requirements", "pyproject.toml")
LAYERS: dict[str, tuple[str, ...]] = {
    "scoring": (
        "tests/scoring/test_rationals.py",
        "tests/scoring/test_metrics.py",
        "tests/scoring/test_timeline.py",
        "tests/scoring/test_readings.py",
        "tests/scoring/test_cases.py",
        "tests/scoring/test_properties.py",
        "tests/scoring/test_daily.py",
        "tests/scoring/test_history.py",
        "tests/scoring/test_chronicle.py",
        "tests/scoring/test_against_oracle.py",
    ),
    "explaining": (
        "tests/explaining/test_parts.py",
        "tests/explaining/test_reasons.py",
        "tests/explaining/test_sums.py",
        "tests/explaining/test_difference_causes.py",
        "tests/explaining/test_difference_sums.py",
        "tests/explaining/test_reconcile.py",
        "tests/explaining/test_whole_partner.py",
    ),
    "lifecycle": (
        "tests/lifecycle/test_windows.py",
        "tests/lifecycle/test_cases.py",
        "tests/lifecycle/test_enrollments.py",
        "tests/lifecycle/test_programme.py",
        "tests/lifecycle/test_statuses_of_facts.py",
        "tests/lifecycle/test_against_naive.py",
    ),
}
"""Folders below `src/attain` in which a change could move a point, with the tests that should notice."""
SLOWEST = 90.0
"""CPU seconds of tests that one change meets at the most."""


@dataclass(frozen=True)
class Found:
    """What became of one change: noticed, survived, met by no test, or too slow, which is a change noticed too."""

    mutant: Mutant
    what: str


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as scoring/pools.py; all unless given")
    parser.add_argument("--minutes", type=float, default=60, help="how long, after every test ran once [default: 60]")
    parser.add_argument("--children", type=int, default=2, help="tries at a time [default: 2]")
    parser.add_argument("--tests", action="append", metavar="FILE", help="of tests that may notice, instead of all named for the folders")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which changes are tried [default: 1]")
    parser.add_argument("--copy", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(given)
    for name in asked.modules:
        if not (ROOT / "src" / "attain" / name).is_file() or name.split("/")[0] not in LAYERS:
            parser.error(f"{name} is not a module of {', '.join(LAYERS)}")
    return asked


class Children:
    """Processes at work, so many at a time, each with an end by when it is stopped."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.until: dict[int, float] = {}
        self.ended: dict[int, int | None] = {}

    def free(self) -> bool:
        self._look()
        return len(self.until) < self.most

    def add(self, process: int, seconds: float) -> None:
        self.until[process] = time.monotonic() + seconds

    def taken(self) -> dict[int, int | None]:
        """The processes that ended since the last call, with their codes; nothing for one that was stopped."""
        self._look()
        ended, self.ended = self.ended, {}
        return ended

    def _look(self) -> None:
        for process, until in list(self.until.items()):
            over, status = os.waitpid(process, os.WNOHANG)
            if over:
                self.ended[process] = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                os.killpg(process, signal.SIGKILL)
                os.waitpid(process, 0)
                self.ended[process] = None
            else:
                continue
            del self.until[process]


def tests_for(modules: dict[str, Path]) -> list[str]:
    """The files of tests that are named for the modules' folders."""
    return [tests for layer, named in LAYERS.items() if any(module.split(".")[1] == layer for module in modules) for tests in named]


def traced(root: Path, tests: list[str], modules: dict[str, Path], place: Path, children: int) -> list[Reach]:
    """What tests reach, file by file."""
    files = list(tests)
    at_work, reached, waiting = Children(children), list[Reach](), dict[int, Path]()
    while files or waiting:
        if files and at_work.free():
            scratch = place / f"trace-{len(files)}"
            process = trace(root, files.pop(), modules, scratch)
            waiting[process] = scratch
            at_work.add(process, 3600)
        for process, code in at_work.taken().items():
            scratch = waiting.pop(process)
            if code != 0:
                sys.exit(f"the tests fail without any change:\n{scratch.with_suffix('.log').read_text(encoding='utf-8')[-2000:]}")
            reached += read_trace(scratch)
        time.sleep(0.05)
    return sorted(reached, key=lambda one: one.seconds)


def tests_of(mutant: Mutant, reached: list[Reach]) -> tuple[list[str], float]:
    """The quickest tests that reach the lines of a change, and their CPU seconds."""
    chosen: list[str] = []
    seconds = 0.0
    for one in reached:
        lines = one.lines.get(mutant.module, set())
        if lines if mutant.at_import else not lines.isdisjoint(mutant.lines):
            if chosen and seconds + one.seconds > SLOWEST:
                break
            chosen.append(one.test)
            seconds += one.seconds
    return chosen, seconds


def evenly(mutants: dict[str, list[Mutant]], seed: int) -> list[Mutant]:
    """All changes, one of each module in turn, so that whenever the time is over each module was tried as much as the others."""
    chance = random.Random(seed)
    orders = [chance.sample(found, len(found)) for found in mutants.values()]
    return [one for turn in zip_longest(*orders) for one in turn if one is not None]


def tried(
    root: Path, order: list[Mutant], modules: dict[str, Path], reached: list[Reach], place: Path, end: float, most: int
) -> list[Found]:
    """Try changes in their order until the time is over; what survives few examples meets all of them."""
    found: list[Found] = []
    waiting: dict[int, tuple[Mutant, bool]] = {}
    at_work = Children(most)
    queue = [(mutant, False) for mutant in reversed(order)]
    while waiting or (queue and time.monotonic() < end):
        if queue and time.monotonic() < end and at_work.free():
            mutant, whole = queue.pop()
            tests, seconds = tests_of(mutant, reached)
            if not tests:
                found.append(Found(mutant, "met by no test"))
                continue
            scratch = place / f"try-{len(found)}-{len(waiting)}-{len(queue)}"
            process = try_mutant(root, mutant, modules[mutant.module], tests, scratch, whole)
            waiting[process] = (mutant, whole)
            at_work.add(process, 120 + 40 * seconds)
        for process, code in at_work.taken().items():
            mutant, whole = waiting.pop(process)
            if code == 0 and not whole:
                queue.append((mutant, True))
                continue
            what = "survived" if code == 0 else "noticed" if code is not None else "too slow"
            found.append(Found(mutant, what))
            if what != "noticed":
                print(f"{what}: {mutant.name}\n{mutant.change}", flush=True)
        time.sleep(0.05)
    # Survivors of the quick try that no time was left for are told as what they are so far.
    return [*found, *(Found(mutant, "survived few examples") for mutant, whole in queue if whole)]


def told(mutants: dict[str, list[Mutant]], found: list[Found]) -> str:
    """The rate by module, as a table."""
    by_module: dict[str, list[str]] = defaultdict(list)
    for one in found:
        by_module[one.mutant.module].append(one.what)
    lines = ["| module | changes | tried | noticed | survived | met by no test |", "|---|---:|---:|---:|---:|---:|"]
    for module, all_of_it in [*mutants.items()]:
        lines.append(_row(module.removeprefix("attain."), len(all_of_it), by_module[module]))
    lines.append(_row("all", sum(map(len, mutants.values())), [one.what for one in found]))
    return "\n".join(lines)


def _row(name: str, changes: int, what: list[str]) -> str:
    noticed = sum(one in {"noticed", "too slow"} for one in what)
    survived = sum(one.startswith("survived") for one in what)
    share = f" ({100 * noticed / len(what):.1f}%)" if what else ""
    return f"| {name} | {changes:,} | {len(what):,} | {noticed:,}{share} | {survived:,} | {what.count('met by no test'):,} |"


def in_copy(asked: argparse.Namespace) -> None:
    """Do the work where the sources lie still."""
    root: Path = asked.copy
    source = root / "src" / "attain"
    named = asked.modules or [str(path.relative_to(source)) for layer in LAYERS for path in sorted((source / layer).glob("*.py"))]
    modules = {f"attain.{name.removesuffix('.py').replace('/', '.')}": source / name for name in named if not name.endswith("__init__.py")}
    ready()
    configure(root)
    place = root / "scratch"
    place.mkdir()
    reached = traced(root, asked.tests or tests_for(modules), modules, place, asked.children)
    mutants = {module: mutants_of(module, path) for module, path in modules.items()}
    print(f"{len(reached):,} tests; {sum(map(len, mutants.values())):,} changes of {len(mutants)} modules", flush=True)
    end = time.monotonic() + asked.minutes * 60
    found = tried(root, evenly(mutants, asked.seed), modules, reached, place, end, asked.children)
    print(told(mutants, found), flush=True)


def main(given: list[str]) -> None:
    asked = arguments(given)
    if asked.copy:
        in_copy(asked)
        return
    with tempfile.TemporaryDirectory(prefix="attain-mutation-") as place:
        copy = Path(place)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        environment = os.environ | {"PYTHONPATH": f"{copy / 'src'}:{copy}"}
        command = [sys.executable, "-m", "bench", "mutation", *given, "--copy", str(copy)]
        sys.exit(subprocess.run(command, cwd=copy, env=environment, check=False).returncode)
