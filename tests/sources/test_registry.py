"""Sources are found where they are defined."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from attain.sources.focus import FOCUS
from attain.sources.registry import SOURCES, Registry, find_source
from attain.sources.source import Field


def module(**names: object) -> ModuleType:
    made = ModuleType("made")
    vars(made).update(names)
    return made


def test_a_module_that_defines_a_source_is_enough() -> None:
    fresh = replace(FOCUS, name="a_fresh_one")
    registry = Registry([module(ANY_NAME=fresh, other=3), module(FOCUS=FOCUS), module(again=FOCUS)])
    assert list(registry) == ["a_fresh_one", "focus"]
    assert registry["a_fresh_one"] is fresh
    assert len(registry) == 2


def test_two_sources_of_one_name_are_a_fault_of_the_program() -> None:
    registry = Registry([module(one=FOCUS), module(other=replace(FOCUS, title="Another"))])
    with pytest.raises(ValueError, match="two sources are called focus; one of them is in made"):
        list(registry)


def test_names_of_datasets_are_those_of_one_source_each() -> None:
    names = [dataset for source in SOURCES.values() for dataset in source.datasets]
    assert len(set(names)) == len(names)
    assert {find_source(name).name for name in names} == {source.name for source in SOURCES.values() if source.datasets}


def test_a_field_fills_every_table_that_has_its_column_unless_it_names_one() -> None:
    assert FOCUS.targets(Field("x", (), fills="tenant_id")) == ("azure_usage.tenant_id", "customers.tenant_id")
    assert FOCUS.targets(Field("x", (), fills="customers.tenant_id azure_usage.offer")) == ("customers.tenant_id", "azure_usage.offer")
    assert FOCUS.targets(Field("x", ())) == ()
    for unknown in ("shoe_size", "customers.shoe_size", "certifications.status"):
        with pytest.raises(KeyError):
            FOCUS.targets(Field("x", (), fills=unknown))
