"""Figures typed by hand: a number in a lesson that does not come from the rulebook, where the programme will one day change it.

Any digit in the words of a lesson counts, and a number in words before what the programme counts (`ten customers`). Let through are names
of the catalog (exams, products), marks of numbered lists, addresses, code, the steps of a certification by number, and what stands in
`{{ example(...) }}`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import TemplateError, nodes

from attain.errors import AttainError
from attain.playbook.render import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.playbook.lesson import Lesson
    from attain.rulebook.load import Book

_PRODUCTS = ("Microsoft 365", "Dynamics 365", "Office 365", "Windows 365")
_LIST_MARK = re.compile(r"^\s*\d{1,2}[.)](?=\s)", re.MULTILINE)
_ADDRESS = re.compile(r"\]\([^)\s]*\)|https://[^\s)]+")
_CODE = re.compile(r"`(?=[^`\s]*[A-Za-z_])[^`\s]+`")
_STEP = re.compile(r"\b[Ss]teps? \d(?:,? (?:and|or|to) \d)?\b")
_DIGITS = re.compile(r"\S*\d\S*")
_WORDS = "hundred|thousand|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_COUNTED = "point|percent|month|customer|tenant|day|person|user|license|seat|dollar|year|service|deployment|certificate"
_IN_WORDS = re.compile(rf"\b(?:{_WORDS})(?:[ -]\w+)?[ -](?:people|(?:{_COUNTED})s?)\b", re.IGNORECASE)
_TAKES_PATHS = frozenset({"rule", "in_force", "each", "per_point", "points", "requirements", "mine", "has_mine"})
_TAKES_NUMBERS = frozenset({"points", "example"})
_HINT = "take it from the rulebook with {{ rule('...') }}, or write {{ example(...) }} where it is a number of your own"


def typed_figures(lesson: Lesson, book: Book) -> Iterator[AttainError]:
    """Give a fault `typed-figure` for each figure typed by hand, by file and line."""
    try:
        tree = environment().parse(lesson.body)
    except TemplateError:
        return  # said by filling it in
    for line, text in _texts(tree, taken=False):
        for found in _in_text(text, book):
            at = line + text[: found.start()].count("\n")
            yield AttainError("typed-figure", f"{found.group().strip('|*').strip()!r} is typed by hand", lesson.where(at), _HINT)


def _in_text(text: str, book: Book) -> Iterator[re.Match[str]]:
    bare = text
    for pattern in (_ADDRESS, _CODE, _names(book), _STEP, _LIST_MARK):
        bare = pattern.sub(lambda found: " " * len(found.group()), bare)
    yield from _DIGITS.finditer(bare)
    yield from _IN_WORDS.finditer(bare)


@cache
def _names_of(digest: str, names: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    longest_first = sorted({*names, *_PRODUCTS}, key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _names(book: Book) -> re.Pattern[str]:
    """Match the names of the catalog that hold a digit."""
    catalog = book.catalog
    vocabularies = (catalog.services, catalog.workloads, catalog.offers, catalog.associations, catalog.certifications)
    spellings = {name for vocabulary in vocabularies for term in vocabulary.terms for name in term.spellings()}
    exams = {exam for term in catalog.certifications.terms for exam in term.exams}
    # A spelling that is a number and nothing else, as offers have, is no name in a sentence.
    named = {name for name in spellings | exams if any(map(str.isdigit, name)) and any(map(str.isalpha, name))}
    return _names_of(book.digest, tuple(sorted(named)))


def _texts(node: nodes.Node, *, taken: bool) -> Iterator[tuple[int, str]]:
    """Give every text that may come to be read, with its line: words between braces too, but for what a function takes."""
    if isinstance(node, nodes.TemplateData):
        yield node.lineno, node.data
    elif isinstance(node, nodes.Const):
        if not taken:
            yield node.lineno, str(node.value)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        name = node.node.name
        for place, argument in enumerate(node.args):
            let = (name in _TAKES_PATHS and place == 0) or (name in _TAKES_NUMBERS and (place == 1 or name == "example"))
            yield from _texts(argument, taken=let)
        for keyword in node.kwargs:
            yield from _texts(keyword.value, taken=keyword.key == "track")
    else:
        inside = taken or isinstance(node, nodes.Compare)
        for child in node.iter_child_nodes():
            yield from _texts(child, taken=inside)
