"""The doctor: each thing that can be wrong is found and has a way to mend it, and nothing is made by looking."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.server import environment
from attain.server.doctor import machine
from attain.server.doctor.database import database, tables
from attain.server.doctor.examine import examine
from attain.server.doctor.facts import facts
from attain.server.doctor.finding import Finding, Health
from attain.server.doctor.mail import mail
from attain.server.doctor.proxy import proxy
from attain.server.doctor.settings import known_variables, settings
from attain.server.versions import known_migrations
from attain.store.store import Store
from tests.alerts.receivers import mails
from tests.server.serving import environment_for, serving
from tests.settings import ASKED_FOR

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"


def _of(findings: object, subject: str) -> list[Finding]:
    assert isinstance(findings, Generator)
    return [finding for finding in findings if finding.subject == subject]


def _one(findings: object, subject: str) -> Finding:
    (found,) = _of(findings, subject)
    return found


def test_looking_makes_nothing(tmp_path: Path) -> None:
    before = {"ATTAIN_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    found = list(examine(before, str(tmp_path / "store")))
    assert list(tmp_path.iterdir()) == []
    assert {finding.subject for finding in found if finding.health is Health.WRONG} == {"store"}
    assert all(finding.mend for finding in found if finding.health is Health.WRONG)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("ATTAIN_DATABASE_URL", "mysql://db/x", "write sqlite"),
        ("ATTAIN_HTTPS", "maybe", "write 1 or 0"),
        ("ATTAIN_IMPORT_MEGABYTES", "0", "write 1"),
        ("ATTAIN_LOG_FORMAT", "jsn", "did you mean json?"),
        ("ATTAIN_LOG_LEVEL", "loud", "known: debug"),
        ("ATTAIN_METRICS_TOKEN", "short", "at least 20"),
        ("ATTAIN_ENTRA_TENANT", "common", "name your own tenant"),
        ("ATTAIN_PROXIES", "two", "write 1 for one proxy"),
        ("ATTAIN_URL", "attain.example", "write https://"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_with_its_mend(name: str, value: str, mend: str) -> None:
    found = [one for one in _of(settings({name: value, "ATTAIN_SECRET_KEY": KEY}), "settings") if one.health is Health.WRONG]
    assert [one.says.split(":")[0] for one in found] == [name]
    assert mend in found[0].mend
    assert [one.health for one in _of(settings({"ATTAIN_SECRET_KEY": KEY}), "settings")] == [Health.OK]


def test_a_variable_that_nothing_reads_is_told() -> None:
    assert {"ATTAIN_HOME", "ATTAIN_HOSTS", "ATTAIN_PERSON_KEY", "ATTAIN_STORE", "ATTAIN_PORT"} <= known_variables()
    found = _of(settings({"ATTAIN_HOST": "x", "ATTAIN_SECRET_KEY": KEY}), "settings")[0]
    assert (found.health, found.says, found.mend) == (Health.NOTE, "ATTAIN_HOST: nothing reads it", "did you mean ATTAIN_HOSTS?")


@pytest.mark.parametrize(
    ("key", "health"),
    [(KEY, Health.OK), (KEY[:-1], Health.WRONG), ("abcde" * 10, Health.OK), ("abcd" * 13, Health.WRONG)],
)
def test_a_key_that_can_be_guessed_is_wrong(key: str, health: Health) -> None:
    assert _one(settings({"ATTAIN_SECRET_KEY": key}), "secret").health is health


def test_a_key_in_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    given = {"ATTAIN_HOME": str(tmp_path)}
    assert _one(settings(given), "secret").health is Health.NOTE
    environment.secret_key(tmp_path, {})
    assert _one(settings(given), "secret").health is Health.OK
    (tmp_path / "secret-key").chmod(0o640)
    found = _one(settings(given), "secret")
    assert (found.health, found.mend) == (Health.WRONG, f"chmod 600 {tmp_path / 'secret-key'}")


@pytest.mark.parametrize(
    ("given", "subject", "health"),
    [
        ({}, "hosts", Health.NOTE),
        ({}, "https", Health.OK),
        ({"ATTAIN_HOSTS": "attain.example"}, "hosts", Health.OK),
        ({"ATTAIN_HOSTS": "attain.example"}, "https", Health.WRONG),
        ({"ATTAIN_HOSTS": "attain.example", "ATTAIN_HTTPS": "1"}, "https", Health.OK),
        ({"ATTAIN_HOSTS": "localhost"}, "https", Health.OK),
        ({"ATTAIN_HOSTS": "*"}, "hosts", Health.WRONG),
        ({"ATTAIN_DEBUG": "1"}, "debug", Health.NOTE),
        ({"ATTAIN_DEBUG": "1", "ATTAIN_HOSTS": "attain.example"}, "debug", Health.WRONG),
    ],
)
def test_where_it_is_reached_decides_what_it_needs(given: dict[str, str], subject: str, health: Health) -> None:
    assert _one(settings({**given, "ATTAIN_SECRET_KEY": KEY}), subject).health is health


def test_the_folder_of_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"ATTAIN_HOME": str(tmp_path / "home")}
    assert _one(machine.machine(given), "home").health is Health.NOTE
    environment.home(given)
    assert _one(machine.machine(given), "home").health is Health.OK
    (tmp_path / "home").chmod(0o750)
    assert _one(machine.machine(given), "home").mend == f"chmod 700 {tmp_path / 'home'}"
    (tmp_path / "file").write_text("")
    assert _one(machine.machine({"ATTAIN_HOME": str(tmp_path / "file")}), "home").health is Health.WRONG
    monkeypatch.setattr(machine, "FREE_BYTES", 1 << 60)
    assert [one.health for one in machine.space("store", tmp_path / "not" / "there")] == [Health.WRONG]


@pytest.mark.parametrize(("says", "health"), [('version "17.0.1"', Health.OK), ('version "16.0.2"', Health.NOTE), ("?", Health.NOTE)])
def test_java_is_asked_for_its_version(tmp_path: Path, says: str, health: Health) -> None:
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    assert _one(machine.machine({"JAVA_HOME": str(tmp_path)}), "java").health is health
    assert _one(machine.machine({"JAVA_HOME": str(tmp_path / "none")}), "java").health is Health.NOTE


def test_tables_are_held_against_this_version() -> None:
    known = set(known_migrations())
    assert ("people", "0001_initial") in known
    assert tables(known | {("auth", "9999_of_django")}).health is Health.OK
    assert (tables(set()).health, tables(known - {("published", "0003_portfolio_rows")}).says) == (
        Health.NOTE,
        "1 migrations are not applied yet",
    )
    newer = tables(known | {("people", "9999_later")})
    assert (newer.health, "people 9999_later" in newer.says) == (Health.WRONG, True)


def test_a_damaged_file_of_sqlite_is_found(tmp_path: Path) -> None:
    path = tmp_path / "attain.sqlite3"
    given = {"ATTAIN_DATABASE_URL": f"sqlite:///{path}"}
    more = "insert into t select a || rowid from t;" * 12
    with sqlite3.connect(path) as connection:
        connection.executescript(f"create table t (a text); create index i on t (a); insert into t values ('x'); {more}")
    connection.close()
    assert [one.health for one in database(given)] == [Health.OK, Health.NOTE]
    content = bytearray(path.read_bytes())
    content[8192:12288] = os.urandom(4096)
    path.write_bytes(content)
    (found,) = database(given)
    assert (found.health, "attain restore" in found.mend) == (Health.WRONG, True)
    path.write_bytes(b"no database at all, but quite some text" * 100)
    assert [one.health for one in database(given)] == [Health.WRONG]


@pytest.mark.postgres
def test_the_database_that_was_asked_for_is_looked_into() -> None:
    address = ASKED_FOR or "postgres://nobody@127.0.0.1:1/none"
    found = list(database({"ATTAIN_DATABASE_URL": address}))
    if ASKED_FOR:
        assert [(one.subject, one.health) for one in found] == [("database", Health.OK), ("tables", Health.NOTE)]
    else:
        assert [(one.subject, one.health) for one in found] == [("database", Health.WRONG)]
        assert "ATTAIN_DATABASE_URL" in found[0].mend


def test_facts_are_looked_into(tmp_path: Path) -> None:
    assert _one(facts(""), "store").health is Health.NOTE
    assert _one(facts(str(tmp_path / "none")), "store").health is Health.WRONG
    (tmp_path / "folder").mkdir()
    assert "is a facts folder" in _one(facts(str(tmp_path / "folder")), "store").says
    Store.create(tmp_path / "store")
    assert "nothing is imported" in _one(facts(str(tmp_path / "store")), "store").says
    (tmp_path / "store" / "attain-store.json").write_text('{"format": 999}')
    found = _one(facts(str(tmp_path / "store")), "store")
    assert (found.health, "another version" in found.says) == (Health.WRONG, True)


def test_the_mail_server_is_asked_and_no_mail_sent() -> None:
    given = {"ATTAIN_MAIL_HOST": "127.0.0.1", "ATTAIN_MAIL_FROM": "attain@contoso.example", "ATTAIN_MAIL_SECURITY": "none"}
    assert _one(mail({}), "mail").health is Health.NOTE
    with mails() as server:
        given["ATTAIN_MAIL_PORT"] = str(server.port)
        assert _one(mail(given), "mail").health is Health.OK
        # It speaks neither of these.
        assert "does not speak" in _one(mail({**given, "ATTAIN_MAIL_SECURITY": "starttls"}), "mail").says
        assert _one(mail({**given, "ATTAIN_MAIL_USER": "ada"}), "mail").health is Health.WRONG
        assert server.taken == []
    found = _one(mail({**given, "ATTAIN_MAIL_PORT": "1"}), "mail")
    assert (found.health, "refused" in found.says.lower()) == (Health.WRONG, True)


Answer = Callable[[str, str], tuple[int, dict[str, str], str]]


@pytest.fixture
def asked() -> Generator[Callable[[Answer], str]]:
    """Run a proxy that answers as a test says (scheme is plain HTTP) and give its address."""
    servers: list[ThreadingHTTPServer] = []

    def run(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, text = answer(self.path, str(self.headers["Host"]))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def _answers(status: int, headers: dict[str, str], ready: int = 200) -> Answer:
    def answer(path: str, host: str) -> tuple[int, dict[str, str], str]:
        if path == "/health/live":
            return 200, {}, "live\n"
        if path == "/health/ready":
            return ready, {}, ""
        return status, {name: value.format(host=host) for name, value in headers.items()}, ""

    return answer


def _nothing(_path: str, _host: str) -> tuple[int, dict[str, str], str]:
    return 404, {}, ""


@pytest.mark.parametrize(
    ("answer", "subject", "health", "mend"),
    [
        (_answers(200, {}), "proxy", Health.OK, ""),
        (_answers(400, {}), "proxy", Health.WRONG, "ATTAIN_HOSTS"),
        (_answers(301, {"Location": "http://{host}/account/login/"}), "proxy", Health.WRONG, "X-Forwarded-Proto"),
        (_answers(301, {"Location": "https://{host}/account/login/"}), "proxy", Health.OK, ""),
        (_answers(502, {}), "proxy", Health.WRONG, "log"),
        (_answers(200, {}, ready=503), "ready", Health.WRONG, "log"),
        (_nothing, "proxy", Health.WRONG, "pass every path"),
    ],
)
def test_the_way_through_the_proxy(asked: Callable[[Answer], str], answer: Answer, subject: str, health: Health, mend: str) -> None:
    found = _one(proxy(asked(answer)), subject)
    assert (found.health, mend in found.mend) == (health, True)


def test_no_address_and_nobody_there() -> None:
    assert "write it as people open it" in _one(proxy("attain.example"), "proxy").mend
    assert _one(proxy("http://127.0.0.1:1"), "proxy").health is Health.WRONG


def test_a_server_that_runs_is_well(tmp_path: Path) -> None:
    """With HTTPS on, and a client that tells it so as a proxy would not: the page leads to itself."""
    home = tmp_path / "home"
    given = environment_for(home, ATTAIN_HTTPS="1", ATTAIN_HOSTS="attain.example,127.0.0.1", ATTAIN_SECRET_KEY=KEY)
    with serving(home, environment=given) as server:
        found = list(examine({**given, "JAVA_HOME": ""}, "", f"http://127.0.0.1:{server.port}"))
    assert [one for one in found if one.health is Health.WRONG] == []
    assert _one(_iterated(found), "tables").health is Health.OK
    assert "leads to HTTPS" in _one(_iterated(found), "proxy").says


def _iterated(found: list[Finding]) -> Generator[Finding]:
    yield from found


def test_the_command_says_what_is_wrong_and_ends_with_1(tmp_path: Path) -> None:
    runner = CliRunner()
    given = {"ATTAIN_HOME": str(tmp_path / "home"), "ATTAIN_HOSTS": "attain.example", "ATTAIN_SECRET_KEY": KEY}
    done = runner.invoke(app, ["doctor"], env=given)
    assert done.exit_code == 1
    assert "ATTAIN_HTTPS=1" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 thing is wrong"
    done = runner.invoke(app, ["doctor", "--format", "json"], env={**given, "ATTAIN_HTTPS": "1"})
    assert done.exit_code == 0
    assert {one["health"] for one in json.loads(done.stdout)} == {"ok", "note"}
    assert not (tmp_path / "home").exists()


def test_a_clock_behind_the_newest_load_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from attain.server.doctor import facts as module
    from attain.sources.importing import import_files
    from attain.sources.intake import Options

    Store.create(tmp_path / "store")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "customers.csv").write_text("tenant_id,name\naaaaaaaa-0000-4000-8000-000000000001,Ada\n")
    import_files([tmp_path / "facts"], tmp_path / "store", Options())
    assert [one.subject for one in facts(str(tmp_path / "store"))] == ["store"]
    monkeypatch.setattr(module, "AHEAD", dt.timedelta(days=-1))
    assert _one(facts(str(tmp_path / "store")), "clock").health is Health.WRONG
