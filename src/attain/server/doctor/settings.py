"""What the environment says: every variable known and well written, the key secret, the hosts and HTTPS fit for where it is reached."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import attain
from attain.errors import AttainError, did_you_mean
from attain.server import environment, logs
from attain.server.doctor.finding import note, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from attain.server.doctor.finding import Finding

KEY_LENGTH, KEY_LETTERS = 50, 5
_NAME = re.compile(r"\bATTAIN_[A-Z][A-Z_]*\b")
_OTHERS_MAY = 0o077


def settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at every variable that a server reads."""
    faults = list(_faults(environ))
    yield from faults
    yield from _unknown(environ)
    if not faults:
        yield ok("settings", "every variable can be read")
    yield from _secret(environ)
    yield from _reached(environ)


def known_variables() -> frozenset[str]:
    """Name every variable that this version of Attain reads, wherever its code does."""
    package = Path(attain.__file__).parent
    return frozenset(name for path in package.rglob("*.py") for name in _NAME.findall(path.read_text(encoding="utf-8")))


def read(reader: Callable[[], object]) -> AttainError | None:
    """Read a setting; give what is wrong with it."""
    try:
        reader()
    except AttainError as error:
        return error
    return None


def _faults(environ: Mapping[str, str]) -> Iterator[Finding]:
    home = environment.home_folder(environ)
    readers: list[Callable[[], object]] = [
        lambda: environment.database(home, environ),
        lambda: environment.identity_provider(environ),
        lambda: environment.whole_number("ATTAIN_IMPORT_MEGABYTES", 1, environ),
        lambda: environment.metrics_token(environ),
        lambda: environment.proxies(environ),
        lambda: environment.mail_server(environ),
        lambda: environment.address(environment.hosts(environ), https=True, environ=environ),
        lambda: environment.one_of("ATTAIN_LOG_FORMAT", logs.FORMATS, "json", environ),
        lambda: environment.one_of("ATTAIN_LOG_LEVEL", logs.LEVELS, "info", environ),
        *(lambda name=name: environment.flag(name, environ) for name in ("ATTAIN_DEBUG", "ATTAIN_HTTPS", "ATTAIN_STYLEGUIDE")),
    ]
    # Several may read one variable.
    found = {str(error): error for reader in readers if (error := read(reader)) is not None}
    for error in found.values():
        yield wrong("settings", f"{error.where}: {error.message}", error.hint)


def _unknown(environ: Mapping[str, str]) -> Iterator[Finding]:
    known = known_variables()
    for name in sorted(name for name in environ if name.startswith("ATTAIN_") and name not in known):
        yield note("settings", f"{name}: nothing reads it", did_you_mean(name, known, "docs/serve.md lists the variables"))


def _secret(environ: Mapping[str, str]) -> Iterator[Finding]:
    named = environ.get("ATTAIN_SECRET_KEY", "")
    if named:
        if len(named) < KEY_LENGTH or len(set(named)) < KEY_LETTERS:
            mend = f"take {KEY_LENGTH} random characters or more: openssl rand -base64 48"
            yield wrong("secret", "ATTAIN_SECRET_KEY can be guessed: whoever does signs in as anybody", mend)
        else:
            yield ok("secret", "ATTAIN_SECRET_KEY is set")
        return
    path = environment.home_folder(environ) / environment.SECRET_FILE
    if not path.exists():
        mend = "several servers of one database need the same ATTAIN_SECRET_KEY"
        yield note("secret", "there is no key yet; the first start makes one", mend)
    elif os.name == "posix" and path.stat().st_mode & _OTHERS_MAY:
        yield wrong("secret", f"{path}: others may read it", f"chmod 600 {path}")
    elif not os.access(path, os.R_OK):
        yield wrong("secret", f"{path}: this user may not read it", "run it as the user of the server")
    elif len(path.read_text(encoding="ascii", errors="replace").strip()) < KEY_LENGTH:
        yield wrong("secret", f"{path}: the key is too short", f"remove it and start again; everybody signs in anew: rm {path}")
    else:
        yield ok("secret", f"kept in {path}, for its owner alone")


def _reached(environ: Mapping[str, str]) -> Iterator[Finding]:
    hosts = environment.hosts(environ)
    others = [host for host in hosts if host not in environment.LOCAL_HOSTS]
    https = _flag("ATTAIN_HTTPS", environ)
    if _flag("ATTAIN_DEBUG", environ):
        yield (wrong if others else note)("debug", "faults are shown in full, with settings", "unset ATTAIN_DEBUG")
    if "*" in others:
        yield wrong("hosts", "any name is taken: links could be made to lead elsewhere", "name the hosts in ATTAIN_HOSTS")
    elif others:
        yield ok("hosts", f"reached as {', '.join(others)}")
    else:
        yield note("hosts", "this machine alone reaches it", "name the hosts that people use in ATTAIN_HOSTS")
    if others and not https:
        mend = "put a proxy with a certificate before it, and set ATTAIN_HTTPS=1 (deploy/ has an example)"
        yield wrong("https", "passwords and sessions would travel in the clear", mend)
    elif https:
        yield ok("https", "cookies are for HTTPS alone; the proxy must set X-Forwarded-Proto (--url asks it)")
    else:
        yield ok("https", "not needed on this machine alone")


def _flag(name: str, environ: Mapping[str, str]) -> bool:
    try:
        return environment.flag(name, environ)
    except AttainError:
        # Said already.
        return False
