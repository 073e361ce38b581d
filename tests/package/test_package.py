"""The wheel and the source distribution, built here and installed from the hashes of the lock where there is no repository."""

from __future__ import annotations

import csv
import email
import io
import os
import re
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases.cluster import cluster
from tests.health.repository import ROOT
from tests.server.serving import environment_for, serving

DAY = "2026-11-24"
PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
EXTRAS = {"cjk": {"noto-cjk-sans-otc"}, "postgres": {"psycopg", "psycopg-binary"}, "spark": {"pyspark", "py4j"}}


@dataclass(frozen=True)
class Built:
    """What was built."""

    wheel: Path
    sdist: Path

    def in_wheel(self) -> dict[str, bytes]:
        """Give the files of the wheel, but for the list of digests that ends it."""
        with zipfile.ZipFile(self.wheel) as file:
            return {name: file.read(name) for name in file.namelist() if not name.endswith("/RECORD")}


@dataclass(frozen=True)
class Installed:
    """An environment that has Attain from its wheel, and a folder beside it to work in."""

    bin: Path
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Give what commands see: no path of the repository."""
        given = environment_for(self.folder / "home", **more)
        return {name: value for name, value in given.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}

    def attain(self, *arguments: str, code: int = 0, **more: str) -> str:
        """Run a command and give what it printed, both ways."""
        command = [str(self.bin / "attain"), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.environment(**more), capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def pip(self, *arguments: str) -> None:
        """Install something."""
        command = [str(self.bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", *arguments]
        subprocess.run(command, check=True, cwd=self.folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    _build(ROOT, folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    found = Installed(folder / "venv" / "bin", folder)
    found.pip("--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt"))
    found.pip("--no-deps", str(built.wheel))
    return found


def _build(source: Path, target: Path, *kinds: str) -> None:
    chosen = [part for kind in kinds for part in ("-t", kind)]
    given = {**os.environ, "SOURCE_DATE_EPOCH": "1760000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), *chosen]
    subprocess.run(command, cwd=source, env=given, check=True, capture_output=True)


def test_the_wheel_holds_all_of_the_package_and_nothing_else(built: Built) -> None:
    names = {name for name in built.in_wheel() if not name.startswith("attain-")}
    package = ROOT / "src" / "attain"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    there = {f"attain/{path.relative_to(package).as_posix()}" for path in files}
    assert names == there
    assert {"attain/py.typed", "attain/rulebook/solutions_partner/programme.yaml"} <= names
    assert any(name.startswith("attain/web/templates/") for name in names)


def test_the_source_distribution_builds_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as file:
        file.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert {"src", "tests", "docs", "deploy", "requirements", "Makefile", "LICENSE", "NOTICE"} <= {path.name for path in source.iterdir()}
    _build(source, tmp_path / "dist", "wheel")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert Built(wheel, built.sdist).in_wheel() == built.in_wheel()


def test_a_lock_of_an_extra_is_the_lock_and_what_the_extra_needs(built: Built) -> None:
    (metadata,) = (text for name, text in built.in_wheel().items() if name.endswith(".dist-info/METADATA"))
    assert set(email.message_from_bytes(metadata).get_all("Provides-Extra") or ()) == set(EXTRAS)
    locks = {name: dict(PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text())) for name in ("dev", "runtime", *EXTRAS)}
    for extra, more in EXTRAS.items():
        assert locks[extra].keys() - locks["runtime"].keys() == more
        assert all(locks[extra][name] == version for name, version in locks["runtime"].items())
    for lock in locks.values():
        assert all(locks["dev"][name] == version for name, version in lock.items())


def test_commands_run_where_there_is_no_repository(installed: Installed) -> None:
    where = subprocess.run(
        [str(installed.bin / "python"), "-c", "import attain; print(attain.__file__)"],
        env=installed.environment(),
        cwd=installed.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed.bin.parent)
    assert re.fullmatch(r"attain \d+\.\d+\.\S+\n", installed.attain("--version"))
    installed.attain("demo", "facts", "--partners", "8")
    printed = installed.attain("score", "facts", "--as-of", DAY, "--partner", "1000001", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(printed[printed.index("partner_id,") :])))
    assert {row["partner_id"] for row in rows if row["partner_id"]} >= {"1000001"}
    assert "all is well" in installed.attain("doctor", "--store", "facts")


def test_a_server_answers_with_its_pages_and_static_files(installed: Installed) -> None:
    program = (str(installed.bin / "attain"),)
    with serving(installed.folder / "home", environment=installed.environment(), program=program) as server:
        address = f"http://127.0.0.1:{server.port}"
        with urllib.request.urlopen(f"{address}/health/ready", timeout=20) as answer:
            assert answer.read() == b"ready\n"
        with urllib.request.urlopen(f"{address}/account/login/", timeout=20) as answer:
            page = answer.read().decode()
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style
        with urllib.request.urlopen(f"{address}{style[1]}", timeout=20) as answer:
            assert answer.status == 200
            assert "max-age=315360000" in answer.headers["Cache-Control"]


def test_what_needs_an_extra_says_so_and_works_with_it(installed: Installed) -> None:
    assert "install attain[postgres]" in installed.attain("refresh", "--store", "facts", code=1, ATTAIN_DATABASE_URL="postgres://db/attain")
    said = installed.attain("score", "facts", "--as-of", DAY, "--engine", "spark", "--master", "local", code=1)
    assert "install attain[spark]" in said
    # Two locks at once, as the container has them.
    locks = [part for extra in ("postgres", "cjk") for part in ("-r", str(ROOT / "requirements" / f"{extra}.txt"))]
    installed.pip("--only-binary", ":all:", "--require-hashes", *locks)
    found = "from attain.report.evidence.fonts import more_fonts; print(list(more_fonts().folder.glob('*.ttc')))"
    fonts = subprocess.run(
        [str(installed.bin / "python"), "-c", found], env=installed.environment(), capture_output=True, text=True, check=True
    )
    assert str(installed.bin.parent) in fonts.stdout
    with cluster() as address:
        said = installed.attain("refresh", "--store", "facts", "--as-of", DAY, ATTAIN_DATABASE_URL=address)
        assert re.search(r"Published \d+ partners", said)
        assert "Nothing to do" in installed.attain("refresh", "--store", "facts", "--as-of", DAY, ATTAIN_DATABASE_URL=address)
        assert "all is well" in installed.attain("doctor", ATTAIN_DATABASE_URL=address)
