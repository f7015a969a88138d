"""A guide: a Markdown file, its sections, and its markup."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token
from markupsafe import Markup

from understudy.web.links import page_address
from understudy.web.reference.markdown import render, tokens_of


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a guide below one heading: its words, and its code apart."""

    title: str
    anchor: str
    level: int
    text: str
    code: str


class Guide:
    """A Markdown file; `path` is relative to the project, `name` the last part of its address."""

    def __init__(self, name: str, path: str, text: str) -> None:
        self.name = name
        self.path = path
        self.text = text
        self._markup: dict[bool, Markup] = {}

    @property
    def title(self) -> str:
        """The first heading, or the name."""
        return self.sections[0].title if self.sections else self.name

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return self.sections[0].text.partition("\n")[0] if self.sections else ""

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in their order; their anchors are those of GitHub."""
        return list(_sections(tokens_of(self.text)))

    def markup(self, by_path: Mapping[str, Guide], *, static: bool) -> Markup:
        """Return the guide's markup, with links to other guides, which are given by their paths."""
        if static not in self._markup:
            tokens = tokens_of(self.text)
            _set_anchors(tokens, self.sections)
            for token in tokens:
                _set_links(self.path, token.children or (), by_path, static=static)
            self._markup[static] = render(tokens)
        return self._markup[static]


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    taken: Counter[str] = Counter()
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        title = _words(tokens[start + 1])
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        anchor = f"{slug}-{taken[slug]}" if taken[slug] else slug
        taken[slug] += 1
        inside = tokens[start + 3 : end]
        text = "\n".join(_words(token) for token in inside if token.type == "inline")
        code = "\n".join(token.content for token in inside if token.type == "fence")
        yield Section(title, anchor, int(tokens[start].tag[1:]), text, code)


def _words(inline: Token) -> str:
    """Return the text of a paragraph, without its markup."""
    texts = (" " if child.type == "softbreak" else child.content for child in inline.children or ())
    return "".join(texts)


def _set_anchors(tokens: Sequence[Token], sections: Sequence[Section]) -> None:
    """Give each heading its anchor as id, and a link to itself unless it is a link already."""
    headings = (at for at, token in enumerate(tokens) if token.type == "heading_open")
    for at, section in zip(headings, sections, strict=True):
        tokens[at].attrSet("id", section.anchor)
        inside = tokens[at + 1].children or []
        if section.level > 1 and not any(token.type == "link_open" for token in inside):
            attributes: dict[str, str | int | float] = {
                "class": "self",
                "href": f"#{section.anchor}",
            }
            start = Token("link_open", "a", 1, attrs=attributes)
            tokens[at + 1].children = [start, *inside, Token("link_close", "a", -1)]


def _set_links(
    path: str, tokens: Sequence[Token], by_path: Mapping[str, Guide], *, static: bool
) -> None:
    """Change the links between the files at `path` and elsewhere to links between pages.

    A file that is not a page keeps only its name; a link that has a file's name as its text gets
    the title of the page.
    """
    for at, token in enumerate(tokens):
        if token.type != "link_open":
            continue
        link = urlsplit(str(token.attrGet("href")))
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(link.path)))
        if link.scheme or link.netloc:
            token.attrSet("rel", "noopener noreferrer")
        elif link.path and target not in by_path:
            close = next(other for other in tokens[at:] if other.type == "link_close")
            token.tag, token.attrs, close.tag = "span", {}, "span"
        elif link.path:
            guide = by_path[target]
            token.attrSet("href", page_address(guide.name, link.fragment, static=static))
            if tokens[at + 1].content == unquote(link.path):
                tokens[at + 1].content = guide.title
