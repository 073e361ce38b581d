"""From a lesson's text to what a page shows: Jinja in a sandbox fills the figures, Markdown without raw HTML makes the page."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token

from attain.errors import AttainError, did_you_mean
from attain.playbook.checks import Check, read_block
from attain.playbook.figures import TRACK_NAMES
from attain.playbook.reader import PAGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from attain.playbook.lesson import Lesson
    from attain.playbook.reader import Reader

START, END = "Start here", "Takeaways"
"""The first and the last heading of every lesson."""
CHECK = "check"
THEMES = ("light", "dark")
_LONGEST = 200_000
_TABLE = re.compile("<table>")
_NUMBERS = ' style="text-align:right"'
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Heading:
    """A heading of the second level, and its anchor."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Rendered:
    """A lesson as a page shows it: pieces of HTML and checks in turn; its headings; `words` is the text alone, for the search."""

    pieces: tuple[str | Check, ...]
    headings: tuple[Heading, ...]
    words: str
    ordered: bool

    @property
    def checks(self) -> tuple[Check, ...]:
        """Give the checks in their order, counted from 1."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Check))


@dataclass(frozen=True)
class Known:
    """What the links of a lesson may name: the lessons of its course and the pictures there are."""

    lessons: Collection[str]
    pictures: Collection[str]


def environment() -> ImmutableSandboxedEnvironment:
    """Give the sandbox of lessons: what is not defined is a fault, and nothing can be changed or imported."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


def names_for(reader: Reader) -> dict[str, Any]:
    """Give what a lesson may name between braces."""
    figures = reader.figures
    return {
        "rule": figures.rule,
        "in_force": figures.in_force,
        "each": figures.each,
        "per_point": figures.per_point,
        "points": figures.points,
        "requirements": figures.requirements,
        "metrics": figures.metrics,
        "associations": figures.associations,
        "mine": reader.own,
        "has_mine": reader.has_own,
        "example": str,
        "designation": figures.designation.id,
        "designation_name": figures.designation.name,
        "edition": figures.edition.id,
        "tracks": figures.tracks,
        "how_tracks": figures.how_tracks,
        "track": figures.track,
        "track_name": TRACK_NAMES.get(figures.track, figures.track),
    }


def filled(lesson: Lesson, reader: Reader) -> str:
    """Give the Markdown of a lesson with its figures. Raises AttainError by file and line: `lesson-template`, and what `Figures` raises."""
    try:
        text = environment().from_string(lesson.body).render(names_for(reader))
    except AttainError as error:
        raise AttainError(error.code, error.message, lesson.where(_line(error)), error.hint) from error
    except TemplateError as error:
        line = getattr(error, "lineno", None) or _line(error)
        message = f"cannot be filled in: {error.message or error}"
        raise AttainError("lesson-template", message, lesson.where(line), "docs/playbook.md lists what may stand between braces") from error
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise AttainError("lesson-template", f"cannot be filled in: {error}", lesson.where(_line(error)), "check the arguments") from error
    if len(text) > _LONGEST:
        raise AttainError("lesson-template", "becomes too long", lesson.where(), "shorten its loops")
    return text


def render(lesson: Lesson, reader: Reader, known: Known) -> Rendered:
    """Render a lesson for a reader.

    Raises AttainError as `filled` does, `lesson-check`, `lesson-link` for a link that leads nowhere, and `lesson-picture` for one
    that is not there, is on another host or has no words for who cannot see it.
    """
    markdown = _markdown()
    tokens = markdown.parse(filled(lesson, reader))
    work = _Rendering(lesson, reader, known, markdown)
    for token in tokens:
        work.links(token)
    return work.pieces(tokens)


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


