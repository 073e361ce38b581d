"""What MkDocs asks while it builds the handbook: the pages that no file of `docs/` holds, and links that hold in the handbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mkdocs.structure.files import File, Files

from handbook.repository import ELSEWHERE, ROOT, relinked, text_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ICON = "src/attain/web/static/attain/icon.svg"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the sections of the navigation that stand for a folder of pages: the decisions."""
    nav = cast("list[object]", config["nav"])
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    nav.append({"Decisions": ["adr/README.md", *(f"adr/{name}" for name in decisions)]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file of `docs/` holds, and the icon of the web workspace."""
    for page in ELSEWHERE:
        files.append(File.generated(config, page, content=text_of(page)))
    files.append(File.generated(config, "assets/icon.svg", abs_src_path=str(ROOT / ICON)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to files of the repository into links to pages."""
    return relinked(markdown, page.file.src_uri)
