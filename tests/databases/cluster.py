"""A throwaway PostgreSQL: `python -m tests.databases.cluster COMMAND...` runs a command with its address in ATTAIN_TEST_DATABASE_URL.

It listens on a socket in a folder of its own and on no port, keeps nothing, and is gone when the command ends.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ADDRESS = "ATTAIN_TEST_DATABASE_URL"
OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")
# It may lose everything at any time, so it need not wait for the disk.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=40")


def programs() -> Path:
    """Find the folder of PostgreSQL's programs: Debian's newest, else where the PATH has them."""
    found = {int(folder.name): folder / "bin" for folder in DEBIAN.glob("[0-9]*") if (folder / "bin" / "initdb").is_file()}
    on_path = shutil.which("initdb")
    if found and max(found) >= OLDEST:
        return found[max(found)]
    if on_path:
        said = subprocess.run([on_path, "--version"], check=True, capture_output=True, text=True).stdout
        version = re.search(r"\d+", said)
        if version and int(version[0]) >= OLDEST:
            return Path(on_path).resolve().parent
    message = f"no PostgreSQL {OLDEST} or later: make postgres installs it on Debian"
    raise RuntimeError(message)


@contextmanager
def cluster() -> Generator[str]:
    """Run a PostgreSQL until the block ends; give the address of its database `postgres`, whose user may make others."""
    where = programs()
    # PostgreSQL refuses to run as root.
    other: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="attain-postgres-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        if other:
            shutil.chown(home, other["user"], other["group"])
        data, log = home / "data", home / "log"
        _run([where / "initdb", "-D", data, "-U", "attain", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], home, other)
        options = " ".join(f"-c {one}" for one in (*_QUICK, "listen_addresses=''", f"unix_socket_directories={home}"))
        start = [where / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options]
        try:
            _run([*start, "start"], home, other)
            yield f"postgres://attain@/postgres?host={home}"
        finally:
            _run([where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], home, other)


def _run(command: list[Path | str], home: Path, other: dict[str, Any]) -> None:
    done = subprocess.run(command, cwd=home, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **other)
    if done.returncode:
        log = home / "log"
        message = f"{command[0]} ended with {done.returncode}: {done.stdout}{log.read_text(encoding='utf-8') if log.is_file() else ''}"
        raise RuntimeError(message)


def _end(number: int, _frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    # Told to end, it ends what it started.
    signal.signal(signal.SIGTERM, _end)
    with cluster() as address:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, ADDRESS: address}, check=False).returncode)
