"""The machine: the folder of Attain's own data, free space, the clock, and Java where Spark is to be used."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from attain.server import environment
from attain.server.doctor.finding import note, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attain.server.doctor.finding import Finding

FREE_BYTES = 1 << 30
OLDEST_JAVA = 17
_OTHERS_MAY = 0o077
_SYNCHRONIZED = "NTPSynchronized"


def machine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the machine."""
    yield from _home(environment.home_folder(environ))
    yield _clock()
    yield _java(environ)


def space(subject: str, folder: Path) -> Iterator[Finding]:
    """Say so where little space is left where a folder is, or would be."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), None)
    if there is not None and shutil.disk_usage(there).free < FREE_BYTES:
        yield wrong(subject, f"{folder}: less than {FREE_BYTES >> 30} GiB is free", "make room, or move it to a larger disk")


def _home(folder: Path) -> Iterator[Finding]:
    yield from space("home", folder)
    if not folder.exists():
        parent = next(place for place in folder.parents if place.exists())
        if os.access(parent, os.W_OK):
            yield note("home", f"{folder} is not there yet; the first start makes it")
        else:
            mend = "make it for the user of the server, or name another in ATTAIN_HOME"
            yield wrong("home", f"{folder} is not there, and this user may not make it", mend)
    elif not folder.is_dir():
        yield wrong("home", f"{folder} is no folder", "name another in ATTAIN_HOME")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield wrong("home", f"{folder}: this user may not write there", "run it as the user of the server, or give it the folder")
    elif os.name == "posix" and folder.stat().st_mode & _OTHERS_MAY:
        yield wrong("home", f"{folder}: others may look into it", f"chmod 700 {folder}")
    else:
        yield ok("home", str(folder))


def _clock() -> Finding:
    now = f"it is {dt.datetime.now(tz=dt.UTC):%Y-%m-%d %H:%M} UTC"
    asked = shutil.which("timedatectl")
    if asked:
        done = subprocess.run([asked, "show", "-p", _SYNCHRONIZED, "--value"], check=False, capture_output=True, text=True, timeout=10)
        if done.returncode == 0 and done.stdout.strip() == "no":
            return note("clock", f"{now}, and no server of time is asked", "timedatectl set-ntp true")
    return ok("clock", now)


def _java(environ: Mapping[str, str]) -> Finding:
    if find_spec("pyspark") is None:
        return ok("java", "not needed: Spark is not installed")
    home = environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environ.get("PATH"))
    mend = f"install Java {OLDEST_JAVA} or later, or name it in JAVA_HOME; all but --engine spark works without"
    if not program or not Path(program).exists():
        return note("java", "Spark is installed, Java is not", mend)
    said = subprocess.run([program, "-version"], check=False, capture_output=True, text=True, timeout=30)
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if version is None:
        return note("java", f"{program} does not say its version", mend)
    found = int(version[1])
    return ok("java", f"{found}, for Spark") if found >= OLDEST_JAVA else note("java", f"Java {found} is too old for Spark", mend)
