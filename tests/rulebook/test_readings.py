"""Other readings of interpretations: what each changes in the rules, and that it leaves the rest alone."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.rulebook.programme import ReadingChange
from attain.rulebook.readings import other_reading, other_readings, programme_read_otherwise, read_otherwise
from attain.rulebook.resolve import EditionRules, resolve

DAY = dt.date(2026, 11, 24)


def read(designation: str, name: str, day: dt.date = DAY) -> tuple[EditionRules, EditionRules]:
    """The rules as they are, and as the other reading has them."""
    book = load_book()
    rules = resolve(book.designation(designation), day)
    return rules, read_otherwise(rules, other_reading(book.programme, name).change)


CHANGES = {
    "whole-steps": set[str](),
    "net-pools": {"security"},
    "no-promotion": {"security", "modern-work"},
    "growth-from-baseline-month": {"modern-work"},
    "deployed-before-counts": {"modern-work"},
    "smc-corporate-is-smb": {"data-ai", "infrastructure", "digital-app-innovation"},
}
"""Which designations each other reading changes on a day of 2026 (the segments one: of 2025)."""


def test_every_other_reading_is_listed_with_what_it_changes() -> None:
    known = other_readings(load_book().programme)
    assert set(known) == set(CHANGES)
    assert [reading.id for reading, _ in known.values()] == ["I-2", "I-3", "I-4", "I-7", "I-8", "I-12"]
    assert all(other.text.endswith(".") for _, other in known.values())


@pytest.mark.parametrize("name", list(CHANGES))
def test_it_changes_what_it_should_and_nothing_else(name: str) -> None:
    day = dt.date(2025, 7, 1) if name == "smc-corporate-is-smb" else DAY
    changed = {
        designation for designation in load_book().designations if read(designation, name, day)[0] != read(designation, name, day)[1]
    }
    assert changed == CHANGES[name]


def test_whole_steps() -> None:
    book = load_book()
    rules = book.programme.on(DAY)
    assert rules.increments == "continuous"
    assert programme_read_otherwise(rules, other_reading(book.programme, "whole-steps").change).increments == "whole"
    assert programme_read_otherwise(rules, other_reading(book.programme, "net-pools").change) == rules


def test_promotion_is_dropped_from_the_band_alone() -> None:
    before, after = read("security", "no-promotion")
    bands = [[pool.qualifies_if for metric in rules.metrics["smb"] for pool in metric.pools] for rules in (before, after)]
    assert any(band and band.promoted for band in bands[0])
    assert not any(band and band.promoted for band in bands[1])
    assert [band and (band.at_least, band.at_most) for band in bands[0]] == [band and (band.at_least, band.at_most) for band in bands[1]]


def test_an_unknown_reading_is_refused_with_the_nearest() -> None:
    with pytest.raises(AttainError, match="did you mean net-pools"):
        other_reading(load_book().programme, "net-pool")


def test_a_change_is_one_change() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        ReadingChange()
    with pytest.raises(ValidationError, match="exactly one"):
        ReadingChange(increments="whole", pools="net")
