"""A store in object storage, on a local server that speaks the protocol of S3."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import boto3
import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.delivery import of_folder
from attain.store.place import Place, is_store
from attain.store.store import Store
from attain.workspace import Workspace
from tests.sources.folders import training, usage, write_csv
from tests.store.conftest import DAY
from tests.store.importers import check_every_load, said_by, write_files


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # a process of its own: a client that waits would keep a thread of this one from answering
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="facts")
    yield "s3://facts/attain"
    server.terminate()
    server.wait()


def test_a_store_of_objects_scores_as_the_folder(bucket: str, demo: Path, book: Book) -> None:
    Store.create(bucket).take([of_folder(demo)], book.catalog)
    ours, theirs = Workspace.open(bucket, book=book), Workspace.open(demo, book=book)
    assert ours.score(DAY).contract().equals(theirs.score(DAY).contract())
    one = ours.score(DAY, partners=["1000001"])
    assert one.contract().equals(theirs.score(DAY, partners=["1000001"]).contract())
    assert ours.keep(one)


def test_spark_is_refused_in_one_line_before_it_starts(bucket: str, tmp_path: Path) -> None:
    Store.create(bucket)
    import_files([write_csv(tmp_path / "u.csv", [usage()])], Path(bucket), Options())
    done = CliRunner().invoke(app, ["score", bucket, "--as-of", "2026-11-24", "--engine", "spark"])
    assert isinstance(done.exception, AttainError)
    assert (done.exception.code, done.exception.where) == ("spark-objects", bucket)


def test_importers_at_once_into_objects_lose_nothing(bucket: str, tmp_path: Path, book: Book) -> None:
    store = Store.create(bucket)
    ours, theirs = write_files(tmp_path / "ours", "500", 3, 1), write_files(tmp_path / "theirs", "600", 3, 1)

    def run(paths: list[Path]) -> None:
        for path in paths:
            import_files([path], Path(bucket), Options(), catalog=book.catalog)

    threads = [Thread(target=run, args=(paths,)) for paths in (ours, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = check_every_load(store, [*ours, *theirs])
    expected: dict[tuple[str, str, str], object] = {}
    for path in (*ours, *theirs):
        expected |= said_by(path)
    assert held == expected
    assert len(store.loads.every()) == 6


def test_the_key_of_people_stays_on_this_machine_and_another_is_refused(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    Store.create(bucket)
    path = write_csv(tmp_path / "t.csv", [training()])
    import_files([path], Path(bucket), Options(), catalog=book.catalog)
    assert not [name for name, _ in Place.of(bucket).names() if name.endswith(".attain-person-key")]
    monkeypatch.setenv("ATTAIN_PERSON_KEY", "ab" * 32)
    other = write_csv(tmp_path / "u.csv", [training(MCPID="MC-2")])
    with pytest.raises(AttainError, match="hashed with another key"):
        import_files([other], Path(bucket), Options(), catalog=book.catalog)


def test_a_url_keeps_its_slashes_on_the_command_line_and_no_store_is_said(bucket: str, tmp_path: Path) -> None:
    assert Place.of(Path(bucket)).root == bucket
    assert not is_store(bucket)
    with pytest.raises(AttainError, match="attain init"):
        import_files([write_csv(tmp_path / "t.csv", [training()])], Path(bucket), Options())
