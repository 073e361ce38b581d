"""What every test may use: the folder of real sample files, and one profile for property tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from attain.engine.backends import SparkBackend

SAMPLE_DATA = "ATTAIN_SAMPLE_DATA"
"""The environment variable that names a folder of real sample files; `.ci/run` sets it."""

# No deadline: a slow machine is no fault of the code. The same examples on every run of CI, new ones elsewhere.
settings.register_profile("attain", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("attain")


def _sample_folder() -> Path | None:
    named = os.environ.get(SAMPLE_DATA)
    return Path(named) if named and Path(named).is_dir() else None


def pytest_report_header() -> str:
    """Say at the top of a run whether the tests on real files will run."""
    folder = _sample_folder()
    return (
        f"real sample files: {folder}"
        if folder
        else f"real sample files: absent ({SAMPLE_DATA} names no folder), the tests on them are left out"
    )


FOLDERS_MARKED = {
    "alerts": ("web", "postgres"),
    "api": ("web",),
    "browser": ("browser",),
    "databases": ("web", "postgres"),
    "imports": ("web", "postgres"),
    "insights": ("web",),
    "package": ("package",),
    "people": ("web", "postgres"),
    "published": ("web", "postgres"),
    "security": ("web",),
    "server": ("web",),
    "web": ("web",),
}
"""Folders of tests that are a part of their own in `.ci/run`, with the markers that their tests get."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, so that none of a folder is forgotten."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        for marker in FOLDERS_MARKED.get(folder, ()):
            item.add_marker(marker)


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Give the folder of real sample files; a test that asks for it is left out, and says so, where there is none."""
    folder = _sample_folder()
    if folder is None:
        pytest.skip(f"{SAMPLE_DATA} names no folder of real sample files")
    return folder


SPARK_SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.log.level": "ERROR",
    # Many small queries: the compiler that starts soonest beats the one whose code is fastest.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def spark_backend() -> Iterator[SparkBackend]:
    """Give Apache Spark on this machine, started once for all tests marked `spark`."""
    from attain.engine.backends import SparkBackend

    backend = SparkBackend.connect("local[2]", SPARK_SETTINGS)
    yield backend
    backend.session.stop()
