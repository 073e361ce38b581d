"""Change the code of scores, reasons and statuses a little, one place at a time, and see whether a test notices.

Works in a copy, a module at a time, each with the tests named for it, until the time is over; what survives is listed with its change.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS: dict[str, tuple[str, ...]] = {
    "lifecycle/windows.py": ("tests/lifecycle/test_windows.py",),
    "lifecycle/status.py": ("tests/lifecycle/test_cases.py", "tests/lifecycle/test_windows.py"),
    "lifecycle/enrollments.py": ("tests/lifecycle/test_enrollments.py", "tests/lifecycle/test_cases.py"),
    "lifecycle/needed.py": ("tests/lifecycle/test_windows.py",),
    "scoring/rationals.py": ("tests/scoring/test_rationals.py",),
    "scoring/exact.py": ("tests/scoring/test_rationals.py", "tests/scoring/test_metrics.py"),
    "scoring/tracks.py": ("tests/scoring/test_cases.py",),
    "scoring/pools.py": ("tests/scoring/test_metrics.py", "tests/scoring/test_cases.py"),
    "scoring/metrics.py": ("tests/scoring/test_metrics.py", "tests/scoring/test_cases.py"),
    "scoring/values.py": ("tests/scoring/test_metrics.py", "tests/scoring/test_cases.py"),
    "explaining/lines.py": ("tests/explaining/test_difference_sums.py", "tests/explaining/test_sums.py"),
}
"""Modules by which a point could change, below `src/attain`, with the quickest tests that should notice."""
COPIED = ("src", "tests", "bench", "docs", "handbook", "requirements", "pyproject.toml")
_RESULT = re.compile(r"^\s*(attain\.\S+): (\w[\w ]*)$", re.MULTILINE)


@dataclass
class Outcome:
    """What became of the changes of one module."""

    module: str
    survived: dict[str, str]
    unseen: int
    left: int
    seconds: float

    def lines(self) -> list[str]:
        told = (
            f"{self.module}: {len(self.survived)} survived, {self.unseen} are met by no test, {self.left} not tried; {self.seconds:.0f} s"
        )
        return [told, *(f"  {name}\n{change}" for name, change in self.survived.items())]


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TESTS)}; all unless given")
    parser.add_argument("--minutes", type=float, default=60, help="how long altogether [default: 60]")
    parser.add_argument("--children", type=int, default=2, help="tries at a time [default: 2]")
    asked = parser.parse_args(given)
    unknown = [name for name in asked.modules if name not in TESTS]
    if unknown:
        parser.error(f"{unknown[0]} is not among the modules: {', '.join(TESTS)}")
    return asked


def mutated(module: str, copy: Path, seconds: float, children: int) -> Outcome:
    """Try the changes of one module for so long at the most."""
    tests = "\n    ".join(TESTS[module])
    copied = "\n    ".join(COPIED)
    (copy / "setup.cfg").write_text(
        f"[mutmut]\nsource_paths=src/attain/{module}\npytest_add_cli_args_test_selection={tests}\nalso_copy={copied}\n", encoding="utf-8"
    )
    shutil.rmtree(copy / "mutants", ignore_errors=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children)]
    with (copy / "log").open("w", encoding="utf-8") as log, subprocess.Popen(command, cwd=copy, stdout=log, stderr=log) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
    listed = subprocess.run([sys.executable, "-m", "mutmut", "results"], cwd=copy, capture_output=True, text=True, check=False).stdout
    found = dict(_RESULT.findall(listed))
    survived = {name: _change(name, copy) for name, what in found.items() if what == "survived"}
    kinds = list(found.values())
    return Outcome(module, survived, kinds.count("no tests"), kinds.count("not checked"), time.monotonic() - started)


def _change(name: str, copy: Path) -> str:
    shown = subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=copy, capture_output=True, text=True, check=False).stdout
    lines = [line for line in shown.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]
    return "\n".join(f"    {line}" for line in lines)


def main(given: list[str]) -> None:
    asked = arguments(given)
    end = time.monotonic() + asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="attain-mutation-") as place:
        copy = Path(place)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        modules = asked.modules or list(TESTS)
        for number, module in enumerate(modules):
            left = end - time.monotonic()
            if left <= 0:
                print(f"{module}: no time left")
                continue
            print("\n".join(mutated(module, copy, left / (len(modules) - number), asked.children).lines()), flush=True)
