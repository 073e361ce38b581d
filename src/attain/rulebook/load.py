"""Loading a rulebook folder: read strictly, validate, check what it means, and name it by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from attain.errors import AttainError, did_you_mean, nearest
from attain.rulebook.catalog import (
    AssociationsFile,
    Catalog,
    CertificationsFile,
    OffersFile,
    ServicesFile,
    Vocabulary,
    WorkloadsFile,
)
from attain.rulebook.checks import check_citations, check_designation, check_one_name_one_term, check_unique
from attain.rulebook.model import Designation
from attain.rulebook.programme import Programme
from attain.rulebook.sources import Sources
from attain.rulebook.strict_yaml import Document, read
from attain.rulebook.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

M = TypeVar("M", bound=BaseModel)

FILES: dict[str, type[BaseModel]] = {
    "programme.yaml": Programme,
    "sources.yaml": Sources,
    "catalog/services.yaml": ServicesFile,
    "catalog/workloads.yaml": WorkloadsFile,
    "catalog/certifications.yaml": CertificationsFile,
    "catalog/associations.yaml": AssociationsFile,
    "catalog/offers.yaml": OffersFile,
}
"""The files every rulebook folder holds beside `designations/*.yaml`, and their shapes."""


@dataclass(frozen=True)
class Book:
    """A programme's whole rulebook, checked.

    `digest` names its content: it changes when any value, name or citation does, not with comments or the order of fields.
    """

    programme: Programme
    designations: dict[str, Designation]
    catalog: Catalog
    sources: Sources
    digest: str
    folder: Path
    documents: dict[str, Document] = field(repr=False, compare=False)

    def designation(self, name: str) -> Designation:
        """Find a designation by its id, in any case. Raises AttainError `unknown-designation` with the nearest id."""
        found = self.designations.get(name) or self.designations.get(name.casefold())
        if found is not None:
            return found
        titles = {designation.name: designation.id for designation in self.designations.values()}
        near = nearest(name, [*self.designations, *titles])
        hint = did_you_mean(titles.get(near[0], near[0]) if near else name, self.designations)
        raise AttainError("unknown-designation", f"there is no designation {name!r}", hint=hint)


def packaged_folder() -> Path:
    """Find the folder of the rulebook that comes with Attain."""
    return Path(str(resources.files("attain.rulebook").joinpath("solutions_partner")))


def load_book(folder: Path | None = None) -> Book:
    """Load the rulebook in `folder`, or the one that comes with Attain (read once a process).

    Raises AttainError with the first fault, by file and line; `attain rules lint FOLDER` lists all of them.
    """
    return _packaged_book() if folder is None else _loaded(folder)


def read_book(folder: Path) -> tuple[Book | None, list[AttainError]]:
    """Read a rulebook folder without raising: the book, or every fault that keeps it from being one."""
    if not folder.is_dir():
        return None, [AttainError("rulebook-folder", "there is no such folder", str(folder), "name the folder that holds programme.yaml")]
    reader = _FolderReader(folder)
    programme = reader.file("programme.yaml", Programme)
    sources = reader.file("sources.yaml", Sources)
    catalog = _read_catalog(reader)
    designations = [(path, reader.file(path, Designation)) for path in reader.designation_files()]
    if programme is None or sources is None or catalog is None or any(one is None for _, one in designations):
        return None, reader.faults
    found = {path: designation for path, designation in designations if designation is not None}
    _check(reader, programme, sources, catalog, found)
    if reader.faults:
        return None, reader.faults
    by_id = {designation.id: designation for designation in found.values()}
    # In the programme's own order, which is the one people know.
    order = [named.id for named in programme.designations]
    ordered = {one: by_id[one] for one in sorted(by_id, key=lambda one: (order.index(one) if one in order else len(order), one))}
    digest = _digest([programme, sources, *reader.models, *ordered.values()])
    return Book(programme, ordered, catalog, sources, digest, folder, reader.documents), []


@cache
def _packaged_book() -> Book:
    return _loaded(packaged_folder())


def _loaded(folder: Path) -> Book:
    book, faults = read_book(folder)
    if book is None:
        first = faults[0]
        more = f"; {len(faults) - 1} more: attain rules lint {folder}" if len(faults) > 1 else ""
        raise AttainError(first.code, first.message, first.where, f"{first.hint}{more}".removeprefix("; "))
    return book


class _FolderReader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: dict[str, Document] = {}
        self.models: list[BaseModel] = []
        self.faults: list[AttainError] = []

    def designation_files(self) -> list[str]:
        paths = sorted(path.name for path in (self.folder / "designations").glob("*.yaml"))
        if not paths:
            self.faults.append(
                AttainError(
                    "rulebook-missing-file", "holds no designation", _shown(self.folder / "designations"), "add one file a designation"
                )
            )
        return [f"designations/{name}" for name in paths]

    def file(self, path: str, model: type[M]) -> M | None:
        full = self.folder / path
        if not full.is_file():
            self.faults.append(AttainError("rulebook-missing-file", "the file is missing", _shown(full), "every rulebook folder has one"))
            return None
        try:
            document = read(full, _shown(full))
        except AttainError as fault:
            self.faults.append(fault)
            return None
        self.documents[path] = document
        read_model, faults = validate(model, document)
        self.faults += faults
        return read_model


def _shown(path: Path) -> str:
    """Name a file as seen from where the person is, so that an editor or terminal can open it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _read_catalog(reader: _FolderReader) -> Catalog | None:
    services = reader.file("catalog/services.yaml", ServicesFile)
    workloads = reader.file("catalog/workloads.yaml", WorkloadsFile)
    certifications = reader.file("catalog/certifications.yaml", CertificationsFile)
    associations = reader.file("catalog/associations.yaml", AssociationsFile)
    offers = reader.file("catalog/offers.yaml", OffersFile)
    if services is None or workloads is None or certifications is None or associations is None or offers is None:
        return None
    reader.models += [services, workloads, certifications, associations, offers]
    return Catalog(
        services=Vocabulary("service", services.services),
        workloads=Vocabulary("workload", workloads.workloads),
        certifications=Vocabulary("certification", certifications.certifications),
        associations=Vocabulary("association", associations.associations),
        offers=Vocabulary("offer", offers.offers),
    )


