"""All that is looked at, in the order in which it is told."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from attain.server.doctor.database import database
from attain.server.doctor.facts import facts
from attain.server.doctor.finding import ok
from attain.server.doctor.machine import machine
from attain.server.doctor.mail import mail
from attain.server.doctor.proxy import proxy
from attain.server.doctor.settings import settings
from attain.server.doctor.sign_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attain.server.doctor.finding import Finding


def examine(environ: Mapping[str, str], store: str = "", url: str = "") -> Iterator[Finding]:
    """Look at everything that a server with this environment needs; `store` is what is to be served, `url` how people reach it.

    Makes nothing: no folder, no key, no database.
    """
    yield ok("version", f"Attain {version('attain')}, Python {sys.version.split()[0]}")
    yield from settings(environ)
    yield from machine(environ)
    yield from database(environ)
    yield from facts(store)
    yield from mail(environ)
    yield from sign_in(environ)
    if url:
        yield from proxy(url)
