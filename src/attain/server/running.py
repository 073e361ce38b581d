"""Making the server ready and running it: tables, static files, the one-time token, Granian."""

from __future__ import annotations

import http.client
import os
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.server import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

SETTINGS = "attain.server.settings"
_ASK_AGAIN_SECONDS = 0.05
_READY_SECONDS = 10.0
"""How long a worker has to get ready before the one that it replaces is stopped."""
_LEFT_OUT = ["htmx-4*", "htmax*", "ext", "*.js.map", "redoc*", "*.swp"]


@dataclass(frozen=True)
class Serving:
    """What to serve, and where. `store` is a store or facts folder; `demo_day` is today on demo facts.

    `stop_seconds` is how long requests that are being answered may take once the server was told to stop. `fresh` says that the store is
    yet to be made.
    """

    store: str
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    workers: int = 1
    demo_day: str = ""
    stop_seconds: int = 30
    fresh: bool = False

    @property
    def address(self) -> str:
        """The address to open."""
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else self.host
        return f"{'https' if environment.flag('ATTAIN_HTTPS') else 'http'}://{host}:{self.port}/"


def prepare(serving: Serving) -> None:
    """Set Django up for what is served and bring its tables and static files up to date; AttainError where something is missing."""
    check_port(serving)
    connect(serving)
    _bring_static_files_up_to_date()


def connect(serving: Serving) -> None:
    """Set Django up for what is served and bring its tables up to date: all that a command needs which serves nothing itself."""
    set_up(serving)
    _bring_tables_up_to_date()


def set_up(serving: Serving) -> None:
    """Set Django up for what is served, and leave its tables as they are; AttainError where the store is missing."""
    if not serving.fresh and serving.store and "://" not in serving.store and not Path(serving.store).exists():
        hint = "name one that is there, or make one with attain init, or with made-up facts: attain demo demo"
        raise AttainError("no-store", "there is no such store or facts folder", serving.store, hint)
    _refuse_without_driver()
    os.environ["ATTAIN_STORE"] = serving.store if "://" in serving.store else str(Path(serving.store).resolve()) if serving.store else ""
    os.environ["ATTAIN_DEMO_DAY"] = serving.demo_day
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    # What is written from here on (database, static files) is for its owner alone.
    os.umask(0o077)
    import django

    django.setup()


def _refuse_without_driver() -> None:
    from importlib.util import find_spec

    if os.environ.get("ATTAIN_DATABASE_URL", "").startswith("postgres") and find_spec("psycopg") is None:
        raise AttainError("no-postgres", "the driver of PostgreSQL is not installed", "ATTAIN_DATABASE_URL", "install attain[postgres]")


def check_port(serving: Serving) -> None:
    """Refuse a port that is taken, before anything of a server that answers there is touched; AttainError `port`."""
    import socket

    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except OSError as error:
            where = f"{serving.host}:{serving.port}"
            raise AttainError(
                "port", f"cannot listen there: {(error.strerror or str(error)).lower()}", where, "choose another with --port"
            ) from error


def run(serving: Serving, ready: Callable[[], None]) -> None:
    """Serve until stopped; `ready` is called once the port answers. AttainError where the port is taken."""
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    check_port(serving)
    # A worker must not share the connections of this process.
    connections.close_all()
    server = Granian(
        "attain.server.wsgi:application",
        address=serving.host,
        port=serving.port,
        interface=Interfaces.WSGI,
        workers=serving.workers,
        blocking_threads=serving.threads,
        log_level=LogLevels.error,
        log_dictconfig=settings.LOGGING,
        respawn_failed_workers=serving.workers > 1,
        respawn_interval=_READY_SECONDS,
        workers_kill_timeout=serving.stop_seconds,
    )
    server.on_startup(lambda: threading.Thread(target=_say_when_ready, args=(serving, ready), daemon=True).start())
    with _shared_figures() if serving.workers > 1 else nullcontext():
        server.serve()


@contextmanager
def _shared_figures() -> Generator[None]:
    """Give the workers a folder in which each counts its requests, so that whichever is asked for figures tells those of all."""
    with tempfile.TemporaryDirectory(prefix="attain-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _say_when_ready(serving: Serving, ready: Callable[[], None]) -> None:
    """Wait until the port answers a request, then say so."""
    host = "127.0.0.1" if serving.host in {"0.0.0.0", "localhost"} else serving.host
    while True:
        connection = http.client.HTTPConnection(host, serving.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(_ASK_AGAIN_SECONDS)
        else:
            return ready()
        finally:
            connection.close()


def _bring_tables_up_to_date() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from attain.server.versions import refuse_newer

    executor = MigrationExecutor(connection)
    refuse_newer(executor.loader.applied_migrations, f"database {connection.settings_dict['NAME']}")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    if "attain_cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def _bring_static_files_up_to_date() -> None:
    """Hash and compress the static files anew where any of them changed since the last time."""
    import hashlib

    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(_LEFT_OUT):
            state.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    mark = Path(settings.STATIC_ROOT) / ".state"
    if mark.is_file() and mark.read_text(encoding="ascii") == state.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=_LEFT_OUT)
    mark.write_text(state.hexdigest(), encoding="ascii")
