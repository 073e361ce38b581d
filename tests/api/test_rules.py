"""The rulebook over the interface: what the library says, with the sources that it cites."""

from __future__ import annotations

import pytest

from attain.people.roles import Role
from attain.rulebook.diff import diff
from attain.rulebook.load import load_book
from attain.rulebook.programme_view import programme_figures
from attain.rulebook.view import view
from attain.rulebook.walk import by_date
from tests.api.calling import Caller
from tests.people.places import Places

BOOK = load_book()
EDITIONS = [(name, edition.id) for name, designation in BOOK.designations.items() for edition in designation.editions]


@pytest.fixture
def reader(places: Places) -> Caller:
    """Somebody who reads the rules; nothing needs to be published for that."""
    return Caller(places, Role.EXECUTIVE_REPORT_VIEWER)


def test_designations_are_listed_with_the_edition_in_force(reader: Caller) -> None:
    answer = reader.get("/rules").json()
    assert answer["rulebook"] == BOOK.digest
    assert {(one["designation"], edition["edition"]) for one in answer["designations"] for edition in one["editions"]} == set(EDITIONS)
    for one in answer["designations"]:
        assert [edition["state"] for edition in one["editions"]].count("in_force") == 1


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_an_edition_has_every_rule_with_its_source(reader: Caller, name: str, edition: str) -> None:
    answer = reader.get(f"/rules/designations/{name}?edition={edition}").json()
    designation = BOOK.designations[name]
    known = view(BOOK, designation, next(one for one in designation.editions if one.id == edition))
    said = [
        (rule["path"], rule["words"], rule["source"], rule["standing"])
        for metric in answer["metrics"]
        for rule in (metric["max_points"], *(rule for section in metric["sections"] for rule in section["rules"]))
    ]
    rules = [rule for metric in known.metrics for rule in (metric.max_points, *(rule for one in metric.sections for rule in one.rules))]
    assert said == [(rule.path, rule.words, rule.source, rule.standing) for rule in rules]
    parts = {f"{source['id']}#{part}" for source in answer["sources"] for part in source["parts"]}
    assert {source for _, _, source, _ in said} <= parts
    assert {one["id"] for one in answer["interpretations"]} == set(known.interpretations)


def test_an_edition_is_found_by_a_day(reader: Caller) -> None:
    designation = BOOK.designations["security"]
    for edition in by_date(designation):
        assert reader.get(f"/rules/designations/security?day={edition.from_}").json()["edition"]["edition"] == edition.id


def test_changes_are_those_of_the_rulebook(reader: Caller) -> None:
    designation = BOOK.designations["security"]
    before, after = by_date(designation)[-2:]
    answer = reader.get("/rules/designations/security/changes").json()
    assert (answer["before"], answer["after"]) == (before.id, after.id)
    known = diff(BOOK, designation, before, after)
    assert known
    assert [(one["path"], one["track"], one["before"], one["after"]) for one in answer["changes"]] == [
        (one.path, one.track, one.before, one.after) for one in known
    ]
    backwards = reader.get(f"/rules/designations/security/changes?before={after.id}&after={before.id}").json()
    assert len(backwards["changes"]) > 0


def test_figures_interpretations_and_sources_are_complete(reader: Caller) -> None:
    figures = reader.get("/rules/programme").json()["figures"]
    assert [(one["name"], one["words"], one["source"]) for one in figures] == [
        (one.name, one.words, one.source) for one in programme_figures(BOOK.programme)
    ]
    said = reader.get("/rules/interpretations").json()["interpretations"]
    assert [one["id"] for one in said] == [one.id for one in BOOK.programme.interpretations]
    assert [one["id"] for one in reader.get("/rules/sources").json()["sources"]] == [one.id for one in BOOK.sources.sources]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rules/designations/securty", 404, "unknown-designation"),
        ("/rules/designations/security?edition=1999-01", 404, "unknown-edition"),
        ("/rules/designations/security?day=2001-01-01", 400, "before-first-edition"),
        ("/rules/designations/security/changes?before=1999-01", 404, "unknown-edition"),
    ],
)
def test_what_is_not_there_is_a_problem(reader: Caller, path: str, status: int, code: str) -> None:
    answer = reader.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]
