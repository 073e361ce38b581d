"""Softer findings about a rulebook that loads: what is never used, never in force, said twice, or without a worked case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from attain.errors import AttainError
from attain.rulebook.boundaries import missing_boundaries
from attain.rulebook.cases import read_cases
from attain.rulebook.leaf import in_force
from attain.rulebook.model import Pool, Table
from attain.rulebook.validate import where
from attain.rulebook.walk import LeafAt, leaves, parts, tracks_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.rulebook.strict_yaml import Document, Place


def lint(book: Book) -> list[AttainError]:
    """List the findings about `book`, file by file. None of them keeps it from being used."""
    findings = [*_unused_sources(book), *_idle_interpretations(book)]
    for designation in book.designations.values():
        document = book.documents[f"designations/{designation.id}.yaml"]
        for place, message, hint in _leaf_findings(designation):
            findings.append(AttainError("rulebook-lint", message, where(document, place), hint))
    return findings + _case_findings(book)


Found = tuple["Place", str, str]


def _cited(document: Document) -> Iterator[str]:
    for place in document.lines:
        if place and place[-1] == "source":
            citation = document.text(place)
            if citation is not None:
                yield citation


def _unused_sources(book: Book) -> Iterator[AttainError]:
    used = {citation for document in book.documents.values() for citation in _cited(document)}
    document = book.documents["sources.yaml"]
    for index, source in enumerate(book.sources.sources):
        unused = [anchor for anchor in source.anchors if f"{source.id}#{anchor}" not in used]
        place: Place = ("sources", index)
        if len(unused) == len(source.anchors):
            yield AttainError("rulebook-lint", "no rule cites this source", where(document, place), "cite it, or remove it")
        elif unused:
            message = f"no rule cites {', '.join(f'#{anchor}' for anchor in unused)}"
            yield AttainError("rulebook-lint", message, where(document, (*place, "anchors")), "cite it, or remove the anchor")


def _idle_interpretations(book: Book) -> Iterator[AttainError]:
    """Find interpretations that apply to nothing: no rule path, field of the programme or table begins as they say."""
    document = book.documents["programme.yaml"]
    paths = {leaf.path for designation in book.designations.values() for leaf in leaves(designation)}
    paths |= {f"{name}.tracks" for name in book.designations} | {f"{name}.editions" for name in book.designations}
    paths |= {str(place[0]) for place in document.lines if len(place) == 1} | set(get_args(Table))
    split = [path.split(".") for path in paths]
    for index, reading in enumerate(book.programme.interpretations):
        for number, pattern in enumerate(reading.applies_to):
            wanted = pattern.split(".")
            if not any(_begins(path, wanted) for path in split):
                place: Place = ("interpretations", index, "applies_to", number)
                yield AttainError(
                    "rulebook-lint",
                    f"{pattern!r} is the path of nothing",
                    where(document, place),
                    "write a rule path, a field of programme.yaml or a table; * is any part",
                )


def _begins(path: list[str], wanted: list[str]) -> bool:
    return len(wanted) <= len(path) and all(want in {"*", part} for part, want in zip(path, wanted, strict=False))


def _leaf_findings(designation: Designation) -> Iterator[Found]:
    editions = [(edition.from_, tracks_of(designation, edition)) for edition in designation.editions]
    for leaf in leaves(designation):
        yield from _entry_findings(leaf, editions)
    for part in parts(designation):
        if isinstance(part.of, Pool):
            yield from _workload_findings(part.of, part.place)


def _entry_findings(leaf: LeafAt, editions: list[tuple[dt.date, tuple[str, ...]]]) -> Iterator[Found]:
    days = [entry.from_ for entry in leaf.entries]
    if days != sorted(days):
        yield leaf.place, "the entries do not stand in the order of their days", "put the earliest first"
    alive = {id(in_force(leaf.entries, day)) for day, tracks in editions if any(leaf.part.present(day, track) for track in tracks)}
    for index, entry in enumerate(leaf.entries):
        place: Place = (*leaf.place, index)
        if id(entry) not in alive:
            yield place, "the entry is never in force", "remove it, or correct its day"
        before = leaf.entries[index - 1] if index else None
        if before is not None and (before.value, before.by_track) == (entry.value, entry.by_track):
            yield place, "the entry says what the one before it says", "remove it: a value holds until the next"
        if (
            entry.by_track is not None
            and len(entry.by_track) > 1
            and all(value == next(iter(entry.by_track.values())) for value in entry.by_track.values())
        ):
            yield (*place, "by_track"), "every track has the same value", "write value"


def _workload_findings(pool: Pool, place: Place) -> Iterator[Found]:
    """Find kept workloads that nothing recognizes or weighs, and recognized or weighed ones that are not kept."""
    for index, entry in enumerate(pool.workloads or ()):
        kept = entry.value.members if entry.value is not None else None
        if kept is None:
            continue
        recognized = in_force(pool.recognized_by, entry.from_)
        groups = () if recognized is None or recognized.value is None else recognized.value
        named = {code for group in groups for code in group.workloads or kept}
        rates = None if pool.rates is None else in_force(pool.rates, entry.from_)
        weighed = set(kept) if rates is None or rates.value is None else set(rates.value)
        at: Place = (*place, "workloads", index)
        for what, some in (("recognizes", named if groups else set(kept)), ("weighs", weighed)):
            for code in [code for code in kept if code not in some]:
                yield at, f"nothing {what} the kept workload {code}", f"add it to {'recognized_by' if what == 'recognizes' else 'rates'}"
            for code in sorted(some - set(kept)):
                yield at, f"the workload {code} is not kept, though a rule {what} it", "keep it, or remove it there"


def _case_findings(book: Book) -> list[AttainError]:
    folder = book.folder / "cases"
    if not folder.is_dir():
        return [AttainError("rulebook-lint", "there are no worked cases", str(folder), "add cases below, at and above each figure")]
    try:
        missing = missing_boundaries(book.designations.values(), read_cases(folder))
    except AttainError as fault:
        return [fault]
    grouped: dict[tuple[str, str], list[str]] = {}
    for boundary in missing:
        place = boundary.edition if not boundary.track else f"{boundary.edition} {boundary.track}"
        grouped.setdefault((boundary.leaf, boundary.side), []).append(place)
    return [
        AttainError(
            "rulebook-lint", f"no case {side} it in {', '.join(places)}", leaf, f"add one to {folder.name}/, with tests: {{leaf: {leaf}}}"
        )
        for (leaf, side), places in grouped.items()
    ]


def counts(book: Book) -> dict[str, Any]:
    """Count what a book holds: designations, editions, dated entries, sources, terms of the catalog, interpretations."""
    return {
        "designations": len(book.designations),
        "editions": sum(len(designation.editions) for designation in book.designations.values()),
        "dated entries": sum(len(leaf.entries) for designation in book.designations.values() for leaf in leaves(designation)),
        "sources": len(book.sources.sources),
        "names": sum(
            len(getattr(book.catalog, kind).terms) for kind in ("services", "workloads", "certifications", "associations", "offers")
        ),
        "interpretations": len(book.programme.interpretations),
    }
