"""`attain rules`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from attain.cli import rules
from attain.errors import AttainError
from attain.rulebook.load import load_book
from tests.rulebook.broken import BOOK, write_book


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    rules.register(made)
    made.callback()(lambda: None)
    return made


def _run(app: typer.Typer, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["rules", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_list(app: typer.Typer) -> None:
    shown = _run(app, "list", "--rulebook", str(BOOK))
    assert "roses        2024     2024-01-01" in shown
    assert load_book(BOOK).digest[:12] in shown
    listed = json.loads(_run(app, "list", "--rulebook", str(BOOK), "--format", "json"))
    assert [(entry["designation"], entry["id"], entry["from"]) for entry in listed] == [
        ("roses", "2024", "2024-01-01"),
        ("roses", "2025", "2025-01-01"),
    ]


def test_show_on_a_day_and_by_edition_are_the_same_book(app: typer.Typer) -> None:
    on = _run(app, "show", "security", "--on", "2026-11-24")
    assert on == _run(app, "show", "security", "--edition", "2026-07") == _run(app, "show", "security")
    assert on.startswith("Security: edition 2026-07\nin effect from 2026-07-31\n")


def test_show_as_json_holds_every_rule_with_its_source(app: typer.Typer) -> None:
    shown = json.loads(_run(app, "show", "roses", "--rulebook", str(BOOK), "--format", "json"))
    assert shown["edition"]["id"] == "2025"
    assert shown["rulebook"] == load_book(BOOK).digest
    rule = shown["metrics"][0]["sections"][0]["rules"][3]
    assert rule == {
        "path": "roses.net_customer_adds.beds.qualifies_if",
        "label": "counts if",
        "words": {"enterprise": "more than 90 USD", "smb": "10 to 90 USD, or above it now but inside it a year ago"},
        "source": "page-2025#adds",
        "standing": "official",
        "note": "",
        "interpretations": ["I-1"],
    }


def test_diff(app: typer.Typer) -> None:
    shown = _run(app, "diff", "roses", "2024", "2025", "--rulebook", str(BOOK))
    assert "roses.net_customer_adds.beds.full_marks  page-2025#adds\n" in shown
    assert "changed  smb        4 gardens → 2 gardens" in shown
    changes = json.loads(_run(app, "diff", "roses", "2024", "2025", "--rulebook", str(BOOK), "--format", "json"))
    assert changes[0]["path"] == "roses.tracks"


def test_lint_of_a_sound_book(app: typer.Typer) -> None:
    assert _run(app, "lint").startswith("sound: 6 designations, ")


def test_lint_lists_every_fault_and_ends_with_1(app: typer.Typer, tmp_path: Path) -> None:
    edits = tuple({"file": "designations/roses.yaml", "line": line, "replace": "#adds", "with": "#add"} for line in (35, 37))
    write_book(tmp_path, edits)
    result = CliRunner().invoke(app, ["rules", "lint", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout.count("has no anchor 'add' (did you mean adds?)") == 2
    assert result.stderr == "2 faults\n"


def test_lint_of_loose_ends_ends_with_1(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["rules", "lint", str(BOOK)])
    assert result.exit_code == 1
    assert result.stderr == "1 finding\n"


def test_schema(app: typer.Typer, tmp_path: Path) -> None:
    assert _run(app, "schema").splitlines()[0] == "designation"
    assert json.loads(_run(app, "schema", "sources"))["title"] == "Sources"
    assert _run(app, "schema", "--write", str(tmp_path)).count("wrote ") == len(list(tmp_path.iterdir()))
    assert _run(app, "schema", "--write", str(tmp_path)) == "every schema is as it was\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "securiti"], "there is no designation 'securiti' (did you mean security?)"),
        (["show", "security", "--edition", "2026"], "security has no edition '2026' (did you mean 2026-07?)"),
        (["diff", "security", "2023-12", "2027"], "security has no edition '2027' (known: 2022-10, 2023-06, 2023-12, 2025, 2026-07)"),
        (["schema", "source"], "there is no schema 'source' (did you mean sources?)"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(app: typer.Typer, arguments: list[str], said: str) -> None:
    with pytest.raises(AttainError) as caught:
        CliRunner().invoke(app, ["rules", *arguments], catch_exceptions=False)
    assert str(caught.value) == said


@pytest.mark.parametrize("arguments", [["--on", "2026-13-01"], ["--on", "2026-01-01", "--edition", "2025"]])
def test_wrong_usage_ends_with_2(app: typer.Typer, arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["rules", "show", "security", *arguments]).exit_code == 2