def _check(reader: _FolderReader, programme: Programme, sources: Sources, catalog: Catalog, designations: dict[str, Designation]) -> None:
    documents = reader.documents
    reader.faults += check_unique(documents["sources.yaml"], ("sources",), (source.id for source in sources.sources))
    for kind in ("services", "workloads", "certifications", "associations", "offers"):
        vocabulary = getattr(catalog, kind)
        reader.faults += check_one_name_one_term(kind, documents[f"catalog/{kind}.yaml"], vocabulary.terms)
    if reader.faults:
        return
    known = [named.id for named in programme.designations]
    for path, designation in designations.items():
        document = documents[path]
        if path != f"designations/{designation.id}.yaml":
            hint = f"name the file {designation.id}.yaml, or write id: {Path(path).stem}"
            reader.faults.append(
                AttainError("rulebook-id", f"the id {designation.id!r} is not the name of the file", document.where(("id",)), hint)
            )
        elif designation.id not in known:
            hint = f"known there: {', '.join(known)}"
            reader.faults.append(
                AttainError("rulebook-id", f"programme.yaml names no designation {designation.id!r}", document.where(("id",)), hint)
            )
        reader.faults += check_designation(designation, document, programme, catalog)
    for document in documents.values():
        reader.faults += check_citations(document, sources, programme)


def _digest(models: Iterable[BaseModel]) -> str:
    plain = [model.model_dump(mode="json", by_alias=True, exclude_defaults=True) for model in models]
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
