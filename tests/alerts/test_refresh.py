"""`attain refresh` and `attain alerts` as cron runs them: broken off at each step and run again, everything is done once."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from typer.testing import CliRunner, Result

from attain.alerts.models import Alert, Rule, RuleKind
from attain.cli.app import app
from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.models import Organization
from attain.published.models import Publication
from attain.published.publish import remove
from attain.server import running
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.lock import only_one
from attain.store.store import Store
from tests.alerts.conftest import channel_of
from tests.alerts.receivers import Hooks, hooks
from tests.alerts.test_taking_in import drop
from tests.imports.conftest import focus_file

SOURCE = Path(__file__).parents[2] / "src"
DAY = "2026-11-24"
PARTNERS = 4
Run = Callable[..., Result]
STEPS = (
    "attain.sources.importing.import_files",
    "attain.published.publish.publish",
    "attain.published.publish._save",
    "attain.published.publish._switch",
    "attain.alerts.noticing.notice",
    "attain.alerts.noticing._keep",
    "attain.alerts.noticing._queue",
    "attain.alerts.delivering.deliver_due",
)


class Killed(BaseException):
    """As if the process ended here."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts of a few partners."""
    folder = tmp_path_factory.mktemp("refresh") / "facts"
    write_demo(DemoPlan(partners=PARTNERS, seed=2, tenants=12, azure_rows=300, usage_rows=200, certificates=30), folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    """A store of a few partners, and a folder with a file that is new."""
    Store.create(tmp_path / "store")
    import_files([made], tmp_path / "store", Options())
    drop(tmp_path / "incoming", "october.csv", focus_file())
    return tmp_path


@pytest.fixture
def run(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Run]:
    """Run a command on the database of the test."""
    settings.STORE = str(folder / "store")
    settings.HOME = folder

    def connected(_: object) -> None:
        """The database of the test is there already."""

    monkeypatch.setattr(running, "connect", connected)

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments])

    yield invoke
    for publication in Publication.objects.all():
        remove(publication)


@pytest.fixture
def rule(hook: Hooks, db: None) -> Rule:
    """A rule about every partner."""
    place = Organization.objects.create(name="Operator", slug="operator", sees_all=True)
    found = Rule.objects.create(organization=place, kind=RuleKind.UNDER)
    found.channels.set([channel_of(place, hook.url, name="Hook")])
    return found


def test_broken_off_at_every_step_it_does_everything_once(
    folder: Path, run: Run, rule: Rule, hook: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("refresh", "--store", folder / "store", "--import", folder / "incoming", "--as-of", DAY)

    def end(*_: object, **__: object) -> None:
        raise Killed

    for step in STEPS:
        module, _, name = step.rpartition(".")
        with monkeypatch.context() as patched:
            patched.setattr(importlib.import_module(module), name, end)
            if step.endswith("import_files"):
                patched.setattr("attain.alerts.taking_in.import_files", end)
            with pytest.raises(Killed):
                run(*arguments)
    assert hook.posted == []
    done = run(*arguments)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "Imported 0 new files (1 imported before).",
            f"Nothing to do: {PARTNERS} partners are published as of {DAY} from these facts.",
            # The run that was broken off before it sent anything had noticed them.
            "Noticed 0 new alerts by 1 rule.",
            "Sent 1 message.",
        ],
    )
    subjects = [(alert["partner_id"], alert["designation"]) for alert in json.loads(hook.posted[0].body)["alerts"]]
    assert len(subjects) == len(set(subjects)) == Alert.objects.count() > PARTNERS
    assert run(*arguments).stdout.splitlines()[-1] == "Noticed 0 new alerts by 1 rule."
    assert len(hook.posted) == 1
    assert len(Store.open(folder / "store").loads.every()) == 2


