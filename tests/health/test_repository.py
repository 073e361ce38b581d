"""The repository says nothing but what holds everywhere, and its documents keep up with the code."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.health.repository import PACKAGE, ROOT, place, texts

ADR = ROOT / "docs" / "adr"
ADR_SECTIONS = ["Context", "Options", "Decision", "Consequences", "What would change our mind"]

# Put together here so that these files do not find themselves.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
REGISTRY_HOSTS = re.compile(
    "|".join(re.escape(host) for host in ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb.debian" + ".org"))
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(work|root|home|Users)" + r"/[\w.]")


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{place(path, number)}: {line.strip()[:80]}"
        for path, text in texts().items()
        if not path.is_relative_to(ROOT / "requirements")
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# " + "TO" + "DO: later"),
        (REGISTRY_HOSTS, "https://files.pythonhosted" + ".org/packages"),
        (REGISTRY_HOSTS, "deb.debian" + ".org"),
        (MACHINE_PATHS, "see /wor" + "k/main"),
        (MACHINE_PATHS, '"/roo' + 't/.venv"'),
    ],
)
def test_the_searches_find_what_they_look_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_nothing_is_left_unfinished() -> None:
    assert _places(UNFINISHED) == []


def test_no_host_of_a_registry_is_named() -> None:
    assert _places(REGISTRY_HOSTS) == []
    assert [place(path) for path, text in texts().items() if path.is_relative_to(ROOT / "requirements") and "://" in text] == []


def test_no_path_of_one_machine_is_named() -> None:
    assert _places(MACHINE_PATHS) == []


def test_every_decision_is_numbered_indexed_and_complete() -> None:
    decisions = sorted(path for path in ADR.glob("*.md") if path.name != "README.md")
    assert [path.name[:5] for path in decisions] == [f"{number:04}-" for number in range(1, len(decisions) + 1)]
    index = texts()[ADR / "README.md"]
    for path in decisions:
        text = texts()[path]
        title = text.splitlines()[0].removeprefix("# ")
        assert f"[{title}]({path.name})" in index, f"docs/adr/README.md does not list {path.name} as [{title}]"
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ADR_SECTIONS, path.name


def _project() -> dict[str, Any]:
    return tomllib.loads(texts()[ROOT / "pyproject.toml"])


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace(".", "-").replace("_", "-")


def _pinned(lock: str) -> set[str]:
    return {_name(line) for line in texts()[ROOT / "requirements" / lock].splitlines() if "==" in line}


def test_every_runtime_dependency_has_its_reason() -> None:
    reasons = texts()[ADR / "0006-runtime-dependencies.md"]
    project = _project()["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *(name for extra in extras for name in extra)]
    assert [name for name in named if f"| {_name(name)} |" not in reasons] == []


def test_the_locks_cover_what_the_project_asks_for() -> None:
    project = _project()
    runtime = {_name(requirement) for requirement in project["project"]["dependencies"]}
    spark = {_name(requirement) for requirement in project["project"]["optional-dependencies"]["spark"]}
    groups = {
        _name(requirement) for group in project["dependency-groups"].values() for requirement in group if isinstance(requirement, str)
    }
    assert runtime - _pinned("runtime.txt") == set()
    assert (runtime | spark) - _pinned("spark.txt") == set()
    assert (runtime | spark | groups) - _pinned("dev.txt") == set()


def test_the_readme_names_every_edition_of_the_rules() -> None:
    readme = texts()[ROOT / "README.md"]
    folder = PACKAGE / "rulebook" / "solutions_partner" / "designations"
    designations = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    assert len(designations) == 6
    for designation in designations:
        editions = ", ".join(edition["id"] for edition in designation["editions"])
        assert f"| `{designation['id']}` | {editions} |" in readme, f"README.md lacks the row | `{designation['id']}` | {editions} |"
