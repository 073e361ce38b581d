"""The database: that it answers, is of a version that will do, holds tables that this version knows, and tells the same time."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.server import environment
from attain.server.doctor.finding import note, ok, wrong
from attain.server.versions import known_migrations, unknown_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attain.server.doctor.finding import Finding

SUBJECT = "database"
OLDEST_POSTGRES = 15
CHECKED_BYTES = 1 << 30
"""A larger file of SQLite is not read through."""
SECONDS_APART = 5
MIGRATIONS = "select app, name from django_migrations"
_TIME = "select clock_timestamp(), pg_encoding_to_char(encoding) from pg_database where datname = current_database()"


def database(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look into the database that the environment names; nothing is made where there is none."""
    try:
        found = environment.database(environment.home_folder(environ), environ)
    except AttainError:
        # Said with the settings.
        return
    if found["ENGINE"].endswith("sqlite3"):
        yield from _sqlite(Path(found["NAME"]))
    else:
        yield from _postgres(found)


def tables(applied: set[tuple[str, str]]) -> Finding:
    """Say how the migrations of a database compare with those of this version."""
    newer = unknown_of(applied)
    if newer:
        return wrong("tables", f"a later version of Attain changed them ({' '.join(newer[-1])})", "install that version")
    missing = known_migrations() - applied
    if not applied:
        return note("tables", "there are none yet; the first start makes them")
    if missing:
        mend = "make a backup first (attain backup); the next start brings them up to date"
        return note("tables", f"{len(missing)} migrations are not applied yet", mend)
    return ok("tables", "up to date")


def _sqlite(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield note(SUBJECT, f"{path} is not there yet; the first start makes it")
        return
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        mend = "run it as the user of the server, or give it the folder"
        yield wrong(SUBJECT, f"{path}: this user may not write it, or its folder", mend)
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            held = connection.execute("select count(*) from sqlite_master where name = 'django_migrations'").fetchone()[0]
            rows = connection.execute(MIGRATIONS).fetchall() if held else []
            applied = {(str(app), str(name)) for app, name in rows}
            size = path.stat().st_size
            said = connection.execute("pragma quick_check(1)").fetchone()[0] if size <= CHECKED_BYTES else "ok"
    except sqlite3.Error as error:
        yield wrong(SUBJECT, f"{path}: {error}", "restore a backup (attain restore), or name another in ATTAIN_DATABASE_URL")
        return
    if said != "ok":
        yield wrong(SUBJECT, f"{path} is damaged: {said}", "stop the server and restore a backup (attain restore)")
        return
    whole = "whole" if size <= CHECKED_BYTES else "too large to be read through here"
    yield ok(SUBJECT, f"SQLite {sqlite3.sqlite_version}, {path}, {whole}")
    yield tables(applied)


def _postgres(found: dict[str, Any]) -> Iterator[Finding]:
    try:
        import psycopg  # noqa: PLC0415 - an extra, and slow to load where there is no PostgreSQL
    except ImportError:
        yield wrong(SUBJECT, "psycopg is not installed", "install attain[postgres]")
        return
    where = f"{found['HOST'] or found['OPTIONS'].get('host', 'the local socket')}, database {found['NAME']}"
    given = {"dbname": found["NAME"], "user": found["USER"], "password": found["PASSWORD"], "host": found["HOST"], "port": found["PORT"]}
    try:
        with psycopg.connect(**{**{name: value for name, value in given.items() if value}, **found["OPTIONS"]}) as connection:
            before = dt.datetime.now(tz=dt.UTC)
            now, encoding = connection.execute(_TIME).fetchone() or (before, "")
            after = dt.datetime.now(tz=dt.UTC)
            version = connection.info.server_version
            may = connection.execute("select has_schema_privilege(current_schema(), 'create')").fetchone()
            held = connection.execute("select to_regclass('django_migrations') is not null").fetchone()
            rows = connection.execute(MIGRATIONS).fetchall() if held and held[0] else []
            applied = {(str(app), str(name)) for app, name in rows}
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        mend = "check ATTAIN_DATABASE_URL, and that PostgreSQL runs and lets this user in"
        yield wrong(SUBJECT, f"{where}: {said[0] if said else type(error).__name__}", mend)
        return
    if version // 10_000 < OLDEST_POSTGRES:
        yield wrong(SUBJECT, f"PostgreSQL {version // 10_000} is too old", f"use {OLDEST_POSTGRES} or later")
    elif encoding != "UTF8":
        yield wrong(SUBJECT, f"its encoding is {encoding}: names would be lost", "make it anew with encoding UTF8")
    elif not (may and may[0]):
        yield wrong(SUBJECT, f"{where}: this user may not make tables", "grant create on its schema, or make the user its owner")
    else:
        yield ok(SUBJECT, f"PostgreSQL {version // 10_000} at {where}")
    apart = max((before - now).total_seconds(), (now - after).total_seconds(), 0.0)
    if apart > SECONDS_APART:
        yield wrong(
            "clock", f"it is {apart:,.0f} s away from that of the database", "let both machines take their time from one server (NTP)"
        )
    yield tables(applied)
