"""What is under deploy/ holds together: units that systemd takes, variables and options that exist, a container without root."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
from typer.main import get_command

from attain.cli.app import app
from attain.server.doctor.settings import known_variables, settings
from tests.health.repository import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(DEPLOY.glob("*.timer"))]
NAME = re.compile(r"ATTAIN_[A-Z_]+")
INSTRUCTIONS = set(re.findall(r"[A-Z]+", "ARG FROM COPY RUN ENV USER WORKDIR VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD"))
PROGRAM = "/opt/attain/bin/attain"


class _Unit(RawConfigParser):
    """A unit as a table of sections; a key that is given again adds to the one before."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",))
        self.read(path, encoding="utf-8")

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def _environment() -> dict[str, str]:
    lines = (line.strip() for line in (DEPLOY / "attain.env").read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_there_is_something_to_look_at() -> None:
    assert len(SERVICES) == 3
    assert len(UNITS) == 5


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_its_parts(path: Path) -> None:
    unit = _Unit(path)
    assert unit["Unit"]["Description"].startswith("Attain: ")
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in SERVICES
        assert (unit["Timer"]["Persistent"], unit["Install"]["WantedBy"]) == ("yes", "timers.target")
        return
    service = unit["Service"]
    assert (service["User"], service["UMask"], service["ProtectSystem"]) == ("attain", "0077", "strict")
    assert PROGRAM in service["ExecStart"]


def test_all_units_shut_themselves_in_alike() -> None:
    walls = re.compile("Protect|Private|Restrict|Lock|NoNew|System|Cap")
    shut = [{key: value for key, value in _Unit(path)["Service"].items() if walls.match(key)} for path in SERVICES]
    assert len(shut[0]) > 15
    assert shut[0] == shut[1] == shut[2]


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """By systemd's own judgement where it is installed; what is no fault of the units is put aside."""
    program = shutil.which("systemd-analyze")
    if program is None:
        known = {"Unit", "Service", "Timer", "Install"}
        assert all(set(_Unit(path).sections()) <= known for path in UNITS)
        return
    for path in UNITS:
        # What is not installed on this machine is no fault of a unit.
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    command = [program, "verify", "--man=no", *(str(path) for path in sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "attain" in line]
    assert (done.returncode, ours) == (0, [])


def test_the_server_is_given_longer_than_its_requests() -> None:
    unit = _Unit(DEPLOY / "attain.service")["Service"]
    assert unit["KillMode"] == "mixed"
    assert int(unit["TimeoutStopSec"]) > int(_environment()["ATTAIN_STOP_SECONDS"])


def test_every_command_and_variable_is_one_of_this_version() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()}
    named = {name for text in texts.values() for name in NAME.findall(text)}
    assert len(named) > 8
    assert named - known_variables() == set()
    commands = set(getattr(get_command(app), "commands", {}))
    used = {name for text in texts.values() for name in re.findall(rf"{PROGRAM} ([a-z]+)", text)}
    assert used == {"serve", "refresh", "backup", "doctor"}
    assert used <= commands


def test_the_example_of_settings_is_well() -> None:
    given = {**_environment(), "ATTAIN_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"}
    found = {finding.subject: str(finding.health) for finding in settings(given)}
    assert found == {"settings": "ok", "secret": "ok", "hosts": "ok", "https": "ok"}


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_container_runs_without_root_and_from_hashes() -> None:
    found = _instructions()
    words = [word for word, _ in found]
    assert set(words) <= INSTRUCTIONS
    last = len(words) - 1 - words[::-1].index("FROM")
    run = dict(found[last:])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", run["USER"])
    assert all(word != "RUN" for word, _ in found[words.index("USER") :])
    assert run["ENTRYPOINT"] == '["attain"]'
    assert run["STOPSIGNAL"] == "SIGTERM"
    assert "/health/live" in run["HEALTHCHECK"]
    installs = [what for word, what in found if word == "RUN" and "pip install" in what]
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    base = dict(found)["ARG"]
    assert re.fullmatch(r"BASE=python:\d+\.\d+-slim", base)
    copied = [name for word, what in found if word == "COPY" and not what.startswith("--from") for name in what.split()[:-1]]
    assert copied[-1] == "dist/attain-*.whl"
    assert all((ROOT / name).is_file() for name in copied[:-1])
    # What is copied is what is installed from.
    assert set(re.findall(r"-r /build/(\S+)", installs[0])) == {name.rpartition("/")[2] for name in copied[:-1]}


def test_proxies_say_what_the_server_goes_by() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert nginx.count("{") == nginx.count("}")
    for header in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr"):
        assert nginx.count(f"proxy_set_header {header};") == 1
    bare = [line.strip() for line in nginx.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert all(line[-1] in ";{}" for line in bare)
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert caddy.count("{") == caddy.count("}")
    # Room for the largest upload, and for the form around it.
    for text in (re.search(r"client_max_body_size (\d+)m;", nginx), re.search(r"max_size (\d+)MB", caddy)):
        assert text
        assert int(text[1]) > 200
