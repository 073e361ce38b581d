"""The catalog: every service, workload, certification, association and offer by code, with the other names it goes by."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from attain.errors import nearest
from attain.rulebook.leaf import Cited, Strict

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T", bound="Term")


class Term(Cited):
    """One thing the programme names: `code` is what rules and facts carry, the rest is how files and people write it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()

    def spellings(self) -> Iterator[str]:
        """List every name that stands for this term, the code first."""
        yield self.code
        yield self.name
        yield from self.aliases
        yield from self.former_names


class Certification(Term):
    """A certificate. `exams` are all needed for it (an assessment has none); `retired_on` is the last day to earn it (I-14)."""

    kind: Literal["certification", "assessment"] = "certification"
    exams: tuple[str, ...] = ()
    retired_on: dt.date | None = None

    def spellings(self) -> Iterator[str]:
        """List every name that stands for this certificate; an exam does where passing that one earns the certificate."""
        yield from super().spellings()
        if len(self.exams) == 1:
            yield self.exams[0]


class ServicesFile(Strict):
    """`catalog/services.yaml`: the Azure services, as usage files name them."""

    services: tuple[Term, ...]


class WorkloadsFile(Strict):
    """`catalog/workloads.yaml`: the workloads of Microsoft 365, Dynamics 365 and Power Platform."""

    workloads: tuple[Term, ...]


class CertificationsFile(Strict):
    """`catalog/certifications.yaml`: the certificates, with exams and retirement."""

    certifications: tuple[Certification, ...]


class AssociationsFile(Strict):
    """`catalog/associations.yaml`: what links a partner to a tenant's usage."""

    associations: tuple[Term, ...]


class OffersFile(Strict):
    """`catalog/offers.yaml`: the kinds of Azure offers."""

    offers: tuple[Term, ...]


@lru_cache(maxsize=1 << 14)
def fold(name: str) -> str:
    """Bring a name to the form in which names are compared: letters and digits only, without case."""
    return "".join(character for character in unicodedata.normalize("NFKC", name).casefold() if character.isalnum())


@dataclass(frozen=True)
class Vocabulary(Generic[T]):
    """The terms of one catalog file, found by any of their names. `kind` is what one of them is called."""

    kind: str
    terms: tuple[T, ...]

    @cached_property
    def _by_fold(self) -> dict[str, T]:
        return {fold(spelling): term for term in self.terms for spelling in term.spellings()}

    @cached_property
    def _by_code(self) -> dict[str, T]:
        return {term.code: term for term in self.terms}

    @property
    def codes(self) -> tuple[str, ...]:
        """List the codes in the order of the file."""
        return tuple(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> T:
        return self._by_code[code]

    @staticmethod
    def fold(name: str) -> str:
        """Bring a name to the form in which names are compared."""
        return fold(name)

    def match(self, name: str) -> str | None:
        """Find the code that `name` stands for (a code, name, alias, former name or exam), whatever its case and punctuation."""
        term = self._by_fold.get(fold(name))
        return None if term is None else term.code

    def name(self, code: str) -> str:
        """Give the name of a code; an unknown code stands for itself."""
        return self._by_code[code].name if code in self._by_code else code

    def nearest(self, name: str, count: int = 3) -> list[str]:
        """Name the terms whose spellings are most like `name`, best first: at most `count`, none where nothing is near."""
        spellings = {spelling: term.name for term in self.terms for spelling in term.spellings()}
        # Several spellings of one term may be near: ask for more, then keep each term once.
        return list(dict.fromkeys(spellings[near] for near in nearest(name, spellings, count * 4)))[:count]


@dataclass(frozen=True)
class Catalog:
    """All names the programme uses, one vocabulary a kind."""

    services: Vocabulary[Term]
    workloads: Vocabulary[Term]
    certifications: Vocabulary[Certification]
    associations: Vocabulary[Term]
    offers: Vocabulary[Term]
