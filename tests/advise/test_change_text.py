"""A change written as a line reads as an equal one."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.advise.changes import AddAssociation, AddUsage, Certify, Change, ChangeUsage, DropCustomer, RemovePerson
from attain.advise.scenario import change_text, read_change
from attain.facts.schema import ASSOCIATIONS

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@pytest.mark.parametrize(
    "change",
    [
        AddUsage(tenant="O'Neil & Söhne", workload="Intune", seats=50, active_users=0, associations=("cpor", "csp1"), existing=True),
        AddUsage(tenant="Adatum", service="Sentinel", acr_usd=Fraction("120.25"), associations=("pal",), months=3),
        ChangeUsage(tenant="Adatum", percent=Fraction(-20)),
        AddAssociation(tenant="Adatum", association="pal", since=dt.date(2026, 3, 1)),
        DropCustomer(tenant='with "quotes" and = signs', months=2),
    ],
)
def test_each_kind_of_value_comes_back(change: Change) -> None:
    assert read_change(change_text(change)) == change


@given(person=TEXTS, certification=TEXTS, earned=st.none() | st.dates())
def test_any_text_comes_back(person: str, certification: str, earned: dt.date | None) -> None:
    change = Certify(person=person, certification=certification, earned_on=earned)
    assert read_change(change_text(change)) == change
    assert read_change(change_text(RemovePerson(person=person))) == RemovePerson(person=person)


@given(codes=st.lists(st.sampled_from(ASSOCIATIONS), min_size=1, unique=True))
def test_any_associations_come_back(codes: list[str]) -> None:
    change = AddUsage(tenant="Adatum", service="Sentinel", acr_usd=Fraction(1, 3), associations=tuple(codes))
    assert read_change(change_text(change)) == change