def test_exit_codes(folder: Path, run: Run, rule: Rule, hook: Hooks) -> None:
    arguments = ("refresh", "--store", folder / "store", "--as-of", DAY)
    drop(folder / "incoming", "notes.csv", b"one,two\n1,2\n")
    quiet = run(*arguments, "--no-alerts", "--import", folder / "incoming")
    assert quiet.exit_code == 4
    assert "notes.csv: not imported" in quiet.stderr
    assert quiet.stdout.splitlines()[-2:] == ["Imported 1 new file (1 refused).", f"Published {PARTNERS} partners as of {DAY}."]
    assert not Alert.objects.exists()
    with only_one(folder / "refresh.lock") as alone:
        assert alone
        busy = run(*arguments)
        assert (busy.exit_code, busy.stdout) == (3, "")
        assert "another refresh is at work; nothing is done" in busy.stderr
    hook.answers = [(404, {})]
    lost = run(*arguments)
    assert Alert.objects.count() > PARTNERS, "what changed under --no-alerts is noticed the next time"
    assert lost.exit_code == 4
    assert lost.stdout.splitlines()[-1] == "Sent 0 messages, 1 not delivered (attain alerts log says why)."
    assert run(*arguments).exit_code == 0


def test_the_commands_about_alerts(folder: Path, run: Run, rule: Rule, hook: Hooks) -> None:
    listed = run("alerts", "list").stdout
    assert "Points under" in listed
    assert "127.0.0.1" in listed
    assert "secret-part" not in listed
    assert run("alerts", "list", "--organization", "other").stdout.count("Hook") == 0
    tried = run("alerts", "test", "hook")
    assert (tried.exit_code, tried.stdout) == (0, "127.0.0.1: Delivered\n")
    hook.answers = [(410, {})]
    tried = run("alerts", "test", "Hook", "--organization", "operator")
    assert (tried.exit_code, tried.stdout) == (4, "127.0.0.1: Refused with 410\n")
    log = " ".join(run("alerts", "log", "--last", "1").stdout.split())
    assert "410" in log
    assert "200" not in log
    assert run("alerts", "deliver").stdout == "Nothing is due.\n"
    unknown = run("alerts", "test", "Hok")
    assert "there is no channel 'Hok'" in str(unknown.exception)


SCRIPT = """
import importlib, os, sys
store, url, killed_at, *arguments = sys.argv[1:]
from attain.server.running import Serving, connect
connect(Serving(store))
from attain.alerts.models import Channel, Rule
from attain.alerts.sealing import sealed
from attain.people.models import Organization
if not Rule.objects.exists():
    place = Organization.objects.create(name="Operator", slug="operator", sees_all=True)
    channel = Channel.objects.create(organization=place, name="Hook", kind="webhook", host="127.0.0.1", sealed_url=sealed(url))
    Rule.objects.create(organization=place, kind="under").channels.set([channel])
if killed_at:
    module, _, name = killed_at.rpartition(".")
    setattr(importlib.import_module(module), name, lambda *_, **__: os._exit(9))
from attain.cli.app import main
sys.argv = ["attain", *arguments]
main()
"""
"""Makes a rule and its channel where there is none, lets the process end where a function is called, and runs the command."""


def test_a_process_that_is_really_killed_leaves_no_half_and_no_lock(folder: Path) -> None:
    def refresh(killed_at: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
        own = {"ATTAIN_HOME": str(folder / "home"), "PYTHONPATH": str(SOURCE), "ATTAIN_WEBHOOK_HOSTS": "127.0.0.1"}
        store = str(folder / "store")
        command = [sys.executable, "-c", SCRIPT, store, hook.url, killed_at, "refresh", "--store", store, "--as-of", DAY]
        return subprocess.run(command, env={**kept, **own}, capture_output=True, text=True, check=False)

    with hooks() as hook:
        assert refresh("attain.alerts.noticing._gathering").returncode == 9
        assert hook.posted == []
        done = refresh("")
        assert done.returncode == 0, done.stderr
        noticed, sent = done.stdout.splitlines()[-2:]
        assert sent == "Sent 1 message."
        assert noticed == f"Noticed {len(json.loads(hook.posted[0].body)['alerts'])} new alerts by 1 rule."
