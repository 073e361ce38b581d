"""The pages of Rules: every designation and edition opens, and what stands in them is what the rulebook says."""

from __future__ import annotations

import pytest
from django.test import Client

from attain.people.roles import Role
from attain.rulebook.load import load_book
from attain.rulebook.programme_view import LABELS, programme_figures
from attain.rulebook.walk import by_date
from tests.people.places import Places

BOOK = load_book()
EDITIONS = [(name, edition.id) for name, designation in BOOK.designations.items() for edition in designation.editions]


@pytest.fixture
def viewer(places: Places) -> Client:
    client = Client()
    client.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_all_designations_and_editions_are_listed(viewer: Client) -> None:
    text = text_of(viewer, "/rules/")
    for name, edition in EDITIONS:
        assert f"/rules/designations/{name}/?edition={edition}" in text
    assert "in force" in text


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_every_edition_opens_with_its_metrics_and_sources(viewer: Client, name: str, edition: str) -> None:
    text = text_of(viewer, f"/rules/designations/{name}/?edition={edition}")
    assert f"Edition {edition}" in text
    for metric in BOOK.designations[name].metrics:
        assert metric.name in text
    assert 'id="source-1"' in text
    assert "&lt;" not in text


def test_a_figure_stands_with_the_source_it_has_in_the_rulebook(viewer: Client) -> None:
    text = text_of(viewer, "/rules/programme/")
    for figure in programme_figures(BOOK.programme):
        assert figure.label in text
        assert figure.source in text
    assert "70 points" in text
    assert "20 of the next month" in text


def test_every_dated_figure_of_the_programme_is_shown() -> None:
    shown = {figure.name for figure in programme_figures(BOOK.programme)}
    dated = {name for name, field in type(BOOK.programme).model_fields.items() if "Entry" in str(field.annotation)}
    assert shown == dated == set(LABELS)


def test_only_the_last_value_of_a_figure_holds_on() -> None:
    badges = [figure for figure in programme_figures(BOOK.programme) if figure.name == "badges"]
    assert [figure.holds(badges[1].from_) for figure in badges] == [False, True]
    assert badges[0].until == badges[1].from_


def test_changes_between_editions_are_named_with_before_and_after(viewer: Client) -> None:
    designation = BOOK.designations["security"]
    first, last = by_date(designation)[0], by_date(designation)[-1]
    text = text_of(viewer, f"/rules/designations/security/changes/?before={first.id}&after={last.id}")
    assert "Net customer adds" in text
    assert "Nothing changes" not in text
    assert "Nothing changes." in text_of(viewer, f"/rules/designations/security/changes/?before={last.id}&after={last.id}")


def test_an_unknown_edition_or_designation_names_the_nearest(viewer: Client) -> None:
    assert "did you mean security" in text_of(viewer, "/rules/designations/securty/", 400)
    assert "2023-12" in text_of(viewer, "/rules/designations/security/?edition=1999", 400)


def test_interpretations_and_sources_are_complete(viewer: Client) -> None:
    readings, sources = text_of(viewer, "/rules/interpretations/"), text_of(viewer, "/rules/sources/")
    for reading in BOOK.programme.interpretations:
        assert f'id="{reading.id}"' in readings
    for source in BOOK.sources.sources:
        assert f'id="{source.id}"' in sources