@dataclass
class _Rendering:
    lesson: Lesson
    reader: Reader
    known: Known
    markdown: MarkdownIt
    tables: int = 0

    def pieces(self, tokens: list[Token]) -> Rendered:
        pieces, pending, headings, words = list[str | Check](), list[Token](), list[Heading](), list[str]()
        for place, token in enumerate(tokens):
            if token.type == "heading_open" and token.tag == "h2":
                text = tokens[place + 1].content
                heading = Heading(text, _SLUG.sub("-", text.lower()).strip("-"))
                token.attrSet("id", heading.anchor)
                headings.append(heading)
            if token.type == "inline":
                words.append(_words(token))
            if token.type == "fence" and token.info.split()[:1] == [CHECK]:
                pieces.append(self._html(pending))
                pieces.append(self._check(token, sum(isinstance(piece, Check) for piece in pieces) + 1))
                pending = []
            else:
                pending.append(token)
        pieces.append(self._html(pending))
        ordered = any(token.type == "ordered_list_open" for token in tokens)
        return Rendered(tuple(piece for piece in pieces if piece != ""), tuple(headings), "\n".join(words), ordered)

    def _html(self, tokens: list[Token]) -> str:
        html = self.markdown.renderer.render(tokens, self.markdown.options, {})
        html = html.replace(_NUMBERS, ' class="number"')
        return _TABLE.sub(self._table, html).replace("</table>", "</table></div>")

    def _table(self, found: re.Match[str]) -> str:
        """Let a table scroll by itself on a narrow screen, also by the keyboard, under a name of its own."""
        del found
        self.tables += 1
        return f'<div class="table-wrap" tabindex="0" role="region" aria-label="Table {self.tables}"><table class="table">'

    def _check(self, token: Token, number: int) -> Check:
        where = self.lesson.where((token.map or [0])[0] + 1)
        block = read_block(token.content, where)
        right = next((place for place, (is_right, _) in enumerate(block.choices) if is_right), 0)
        choices = tuple(self._inline(said) for _, said in block.choices)
        return Check(number, self._inline(block.question), choices, right, block.answer, self._inline(block.why))

    def _inline(self, text: str) -> str:
        tokens = self.markdown.parseInline(text)
        for token in tokens:
            self.links(token)
        return self.markdown.renderer.render(tokens, self.markdown.options, {})

    def links(self, token: Token) -> None:
        """Lead the links of a token where they go, and put pictures of this product in place, in both themes."""
        if token.type != "inline":
            return
        where = self.lesson.where((token.map or [0])[0] + 1)
        opened: list[bool] = []
        kept: list[Token] = []
        for child in token.children or []:
            if child.type == "link_open":
                address = self._address(str(child.attrs["href"]), where)
                opened.append(bool(address))
                if address:
                    child.attrs["href"] = address
                    kept.append(child)
            elif child.type == "link_close":
                if opened.pop():
                    kept.append(child)
            elif child.type == "image":
                kept.append(self._picture(child, where))
            else:
                kept.append(child)
        token.children = kept

    def _address(self, target: str, where: str) -> str:
        kind, _, name = target.partition(":")
        if kind == "lesson":
            _must(name in self.known.lessons, "lesson-link", f"there is no lesson {name!r} in this course", where, name, self.known.lessons)
            return self.reader.links.lesson(name)
        if kind == "page":
            _must(name in PAGES, "lesson-link", f"there is no page {name!r}", where, name, PAGES)
            return self.reader.links.page(name)
        if target.startswith(("#", "https://")):
            return target
        hint = "write lesson:2.1, page:overview, #heading or an address that begins with https://"
        raise AttainError("lesson-link", f"{target!r} is no link of a lesson", where, hint)

    def _picture(self, image: Token, where: str) -> Token:
        kind, _, name = str(image.attrs["src"]).partition(":")
        if kind != "picture":
            hint = "put it into the folder pictures and write picture:name"
            raise AttainError("lesson-picture", "a picture is not one of the course's own", where, hint)
        _must(name in self.known.pictures, "lesson-picture", f"there is no picture {name!r}", where, name, self.known.pictures)
        if not image.content.strip():
            raise AttainError("lesson-picture", f"the picture {name!r} has no words", where, "say between the brackets what it shows")
        drawn = "".join(
            f'<img class="picture picture-{theme}" src="{escape(self.reader.links.picture(name, theme))}" alt="{escape(image.content)}">'
            for theme in THEMES
        )
        image.type, image.content, image.children = "html_inline", drawn, None
        return image


def _must(holds: bool, code: str, message: str, where: str, name: str, known: Collection[str]) -> None:
    if not holds:
        raise AttainError(code, message, where, did_you_mean(name, sorted(known)))


def _words(token: Token) -> str:
    return "".join(child.content if child.type in {"text", "code_inline"} else " " for child in token.children or [])


def _line(error: BaseException) -> int:
    """Find the line of a template that an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename in {"<template>", "<unknown>"}), 0)
