"""Find links between files that lead to no file, or to no anchor in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from understudy.errors import Problem
from understudy.web.search.index import INDEX, links_of

_LINK_ATTRIBUTES = frozenset(
    {"href", "src", "action", "data-component", "data-texts", "data-engine", "data-index"}
)


class PageParser(HTMLParser):
    """The links of a page, and the anchors in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: dict[str, None] = {}
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Collect the links and the id of an element."""
        for name, value in attributes:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in _LINK_ATTRIBUTES and value is not None:
                self.links.setdefault(value)


def dead_links(directory: Path) -> Iterator[str]:
    """Yield a sentence for each dead link of the pages and search indexes below `directory`.

    Links to other hosts are not followed.
    """
    directory = directory.resolve()
    pages = {
        file: PageParser(file.read_text(encoding="utf-8", errors="replace"))
        for file in directory.rglob("*.html")
    }
    links = [(file, link) for file, page in pages.items() for link in page.links]
    for index in directory.rglob(INDEX):
        try:
            links += ((index, link) for link in links_of(index.read_bytes()))
        except (ValueError, LookupError, TypeError, Problem):
            yield f"{index.relative_to(directory)}: is not a search index of ours"
    for file, link in links:
        reason = _reason(directory, file, link, pages)
        if reason:
            yield f"{file.relative_to(directory)}: {link} {reason}"


def _reason(directory: Path, file: Path, link: str, pages: dict[Path, PageParser]) -> str:
    """Return why a link is dead; empty if it is not."""
    try:
        parts = urlsplit(link)
    except ValueError as error:
        return f"is no URL: {error}"
    if parts.scheme or parts.netloc:
        return ""
    if parts.path.startswith("/"):
        return "begins at the root of the host; the site may be below another path"
    target = Path(_normal(file.parent / unquote(parts.path))) if parts.path else file
    if not os.path.isfile(target) or directory not in target.parents:
        return "leads to no file"
    anchors = pages[target].anchors if target in pages else set()
    if parts.fragment and unquote(parts.fragment) not in anchors:
        return "leads to no anchor in the file"
    return ""


def _normal(path: Path) -> str:
    """Return the path with its `..` resolved as browsers do."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts))
