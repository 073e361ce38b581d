"""Names in rules: every service, workload, offer, association and certificate a rule names is a code of the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.rulebook.catalog import fold
from attain.rulebook.model import Names, Recognized
from attain.rulebook.walk import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.rulebook.catalog import Catalog, Vocabulary
    from attain.rulebook.model import Designation
    from attain.rulebook.strict_yaml import Place

__all__ = ["fold", "name_faults"]

NameFault = tuple["Place", str, str]


def name_faults(designation: Designation, catalog: Catalog) -> Iterator[NameFault]:
    """Find every name that is no code of the catalog, or that a list holds twice: its place, what is wrong, what to write."""
    for index, entry in enumerate(designation.tracks):
        assign = None if entry.value is None else entry.value.assign
        if assign is not None:
            place: Place = ("tracks", index, "value", "assign")
            yield from _in_recognized(assign.recognized_by, (*place, "recognized_by"), catalog)
            yield from _in_names(assign.offers, (*place, "offers"), catalog.offers)
            yield from _in_names(assign.workloads, (*place, "workloads"), catalog.workloads)
    vocabularies: dict[str, Vocabulary[Any]] = {"services": catalog.services, "offers": catalog.offers, "workloads": catalog.workloads}
    for leaf in leaves(designation):
        for place, _, _, value in leaf.values():
            if isinstance(value, Names):
                yield from _in_names(value, place, vocabularies[leaf.field])
            elif leaf.field == "recognized_by":
                yield from _in_recognized(value, place, catalog)
            elif leaf.field == "certificates":
                yield from _in_list(value, place, catalog.certifications)
            elif leaf.field == "rates":
                yield from (fault for code in value for fault in _of_one(code, (*place, code), catalog.workloads))


def _in_recognized(recognized: Iterable[Recognized], place: Place, catalog: Catalog) -> Iterator[NameFault]:
    for index, one in enumerate(recognized):
        yield from _in_list(one.associations, (*place, index, "associations"), catalog.associations)
        yield from _in_list(one.workloads or (), (*place, index, "workloads"), catalog.workloads)


def _in_names(names: Names | None, place: Place, vocabulary: Vocabulary[Any]) -> Iterator[NameFault]:
    if names is not None:
        yield from _in_list(names.members or (), (*place, "members"), vocabulary)
        yield from _in_list(names.all_but or (), (*place, "all_but"), vocabulary)


def _in_list(codes: Iterable[str], place: Place, vocabulary: Vocabulary[Any]) -> Iterator[NameFault]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield (*place, index), f"{code!r} stands in the list twice", "remove one"
        seen.add(code)
        yield from _of_one(code, (*place, index), vocabulary)


def _of_one(code: str, place: Place, vocabulary: Vocabulary[Any]) -> Iterator[NameFault]:
    if code in vocabulary:
        return
    match = vocabulary.match(code)
    if match is not None:
        yield place, f"{code!r} is a name of {article(vocabulary.kind)} {vocabulary.kind}, not its code", f"write {match}"
        return
    near = [f"{vocabulary.match(name)} ({name})" for name in vocabulary.nearest(code)]
    hint = f"nearest: {', '.join(near)}" if near else f"add it to catalog/{vocabulary.kind}s.yaml"
    yield place, f"{code!r} is not {article(vocabulary.kind)} {vocabulary.kind} of the catalog", hint


def article(word: str) -> str:
    """Give `a` or `an`, as `word` wants it."""
    return "an" if word[:1] in "aeiou" else "a"
