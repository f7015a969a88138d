"""Links between files that lead nowhere: to no file, or to no place in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINKS = frozenset({"href", "src", "action", "data-index", "data-script"})


class _Reader(HTMLParser):
    """What a page links to, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: dict[str, None] = {}
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take down the links and the id of an element."""
        for name, value in attributes:
            if name == "id" and value:
                self.places.add(value)
            elif name in _LINKS and value is not None:
                self.links.setdefault(value)


def dead_links(directory: Path) -> Iterator[str]:
    """A sentence for each link of the pages below `directory`, and of what their search finds, that
    leads nowhere. What lies elsewhere is not asked."""
    directory = directory.resolve()
    pages = {file: _Reader(file.read_text(encoding="utf-8")) for file in directory.rglob("*.html")}
    links = [(file, link) for file, page in pages.items() for link in page.links]
    for index in directory.rglob("search.json"):
        entries = json.loads(index.read_bytes())["entries"]
        links += ((index, link) for link in dict.fromkeys(entry[-1] for entry in entries))
    for file, link in links:
        wrong = _wrong(directory, file, link, pages)
        if wrong:
            yield f"{file.relative_to(directory)}: {link} {wrong}"


def _wrong(directory: Path, file: Path, link: str, pages: dict[Path, _Reader]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    if parts.path.startswith("/"):
        return "begins at the root of the host, where this may not be"
    target = Path(_normal(file.parent / unquote(parts.path))) if parts.path else file
    if not target.is_file() or directory not in target.parents:
        return "leads to no file"
    places = pages[target].places if target in pages else set()
    if parts.fragment and unquote(parts.fragment) not in places:
        return "leads to no place in it"
    return ""


def _normal(path: Path) -> str:
    """The path without its `..`, as browsers understand them."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts))
