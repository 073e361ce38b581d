"""The names that synthetic facts are made of, read from `vocabulary.yaml`."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from attain.rulebook.load import load_book
from attain.rulebook.strict_yaml import parse


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServiceGroup(_Strict):
    """Services of which one subscription uses at most one, the most used first; `price` is US dollars a month at size 1."""

    price: int
    services: tuple[str, ...]


class Offers(_Strict):
    """The ordinary offer (empty = paid) and the rarer ones."""

    ordinary: str
    others: tuple[str, ...]


class Exam(_Strict):
    """A certificate: the first day on which it could be earned, and whether it expires."""

    name: str
    first_exam: dt.date | None = None
    expires: bool = True

    @property
    def last_exam(self) -> dt.date | None:
        """The last day on which it could be earned, from the rulebook's catalog; None where it still can."""
        catalog = load_book().catalog.certifications
        code = catalog.match(self.name)
        return None if code is None else catalog[code].retired_on


class Words(_Strict):
    """Parts of company and personal names."""

    first: tuple[str, ...]
    customer: tuple[str, ...]
    partner: tuple[str, ...]
    form: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


class Vocabulary(_Strict):
    """All of `vocabulary.yaml`; `associations` gives for each kind of partner the sets on Azure, workload and revenue rows."""

    countries: tuple[str, ...]
    service_groups: tuple[ServiceGroup, ...]
    offers: Offers
    workloads: tuple[str, ...]
    capacity_workloads: tuple[str, ...]
    revenue_workloads: tuple[str, ...]
    certificates: tuple[Exam, ...]
    associations: dict[str, tuple[tuple[str, str, str], ...]]
    designations: tuple[str, ...]
    words: Words


def read_yaml(name: str) -> Any:
    """Read a file of this package as strict YAML. Raises AttainError with its line where it is none."""
    return parse(files("attain.facts.synthetic").joinpath(name).read_text(encoding="utf-8"), name).data


@cache
def vocabulary() -> Vocabulary:
    """Give the vocabulary of synthetic facts."""
    return Vocabulary.model_validate(read_yaml("vocabulary.yaml"))
