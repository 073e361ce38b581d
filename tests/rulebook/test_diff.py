"""What changed between two editions, in words."""

from __future__ import annotations

from attain.rulebook.diff import Change, diff
from attain.rulebook.load import load_book
from attain.rulebook.view import edition_of
from tests.rulebook.broken import BOOK


def _changes(designation: str, before: str, after: str, *, small: bool = False) -> list[Change]:
    book = load_book(BOOK) if small else load_book()
    chosen = book.designation(designation)
    return diff(book, chosen, edition_of(chosen, edition_id=before), edition_of(chosen, edition_id=after))


def _said(changes: list[Change]) -> list[tuple[str, str, str, str, str]]:
    return [(change.path, change.track, change.kind, change.before, change.after) for change in changes]


TRACKS = "Enterprise and SMB; the one with more points counts, Enterprise where they are equal"
BAND = "10 to 90 USD, or above it now but inside it a year ago"
ADDS, PEOPLE = "roses.net_customer_adds", "roses.intermediate_certifications"


def test_every_change_of_the_small_book_is_said_once() -> None:
    assert _said(_changes("roses", "2024", "2025", small=True)) == [
        ("roses.tracks", "", "changed", "one track for every partner", TRACKS),
        (f"{ADDS}.beds.qualifies_if", "enterprise", "changed", "at least 40 USD", "more than 90 USD"),
        (f"{ADDS}.beds.qualifies_if", "smb", "changed", "at least 40 USD", BAND),
        (f"{ADDS}.beds.full_marks", "smb", "changed", "4 gardens", "2 gardens"),
        (f"{ADDS}.glass", "smb", "begins", "", "Under glass"),
        (f"{PEOPLE}.basics.people", "smb", "changed", "2", "1"),
        (f"{PEOPLE}.basics.points", "smb", "changed", "0", "5"),
        (f"{PEOPLE}.experts.certificates", "", "added", "", "Pruning Assessment"),
        ("roses.usage_growth.beds.recognized_by", "", "added", "", "Gardener of Record"),
    ]


def test_backwards_everything_is_turned_around() -> None:
    changes = _said(_changes("roses", "2025", "2024", small=True))
    assert (f"{ADDS}.beds.qualifies_if", "smb", "changed", BAND, "at least 40 USD") in changes
    assert (f"{ADDS}.glass", "smb", "ends", "Under glass", "") in changes
    assert (f"{PEOPLE}.experts.certificates", "", "removed", "Pruning Assessment", "") in changes


def test_a_change_is_cited_by_what_holds_after_it() -> None:
    changes = {change.path: change for change in _changes("roses", "2024", "2025", small=True)}
    assert (changes["roses.tracks"].source, changes["roses.tracks"].standing) == ("page-2025#tracks", "official")
    assert changes[f"{ADDS}.glass"].source == "page-2025#adds"


def test_an_edition_differs_from_itself_in_nothing() -> None:
    book = load_book()
    for designation in book.designations.values():
        for edition in designation.editions:
            assert diff(book, designation, edition, edition) == []


def test_security_from_december_2023_to_july_2026() -> None:
    said = _said(_changes("security", "2023-12", "2026-07"))
    assert said[0] == ("security.tracks", "", "changed", "one track for every partner", TRACKS)
    assert ("security.net_customer_adds.azure.qualifies_if", "", "changed", "at least 100 USD", "at least 600 USD") in said
    assert ("security.intermediate_certifications.step-1.certificates", "", "added", "", "SC-500") in said
    assert ("security.intermediate_certifications.step-2.certificates", "", "removed", "MS-500", "") in said
    left = "Advanced Data Security, Advanced Threat Protection, Network Watcher"
    assert ("security.deployments.azure.services", "", "removed", left, "") in said
    assert ("security.usage_growth.azure.qualifies_if", "enterprise", "begins", "", "more than 12,000 USD") in said


def test_steps_begin_where_the_edition_brings_them() -> None:
    said = _said(_changes("security", "2022-10", "2023-06"))
    assert ("security.intermediate_certifications.step-1", "", "begins", "", "Step 1: Azure security engineer") in said
    assert not [change for change in said if change[0].startswith("security.intermediate_certifications.step-1.")]
