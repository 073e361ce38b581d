"""Change files at random and read them, for as long as it is said: no reader breaks, hangs, outgrows its memory or loses a row."""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from tests.fuzz.targets import TARGETS, once

BATCH = 300
MOST_SECONDS, MOST_MEGABYTES = 300, 1_500
"""For one batch of tries in a process of its own; a batch takes a tenth of either. Seconds are those of the CPU: other work is no hang."""
WAITING = 3600
"""Seconds by the clock after which a batch that hardly works is taken for one that waits for ever."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long [default: 60]")
    parser.add_argument("--seed", type=int, default=1_000_000, help="of the first try; later ones count on")
    parser.add_argument("--target", choices=list(TARGETS), help="one kind of file alone")
    parser.add_argument("--batch", nargs=2, metavar=("PLACE", "COUNT"), help=argparse.SUPPRESS)
    return parser.parse_args(given)


def run_batch(target: str, first: int, count: int, place: Path) -> None:
    """Do tries in this process; the seed at work stands in a file, should the process end with it."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 10))
    for seed in range(first, first + count):
        (place / "seed").write_text(str(seed), encoding="ascii")
        try:
            once(target, seed, place)
        except BaseException as fault:
            print(f"{target} {seed}: {type(fault).__name__}: {str(fault)[:300]}", flush=True)
    memory = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]
    print(f"#{int(memory) // 1024}", flush=True)


def batch(target: str, first: int) -> tuple[list[str], int]:
    """Do a batch of tries in a process of its own, and give what was wrong and the most memory in MB."""
    with tempfile.TemporaryDirectory(prefix="attain-fuzz-") as place:
        command = [sys.executable, "-m", "bench", "fuzz", "--target", target, "--seed", str(first), "--batch", place, str(BATCH)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=WAITING, check=False)
        except subprocess.TimeoutExpired:
            return [f"{target} {Path(place, 'seed').read_text(encoding='ascii')}: still waiting after {WAITING:,} seconds"], 0
        lines = done.stdout.splitlines()
        wrong = [line for line in lines if not line.startswith("#")]
        if done.returncode != 0:
            seed = Path(place, "seed").read_text(encoding="ascii") if Path(place, "seed").exists() else first
            busy = done.returncode == -signal.SIGXCPU
            how = f"still at work after {MOST_SECONDS} CPU seconds" if busy else f"ended with {done.returncode}: {done.stderr[-300:]}"
            wrong.append(f"{target} {seed}: the process {how}")
        memory = next((int(line[1:]) for line in lines if line.startswith("#")), 0)
        if memory > MOST_MEGABYTES:
            wrong.append(f"{target} {first} to {first + BATCH}: {memory:,} MB")
        return wrong, memory


def main(given: list[str]) -> None:
    asked = arguments(given)
    if asked.batch:
        run_batch(asked.target, asked.seed, int(asked.batch[1]), Path(asked.batch[0]))
        return
    end = time.monotonic() + asked.minutes * 60
    tries, most, first = 0, 0, asked.seed
    faults: list[str] = []
    targets = [asked.target] if asked.target else list(TARGETS)
    for number in count():
        if time.monotonic() >= end:
            break
        wrong, memory = batch(targets[number % len(targets)], first + number // len(targets) * BATCH)
        for line in wrong:
            print(line, flush=True)
        faults += wrong
        tries, most = tries + BATCH, max(most, memory)
    print(f"{tries:,} tries from seed {asked.seed:,}, {len(faults):,} of them wrong; no process above {most:,} MB.")
    if faults:
        sys.exit(1)
