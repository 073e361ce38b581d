"""The documents and the code name the same things: commands, settings, errors, endpoints, sources and operators, both ways.

Each message says what to write, and where. The reference itself is written from the code (`handbook/`), so what is new stands there by
itself; what these tests ask for is that a written page tells people what it is for.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from attain.sources.registry import SOURCES
from handbook import commands, errors, operators, python, rest, settings
from handbook.mentions import documents, mentioned_commands, mentioned_endpoints
from tests.health.repository import PACKAGE, ROOT, modules, texts

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = "a page of docs/ (or the README), in code: `attain {name} ...`, with a sentence on what it is for"


def test_every_document_has_its_place_in_the_navigation() -> None:
    # Pages under adr/ and reference/rules/ find theirs by themselves.
    named = set(re.findall(r"[\w/-]+\.md$", texts()[ROOT / "mkdocs.yml"], flags=re.MULTILINE))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    missing = {name for name in there - named if not name.startswith(("adr/", "reference/rules/"))}
    assert not missing, f"mkdocs.yml, nav: write a line `- Title: PAGE` for each of {sorted(missing)}"


def test_every_command_is_told_of_in_a_written_page() -> None:
    shown = {mention.command for mention in mentioned_commands()}
    missing = [name for name, command in commands.commands().items() if not command.group and name not in shown]
    assert not missing, f"no written page shows {', '.join(f'attain {name}' for name in missing)}: write it into {GUIDES}"


def test_every_command_in_the_documents_exists() -> None:
    unknown = [f"{mention.document}: attain {mention.written}" for mention in mentioned_commands() if not mention.command]
    assert not unknown, f"no such command: {unknown}; see attain --help"


def test_every_option_in_the_documents_exists() -> None:
    known = {
        name: {"--help", *chain.from_iterable(parameter.spellings for parameter in command.parameters)}
        for name, command in commands.commands().items()
    }
    unknown = [
        f"{mention.document}: {option} of attain {mention.command}"
        for mention in mentioned_commands()
        for option in mention.options
        if mention.command and option not in known[mention.command]
    ]
    assert not unknown, f"no such option: {unknown}; see the command's --help"


def test_every_setting_is_described_once() -> None:
    described = settings.described()
    missing = [name for name in settings.read_by_the_code() if name not in described]
    where = "docs/serve.md (of the server) or the page it belongs to, in the table whose first column is `variable`"
    assert not missing, (
        f"no document describes {', '.join(missing)}: write a row | `{missing[0]}` | what it says | what holds unless set | into {where}"
    )
    twice = {name: [said.document for said in rows] for name, rows in described.items() if len(rows) > 1}
    assert not twice, f"described more than once: {twice}; keep one row"


def test_every_setting_in_the_documents_is_read() -> None:
    read = {*settings.read_by_the_code(), "ATTAIN_SAMPLE_DATA"}
    unknown = {
        f"{document}: {name}"
        for document, text in documents().items()
        for name in settings.NAME.findall(text)
        if name not in read and not name.endswith("_")
    }
    assert not unknown, f"no module of src/attain reads {unknown}: mend the name, or take it out"


def test_every_error_is_on_its_page_and_every_one_on_it_is_raised() -> None:
    raised = {
        code
        for path in modules()
        if path.is_relative_to(PACKAGE)
        for code in re.findall(r"AttainError\(\s*\"([a-z0-9-]+)\"", texts()[path])
    }
    assert len(raised) > 150
    page = errors.page()
    listed = set(re.findall(r'<a id="([a-z0-9-]+)">', page))
    assert raised - listed == set(), "handbook/errors.py does not find these"
    sources = "\n".join(texts()[path] for path in modules() if path.is_relative_to(PACKAGE))
    composed = {name for name in listed if f'"{name}"' not in sources}
    assert all(name.startswith("unknown-") for name in composed), f"no module of src/attain names {composed}"


def test_an_error_is_found_however_its_code_is_made() -> None:
    found = errors.errors()
    assert found["unknown-service"][0].part == "advise", "a code that is put together from the keys of a mapping"
    assert "a second document begins" in {one.message for one in found["yaml-documents"]}, "a code that a caller hands in, with its words"
    assert any("…" in one.message for one in found["unknown-partner"]), "what depends on the case is left open"


def _urls() -> set[tuple[str, str]]:
    """Give the endpoints as Django resolves them: what a request can reach, whatever the description says."""
    from attain.api import root
    from attain.server.declared import pages

    found = set[tuple[str, str]]()
    for page in pages(root.patterns()):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", page.route)
        found |= {(method, f"/api/v1/{path}") for method in page.methods}
    return found


def test_every_endpoint_is_on_its_page_and_every_one_on_it_is_served() -> None:
    served = _urls()
    assert len(served) > 20
    listed = {
        (method, path) for method, path in re.findall(r"^(GET|POST|PUT|PATCH|DELETE) (/api/v1/\S+)$", rest.page(), flags=re.MULTILINE)
    }
    assert listed == served


def test_every_endpoint_in_the_documents_is_served() -> None:
    served = _urls() | {("GET", "/api/v1/docs"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/")}
    paths = {path for _, path in served}
    unknown = [
        f"{document}: {method} {path}".replace(":  ", ": ")
        for document, method, path in mentioned_endpoints()
        if (path not in paths if not method else (method, path) not in served)
    ]
    assert not unknown, f"no such endpoint: {unknown}; attain serve describes them at /api/v1/docs"


def test_every_source_stands_on_the_page_of_sources_and_nothing_else() -> None:
    assert re.findall(r"^## `(\w+)`$", texts()[ROOT / "docs" / "sources.md"], flags=re.MULTILINE) == list(SOURCES), "run make readme"


def test_every_source_has_its_place_among_the_steps_to_get_it() -> None:
    linked = re.findall(r"\[`(\w+)`\]\(sources\.md#\1\)", texts()[ROOT / "docs" / "get-files.md"])
    missing = [name for name in SOURCES if name not in linked]
    assert not missing, f"docs/get-files.md: say where to click for {missing}, with a link [`{missing[0]}`](sources.md#{missing[0]})"
    assert sorted(set(linked) - set(SOURCES)) == []


def test_every_word_of_a_rule_is_in_the_table_of_words_and_nothing_else() -> None:
    text = texts()[ROOT / "docs" / "rulebook.md"]
    table = text[text.index("| shape | word | choices | says |") :].splitlines()[2:]
    rows = [line for line in table if line.startswith("|")]
    due = [operators.expected_row(name) for name in operators.operators()]
    missing = [row for row in due if not any(line.startswith(row) for line in rows)]
    assert not missing, f"docs/rulebook.md, Every word of a rule: write rows that begin with {missing}"
    unknown = [line for line in rows if not any(line.startswith(row) for row in due)]
    assert not unknown, f"docs/rulebook.md, Every word of a rule: the rulebook knows no such word: {unknown}"
    assert [line for line in rows if not line.rstrip("| ").rpartition("|")[2].strip()] == []


def test_every_function_of_the_library_is_on_its_page() -> None:
    page = python.page()
    assert [name for name in python.names() if f"::: attain.{name}\n" not in page] == []


@pytest.mark.parametrize(
    ("line", "command", "options"),
    [
        ("attain import FILE... --into FACTS", "import", ("--into",)),
        ("$ .venv/bin/attain store check S", "store check", ()),
        ("ATTAIN_HOME=x attain serve --store=S [--demo]", "serve", ("--store", "--demo")),
        ("attain scores", "", ()),
    ],
)
def test_the_search_reads_commands_as_people_write_them(
    line: str, command: str, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "handbook.mentions.documents", lambda: {"docs/x.md": f"Write `{line}`, or attain what you like:\n\n```sh\n{line}\n```\n"}
    )
    found = mentioned_commands()
    assert [(one.command, one.options) for one in found] == [(command, options)] * 2


def _document(folder: Path) -> Path:
    (folder / "docs").mkdir()
    return folder / "docs" / "serve.md"


def test_the_search_reads_rows_of_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _document(tmp_path).write_text(
        "| variable | says | unless set |\n|---|---|---|\n| `ATTAIN_A`, `ATTAIN_B` | two | none |\n\n"
        "| word | x |\n|---|---|\n| `ATTAIN_C` | y |\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("handbook.settings.ROOT", tmp_path)
    assert settings.described() == {name: [settings.Described("serve.md", "two", "none")] for name in ("ATTAIN_A", "ATTAIN_B")}
