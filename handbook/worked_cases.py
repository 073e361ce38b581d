"""The worked cases of an edition, as they stand beside the rules: examples with their facts, and each edge below, at and above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from attain.rulebook.load import packaged_folder
from attain.rulebook.resolve import edition_on
from handbook.markdown import code, table, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.view import EditionView

_SIDES = ("below", "at", "above")
_EXPECTED = ("value", "points", "qualified", "selected", "complete", "expect", "as_of")
_Written = dict[str, Any]


@dataclass(frozen=True)
class Cases:
    """The cases of one edition: worked examples, and edges with the tracks on which they were tested."""

    examples: tuple[_Written, ...]
    edges: tuple[tuple[_Written, tuple[str, ...]], ...]


@cache
def _files() -> dict[str, tuple[_Written, ...]]:
    """Give the cases of every designation as they are written, every value as its text."""
    found: dict[str, tuple[_Written, ...]] = {}
    for path in sorted((packaged_folder() / "cases").glob("*.yaml")):
        file: _Written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if "designation" in file:
            found[file["designation"]] = (*found.get(file["designation"], ()), *file["cases"])
    return found


def cases_of(designation: Designation, edition: Edition) -> Cases:
    """Give the cases that prove an edition."""
    written = _files().get(designation.id, ())
    examples = [case for case in written if "tests" not in case and _edition_of(designation, case) == edition.id]
    edges = [
        (case, tuple(case["tests"].get("tracks", ()))) for case in written if "tests" in case and edition.id in case["tests"]["editions"]
    ]
    return Cases(tuple(examples), tuple(edges))


def _edition_of(designation: Designation, case: _Written) -> str:
    return edition_on(designation, dt.date.fromisoformat(case["as_of"]), case.get("edition")).id


def cases_section(cases: Cases, shown: EditionView) -> Iterator[str]:
    """Write the section of worked cases; nothing where there are none."""
    if not (cases.examples or cases.edges):
        return
    yield "## Worked cases"
    yield "They stand beside the rules as data and are scored in the tests of Attain, on both of its engines."
    names = {metric.path.rpartition(".")[2]: metric.name for metric in shown.metrics}
    if cases.examples:
        yield "### Examples"
    for case in cases.examples:
        yield f"**{words(case['name'])}** ({words(case['source'])}; on {case['as_of']})"
        yield _expected_table([_expected(row, names) for row in case.get("expect", [])])
        yield _facts(case)
    if cases.edges:
        yield "### Edges"
        yield "What changes just below, at and just above each edge."
        yield table(("edge", "rule", "track", *_SIDES), (_edge(case, tracks) for case, tracks in cases.edges))


def _expected_table(rows: list[list[str]]) -> str:
    """Write what is expected, without the columns about which nothing is."""
    header = ("track", "metric", "value:", "points:", "qualified")
    kept = [place for place, _ in enumerate(header) if any(row[place] for row in rows)]
    return table([header[place] for place in kept], ([row[place] for place in kept] for row in rows))


def _expected(row: _Written, names: dict[str, str]) -> list[str]:
    metric: str = row["metric"]
    qualified = {"true": "yes", "false": "no"}.get(row.get("qualified", ""), "")
    return [row["track"], names.get(metric, metric), row.get("value", ""), row.get("points", ""), qualified]


def _facts(case: _Written) -> str:
    """Show the facts of a case, folded away, in the short form in which they are written."""
    lines = [f"{table_name}: {', '.join(_cells(row))}" for table_name, rows in case.get("facts", {}).items() for row in rows]
    if case.get("covers"):
        lines.insert(0, f"usage is known of the months {case['covers']}")
    listed = "\n".join(f"    - {words(line)}" for line in lines) or "    - none"
    return f'??? note "Facts"\n\n{listed}'


def _cells(row: _Written) -> Iterator[str]:
    for name, value in row.items():
        yield f"{name} {' and '.join(_texts(value))}"


def _texts(value: str | list[str]) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _edge(case: _Written, tracks: tuple[str, ...]) -> tuple[str, ...]:
    leaf = code(case["tests"]["leaf"].partition(".")[2])
    return words(case["name"]), leaf, ", ".join(tracks), *(_side(case["sides"].get(side, {})) for side in _SIDES)


def _side(side: _Written) -> str:
    given = ", ".join(f"{name} {' and '.join(_texts(value))}" for name, value in side.items() if name not in _EXPECTED)
    given = given or (f"on {side['as_of']}" if "as_of" in side else "")
    expected = [f"{name} {side[name]}" for name in ("value", "points") if name in side]
    expected += [word if side[word] == "true" else f"not {word}" for word in ("qualified", "selected", "complete") if word in side]
    expected += [", ".join(f"{name} {row[name]}" for name in ("value", "points") if name in row) for row in side.get("expect", [])]
    return f"{words(given)}: {words(', '.join(expected))}" if given else words(", ".join(expected))
