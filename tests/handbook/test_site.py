"""The built handbook: every page is there, no link leads nowhere, and nothing is loaded from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from attain.errors import AttainError
from handbook.hook import MARK, generated, on_page_markdown
from handbook.repository import ELSEWHERE, relinked
from tests.health.repository import ROOT

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
"""Elements that make a browser fetch something as soon as the page is opened, each with its address."""

STYLE_ADDRESS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?P<address>(?:https?:)?//[^"')\s]+)""")


class Loads(HTMLParser):
    """The addresses that a page loads by itself, and the languages of its diagrams."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.classes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.classes |= set(named.get("class", "").split())
        if tag in LOADING and LOADING[tag] in named and named.get("rel") not in {"canonical", "next", "prev"}:
            self.addresses.append(named[LOADING[tag]])


def _loads(text: str) -> Loads:
    found = Loads()
    found.feed(text)
    return found


def elsewhere(address: str) -> bool:
    return re.match(r"(https?:)?//", address) is not None


def test_the_search_for_other_hosts_finds_them() -> None:
    page = '<script src="https://a.example/x.js"></script><link rel="stylesheet" href="//b.example/y.css"><img src="pictures/z.png">'
    assert [address for address in _loads(page).addresses if elsewhere(address)] == ["https://a.example/x.js", "//b.example/y.css"]
    assert [found["address"] for found in STYLE_ADDRESS.finditer("a{background:url('https://c.example/p.png')}")] == [
        "https://c.example/p.png"
    ]


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loads = _loads(page.read_text(encoding="utf-8"))
        assert loads.addresses, page
        assert [address for address in loads.addresses if elsewhere(address)] == [], page
        # The theme's script fetches these two from another host where a page has one.
        assert not loads.classes & {"mermaid", "arithmatex"}, page
    for style in site.rglob("*.css"):
        assert [found["address"] for found in STYLE_ADDRESS.finditer(style.read_text(encoding="utf-8"))] == [], style


def test_every_document_is_a_page(site: Path) -> None:
    documents = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    pages = [re.sub(r"README\.md$", "index.md", document) for document in (*documents, *ELSEWHERE)]
    assert [page for page in pages if not (site / page).with_suffix(".html").is_file()] == []


def test_every_page_of_the_reference_holds_what_is_written_from_the_code(site: Path) -> None:
    assert len(generated()) > 25
    for page, written in generated().items():
        text = (site / page).with_suffix(".html").read_text(encoding="utf-8")
        assert MARK not in text, page
        anchors = re.findall(r"^#+ .* \{ #(\S+) \}$", written, flags=re.MULTILINE)
        assert [anchor for anchor in anchors if f'id="{anchor}"' not in text] == [], page
        assert anchors or "<table>" in text or "doc-heading" in text, page
    assert '<h3 id="attain.score"' in (site / "reference" / "python.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "markdown"), [("reference/errors.md", "# Errors"), ("facts.md", f"# Facts\n\n{MARK}")])
def test_a_page_whose_mark_and_reference_do_not_fit_is_named(name: str, markdown: str) -> None:
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri=name))
    nothing: Any = None
    with pytest.raises(AttainError, match=f"docs/{name}") as caught:
        on_page_markdown(markdown, page, nothing, nothing)
    assert caught.value.code == "handbook-mark"


def test_links_hold_in_the_repository_and_in_the_handbook() -> None:
    assert relinked("[a](../bench/README.md#full-size) `[b](no.md)`", "scale.md") == "[a](benchmarks.md#full-size) `[b](no.md)`"
    assert relinked("[a](docs/adr/README.md)", "contributing.md") == "[a](adr/README.md)"
    assert relinked("[a](../docs/scale.md)", "benchmarks.md") == "[a](scale.md)"
    assert relinked("[a](../facts.md#partners) [b](#here) [c](https://a.example/)", "adr/0001.md") == (
        "[a](../facts.md#partners) [b](#here) [c](https://a.example/)"
    )
    fence = "```text\n[a](no.md)\n```"
    assert relinked(fence, "scale.md") == fence


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_and_pictures_of_a_page_outside_the_handbook_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [found for pair in re.findall(r"\]\(([^)#:\s]+)|(?:src|srcset)=\"([^\"]+)\"", text) for found in pair if found]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("target", ["../Makefile", "no-such.md", "../../elsewhere.md"])
def test_a_link_out_of_the_handbook_is_named(target: str) -> None:
    with pytest.raises(AttainError, match=r"docs/scale\.md.*no page of the handbook") as caught:
        relinked(f"[a]({target})", "scale.md")
    assert caught.value.code == "handbook-link"
