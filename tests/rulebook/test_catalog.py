"""Names of the catalog: what stands for what, whatever the case and punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.rulebook.catalog import Certification, Term, Vocabulary, fold
from attain.rulebook.load import load_book

SERVICES = Vocabulary(
    "service",
    (
        Term(code="key-vault", name="Key Vault", source="s#a"),
        Term(code="ddos", name="Azure DDoS Protection", aliases=("DDoS (basic)",), former_names=("Azure Shield",), source="s#a"),
        Term(code="firewall", name="Azure Firewall", source="s#a"),
        Term(code="firewall-manager", name="Azure Firewall Manager", source="s#a"),
    ),
)
CERTIFICATIONS = Vocabulary(
    "certification",
    (
        Certification(code="ONE", name="First", exams=("X-1",), source="s#a"),
        Certification(code="TWO", name="Second", exams=("X-2", "X-3"), source="s#a"),
    ),
)


@pytest.mark.parametrize("name", ["ddos", "Azure DDOS protection", "azure-ddos-protection", "DDoS basic", "AZURE SHIELD", "Ａzure Shield"])
def test_code_name_alias_and_former_name_match_whatever_the_case_and_punctuation(name: str) -> None:
    assert SERVICES.match(name) == "ddos"


def test_an_unknown_name_matches_nothing_and_has_nearest_names() -> None:
    assert SERVICES.match("Azure Firewal") is None
    assert SERVICES.nearest("Azure Firewal", 2) == ["Azure Firewall", "Azure Firewall Manager"]
    assert SERVICES.nearest("zzz") == []


def test_a_term_is_near_once_however_many_of_its_spellings_are() -> None:
    assert SERVICES.nearest("Azure Shields", 3).count("Azure DDoS Protection") == 1


def test_an_exam_stands_for_a_certificate_only_where_it_is_all_that_is_needed() -> None:
    assert CERTIFICATIONS.match("x1") == "ONE"
    assert CERTIFICATIONS.match("X-2") is None


def test_names_by_code() -> None:
    assert SERVICES.name("ddos") == "Azure DDoS Protection"
    assert SERVICES.name("new-service") == "new-service"
    assert "ddos" in SERVICES
    assert "Azure Shield" not in SERVICES
    assert SERVICES["ddos"].former_names == ("Azure Shield",)
    assert SERVICES.codes == ("key-vault", "ddos", "firewall", "firewall-manager")


@given(st.text())
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_every_spelling_of_the_real_catalog_finds_its_own_term() -> None:
    catalog = load_book().catalog
    for vocabulary in (catalog.services, catalog.workloads, catalog.certifications, catalog.associations, catalog.offers):
        for term in vocabulary.terms:
            assert {vocabulary.match(spelling) for spelling in term.spellings()} == {term.code}
