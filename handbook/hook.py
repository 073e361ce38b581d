"""What MkDocs asks while it builds the handbook: the pages that no file of `docs/` holds, and links that hold in the handbook."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from mkdocs.structure.files import File, Files

from attain.errors import AttainError
from handbook import commands, errors, python, rest, rules, settings
from handbook.repository import ELSEWHERE, ROOT, relinked, text_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ICON = "src/attain/web/static/attain/icon.svg"


MARK = "<!-- The rest is written from the code when the handbook is built: make docs. -->"
"""What stands in a page of `docs/reference` where the reference goes on."""


_REFERENCE_BOOST = 0.3
"""What a find in the reference weighs against one in a page that explains: its long tables hold every word there is."""


@cache
def generated() -> dict[str, str]:
    """Give what is written from the code, by the path of its page in the handbook."""
    return {
        "reference/commands.md": commands.page(),
        "reference/rest.md": rest.page(),
        "reference/python.md": python.page(),
        "reference/errors.md": errors.page(),
        "reference/settings.md": settings.page(),
        **rules.pages(),
    }


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the sections of the navigation whose pages are found, the rules, and the decisions in the last one."""
    nav = cast("list[object]", config["nav"])
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    project = cast("dict[str, list[object]]", nav[-1])["Project"]
    project.append({"Decisions": ["adr/README.md", *(f"adr/{name}" for name in decisions)]})
    nav.insert(-1, {"Rules": rules.navigation()})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file of `docs/` holds, and the icon of the web workspace."""
    for page in ELSEWHERE:
        files.append(File.generated(config, page, content=text_of(page)))
    for page, text in generated().items():
        if files.get_file_from_path(page) is None:
            files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, "assets/icon.svg", abs_src_path=str(ROOT / ICON)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what is written from the code, and turn links to files of the repository into links to pages."""
    name = page.file.src_uri
    written = generated().get(name)
    if markdown == written:
        return markdown
    if (written is None) == (MARK in markdown):
        raise AttainError(
            "handbook-mark", "the page and the reference do not fit", f"docs/{name}", f"a page of the reference holds {MARK} once"
        )
    return relinked(markdown, name, frozenset(generated())).replace(MARK, written or "")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let the search find pages that explain before the reference."""
    del config, files
    if page.file.src_uri.startswith("reference/"):
        page.meta.setdefault("search", {"boost": _REFERENCE_BOOST})
    return html
